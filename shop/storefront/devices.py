"""Public pages: find a device, see what it costs to repair it, and why. The same bytes for everybody."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet, Window
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from cms import catalogue, inheritance, search
from cms.models import FAQ, CommonIssue, RepairType, Subject
from cms.pictures.subjects import Picture, picture_of
from cms.previews.drafts import draft_of, is_preview, with_draft
from cms.sites import site_for
from cms.subjects import tree_ids
from shop import facts, quotes
from shop.storefront import finding, head, screens
from shop.storefront.answers import asked, read_answers

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


def page_of(found: QuerySet[Subject], wanted: str) -> Page:
    """One page of devices and how many there are, in one statement; past the end it is the last page, for two more."""
    number = int(wanted) if wanted.isdecimal() and len(wanted) < 7 else 1
    start = (max(number, 1) - 1) * PAGE_SIZE
    rows = list(found.annotate(found=Window(Count("pk")))[start : start + PAGE_SIZE])
    pages = Paginator(found, PAGE_SIZE)
    if not rows:
        return pages.get_page(wanted)
    pages.count = rows[0].found  # type: ignore[misc, attr-defined]
    page = pages.get_page(start // PAGE_SIZE + 1)
    page.object_list = rows
    return page


def page_of_ids(ids: tuple[int, ...], wanted: str) -> Page:
    """One page of devices that were found, in their order, in one statement; one unpublished meanwhile is left out."""
    page = Paginator(ids, PAGE_SIZE).get_page(wanted)
    rows = live_devices().in_bulk(list(page.object_list))
    page.object_list = [rows[pk] for pk in page.object_list if pk in rows]
    return page


def device_list(request: HttpRequest) -> HttpResponse:
    """Find my device: searched by `q`, narrowed by `category` (a family or category), 24 to a page."""
    site, at = site_for(request), timezone.now()
    known, words = catalogue.read(site), search.tidy(request.GET.get("q", ""))
    category = request.GET.get("category", "").replace("\x00", "")
    found = search.find(known, words)
    if words:
        page = page_of_ids(finding.within(known, found.devices, category), request.GET.get("page", ""))
    else:
        rows = live_devices().order_by(*TREE_ORDER)
        if category:
            rows = rows.filter(Q(parent__slug=category) | Q(parent__parent__slug=category))
        page = page_of(rows, request.GET.get("page", ""))
    hits = finding.hits(site=site, known=known, devices=page.object_list, found=found, at=at)
    near = finding.nodes(known, found.near)
    title = _("Find my device")
    told = _("Find your device by name, brand or model code and see what each repair costs.")
    context = {
        **screens.around(request, "devices", title=title, told=told, plainly=not words),
        "words": words,
        "found": found,
        "category": category,
        "families": [(family, known.children(family)) for family in known.families()],
        "page_obj": page,
        "page_range": page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1),
        "hits": hits,
        "near": near,
    }
    ends = [*screens.moments(request), *(hit.until for hit in hits if hit.until)]
    return true_until(render(request, "shop/device_list.html", context), ends)


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


def device_page(request: HttpRequest, slug: str) -> HttpResponse:
    """One device and its repairs with their prices in the best case. Five statements."""
    site, device = site_for(request), find_device(request, slug)
    repairs = facts.repairs_of(site=site, device=device, at=timezone.now(), draft=draft_of(request, RepairType))
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
        "above": above(device),
        "issues": finding.issues(known, device, repairs, complaints),
        "faqs": faqs,
        "related": related[:RELATED],
    }
    return true_until(render(request, "shop/device.html", context), (fact.until for fact in repairs))


def repair_page(request: HttpRequest, slug: str, repair_slug: str) -> HttpResponse:
    """One repair of one device: the questions, and the price explained step by step for the given answers."""
    site, device = site_for(request), find_device(request, slug)
    repair_type = find_repair(request, device, repair_slug)
    answers, at, draft = read_answers(request.GET), timezone.now(), draft_of(request, RepairType)
    try:
        price = quotes.price(site=site, device=device, repair_type=repair_type, answers=answers, at=at, draft=draft)
    except quotes.NotOffered as missing:
        raise Http404(str(missing)) from missing
    repairs = facts.repairs_of(site=site, device=device, at=at, draft=draft)
    plain = next((fact.price for fact in repairs if fact.repair_type.pk == repair_type.pk), price)
    nodes, photo = inheritance.chain(device, repair_type), photo_of(request, catalogue.read(site), device)
    faqs = questions_about(request, tree_ids(device))
    here = (repair_type.name, head.address(site, "repair", device.slug, repair_type.slug))
    way = head.trail(site, above(device), (device.name, head.address(site, "device", device.slug)), here)
    context = {
        "seo": head.repair(site, device, repair_type, way, plain, faqs, photo),
        "device": device,
        "repair_type": repair_type,
        "description": inheritance.inherited("description", nodes),
        "preparation": inheritance.inherited("preparation", nodes),
        "picture": photo,
        "price": price,
        "plain": plain,
        "questions": asked(answers),
        "book_query": urlencode({"device": device.slug, "repair": repair_type.slug, **answers}),
        "shop": site.shop,
        "above": above(device),
        "others": [fact for fact in repairs if fact.repair_type.pk != repair_type.pk],
        "faqs": faqs,
    }
    change = facts.next_change(facts.rules_of(site, at), at)
    return true_until(render(request, "shop/repair.html", context), [change])
