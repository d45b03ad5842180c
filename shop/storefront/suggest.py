"""Answers while somebody types: a few lines of HTML, made by the rule of the page of results."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.views.decorators.http import conditional_page, require_safe

from cms import catalogue, questions, search
from cms.sites import site_for
from shop.storefront import found as finding
from shop.storefront.currency import chosen
from shop.storefront.devices import live_devices

MOST = {search.DEVICES: 6, search.KINDS: 2, search.REPAIRS: 3, search.QUESTIONS: 3}
BESIDE = {search.DEVICES: 4, search.KINDS: 2, search.REPAIRS: 2, search.QUESTIONS: 2}  # in a group that is not first
CHOOSING = {search.DEVICES: 6, search.KINDS: 0, search.REPAIRS: 0, search.QUESTIONS: 0}


@require_safe
@conditional_page
def suggest(request: HttpRequest) -> HttpResponse:
    """The best answers for `q` as options of a list box, in groups. Four statements.

    `only=devices`: for a box in which a device is chosen.
    """
    site = site_for(request)
    known, choosing = catalogue.read(site), request.GET.get("only") == search.DEVICES
    asked = questions.Questions(()) if choosing else questions.read(site)
    found = search.find(known, request.GET.get("q", ""), asked)
    without_devices = not known.families()
    most = CHOOSING if choosing else {**BESIDE, found.first: MOST.get(found.first, 0)}
    ids = list((found.devices or found.near)[: most[search.DEVICES]])
    groups = finding.groups(
        site=site,
        known=known,
        all_of_them=asked,
        found=found,
        devices=live_devices().in_bulk(ids) if ids else {},
        most=most,
        at=timezone.now(),
        language=get_language() or "",
        currency=chosen(request),
    )
    context = {
        "found": found,
        "groups": groups,
        "number": sum(len(group.hits) for group in groups),
        "near": any(not group.exact for group in groups),
        "without_devices": without_devices,
        "unknown": not without_devices and finding.is_unknown(found),
        "unknown_first": not without_devices and found.first == search.UNKNOWN,
        "diagnosis": finding.diagnosis_address(found.words),
        "total": len(found.devices),
        "more": len(found.devices) > len(ids),
    }
    answer = render(request, "shop/answers.html", context)
    patch_cache_control(answer, public=True, max_age=0, must_revalidate=True)
    return answer
