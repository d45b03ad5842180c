"""The head of a device's page for frontends: the very one that our own page prints."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from api.v1 import head_shapes
from cms.models import Subject
from cms.pictures.subjects import Picture
from cms.sites import Site, shop_settings
from cms.subjects import tree_ids
from shop.facts import RepairFact
from shop.storefront import head
from shop.storefront.devices import above, questions_about


def head_of(
    device: Subject, *, offered: list[RepairFact], photo: Picture | None, site: Site, request: HttpRequest
) -> dict[str, Any]:
    """Title, canonical address, JSON-LD with the price of each repair and the questions. One statement."""
    here = (device.name, head.address(site, "device", device.slug or "new"))
    way = head.trail(site, above(device), here)
    made = head.device(site, device, way, offered, questions_about(request, tree_ids(device)), photo)
    return head_shapes.printed(made, site_name=shop_settings(site).name, language=settings.LANGUAGE_CODE)
