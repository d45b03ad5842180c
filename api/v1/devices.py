"""GET devices and devices/{slug}: what we repair, what it costs."""

from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Subquery, Window
from django.http import Http404, HttpRequest
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.schema import in_path, operation
from api.shapes import Money, Named, PriceLine, money, price_line
from api.v1 import head_shapes
from api.v1.device_heads import head_of
from api.v1.inherited import NOTHING, InheritedText, Photo, printed_photo, printed_text
from api.views import PublicView, true_until
from cms import catalogue, inheritance, search
from cms.models import Subject
from cms.pictures.subjects import Picture
from cms.sites import Site
from cms.subjects import tree_ids
from shop.facts import RepairFact, cheapest, repairs_of, repairs_of_many
from shop.models import SiteShop

SLUG = in_path("slug", "The device's slug.", "iphone-13")


class DevicesAsk(serializers.Serializer):
    """What to look for."""

    q = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=100,
        help_text="Name, brand, kind or model code, in any order; typing errors are forgiven.",
    )
    category = serializers.SlugField(required=False, max_length=140, help_text="Slug of a category or family.")
    brand = serializers.CharField(required=False, max_length=80)
    year_from = serializers.IntegerField(required=False, min_value=1900, max_value=9999)
    year_to = serializers.IntegerField(required=False, min_value=1900, max_value=9999)
    limit = serializers.IntegerField(required=False, default=20, min_value=1, max_value=100)
    offset = serializers.IntegerField(required=False, default=0, min_value=0, max_value=100_000)


class Device(serializers.Serializer):
    """A device in a list."""

    slug = serializers.CharField()
    name = serializers.CharField()
    brand = serializers.CharField(allow_blank=True)
    year = serializers.IntegerField(allow_null=True)
    icon = serializers.CharField()
    category = Named(allow_null=True)
    photo = Photo(allow_null=True)
    from_price = Money(
        allow_null=True,
        help_text="The cheapest repair, in the best case; null when we offer none.",
    )


class Devices(serializers.Serializer):
    """A page of devices."""

    items = Device(many=True)
    total = serializers.IntegerField()
    limit = serializers.IntegerField()
    offset = serializers.IntegerField()


class DeviceRepair(serializers.Serializer):
    """A repair of one device, with its price in the best case."""

    slug = serializers.CharField()
    name = serializers.CharField()
    summary = serializers.CharField(allow_blank=True)
    minutes = serializers.IntegerField(help_text="Working time.")
    difficulty = serializers.CharField()
    warranty_days = serializers.IntegerField()
    description = InheritedText()
    preparation = InheritedText(help_text="What customers should do or bring.")
    price = Money()
    lines = PriceLine(many=True)


class DeviceDetail(Device):
    """A device with all that we do for it."""

    description = InheritedText()
    preparation = InheritedText(help_text="What customers should do or bring.")
    common_issues = serializers.ListField(
        child=serializers.CharField(), help_text="What often goes wrong with it, in a customer's words."
    )
    model_codes = serializers.ListField(child=serializers.CharField())
    repairs = DeviceRepair(many=True)
    head = head_shapes.HeadShape(help_text="What the page of the device tells search engines and link previews.")


GBP = "GBP"
SHOWN = {
    "slug": "iphone-13",
    "name": "iPhone 13",
    "brand": "Apple",
    "year": 2021,
    "icon": "smartphone",
    "category": {"slug": "iphone", "name": "iPhone"},
    "photo": None,
    "from_price": {"amount": "89.99", "currency": GBP},
}
SHOWN_DETAIL = {
    **SHOWN,
    "description": NOTHING,
    "preparation": {
        "text": "Back up your phone if you can still use it.",
        "from": {"kind": "family", "slug": "phones", "name": "Phones"},
    },
    "common_issues": ["The battery is flat before the evening"],
    "model_codes": ["A2633"],
    "repairs": [
        {
            "slug": "battery-replacement",
            "name": "Battery replacement",
            "summary": "",
            "minutes": 60,
            "difficulty": "easy",
            "warranty_days": 90,
            "description": NOTHING,
            "preparation": NOTHING,
            "price": {"amount": "89.99", "currency": GBP},
            "lines": [
                {
                    "name": "Battery replacement",
                    "reason": "",
                    "factor": None,
                    "amount": {"amount": "89.99", "currency": GBP},
                }
            ],
        }
    ],
    "head": head_shapes.SHOWN,
}


def live_devices() -> QuerySet[Subject]:
    """What the public may see, with category and family at hand."""
    return Subject.objects.filter(kind=Subject.Kind.DEVICE, live=True).select_related("parent__parent")


def found(asked: dict[str, Any], *, site: Site) -> QuerySet[Subject]:
    """The devices that fit, in the agreed order. `q` finds what the search of the pages finds (cms/search.py)."""
    rows = live_devices()
    if asked.get("q", "").strip():
        rows = rows.filter(pk__in=search.find(catalogue.read(site), asked["q"]).devices)
    if category := asked.get("category"):
        rows = rows.filter(Q(parent__slug=category) | Q(parent__parent__slug=category))
    if brand := asked.get("brand"):
        rows = rows.filter(brand__iexact=brand)
    if "year_from" in asked:
        rows = rows.filter(year__gte=asked["year_from"])
    if "year_to" in asked:
        rows = rows.filter(year__lte=asked["year_to"])
    return rows.order_by("brand", F("year").desc(nulls_last=True), "name", "pk")


def page_of(rows: QuerySet[Subject], *, site: Site, limit: int, offset: int) -> tuple[list[Subject], int]:
    """One page, with the shop's currency on each row, and the total, by one statement (two beyond the end)."""
    currency = SiteShop.objects.filter(site=site).values("currency")[:1]
    counted = rows.annotate(all_of_them=Window(Count("*")), currency=Subquery(currency))
    page = list(counted[offset : offset + limit])
    if page:
        return page, page[0].all_of_them  # type: ignore[attr-defined]
    return page, rows.count() if offset else 0


def printed(
    device: Subject, price: Decimal | None, currency: str, photo: dict[str, Any] | None = None
) -> dict[str, Any]:
    """A device as JSON."""
    category = device.parent
    return {
        "slug": device.slug,
        "name": device.name,
        "brand": device.brand,
        "year": device.year,
        "icon": device.icon,
        "category": {"slug": category.slug, "name": category.name} if category else None,
        "photo": photo,
        "from_price": money(price, currency) if price is not None else None,
    }


def repair(fact: RepairFact, device: Subject) -> dict[str, Any]:
    """A repair with its words and its explained price as JSON."""
    kind, price = fact.repair_type, fact.price
    nodes = inheritance.chain(device, kind)
    return {
        "slug": kind.slug,
        "name": kind.name,
        "summary": kind.summary,
        "minutes": kind.minutes,
        "difficulty": kind.difficulty,
        "warranty_days": kind.warranty_days,
        "description": printed_text(inheritance.inherited("description", nodes)),
        "preparation": printed_text(inheritance.inherited("preparation", nodes)),
        "price": money(price.total, price.currency),
        "lines": [price_line(line, price.currency) for line in price.lines],
    }


def device_by(slug: str) -> Subject:
    """The live device of this slug. Raises Http404."""
    device = live_devices().filter(slug=slug).first()
    if device is None:
        raise Http404
    return device


def detail(
    device: Subject, *, offered: list[RepairFact], photo: Picture | None, site: Site, request: HttpRequest
) -> dict[str, Any]:
    """A device, published or a draft, with all that we do for it."""
    device.slug = device.slug or "new"  # a draft may have no address yet
    known = catalogue.read(site)
    best, nodes = cheapest(offered), inheritance.chain(device)
    return {
        **printed(device, None, "", printed_photo(photo, site)),
        "from_price": money(best.price.total, best.price.currency) if best else None,
        "description": printed_text(inheritance.inherited("description", nodes)),
        "preparation": printed_text(inheritance.inherited("preparation", nodes)),
        "common_issues": [row.words for row in known.complaints_of(tree_ids(device))],
        "model_codes": device.model_codes.split(),
        "repairs": [repair(fact, device) for fact in offered],
        "head": head_of(device, offered=offered, photo=photo, site=site, request=request),
    }


class DeviceList(PublicView):
    """Devices."""

    @operation(
        name="devices",
        summary="Search devices",
        tag="catalogue",
        query=DevicesAsk,
        answer=Devices,
        shown={"items": [SHOWN], "total": 1, "limit": 20, "offset": 0},
    )
    def get(self, request: Request) -> Response:
        """Ordered by brand, newest first, then name; each with the price of its cheapest repair."""
        asked = self.asked(DevicesAsk)
        site = self.site
        rows, total = page_of(found(asked, site=site), site=site, limit=asked["limit"], offset=asked["offset"])
        priced = repairs_of_many(site=site, devices=rows, at=self.at)
        prices = {device.pk: best.price.total for device, facts in priced if (best := cheapest(facts))}
        known = catalogue.read(site)
        items = [
            printed(row, prices.get(row.pk), row.currency, printed_photo(known.picture_of(row.pk), site))  # type: ignore[attr-defined]
            for row in rows
        ]
        answer = Response({"items": items, "total": total, "limit": asked["limit"], "offset": asked["offset"]})
        return true_until(answer, (fact.until for _device, facts in priced for fact in facts))


class DeviceOne(PublicView):
    """One device."""

    @operation(
        name="device",
        summary="A device and its repairs",
        tag="catalogue",
        path=[SLUG],
        answer=DeviceDetail,
        shown=SHOWN_DETAIL,
    )
    def get(self, request: Request, slug: str) -> Response:
        """The device, and what we do for it, with explained prices."""
        device, site = device_by(slug), self.site
        photo = catalogue.read(site).picture_of(device.pk)
        offered = repairs_of(site=site, device=device, at=self.at)
        answer = Response(detail(device, offered=offered, photo=photo, site=site, request=request._request))
        return true_until(answer, (fact.until for fact in offered))
