"""Pages of families and categories: which devices belong to it, what is repaired on them and from what price."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from cms import catalogue, inheritance, search
from cms.models import Subject
from cms.previews.drafts import draft_of, is_preview
from cms.sites import site_for
from cms.subjects import tree_ids
from shop import facts
from shop.storefront import finding, head, price_list
from shop.storefront.currency import chosen
from shop.storefront.devices import NEW, PAGE_SIZE, TREE_ORDER, live_devices, photo_of, questions_about, true_until

NAMED = (Subject.Kind.FAMILY, Subject.Kind.CATEGORY)


def find_kind(request: HttpRequest, slug: str) -> Subject:
    """The published family or category of that address, or a 404; for an editor's preview the draft of it."""
    draft = draft_of(request, Subject)
    if draft is not None and (draft.slug or NEW) == slug:
        draft.slug = slug
        return draft
    rows = Subject.objects.select_related("parent").filter(kind__in=NAMED)
    return get_object_or_404(rows if is_preview(request) else rows.filter(live=True), slug=slug)


def kind_page(request: HttpRequest, slug: str) -> HttpResponse:
    """One family or category. Six statements for any number of devices."""
    site, at = site_for(request), timezone.now()
    node, known = find_kind(request, slug), catalogue.read(site)
    under = "parent" if node.kind == Subject.Kind.CATEGORY else "parent__parent"
    rows = live_devices().filter(**{under: node.pk}).order_by(*TREE_ORDER) if node.pk else Subject.objects.none()
    devices = list(rows[: price_list.DEVICES_LOOKED_AT])
    shelves = facts.shelves_of_many(site=site, devices=devices, at=at, currency=chosen(request))
    priced = [(device, shelf.repairs) for device, shelf in shelves]
    page = Paginator(devices, PAGE_SIZE).get_page(request.GET.get("page", ""))
    shown = {device.pk for device in page.object_list}
    repairs = price_list.by_repair(price_list.lowest(priced))
    faqs, nodes = questions_about(request, tree_ids(node)), inheritance.chain(node)
    photo = photo_of(request, known, node)
    above = [node.parent] if node.parent else []
    way = head.trail(site, above, (node.name, head.address(site, "kind", node.slug)))
    context = {
        "seo": head.kind(site, node, way, repairs, faqs, photo),
        "node": node,
        "description": inheritance.inherited("description", nodes),
        "preparation": inheritance.inherited("preparation", nodes),
        "picture": photo,
        "above": above,
        "categories": [child for child in known.children(known.nodes.get(node.pk)) if child.number]
        if node.kind == Subject.Kind.FAMILY and node.pk
        else [],
        "repairs": repairs,
        "page_obj": page,
        "page_range": page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1),
        "hits": [finding.hit(known, row, shelf, search.Found("")) for row, shelf in shelves if row.pk in shown],
        "faqs": faqs,
    }
    return true_until(render(request, "shop/kind.html", context), (fact.until for _, rows in priced for fact in rows))
