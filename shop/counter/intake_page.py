"""The intake page: one form, re-read and re-priced at every button, taken in by the last one."""

import re
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from cms import terms
from cms.models import Subject
from cms.sites import shop_settings, site_for
from notifications.contacts import ContactNotUsable
from shop import baskets, placement, quotes
from shop.counter import intake, people, prices
from shop.counter.devices import device_named, find_devices
from shop.counter.intake_form import IntakeForm
from shop.storefront.answers import QUESTIONS, read_answers

REFUSALS = (
    *placement.PROBLEMS,
    quotes.NotOffered,
    quotes.AddOnNotOffered,
    quotes.AnswerNotKnown,
    baskets.NotForSale,
    baskets.OtherCurrency,
)
ASKED_HERE = ("condition", "urgency")  # the way of handing over is known: it lies on the counter
USUAL_HOUR = 17
PART = re.compile("part-[0-9]{1,11}")  # the choice of part of the repair of this id


@method_decorator(never_cache, name="dispatch")
class IntakePage(PermissionRequiredMixin, View):
    """Template `counter/intake.html`. Every button but the last one shows the page again, nothing lost.

    Buttons: `pick`/`pick_contact` (take a found one), `drop` (device or contact), `act` (refresh or take).
    """

    permission_required = "repairs.work_bench"
    template_name = "counter/intake.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """An empty form; `?device=` names the thing."""
        data = QueryDict(mutable=True)
        data["device"] = request.GET.get("device", "").replace("\x00", "")
        return self._page(data, first=True)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Do what the button says."""
        data = as_typed(request.POST)
        return self._take(data) if data.get("act") == "take" else self._page(data)

    def _page(self, data: QueryDict, *, first: bool = False) -> HttpResponse:
        at, zone = timezone.now(), shop_settings(site_for(self.request)).zone
        with timezone.override(zone):
            desk = desk_of(self.request, data, at)
            if first:
                promised = (at.astimezone(zone) + timedelta(days=1)).replace(hour=USUAL_HOUR, minute=0)
                values: Any = IntakeForm.first_values(promised_at=promised)
            else:
                values = {name: data.get(name, "") for name in IntakeForm.base_fields}
            return self._shown(desk, IntakeForm(initial=values, at=at, **choices_of(desk)))

    def _take(self, data: QueryDict) -> HttpResponse:
        at, site = timezone.now(), site_for(self.request)
        with timezone.override(shop_settings(site).zone):
            desk = desk_of(self.request, data, at)
            form = IntakeForm(data, at=at, **choices_of(desk))
            if form.is_valid():
                try:
                    job = self._taken(form.cleaned_data, desk, at)
                except REFUSALS as refusal:
                    field = refusal.field if isinstance(refusal, ContactNotUsable) else None
                    form.add_error(field, str(refusal))
                else:
                    messages.success(self.request, _("%(job)s is taken in.") % {"job": job})
                    return redirect(f"{reverse('counter:job', args=[job.reference])}?taken=1")
            return self._shown(desk, form, status=422)

    def _taken(self, given: dict[str, Any], desk: dict[str, Any], at: datetime) -> Any:
        site, device = site_for(self.request), desk["device"]
        agreed = terms.current(site)
        return intake.take_in(
            site=site,
            thing=intake.Thing(
                device=device,
                subject_name=device.name if device else given["own_thing"],
                repair_types=[choice.repair_type for choice in desk["asked"].chosen],
                answers={**{name: given[name] for name in ASKED_HERE}, "service_type": "in_store"},
                part_grades={choice.repair_type.pk: choice.grade for choice in desk["asked"].chosen if choice.parts},
                add_ons=given["add_ons"],
                problem=given["problem"],
                marks={"serial": given["serial"]} if given["serial"] else {},
            ),
            customer=_customer(given, desk["contact"]),
            consent=placement.Consent(agreed.terms_version, agreed.privacy_version, at),
            once=given["once"],
            by=self.request.user,
            at=at,
            shown_total=given["shown_total"],
            promised_at=given["promised_at"],
            technician=next((row for row in desk["technicians"] if str(row.pk) == given["technician"]), None),
        )

    def _shown(self, desk: dict[str, Any], form: IntakeForm, *, status: int = 200) -> HttpResponse:
        return render(self.request, self.template_name, {**desk, "form": form}, status=status)


def as_typed(post: QueryDict) -> QueryDict:
    """What was sent, without characters no database keeps, and with what the pressed button picked or dropped."""
    data = QueryDict(mutable=True)
    for name, values in post.lists():
        data.setlist(name, [value.replace("\x00", "") for value in values])
    for pressed, kept, words in (("pick", "device", "device_words"), ("pick_contact", "contact", "who")):
        if data.get(pressed):
            data[kept], data[words] = str(data[pressed]), ""
        if data.get("drop") == kept:
            data[kept] = ""
    return data


def desk_of(request: HttpRequest, data: QueryDict, at: datetime) -> dict[str, Any]:
    """Everything the page shows beside the form's own fields: what was found, what it costs, who may do it."""
    site = site_for(request)
    device = device_named(data.get("device", ""))
    own_thing = not device and data.get("own_thing", "").strip()
    contact = people.contact_named(site=site, pk=data.get("contact", ""))
    device_words, who = data.get("device_words", "")[:80], data.get("who", "")[:80]
    answers = read_answers(data)
    return {
        "open": intake.can_take_in(),
        "zone": shop_settings(site).zone,
        "device": device,
        "device_words": device_words,
        "devices": [] if device else find_devices(site=site, words=device_words),
        "contact": contact,
        "who": who,
        "contacts": [] if contact else people.find_contacts(site=site, words=who),
        "technicians": people.technicians(),
        "asked": _asked(site, device, answers, data, at) if device or own_thing else prices.Asked(),
        "has_thing": bool(device or own_thing),
        "questions": [
            {"name": q.name, "legend": q.short, "choices": q.choices(answers[q.name])}
            for q in QUESTIONS
            if q.name in ASKED_HERE
        ],
    }


def choices_of(desk: dict[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """What may be chosen at this moment, as the form wants it."""
    asked: prices.Asked = desk["asked"]
    return {
        "repairs": [(str(choice.repair_type.pk), choice.repair_type.name) for choice in asked.choices],
        "add_ons": [(extra.add_on.slug, extra.add_on.name) for extra in asked.extras],
        "technicians": [(str(row.pk), row.get_full_name() or row.email) for row in desk["technicians"]],
    }


def _asked(site: Any, device: Subject | None, answers: dict[str, str], data: QueryDict, at: datetime) -> prices.Asked:
    ids = {int(value) for value in data.getlist("repairs") if value.isascii() and value.isdecimal() and len(value) < 12}
    wanted = {**answers, "service_type": "in_store"}
    return prices.ask(
        site=site,
        device=device,
        answers=wanted,
        repair_type_ids=ids,
        add_ons=set(data.getlist("add_ons")),
        parts={int(name[5:]): str(data[name]) for name in data if PART.fullmatch(name)},
        at=at,
    )


def _customer(given: dict[str, Any], contact: Any) -> placement.Customer:
    """The person who was found, as we know them; else the one who was typed in."""
    if contact is None:
        return placement.Customer(given["name"], given["email"], given["phone"], given["language"])
    return placement.Customer(contact.name, contact.email, str(contact.phone), contact.language, contact.user)
