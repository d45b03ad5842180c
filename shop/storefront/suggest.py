"""Answers while somebody types: a few lines of HTML, made by the rule of the device page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import conditional_page, require_safe

from cms import catalogue, search
from cms.sites import site_for
from shop.storefront import finding
from shop.storefront.devices import live_devices

SHOWN = 6


@require_safe
@conditional_page
def suggest(request: HttpRequest) -> HttpResponse:
    """The best six devices for `q`, or the nearest ones, as options of a list box. Four statements."""
    site = site_for(request)
    known = catalogue.read(site)
    found = search.find(known, request.GET.get("q", ""))
    ids = (found.devices or found.near)[:SHOWN]
    rows = live_devices().in_bulk(list(ids)) if ids else {}
    devices = [rows[pk] for pk in ids if pk in rows]
    context = {
        "found": found,
        "number": len(found.devices),
        "hits": finding.hits(site=site, known=known, devices=devices, found=found, at=timezone.now()),
    }
    answer = render(request, "shop/answers.html", context)
    patch_cache_control(answer, public=True, max_age=0, must_revalidate=True)
    return answer
