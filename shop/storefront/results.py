"""Find my device: what a search found, or all devices, narrowed by kind, brand and year."""

from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cms import catalogue, narrowing, questions, search, search_repairs
from cms.catalogue import Catalogue, Repair
from cms.sites import site_for
from shop.storefront import finding, screens
from shop.storefront import found as grouping
from shop.storefront.currency import chosen
from shop.storefront.devices import PAGE_SIZE, page_of_ids, true_until

MOST = {search.DEVICES: PAGE_SIZE, search.KINDS: 6, search.REPAIRS: 12, search.QUESTIONS: 12}


@dataclass(frozen=True)
class Asked:
    """What the address asks for: words, a repair that devices are sought for, and how they are narrowed."""

    words: str
    repair: Repair | None
    narrow: narrowing.Narrow

    @property
    def plainly(self) -> bool:
        """Whether nothing was asked: the screen as it is."""
        return not self.words and self.repair is None and self.narrow == narrowing.Narrow()


def read(request: HttpRequest, known: Catalogue) -> Asked:
    """What the query asks for; what is unknown there counts as not asked."""
    query = {name: request.GET.get(name, "").replace("\x00", "")[:140] for name in ("repair", "category", "brand")}
    repair = next((row for row in known.repairs.values() if query["repair"] and row.slug == query["repair"]), None)
    narrow = narrowing.Narrow(
        query["category"],
        query["brand"],
        _year(request.GET.get("year_from", "")),
        _year(request.GET.get("year_to", "")),
    )
    return Asked(search.tidy(request.GET.get("q", "")), repair, narrow)


def _year(text: str) -> int | None:
    return int(text) if len(text) == 4 and text.isascii() and text.isdecimal() else None


def find(known: Catalogue, asked: Asked, about: questions.Questions) -> search.Found:
    """What fits the words; with a repair only the devices that it may be offered for, each leading to it."""
    found = search.find(known, asked.words, about)
    if asked.repair is None:
        return found
    may = search_repairs.mended(known, [asked.repair.subject_id])
    fitting = set(may)
    ids = tuple(pk for pk in found.devices if pk in fitting) if asked.words else may
    return replace(
        found, devices=ids, repairs={asked.repair.pk: 1}, near=(), first=search.DEVICES, kinds=(), questions=()
    )


def device_list(request: HttpRequest) -> HttpResponse:
    """Devices, kinds, repairs and questions for `q`, or the devices of a `repair`; 24 devices to a page.

    A shop without devices has its services instead.
    """
    site, at, known = site_for(request), timezone.now(), catalogue.read(site_for(request))
    asked, about = read(request, known), questions.Questions(())
    if not known.families():
        return redirect(f"{reverse('services')}?{urlencode({'q': asked.words})}" if asked.words else "services")
    if asked.words:
        about = questions.read(site)
    found = find(known, asked, about)
    everything = asked.words or asked.repair
    every = found.devices if everything else known.devices()
    ids = narrowing.narrowed(known, every, asked.narrow)
    page = page_of_ids(ids, request.GET.get("page", ""))
    hits = finding.hits(site=site, known=known, devices=page.object_list, found=found, at=at, currency=chosen(request))
    title = _("Find my device")
    told = _("Find your device by name, brand or model code and see what each repair costs.")
    plainly = asked.plainly or not (asked.words or asked.repair)
    context = {
        **screens.around(request, "devices", title=title, told=told, plainly=plainly),
        "words": asked.words,
        "asked": asked,
        "found": found,
        "page_obj": page,
        "page_range": page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1),
        "hits": hits,
        "near": finding.nodes(known, found.near),
        "plainly": asked.plainly,
        **_beside(known, about, found, asked, page.number),
        **_choices(known, asked, every),
    }
    ends = [*screens.moments(request), *(hit.until for hit in hits if hit.until)]
    return true_until(render(request, "shop/device_list.html", context), ends)


def _beside(
    known: Catalogue, about: questions.Questions, found: search.Found, asked: Asked, page: int
) -> dict[str, Any]:
    """What stands beside the devices: on the first page of a search, the best group first."""
    families = [(family, known.children(family)) for family in known.families()] if asked.plainly else []
    if not asked.words or page > 1 or asked.narrow != narrowing.Narrow():
        return {"families": families, "groups": []}
    kinds = [grouping.KindHit(known.nodes[pk]) for pk in found.kinds]
    repairs = [] if asked.repair or found.first == search.DEVICES else grouping.repair_hits(known, found)
    answers = grouping.question_hits(known, about, found, get_language() or "")
    rows: dict[str, Any] = {search.KINDS: kinds, search.REPAIRS: repairs, search.QUESTIONS: answers}
    made = [grouping.Group(sort, hits[: MOST[sort]], len(hits)) for sort, hits in rows.items()]
    return {
        "families": families,
        "groups": grouping.in_order(made, found.first),
        "devices_first": found.first in (search.DEVICES, search.UNKNOWN),
        "unknown": grouping.is_unknown(found),
        "diagnosis": grouping.diagnosis_address(asked.words),
    }


def _choices(known: Catalogue, asked: Asked, ids: tuple[int, ...]) -> dict[str, Any]:
    """How these devices may be narrowed, when there are many or when they are narrowed already."""
    narrow = asked.narrow
    many = len(ids) > PAGE_SIZE or narrow != narrowing.Narrow()
    family = known.by_slug(narrow.category, "family") if narrow.category else None
    return {"narrow": narrow, "family": family, "facets": narrowing.facets(known, ids) if many else None}
