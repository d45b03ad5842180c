"""GET devices/{slug}: what we repair, what it costs. The list of them is in device_list.py."""

from typing import Any

from django.db.models import QuerySet
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
from cms import catalogue, inheritance
from cms.models import Subject
from cms.pictures.subjects import Picture
from cms.sites import Site
from cms.subjects import tree_ids
from shop import quotes
from shop.facts import OnRequest, RepairFact, Shelf, cheapest, shelf_of
from shop.pricing import Price

SLUG = in_path("slug", "The device's slug.", "iphone-13")


class CurrencyAsk(serializers.Serializer):
    """In which money."""

    currency = serializers.CharField(
        required=False,
        max_length=3,
        help_text="One of `currencies` of GET site/; without it the shop's own. What has no price in it is on request.",
    )


def currency_in(asked: dict[str, Any], site: Site) -> str:
    """The currency that a query names, or nothing. Raises CurrencyNotOffered."""
    wanted = asked.get("currency", "")
    return quotes.currency_of(site.shop, wanted) if wanted else ""


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
        help_text="The cheapest repair, in the best case; null when none has a price.",
    )


class PartChoice(serializers.Serializer):
    """A grade of part that a repair may be done with, at its price in the best case."""

    part_grade = serializers.CharField(
        allow_blank=True, help_text="original, compatible or refurbished; blank: the standard part"
    )
    kind = serializers.CharField()
    price = Money()
    maximum = Money(allow_null=True)


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
    kind = serializers.CharField(help_text="fixed, from (the least it can cost), range (up to maximum) or on_request")
    price = Money(allow_null=True, help_text="Null when it is on request.")
    maximum = Money(allow_null=True, help_text="The upper end of a range; else null.")
    lines = PriceLine(many=True)
    parts = PartChoice(many=True, help_text="What answers.part_grade may be, where there is a choice.")


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
            "kind": "fixed",
            "price": {"amount": "89.99", "currency": GBP},
            "maximum": None,
            "parts": [],
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


def printed(device: Subject, price: Price | None, photo: dict[str, Any] | None = None) -> dict[str, Any]:
    """A device as JSON, from a price."""
    category = device.parent
    return {
        "slug": device.slug,
        "name": device.name,
        "brand": device.brand,
        "year": device.year,
        "icon": device.icon,
        "category": {"slug": category.slug, "name": category.name} if category else None,
        "photo": photo,
        "from_price": money(price.total, price.currency) if price else None,
    }


def asking(price: Price | None) -> dict[str, Any]:
    """What a price asks as JSON: kind, price and maximum; on_request without one."""
    return {
        "kind": price.kind if price else "on_request",
        "price": money(price.total, price.currency) if price else None,
        "maximum": money(price.maximum, price.currency) if price and price.maximum is not None else None,
    }


def repair(fact: RepairFact | OnRequest, device: Subject) -> dict[str, Any]:
    """A repair with its words and its explained price as JSON."""
    kind, price = fact.repair_type, fact.price if isinstance(fact, RepairFact) else None
    parts = fact.parts if isinstance(fact, RepairFact) else ()
    nodes = inheritance.chain(device, kind)
    return {
        "slug": kind.slug,
        "name": kind.name,
        "summary": kind.summary,
        "minutes": fact.minutes,
        "difficulty": kind.difficulty,
        "warranty_days": fact.warranty_days,
        "description": printed_text(inheritance.inherited("description", nodes)),
        "preparation": printed_text(inheritance.inherited("preparation", nodes)),
        **asking(price),
        "lines": [price_line(line, price.currency) for line in price.lines] if price else [],
        "parts": [{"part_grade": part.grade, **asking(part.price)} for part in parts],
    }


def device_by(slug: str) -> Subject:
    """The live device of this slug. Raises Http404."""
    device = live_devices().filter(slug=slug).first()
    if device is None:
        raise Http404
    return device


def detail(
    device: Subject, *, offered: Shelf, photo: Picture | None, site: Site, request: HttpRequest
) -> dict[str, Any]:
    """A device, published or a draft, with all that we do for it."""
    device.slug = device.slug or "new"  # a draft may have no address yet
    known = catalogue.read(site)
    best, nodes = cheapest(offered.repairs), inheritance.chain(device)
    return {
        **printed(device, best.price if best else None, printed_photo(photo, site)),
        "description": printed_text(inheritance.inherited("description", nodes)),
        "preparation": printed_text(inheritance.inherited("preparation", nodes)),
        "common_issues": [row.words for row in known.complaints_of(tree_ids(device))],
        "model_codes": device.model_codes.split(),
        "repairs": [repair(fact, device) for fact in offered.repairs]
        + [repair(row, device) for row in offered.on_request],
        "head": head_of(device, offered=offered.repairs, photo=photo, site=site, request=request),
    }


class DeviceOne(PublicView):
    """One device."""

    @operation(
        name="device",
        summary="A device and its repairs",
        tag="catalogue",
        path=[SLUG],
        query=CurrencyAsk,
        errors=["currency_not_offered"],
        answer=DeviceDetail,
        shown=SHOWN_DETAIL,
    )
    def get(self, request: Request, slug: str) -> Response:
        """The device, and what we do for it, with explained prices."""
        device, site = device_by(slug), self.site
        photo = catalogue.read(site).picture_of(device.pk)
        currency = currency_in(self.asked(CurrencyAsk), site)
        offered = shelf_of(site=site, device=device, at=self.at, currency=currency)
        answer = Response(detail(device, offered=offered, photo=photo, site=site, request=request._request))
        return true_until(answer, (fact.until for fact in offered.repairs))
