"""The step of service and time: how soon, by which way, and when. The chosen time is held, nothing else is lost."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from repairs import booking, policies
from shop import baskets, drafts, facts
from shop.reserve import keep_time, renew_time
from shop.storefront.answers import QUESTIONS, read_answers
from shop.wizard.days import as_days, chosen_day
from shop.wizard.forms import TimeForm, one
from shop.wizard.next_step import furthest, unanswered
from shop.wizard.opening import NOT_FOR_SALE, Opened, freshen, tell, with_draft

DAYS_SHOWN = 14
NAMES = ("urgency", "service_type", "starts_at")
REFUSALS = (booking.SlotNotOffered, policies.NoPolicy)


@with_draft
def time(opened: Opened) -> HttpResponse:
    """Service and time of the whole booking."""
    request = opened.request
    if not opened.draft.items.all() or unanswered(opened) is not None:
        return redirect(furthest(opened))
    if request.method != "POST":
        freshen(opened)
        return show(opened, TimeForm(), day=request.GET.get("day", ""))
    in_passing = opened.autosave or "show_day" in request.POST
    form = TimeForm(request.POST)
    valid = form.is_valid()
    keep_answers(opened, {name: request.POST.getlist(name) for name in NAMES})
    day = request.POST.get("show_day", "") or request.POST.get("day", "")
    if opened.autosave:
        return show(opened, TimeForm(), day=day)
    if in_passing:
        return redirect(f"{reverse('draft-time', args=[opened.token])}?{urlencode({'day': day})}")
    return hold(opened, form, day=day) if valid else show(opened, form, day=day)


def keep_answers(opened: Opened, values: dict[str, list[str]]) -> None:
    """Keep and price the answers that are known; remember the time that was picked but is not held yet."""
    draft = opened.draft
    given = read_answers({name: one(values, name, getattr(draft, name)) for name in ("urgency", "service_type")})
    drafts.answer_service(draft, urgency=given["urgency"], service_type=given["service_type"], at=opened.at)
    drafts.keep_unsent(draft, "time", {"starts_at": values["starts_at"]}, at=opened.at)


def hold(opened: Opened, form: TimeForm, *, day: str) -> HttpResponse:
    """Hold the chosen time and go on; when somebody was faster, show the next free ones."""
    try:
        keep_time(site=opened.site, basket=opened.draft.basket, starts_at=form.cleaned_data["starts_at"], at=opened.at)
        renew_time(basket=opened.draft.basket, at=opened.at)  # the very time they had is kept longer
    except booking.SlotTaken as taken:
        form.add_error("starts_at", str(taken))
        return show(opened, form, day=day, next_starts=taken.next_starts)
    except REFUSALS as refusal:
        form.add_error("starts_at", str(refusal))
        return show(opened, form, day=day)
    follow_visit(opened)
    drafts.forget_unsent(opened.draft, "time")
    drafts.reach(opened.draft, "photos")
    return redirect("draft-photos", token=opened.token)


def follow_visit(opened: Opened) -> None:
    """Where prices depend on the visit, price it all for the time that is held now, and say what changed."""
    if not facts.visits_matter(opened.site):
        return
    try:
        tell(opened, drafts.reprice(opened.draft, opened.at))
    except (baskets.BasketClosed, *NOT_FOR_SALE):
        return  # placed meanwhile, or not to be had: the checkout says so


def show(opened: Opened, form: TimeForm, *, day: str, next_starts: list[datetime] | None = None) -> HttpResponse:
    """The step with what is known so far."""
    context = opened.context("time")
    answers = {"urgency": opened.draft.urgency, "service_type": opened.draft.service_type}
    unsent = opened.draft.unsent.get("time")
    picked = one(unsent, "starts_at") if isinstance(unsent, dict) else ""
    day = day or day_of(picked, context["summary"].zone)
    context |= picker(opened, day=day, next_starts=next_starts or [], zone=context["summary"].zone)
    context |= {
        "form": form,
        "questions": [
            {"name": q.name, "legend": q.legend, "hint": q.hint, "choices": q.choices(answers[q.name])}
            for q in QUESTIONS
            if q.name in answers
        ],
        "chosen": picked,
        "hold": context["summary"].hold,
        "things": list(opened.draft.items.all()),
    }
    return render(opened.request, "shop/wizard/time.html", context, status=409 if next_starts else 200)


def day_of(picked: str, zone: Any) -> str:
    """The day of a time that was picked before, as 2026-11-24; blank when none was."""
    form = TimeForm({"starts_at": picked, **read_answers({})})
    return form.cleaned_data["starts_at"].astimezone(zone).date().isoformat() if form.is_valid() else ""


def picker(opened: Opened, *, day: str, next_starts: list[datetime], zone: Any) -> dict[str, Any]:
    """What the slot picker shows: fourteen days, the open one, the next free times after a loss."""
    first = opened.at.astimezone(zone).date()
    try:
        starts = booking.free_starts(site=opened.site, at=opened.at, first_date=first, days=DAYS_SHOWN)
    except policies.NoPolicy:
        starts = []  # a shop that takes no bookings yet: the page says that no time is free and whom to call
    days = as_days(starts, zone=zone, first=first, days=DAYS_SHOWN)
    return {
        "days": days,
        "day": chosen_day(days, day),
        "next_starts": [(start.isoformat(), start.astimezone(zone)) for start in next_starts],
        "zone": zone,
        "zone_name": opened.at.astimezone(zone).tzname(),
    }
