"""The device step: search, browse, or say it in your own words. Choosing is a link, so that it needs no script."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from cms import catalogue, search
from cms.models import RepairType, Subject
from cms.sites import shop_settings
from cms.subjects import tree_ids
from shop import drafts, guesses
from shop.draft_prices import currency_of
from shop.facts import treatment_kinds
from shop.models import DraftItem
from shop.storefront.answers import read_answers
from shop.storefront.currency import chosen
from shop.storefront.devices import live_devices, page_of_ids
from shop.wizard import issue
from shop.wizard.offers import offered
from shop.wizard.opening import Opened, with_draft
from shop.wizard.preview import preview
from shop.wizard.steps import steps

MOST_SHOWN = 120


@dataclass(frozen=True)
class Wanted:
    """What an address asks to book: a device, or something in words, or a treatment, with repairs already chosen."""

    device: Subject | None
    words: str
    repairs: list[str]


def wanted(request: HttpRequest) -> Wanted | None:
    """What the query names, or None when it names nothing. Raises Http404 for what is not there."""
    query = request.GET
    slug, words = (query.get(name, "").replace("\x00", "").strip() for name in ("device", "thing"))
    repairs = [slug.replace("\x00", "")[:140] for slug in query.getlist("repair")[:20] if slug]
    if not slug and not words and not repairs:
        return None
    device = get_object_or_404(live_devices(), slug=slug) if slug else None
    if repairs:
        node = {"subject__in": tree_ids(device)} if device else {"subject": None}
        language = {"locale__language_code": settings.LANGUAGE_CODE}
        known = RepairType.objects.filter(live=True, slug__in=repairs, **language)
        if not known.filter(**node).exists() and not known.filter(subject=None).exists():
            raise issue.missing_thing()
    return Wanted(device, words[:120], repairs)


@with_draft
def device(opened: Opened) -> HttpResponse:
    """The finder for another thing, or the questions about the one that was found."""
    request = opened.request
    asked = wanted(request)
    if asked is None:
        if request.method == "POST":
            return redirect("draft", token=opened.token)
        return render(request, "shop/wizard/device.html", opened.context("device") | finder(request, opened.site))
    if request.method == "POST":
        return add(opened, asked)
    return show_new(request, asked, site=opened.site, at=opened.at, context=opened.context("issue"))


def add(opened: Opened, asked: Wanted) -> HttpResponse:
    """Add the thing to the draft and keep its answers."""
    request = opened.request
    thing = {"name": asked.words} if asked.words and asked.device is None else {}
    key = issue.fresh_key(request)
    item = drafts.add_item(opened.draft, device=asked.device, thing=thing, key=key, at=opened.at)
    take_service(opened)
    choices = offered(site=opened.site, device=asked.device, at=opened.at, currency=currency_of(opened.draft))
    return issue.answer(opened, item, choices)


def take_service(opened: Opened) -> None:
    """Urgency and service type as they were chosen on the way here; the plain ones change nothing that was said."""
    draft, given, plain = opened.draft, read_answers(opened.request.POST.dict()), read_answers({})
    urgency = given["urgency"] if given["urgency"] != plain["urgency"] else draft.urgency
    service = given["service_type"] if given["service_type"] != plain["service_type"] else draft.service_type
    drafts.answer_service(draft, urgency=urgency, service_type=service, at=opened.at)


def show_new(request: HttpRequest, asked: Wanted, *, site: Any, at: Any, context: dict[str, Any]) -> HttpResponse:
    """The questions about a thing that is not kept yet: nothing is written until something is sent."""
    currency = currency_of(context["draft"]) if "draft" in context else chosen(request)
    choices = offered(site=site, device=asked.device, at=at, currency=currency)
    answers = read_answers(request.POST or request.GET)
    name = asked.device.name if asked.device else asked.words
    if not choices.repairs:
        return render(request, issue.NOTHING_OF, context | {"name": name})
    values: dict[str, list[str]] = {"repairs": asked.repairs, "condition": [answers["condition"]]}
    values |= {name: request.GET.getlist("part_grade") for name in choices.part_names()}
    if request.method == "POST":
        values |= issue.sent(request, choices)
    if "summary" not in context or not context["summary"].things:
        context["summary"] = preview(site=site, asked=asked, choices=choices, values=values, answers=answers, at=at)
    context |= issue.questions(choices, values, None)
    key = issue.fresh_key(request) or uuid.uuid4()
    context |= {"item": DraftItem(key=key, device=asked.device), "name": name, "carried": answers}
    return render(request, "shop/wizard/issue.html", context)


def first(request: HttpRequest, *, site: Any, at: Any) -> HttpResponse:
    """The very first step of a booking that has no draft yet."""
    asked = wanted(request)
    context: dict[str, Any] = {"steps": steps(draft=None, token="", current="issue" if asked else "device")}
    if asked is None:
        return render(request, "shop/wizard/device.html", context | finder(request, site))
    return show_new(request, asked, site=site, at=at, context=context)


def slow_down(request: HttpRequest, asked: Wanted, *, site: Any, at: Any) -> HttpResponse:
    """Too many bookings were begun from here: the questions once more with all that was answered, and what to do."""
    words = _(
        "Very many bookings were begun from here within the hour. Send this page again a little later, or call us."
    )
    messages.error(request, words)
    context = {"steps": steps(draft=None, token="", current="issue")}
    page = show_new(request, asked, site=site, at=at, context=context)
    page.status_code = 429
    page["Retry-After"] = str(guesses.SPAN_SECONDS)
    return page


def finder(request: HttpRequest, site: Any) -> dict[str, Any]:
    """What the finder shows: answers to a search, or the devices of a category, or all families and categories."""
    known, words = catalogue.read(site), search.tidy(request.GET.get("q", ""))
    category = request.GET.get("category", "").replace("\x00", "")
    found = search.find(known, words)
    rows: list[Subject] = []
    if words:
        rows = list(page_of_ids(found.devices or found.near, "1").object_list)
    elif category:
        rows = list(live_devices().filter(Q(parent__slug=category) | Q(parent__parent__slug=category))[:MOST_SHOWN])
    return {
        "words": words,
        "corrected": found.corrected,
        "near": not found.devices,
        "category": category if not words else "",
        "found": rows,
        "families": [(family, known.children(family)) for family in known.families()],
        "treatments": treatment_kinds(site=site, at=timezone.now()),
        "shop": shop_settings(site),
        "here": request.path,
        "leads": f"{request.path}?device={{device}}&repair={{repair}}",
    }
