"""GET add-ons: what may be added to a repair at a fixed price."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.schema import operation
from api.shapes import Money, money
from api.v1.devices import CurrencyAsk
from api.v1.quotes import gbp, repair_type_by, wanted_device
from api.views import PublicView
from shop import facts, quotes
from shop.models import AddOn


class AddOnsAsk(CurrencyAsk):
    """For which repair of which device. Without them: what may be added to anything."""

    device = serializers.SlugField(required=False, max_length=140, help_text="Slug of a device.")
    repair_type = serializers.SlugField(required=False, max_length=140, help_text="Slug of a repair type.")


class AddOnShape(serializers.Serializer):
    """Something that may be added; no rule changes its price."""

    slug = serializers.CharField(help_text="Send it in `add_ons` of POST /api/v1/quotes/.")
    name = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    price = Money(help_text="Gross.")


class AddOnsShape(serializers.Serializer):
    """All of them, in the shop's order."""

    items = AddOnShape(many=True)
    total = serializers.IntegerField()


SHOWN = {
    "slug": "screen-protector",
    "name": "Screen protector",
    "description": "Fitted while your phone is open.",
    "price": gbp("12.50"),
}


def printed(row: AddOn, currency: str) -> dict[str, Any]:
    """An add-on as JSON."""
    return {
        "slug": row.slug,
        "name": row.name,
        "description": row.description,
        "price": money(row.price, currency),
    }


class AddOnList(PublicView):
    """Add-ons."""

    @operation(
        name="add_ons",
        summary="What may be added to a repair",
        tag="catalogue",
        query=AddOnsAsk,
        answer=AddOnsShape,
        shown={"items": [SHOWN], "total": 1},
        errors=["not_offered", "currency_not_offered"],
    )
    def get(self, request: Request) -> Response:
        """Each at its own gross price; what has none in the currency is left out."""
        asked, site = self.asked(AddOnsAsk), self.site
        device = wanted_device(asked.get("device"))
        kinds = [repair_type_by(asked["repair_type"]).pk] if asked.get("repair_type") else []
        tree = facts.trees_of([device])[device.pk] if device else ()
        currency = quotes.currency_of(site.shop, asked.get("currency", ""))
        rows = facts.add_ons_of(site, tree=tree, repair_type_ids=kinds, currency=currency)
        items = [printed(row, currency) for row in rows]
        return Response({"items": items, "total": len(items)})
