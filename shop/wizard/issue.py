"""The issue step: what is wrong with one thing, what is to be done, and what that costs while it is being chosen."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from notifications.card_numbers import REMOVED, holds_one
from shop import drafts
from shop.draft_prices import currency_of
from shop.models import DraftItem
from shop.storefront.answers import QUESTIONS, part_questions, read_answers
from shop.wizard.forms import IssueForm, one, with_issues
from shop.wizard.next_step import after_issue
from shop.wizard.offers import Offered, offered, part_name
from shop.wizard.opening import NOT_FOR_SALE, Opened, freshen, with_draft

NOTHING_OF = "shop/wizard/nothing_offered.html"


@with_draft
def issue(opened: Opened, key: uuid.UUID) -> HttpResponse:
    """The issue step of one thing of the draft; the first thing's when this one was removed meanwhile."""
    item = next((item for item in opened.draft.items.all() if item.key == key), None)
    if item is None:
        return redirect("draft", token=opened.token)
    choices = offered(site=opened.site, device=item.device, at=opened.at, currency=currency_of(opened.draft))
    if opened.request.method == "POST":
        return answer(opened, item, choices)
    freshen(opened)
    kept = opened.draft.unsent.get(f"issue:{key}")
    values = kept if isinstance(kept, dict) else values_of(item)
    more = [slug for slug in opened.request.GET.getlist("repair") if slug not in values.get("repairs", [])]
    return show(opened, item, choices, {**values, "repairs": [*values.get("repairs", []), *more]})


def values_of(item: DraftItem) -> dict[str, list[str]]:
    """The answers of a thing as its form sends them."""
    return {
        "repairs": [repair.slug for repair in item.repair_types.all()],
        "add_ons": [add_on.slug for add_on in item.add_ons.all()],
        "condition": [item.condition],
        "problem": [item.problem],
        **{part_name(repair): [item.part_grades.get(str(repair.pk), "")] for repair in item.repair_types.all()},
    }


def sent(request: HttpRequest, choices: Offered) -> dict[str, list[str]]:
    """What the form says, right or wrong; the common issues that were ticked are in the customer's words."""
    names = ("repairs", "add_ons", "condition", "problem", "issues", *choices.part_names())
    values = {name: request.POST.getlist(name) for name in names}
    values["problem"] = [with_issues(one(values, "problem"), [i for i in values["issues"] if i in choices.issues])]
    return values


def answer(opened: Opened, item: DraftItem, choices: Offered) -> HttpResponse:
    """Keep what was sent. In passing: all that can be kept, without a word; by the button: judged, and then onward."""
    values = sent(opened.request, choices)
    single = {name: one(values, name) for name in ("condition", "problem")}
    form = IssueForm({**values, **single}, offered=choices)
    valid = form.is_valid()
    try:
        keep(opened, item, choices, values)
    except NOT_FOR_SALE as refusal:
        form.add_error("repairs", str(refusal))
        valid = False
    step = f"issue:{item.key}"
    if valid:
        drafts.forget_unsent(opened.draft, step)
    else:
        drafts.keep_unsent(opened.draft, step, values, at=opened.at)
    if valid and not opened.autosave:
        if holds_one(form.cleaned_data["problem"]):
            messages.warning(opened.request, REMOVED)
        drafts.reach(opened.draft, "time")
        return redirect(after_issue(opened, item))
    page = show(opened, item, choices, values, form=None if opened.autosave else form)
    page["X-Draft-Address"] = reverse("draft-issue", args=[opened.token, item.key])
    return page


def keep(opened: Opened, item: DraftItem, choices: Offered, values: dict[str, list[str]]) -> None:
    """Keep and price the answers that are known; an unknown one leaves what was there."""
    condition = one(values, "condition")
    on_offer = {fact.repair_type.pk for fact in choices.repairs}
    for repair in item.repair_types.all():
        if repair.pk not in on_offer:
            told = _("%(name)s is not offered any more and was taken out.") % {"name": repair.name}
            messages.warning(opened.request, told)
    known = [code for code, _label in IssueForm(offered=choices).fields["condition"].choices]  # type: ignore[attr-defined]
    drafts.answer_issue(
        opened.draft,
        item,
        repair_types=choices.repair_types(values["repairs"]),
        add_ons=choices.chosen_add_ons(values["add_ons"]),
        part_grades=choices.part_grades(values),
        condition=condition if condition in known else item.condition,
        problem=one(values, "problem"),
        at=opened.at,
    )


def show(
    opened: Opened, item: DraftItem, choices: Offered, values: dict[str, list[str]], *, form: IssueForm | None = None
) -> HttpResponse:
    """The step with these values filled in."""
    if not choices.repairs:
        return render(opened.request, NOTHING_OF, opened.context("issue") | {"name": name_of(item)})
    context = opened.context("issue") | questions(choices, values, form)
    context |= {"item": item, "name": name_of(item), "things": list(opened.draft.items.all())}
    return render(opened.request, "shop/wizard/issue.html", context)


def name_of(item: DraftItem) -> str:
    """What the thing is called: the device, the customer's own words, or nothing for a treatment."""
    return item.device.name if item.device else str(item.thing.get("name", ""))


def questions(choices: Offered, values: dict[str, list[str]], form: IssueForm | None) -> dict[str, Any]:
    """The questions of the step as cards and chips, with these values chosen and the errors of a judged form."""
    problem = one(values, "problem")
    asked = next(question for question in QUESTIONS if question.name == "condition")
    return {
        "form": form,
        "problem": problem,
        "repairs": [
            (
                fact,
                fact.repair_type.slug in values.get("repairs", []),
                part_questions(fact, one(values, part_name(fact.repair_type))),
            )
            for fact in choices.repairs
        ],
        "on_request": choices.on_request,
        "add_ons": [(add_on, add_on.slug in values.get("add_ons", [])) for add_on in choices.add_ons],
        "issues": [(issue, issue.casefold() in problem.casefold()) for issue in choices.issues],
        "condition": asked,
        "conditions": asked.choices(one(values, "condition") or read_answers({})["condition"]),
        "currency": choices.repairs[0].price.currency,
    }


def missing_thing() -> Http404:
    """What is said of a device or repair that is not there."""
    return Http404(_("This repair is not offered."))


def fresh_key(request: HttpRequest) -> uuid.UUID | None:
    """The key that the page gave a thing that is not kept yet, so that sending it twice makes one thing."""
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return None
