"""POST holds, DELETE holds/{reference} and POST holds/{reference}/renew: a time kept while somebody decides."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.authentication import basket_token
from api.errors import ApiFault
from api.idempotency import once
from api.schema import BASKET, in_path, operation
from api.shapes import Ask, Money, Text, moment, money
from api.v1.slots import in_reach
from api.views import PrivateView
from cms.sites import Site
from repairs import booking
from repairs.models import Hold
from shop import baskets, quotes, reserve, visit_prices

REFERENCE = in_path("reference", "The hold's reference.", "H-4K7Q-9XRD-M2PW")
NOT_HELD = gettext_lazy("This basket does not hold that time.")


class HoldAsk(Ask):
    """Which time, and for which quote; the quote then lies in the basket as well."""

    starts_at = serializers.DateTimeField(validators=[in_reach], help_text="One of the starts that GET slots/ lists.")
    quote = Text(
        required=False,
        max_length=24,
        help_text="Reference of a quote; put into the basket in the same step.",
    )


class HoldShape(serializers.Serializer):
    """A time kept for a basket."""

    reference = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(
        allow_null=True, help_text="Order until then; null once it is an appointment."
    )


class PriceChange(serializers.Serializer):
    """A price in the basket that is another one for the chosen time."""

    repair = serializers.CharField()
    difference = Money(help_text="What it is more than before; negative when it became cheaper.")
    because = serializers.CharField(help_text="In words for customers.")


class TakenShape(HoldShape):
    """A time that is kept now, and what it did to the prices in the basket."""

    price_changes = PriceChange(many=True, help_text="Read the basket again when it is not empty.")


ASKED = {"starts_at": "2026-11-23T10:00:00Z", "quote": "Q-7KQ2XR4DMP"}
SHOWN = {
    "reference": "H-4K7Q-9XRD-M2PW",
    "starts_at": "2026-11-23T10:00:00Z",
    "ends_at": "2026-11-23T10:30:00Z",
    "expires_at": "2026-11-21T12:15:00Z",
}


def printed(hold: Hold) -> dict[str, Any]:
    """A hold as JSON."""
    return {
        "reference": hold.reference,
        "starts_at": moment(hold.starts_at),
        "ends_at": moment(hold.ends_at),
        "expires_at": moment(hold.expires_at),
    }


class HoldList(PrivateView):
    """Holds."""

    @operation(
        name="hold_take",
        summary="Keep a time",
        tag="booking",
        ask=HoldAsk,
        asked=ASKED,
        answer=TakenShape,
        shown={**SHOWN, "price_changes": []},
        status=201,
        role=BASKET,
        key="optional",
        errors=[
            "slot_taken", "slot_not_offered", "not_found", "quote_expired", "quote_redeemed", "basket_closed",
            "not_offered", "other_currency", "no_policy",
        ],
    )  # fmt: skip
    @once()
    def post(self, request: Request) -> Response:
        """Keep a time for this basket; one it had before is given back in the same step."""
        token, asked, site, at = (
            basket_token(request),
            self.asked(HoldAsk),
            self.site,
            self.at,
        )
        basket = baskets.find(site=site, token=token, at=at)
        starts_at = asked["starts_at"]
        if asked.get("quote"):
            quote = quotes.find_loose(site, asked["quote"])
            reserve.reserve(site=site, basket=basket, quote=quote, starts_at=starts_at, at=at)
        else:
            reserve.keep_time(site=site, basket=basket, starts_at=starts_at, at=at)
        visit = baskets.visit_of(basket)
        if visit is None or visit.hold is None:
            raise booking.HoldExpired(_("The time is no longer kept for you; please choose again."))
        moved = visit_prices.follow(site=site, basket=basket, starts_at=visit.hold.starts_at, at=at)
        changes = [
            {"repair": row.repair, "difference": money(row.amount, row.currency), "because": row.words} for row in moved
        ]
        return Response({**printed(visit.hold), "price_changes": changes}, status=201)


def held_by(request: Request, reference: str, *, site: Site, at: datetime) -> Hold:
    """The hold of this reference when the caller's basket holds it. Raises ApiFault for anybody else's."""
    hold: Hold | None = baskets.find(site=site, token=basket_token(request), at=at).visit.hold
    if hold is None or hold.reference != reference:
        raise ApiFault("not_found", str(NOT_HELD))
    hold.site = site  # known already, so that nobody reads it again
    return hold


class HoldOne(PrivateView):
    """One hold."""

    @operation(
        name="hold_release",
        summary="Give a time back",
        tag="booking",
        path=[REFERENCE],
        answer=None,
        shown=None,
        status=204,
        role=BASKET,
    )
    def delete(self, request: Request, reference: str) -> Response:
        """Free the time that this basket holds; somebody else's hold is not found."""
        hold = held_by(request, reference, site=self.site, at=self.at)
        if not booking.release(hold=hold, at=self.at):
            raise ApiFault("not_found", str(NOT_HELD))
        return Response(status=204)


class HoldRenewal(PrivateView):
    """Keeping one hold longer."""

    @operation(
        name="hold_renew",
        summary="Keep a time longer",
        tag="booking",
        path=[REFERENCE],
        answer=HoldShape,
        shown=SHOWN,
        role=BASKET,
        errors=["hold_expired", "no_policy"],
    )
    def post(self, request: Request, reference: str) -> Response:
        """Keep the time for a whole span from now, while your customer is at it: four spans at most from the first.

        `expires_at` says until when; it stays as it is at that end, and when asked again within half a minute. A time
        that ran out is kept again only while nobody else took it.
        """
        hold = held_by(request, reference, site=self.site, at=self.at)
        return Response(printed(booking.renew(hold=hold, at=self.at)))
