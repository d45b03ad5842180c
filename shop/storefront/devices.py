"""Public pages: find a device, see what it costs to repair it, and why. The same bytes for everybody."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Window
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import urlencode

from cms.models import RepairType, Subject
from cms.sites import site_for
from cms.subjects import tree_ids
from shop import facts, quotes
from shop.storefront.answers import asked, read_answers

PAGE_SIZE = 24
SEARCH_LENGTH = 80


def true_until(page: HttpResponse, moments: Iterable[datetime]) -> HttpResponse:
    """Tell the page cache when time alone may change the page; without a moment it stays true until it is changed."""
    first = min(moments, default=None)
    if first is not None:
        page["X-Cache-Until"] = str(first.timestamp())
    return page


def live_devices() -> QuerySet[Subject]:
    """Every published device with its category and family at hand."""
    return Subject.objects.filter(kind=Subject.Kind.DEVICE, live=True).select_related("parent__parent")


def begins(field: str, word: str) -> Q:
    """The condition that one of the words in a field begins with this one."""
    return Q(**{f"{field}__istartswith": word}) | Q(**{f"{field}__icontains": f" {word}"})


def matching(devices: QuerySet[Subject], words: str) -> QuerySet[Subject]:
    """The devices in whose name, brand, category or model codes every one of the words occurs, in any order.

    A number must begin a word, so that "8" is the iPhone 8 and not every model code with an 8 in it.
    """
    for word in words.split():
        place = begins("name", word) if word[0].isdigit() else Q(name__icontains=word)
        for field in ("brand", "model_codes", "parent__name", "parent__parent__name"):
            place |= begins(field, word)
        devices = devices.filter(place)
    return devices


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


def categories_for(page: Page, chosen: str) -> list[Subject]:
    """The categories to choose from. Nothing is asked when all devices are on this page: theirs are all there are."""
    if not chosen and page.paginator.num_pages == 1:
        return list({device.parent_id: device.parent for device in page.object_list if device.parent}.values())
    has_devices = Subject.objects.filter(parent=OuterRef("pk"), kind=Subject.Kind.DEVICE, live=True)
    return list(Subject.objects.filter(Exists(has_devices), kind=Subject.Kind.CATEGORY, live=True))


def device_list(request: HttpRequest) -> HttpResponse:
    """Devices with their lowest price; searched by `q`, narrowed by `category`, 24 to a page."""
    site, at = site_for(request), timezone.now()
    words = request.GET.get("q", "").replace("\x00", "").strip()[:SEARCH_LENGTH]
    category = request.GET.get("category", "").replace("\x00", "")
    found = matching(live_devices(), words)
    if category:
        found = found.filter(parent__slug=category)
    page = page_of(found, request.GET.get("page", ""))
    priced = facts.repairs_of_many(site=site, devices=page.object_list, at=at)
    context = {
        "words": words,
        "category": category,
        "categories": categories_for(page, category),
        "page_obj": page,
        "page_range": page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1),
        "devices": [
            {"device": device, "price": min((fact.price for fact in repairs), key=lambda p: p.total, default=None)}
            for device, repairs in priced
        ],
    }
    page_shown = render(request, "shop/device_list.html", context)
    return true_until(page_shown, (fact.until for _, repairs in priced for fact in repairs))


def find_device(slug: str) -> Subject:
    """The published device of that address, or a 404."""
    return get_object_or_404(live_devices(), slug=slug)


def find_repair(device: Subject, slug: str) -> RepairType:
    """The published repair of that address that is offered for the device or for what it belongs to, or a 404."""
    offered = Q(subject__in=tree_ids(device)) | Q(subject=None)
    repairs = RepairType.objects.filter(offered, live=True, locale__language_code=settings.LANGUAGE_CODE)
    return get_object_or_404(repairs, slug=slug)


def device_page(request: HttpRequest, slug: str) -> HttpResponse:
    """One device and its repairs with their prices in the best case."""
    site, device = site_for(request), find_device(slug)
    repairs = facts.repairs_of(site=site, device=device, at=timezone.now())
    page = render(request, "shop/device.html", {"device": device, "repairs": repairs})
    return true_until(page, (fact.until for fact in repairs))


def repair_page(request: HttpRequest, slug: str, repair_slug: str) -> HttpResponse:
    """One repair of one device: the questions, and the price explained step by step for the given answers."""
    site, device = site_for(request), find_device(slug)
    repair_type = find_repair(device, repair_slug)
    answers, at = read_answers(request.GET), timezone.now()
    try:
        price = quotes.price(site=site, device=device, repair_type=repair_type, answers=answers, at=at)
    except quotes.NotOffered as missing:
        raise Http404(str(missing)) from missing
    context = {
        "device": device,
        "repair_type": repair_type,
        "price": price,
        "questions": asked(answers),
        "book_query": urlencode({"device": device.slug, "repair": repair_type.slug, **answers}),
        "shop": site.shop,
    }
    change = facts.next_change(facts.rules_of(site, at), at)
    return true_until(render(request, "shop/repair.html", context), [change])
