"""Public pages: find a device, see what it costs to repair it, and why. The same bytes for everybody."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from cms import catalogue, inheritance
from cms.models import FAQ, CommonIssue, RepairType, Subject
from cms.pictures.subjects import Picture, picture_of
from cms.previews.drafts import draft_of, is_preview, with_draft
from cms.sites import Site, site_for
from cms.subjects import tree_ids
from shop import facts, quotes
from shop.pricing import PriceLine
from shop.storefront import finding, head
from shop.storefront.answers import asked, part_questions, read_answers
from shop.storefront.currency import chosen

PAGE_SIZE = 24
NEW = "new"  # the address of a draft that has none yet
RELATED = 6
TREE_ORDER: list[str] = ["parent__parent__sort_order", "parent__parent__name", "parent__sort_order", "parent__name"]
TREE_ORDER += ["sort_order", "name", "pk"]


def true_until(page: HttpResponse, moments: Iterable[datetime]) -> HttpResponse:
    """Tell the page cache when time alone may change the page; without a moment it stays true until it is changed."""
    first = min(moments, default=None)
    if first is not None:
        page["X-Cache-Until"] = str(first.timestamp())
    return page


def live_devices() -> QuerySet[Subject]:
    """Every published device with its category and family at hand."""
    return Subject.objects.filter(kind=Subject.Kind.DEVICE, live=True).select_related("parent__parent")


def page_of_ids(ids: tuple[int, ...], wanted: str) -> Page:
    """One page of devices that were found, in their order, in one statement; one unpublished meanwhile is left out."""
    page = Paginator(ids, PAGE_SIZE).get_page(wanted)
    rows = live_devices().in_bulk(list(page.object_list))
    page.object_list = [rows[pk] for pk in page.object_list if pk in rows]
    return page


def find_device(request: HttpRequest, slug: str) -> Subject:
    """The published device of that address, or a 404. For an editor's preview: the draft, or one not published yet."""
    draft = draft_of(request, Subject)
    if draft is not None and (draft.slug or NEW) == slug:
        draft.slug = slug
        return draft
    if is_preview(request):
        rows = Subject.objects.filter(kind=Subject.Kind.DEVICE).select_related("parent__parent")
        return get_object_or_404(rows, slug=slug)
    return get_object_or_404(live_devices(), slug=slug)


def find_repair(request: HttpRequest, device: Subject, slug: str) -> RepairType:
    """The published repair of that address that is offered for the device or for what it belongs to, or a 404."""
    draft = draft_of(request, RepairType)
    if draft is not None and (draft.slug or NEW) == slug:
        draft.slug = slug
        return draft
    offered = Q(subject__in=tree_ids(device)) | Q(subject=None)
    repairs = RepairType.objects.filter(offered, live=True, locale__language_code=settings.LANGUAGE_CODE)
    return get_object_or_404(repairs, slug=slug)


def questions_about(request: HttpRequest, nodes: Iterable[int | None]) -> list[FAQ]:
    """The live questions about these nodes, in one statement; a draft that an editor looks at stands in its place."""
    known = [pk for pk in nodes if pk]
    rows = FAQ.objects.filter(live=True, subject_id__in=known, locale__language_code=settings.LANGUAGE_CODE)
    draft = draft_of(request, FAQ)
    return with_draft(request, list(rows), FAQ, belongs=draft is not None and draft.subject_id in known)


def above(device: Subject) -> list[Subject]:
    """Family and category of a device, the family first; one that was taken off the site has no page to lead to."""
    category = device.parent
    family = category.parent if category else None
    return [node for node in (family, category) if node is not None and node.live]


def photo_of(request: HttpRequest, known: catalogue.Catalogue, node: Subject) -> Picture | None:
    """The photo of a node or of the nearest above it; that of a draft as it will be."""
    if draft_of(request, Subject) is not node:
        return known.picture_of(node.pk)
    own = picture_of(node, node.photo) if node.photo is not None else None
    return own or known.picture_of(node.parent_id)


def groups(shelf: facts.Shelf) -> list[tuple[str, Sequence[facts.RepairFact | facts.OnRequest]]]:
    """All that is done for a device: what has a price, what is done for anything, and what is priced after a look."""
    own = [fact for fact in shelf.repairs if fact.repair_type.subject_id]
    loose = [fact for fact in shelf.repairs if not fact.repair_type.subject_id]
    named: list[tuple[str, Sequence[facts.RepairFact | facts.OnRequest]]] = [
        (_("Repairs and prices"), own),
        (_("For any device"), loose),
        (_("Priced after a look"), shelf.on_request),
    ]
    return [(name, rows) for name, rows in named if rows]


def reasons(repairs: Iterable[facts.RepairFact]) -> list[PriceLine]:
    """Each rule that has moved a price of these repairs, once, in the order in which they are met."""
    return list({line.name: line for fact in repairs for line in fact.price.lines[1:]}.values())


def device_page(request: HttpRequest, slug: str) -> HttpResponse:
    """One device and its repairs with their prices in the best case. Five statements."""
    site, device = site_for(request), find_device(request, slug)
    look: dict[str, Any] = {"at": timezone.now(), "draft": draft_of(request, RepairType), "currency": chosen(request)}
    shelf = facts.shelf_of(site=site, device=device, **look)
    repairs = shelf.repairs
    known, tree = catalogue.read(site), tree_ids(device)
    faqs, nodes = questions_about(request, tree), inheritance.chain(device)
    complaints = finding.complaints(known, tree, draft_of(request, CommonIssue))
    way = head.trail(site, above(device), (device.name, head.address(site, "device", device.slug)))
    beside = known.nodes.get(device.parent_id or 0)
    photo = photo_of(request, known, device)
    related = [node for node in known.children(beside) if node.pk != device.pk] if beside else []
    context = {
        "seo": head.device(site, device, way, repairs, faqs, photo),
        "device": device,
        "description": inheritance.inherited("description", nodes),
        "preparation": inheritance.inherited("preparation", nodes),
        "picture": photo,
        "repairs": repairs,
        "groups": groups(shelf),
        "reasons": reasons(repairs),
        "above": above(device),
        "issues": finding.issues(known, device, repairs, complaints),
        "faqs": faqs,
        "related": related[:RELATED],
    }
    return true_until(render(request, "shop/device.html", context), (fact.until for fact in repairs))


def repair_page(request: HttpRequest, slug: str, repair_slug: str) -> HttpResponse:
    """One repair of one device: the questions, and the price explained step by step for the given answers.

    A repair that is priced on request says so, and how to ask.
    """
    site, device = site_for(request), find_device(request, slug)
    repair_type, currency = find_repair(request, device, repair_slug), chosen(request)
    answers, at, draft = read_answers(request.GET), timezone.now(), draft_of(request, RepairType)
    shelf = facts.shelf_of(site=site, device=device, at=at, draft=draft, currency=currency)
    mine = next((fact for fact in shelf.repairs if fact.repair_type.pk == repair_type.pk), None)
    asked_of = next((row for row in shelf.on_request if row.repair_type.pk == repair_type.pk), None)
    if mine is None and asked_of is None:
        raise Http404(_("This repair is not offered."))
    parts = part_questions(mine, request.GET.get("part_grade", "")) if mine else []
    wish = answers | {"part_grade": next(part["value"] for part in parts if part["checked"])} if parts else answers
    whose: dict[str, Any] = {"site": site, "device": device, "repair_type": repair_type, "draft": draft}
    price = quotes.price(**whose, answers=wish, at=at, currency=currency) if mine else None
    nodes, photo = inheritance.chain(device, repair_type), photo_of(request, catalogue.read(site), device)
    faqs = questions_about(request, tree_ids(device))
    plain = mine.price if mine else None
    context = {
        "seo": head.repair(site, device, repair_type, _way(site, device, repair_type), plain, faqs, photo),
        "device": device,
        "repair_type": repair_type,
        "took": mine or asked_of,
        "description": inheritance.inherited("description", nodes),
        "preparation": inheritance.inherited("preparation", nodes),
        "picture": photo,
        "price": price,
        "plain": plain,
        "questions": asked(answers),
        "parts": parts,
        "book_query": urlencode({"device": device.slug, "repair": repair_type.slug, **wish}),
        "kept_days": site.shop.quote_valid_hours // 24,
        "above": above(device),
        "others": [fact for fact in shelf.repairs if fact is not mine],
        "faqs": faqs,
    }
    change = facts.next_change(facts.rules_of(site, at), at)
    return true_until(render(request, "shop/repair.html", context), [change])


def _way(site: Site, device: Subject, repair_type: RepairType) -> list[tuple[str, str]]:
    here = (repair_type.name, head.address(site, "repair", device.slug, repair_type.slug))
    return head.trail(site, above(device), (device.name, head.address(site, "device", device.slug)), here)
