"""POST quotes and GET quotes/{reference}: a price with its reasons, kept for a while."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail.models import Locale

from api.idempotency import once
from api.schema import ANYONE, in_path, operation
from api.shapes import Ask, Money, Named, PriceLine, Text, moment, money, price_line
from api.v1 import deposit_shapes
from api.v1.deposit_shapes import DepositShape
from api.v1.devices import device_by
from api.v1.slots import in_reach
from api.views import PrivateView
from cms.models import RepairType
from shop import deposits, quotes, renewal
from shop.models import Quote

REFERENCE = in_path("reference", "The quote's reference.", "Q-7KQ2XR4DMP")


class AnswersAsk(Ask):
    """What the price may depend on. What is left out counts as good, standard, in_store."""

    condition = Text(required=False, max_length=20, help_text="good, fair or poor")
    urgency = Text(required=False, max_length=20, help_text="standard or urgent")
    service_type = Text(required=False, max_length=20, help_text="in_store, postal or courier")
    part_grade = Text(
        required=False, max_length=12, allow_blank=True, help_text="One of the `parts` of the device's repair."
    )


class QuoteAsk(Ask):
    """What is to be priced."""

    device = serializers.SlugField(
        required=False,
        allow_null=True,
        max_length=140,
        help_text="Slug; none for a treatment.",
    )
    repair_type = serializers.SlugField(max_length=140, help_text="Slug of the repair type.")
    answers = AnswersAsk(required=False)
    add_ons = serializers.ListField(
        child=serializers.SlugField(max_length=140),
        required=False,
        max_length=20,
        help_text="Slugs of what GET add-ons/ offers for this device and repair.",
    )
    problem = Text(
        required=False,
        allow_blank=True,
        max_length=2000,
        help_text="What is wrong, in the customer's words.",
    )
    visit_at = serializers.DateTimeField(
        required=False,
        allow_null=True,
        validators=[in_reach],
        help_text="Start of the visit, where it is chosen: some prices depend on weekday and hour.",
    )
    currency = Text(required=False, min_length=3, max_length=3, help_text="Another one than the shop's own.")


class QuoteShape(serializers.Serializer):
    """A frozen price."""

    reference = serializers.CharField()
    device = Named(allow_null=True)
    repair_type = Named()
    answers = serializers.DictField(child=serializers.CharField())
    add_ons = Named(many=True)
    lines = PriceLine(many=True)
    kind = serializers.CharField(help_text="fixed, from (the total is the least it can cost) or range (up to maximum)")
    total = Money()
    maximum = Money(allow_null=True, help_text="The upper end of a range; else null.")
    tax = Money(help_text="Contained in the total.")
    visit_at = serializers.DateTimeField(allow_null=True, help_text="The visit that it was worked out for.")
    valid_until = serializers.DateTimeField()
    deposit = DepositShape(
        allow_null=True, help_text="Of this price alone, by who pays online; null: all of it is due with the booking."
    )
    usable = serializers.BooleanField(help_text="Whether it can still be ordered.")


def gbp(amount: str) -> dict[str, str]:
    """An example amount."""
    return {"amount": amount, "currency": "GBP"}


ASKED = {
    "device": "iphone-8",
    "repair_type": "screen-repair",
    "answers": {"condition": "poor", "urgency": "urgent", "service_type": "in_store"},
    "add_ons": [],
    "problem": "Dropped on the pavement.",
}
SHOWN = {
    "reference": "Q-7KQ2XR4DMP",
    "device": {"slug": "iphone-8", "name": "iPhone 8"},
    "repair_type": {"slug": "screen-repair", "name": "Screen repair"},
    "answers": ASKED["answers"],
    "add_ons": [],
    "lines": [
        {
            "name": "Screen repair",
            "reason": "",
            "factor": None,
            "amount": gbp("199.99"),
        },
        {"name": "Older device", "reason": "", "factor": "1.2", "amount": gbp("40.00")},
        {
            "name": "Poor condition",
            "reason": "",
            "factor": "1.3",
            "amount": gbp("71.99"),
        },
        {
            "name": "Urgent repair",
            "reason": "",
            "factor": "1.5",
            "amount": gbp("156.00"),
        },
    ],
    "kind": "fixed",
    "total": gbp("467.98"),
    "maximum": None,
    "tax": gbp("78.00"),
    "visit_at": None,
    "valid_until": "2026-12-23T10:00:00Z",
    "deposit": {"amount": gbp("117.00"), "percent": 25, "capture": "now"},
    "usable": True,
}


def printed(quote: Quote, *, usable: bool) -> dict[str, Any]:
    """A quote as JSON. The customer's own words are not repeated: a reference may be shared."""
    device = quote.device
    return {
        "reference": quote.reference,
        "device": {"slug": device.slug, "name": device.name} if device else None,
        "repair_type": {"slug": quote.repair_type.slug, "name": quote.repair_name},
        "answers": quote.answers,
        "add_ons": quote.add_ons,
        "lines": [price_line(line, quote.currency) for line in quote.lines],
        "kind": quote.kind,
        "total": money(quote.total, quote.currency),
        "maximum": None if quote.maximum is None else money(quote.maximum, quote.currency),
        "tax": money(quote.tax, quote.currency),
        "visit_at": moment(quote.visit_at),
        "valid_until": moment(quote.valid_until),
        "deposit": deposit_shapes.deposit(deposits.of_quote(quote)),
        "usable": usable,
    }


def repair_type_by(slug: str) -> RepairType:
    """The live repair type of this slug in the default language. Raises quotes.NotOffered."""
    kind = RepairType.objects.filter(slug=slug, live=True, locale=Locale.get_default()).first()
    if kind is None:
        raise quotes.NotOffered(_("We do not offer this repair."))
    return kind


def wanted_device(slug: str | None) -> Any:
    """The live device, or None when none was named. Raises quotes.NotOffered for an unknown one."""
    try:
        return device_by(slug) if slug else None
    except Http404 as error:
        raise quotes.NotOffered(_("We do not know this device.")) from error


class QuoteList(PrivateView):
    """Quotes."""

    @operation(
        name="quote_issue",
        summary="Ask for a price",
        tag="booking",
        ask=QuoteAsk,
        asked=ASKED,
        answer=QuoteShape,
        shown=SHOWN,
        status=201,
        errors=[
            "not_offered",
            "price_on_request",
            "part_not_offered",
            "currency_not_offered",
            "answer_not_known",
            "add_on_not_offered",
        ],
        role=ANYONE,
        key="optional",
    )
    @once()
    def post(self, request: Request) -> Response:
        """Today's price with its reasons, kept until `valid_until`."""
        asked = self.asked(QuoteAsk)
        quote = quotes.issue(
            site=self.site,
            device=wanted_device(asked.get("device")),
            repair_type=repair_type_by(asked["repair_type"]),
            answers=dict(asked.get("answers", {})),
            add_ons=asked.get("add_ons", ()),
            problem=asked.get("problem", ""),
            visit_at=asked.get("visit_at"),
            currency=asked.get("currency", ""),
            at=self.at,
        )
        return Response(
            printed(quote, usable=True),
            status=201,
            headers={"Location": f"/api/v1/quotes/{quote.reference}/"},
        )


class ChangeShape(serializers.Serializer):
    """A line that is not what it was."""

    name = serializers.CharField()
    before = Money(allow_null=True, help_text="Null: it came.")
    now = Money(allow_null=True, help_text="Null: it went.")


class RenewedShape(QuoteShape):
    """A price that was asked for again."""

    replaces = serializers.CharField(help_text="Reference of the quote before.")
    difference = Money(help_text="What it is more than before; negative when it became cheaper.")
    changes = ChangeShape(many=True)
    because = serializers.CharField(help_text="The same in words for customers.")


CHANGED = {
    "replaces": "Q-2HW9MBT4KD",
    "difference": gbp("10.00"),
    "changes": [{"name": "Saturday visit", "before": None, "now": gbp("10.00")}],
    "because": "Was £457.98, now £467.98 (Saturday visit: +£10.00).",
}


class Renewal(PrivateView):
    """Asking again for a price that ran out."""

    @operation(
        name="quote_renew",
        summary="Ask again for a price",
        tag="booking",
        path=[REFERENCE],
        answer=RenewedShape,
        shown={**SHOWN, **CHANGED},
        status=201,
        role=ANYONE,
        errors=["not_found", "not_offered", "price_on_request", "quote_redeemed"],
    )
    def post(self, request: Request, reference: str) -> Response:
        """Today's price of the same wish, with what changed. Twice within ten minutes gives the same new quote."""
        old = quotes.find_loose(self.site, reference)
        fresh, moved = renewal.renew(old, self.at)
        amounts = {
            "replaces": old.reference,
            "difference": money(moved.amount, moved.currency),
            "changes": [
                {
                    "name": row.name,
                    "before": None if row.before is None else money(row.before, moved.currency),
                    "now": None if row.now is None else money(row.now, moved.currency),
                }
                for row in moved.changes
            ],
            "because": moved.words,
        }
        where = {"Location": f"/api/v1/quotes/{fresh.reference}/"}
        return Response({**printed(fresh, usable=True), **amounts}, status=201, headers=where)


class QuoteOne(PrivateView):
    """One quote."""

    @operation(
        name="quote",
        summary="A quote",
        tag="booking",
        path=[REFERENCE],
        answer=QuoteShape,
        shown=SHOWN,
        errors=["authentication_failed"],
    )
    def get(self, request: Request, reference: str) -> Response:
        """The quote as it was given; whoever knows the reference may see the price, and nothing about a person."""
        quote = quotes.find(self.site, reference)
        return Response(printed(quote, usable=quotes.usable(quote, self.at)))
