"""GET devices: what we repair, searched and narrowed, with the choices that are left."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.schema import operation
from api.v1.devices import SHOWN, CurrencyAsk, Device, currency_in, live_devices, printed
from api.v1.inherited import printed_photo
from api.views import PublicView, true_until
from cms import catalogue, narrowing, search
from cms.catalogue import Catalogue
from cms.models import Subject
from cms.sites import Site
from shop.facts import cheapest, repairs_of_many


class DevicesAsk(CurrencyAsk):
    """What to look for."""

    q = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=100,
        help_text="Name, brand, kind or model code, in any order; typing errors are forgiven. Best fit first.",
    )
    category = serializers.SlugField(required=False, max_length=140, help_text="Slug of a category or family.")
    brand = serializers.CharField(required=False, max_length=80)
    year_from = serializers.IntegerField(required=False, min_value=1900, max_value=9999)
    year_to = serializers.IntegerField(required=False, min_value=1900, max_value=9999)
    limit = serializers.IntegerField(required=False, default=20, min_value=1, max_value=100)
    offset = serializers.IntegerField(required=False, default=0, min_value=0, max_value=100_000)


class BrandCount(serializers.Serializer):
    """A brand among the devices that fit."""

    name = serializers.CharField()
    count = serializers.IntegerField()


class CategoryCount(serializers.Serializer):
    """A category among the devices that fit."""

    slug = serializers.CharField()
    name = serializers.CharField()
    count = serializers.IntegerField()


class YearCount(serializers.Serializer):
    """A year of first sale among the devices that fit."""

    year = serializers.IntegerField()
    count = serializers.IntegerField()


class DeviceFacets(serializers.Serializer):
    """How many of all devices that fit, on this page and on the others, belong to each choice."""

    brands = BrandCount(many=True, help_text="By name.")
    categories = CategoryCount(many=True, help_text="By name.")
    years = YearCount(many=True, help_text="The newest first.")


class Devices(serializers.Serializer):
    """A page of devices."""

    items = Device(many=True)
    total = serializers.IntegerField()
    limit = serializers.IntegerField()
    offset = serializers.IntegerField()
    facets = DeviceFacets()


SHOWN_FACETS = {
    "brands": [{"name": "Apple", "count": 1}],
    "categories": [{"slug": "iphone", "name": "iPhone", "count": 1}],
    "years": [{"year": 2021, "count": 1}],
}


def found(asked: dict[str, Any], *, known: Catalogue) -> tuple[int, ...]:
    """The ids of the devices that fit: by brand, newest first, then by name; best first when words are searched.

    `q` finds what the search of the pages finds (cms/search.py).
    """
    words = asked.get("q", "").strip()
    ids = search.find(known, words).devices if words else narrowing.in_list_order(known)
    fields = ("category", "brand", "year_from", "year_to")
    return narrowing.narrowed(known, ids, narrowing.Narrow(**{name: asked[name] for name in fields if name in asked}))


def rows_of(ids: Iterable[int]) -> list[Subject]:
    """The live devices of these ids in their order, in one statement."""
    rows = live_devices().in_bulk(list(ids))
    return [rows[pk] for pk in ids if pk in rows]


def printed_list(
    devices: list[Subject], *, site: Site, known: Catalogue, at: datetime, currency: str
) -> tuple[list[Any], list[Any]]:
    """Devices as JSON with the price of their cheapest repair, and when those prices may change. Two statements."""
    priced = repairs_of_many(site=site, devices=devices, at=at, currency=currency)
    prices = {device.pk: best.price for device, facts in priced if (best := cheapest(facts))}
    items = [printed(row, prices.get(row.pk), printed_photo(known.picture_of(row.pk), site)) for row in devices]
    return items, [fact.until for _device, facts in priced for fact in facts]


def printed_facets(known: Catalogue, ids: Iterable[int]) -> dict[str, Any]:
    """How many of the devices belong to each brand, category and year."""
    choices = narrowing.facets(known, ids)
    return {
        "brands": [{"name": name, "count": number} for name, number in choices.brands],
        "categories": [{"slug": node.slug, "name": node.name, "count": number} for node, number in choices.categories],
        "years": [{"year": year, "count": number} for year, number in choices.years],
    }


class DeviceList(PublicView):
    """Devices."""

    @operation(
        name="devices",
        summary="Search devices",
        tag="catalogue",
        query=DevicesAsk,
        errors=["currency_not_offered"],
        answer=Devices,
        shown={"items": [SHOWN], "total": 1, "limit": 20, "offset": 0, "facets": SHOWN_FACETS},
    )
    def get(self, request: Request) -> Response:
        """Ordered by brand, newest first, then name; best first when words are searched. With the cheapest price."""
        asked, site = self.asked(DevicesAsk), self.site
        known, limit, offset = catalogue.read(site), asked["limit"], asked["offset"]
        ids = found(asked, known=known)
        rows, currency = rows_of(ids[offset : offset + limit]), currency_in(asked, site)
        items, moments = printed_list(rows, site=site, known=known, at=self.at, currency=currency)
        page = {"items": items, "total": len(ids), "limit": limit, "offset": offset}
        return true_until(Response({**page, "facets": printed_facets(known, ids)}), moments)
