"""Pages of families and categories: which devices belong to it, what is repaired on them and from what price."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from cms import catalogue, search
from cms.models import Subject
from cms.sites import site_for
from cms.subjects import tree_ids
from shop import facts
from shop.storefront import finding, head, price_list
from shop.storefront.devices import PAGE_SIZE, TREE_ORDER, live_devices, questions_about, true_until

NAMED = (Subject.Kind.FAMILY, Subject.Kind.CATEGORY)


def kind_page(request: HttpRequest, slug: str) -> HttpResponse:
    """One family or category. Six statements for any number of devices."""
    site, at = site_for(request), timezone.now()
    node = get_object_or_404(Subject.objects.select_related("parent"), slug=slug, live=True, kind__in=NAMED)
    known = catalogue.read(site)
    under = "parent" if node.kind == Subject.Kind.CATEGORY else "parent__parent"
    devices = list(live_devices().filter(**{under: node}).order_by(*TREE_ORDER)[: price_list.DEVICES_LOOKED_AT])
    priced = facts.repairs_of_many(site=site, devices=devices, at=at)
    page = Paginator(devices, PAGE_SIZE).get_page(request.GET.get("page", ""))
    shown = {device.pk for device in page.object_list}
    repairs = price_list.by_repair(price_list.lowest(priced))
    faqs = questions_about(tree_ids(node))
    above = [node.parent] if node.parent else []
    way = head.trail(site, above, (node.name, head.address(site, "kind", node.slug)))
    context = {
        "seo": head.kind(site, node, way, repairs, faqs),
        "node": node,
        "above": above,
        "categories": [child for child in known.children(known.nodes.get(node.pk)) if child.number]
        if node.kind == Subject.Kind.FAMILY
        else [],
        "repairs": repairs,
        "page_obj": page,
        "page_range": page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1),
        "hits": [finding.hit(device, rows, search.Found("")) for device, rows in priced if device.pk in shown],
        "faqs": faqs,
    }
    return true_until(render(request, "shop/kind.html", context), (fact.until for _, rows in priced for fact in rows))
