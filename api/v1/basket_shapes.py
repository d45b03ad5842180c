"""What a basket looks like: what is asked for, what is answered, and an example of each."""

from typing import Any

from rest_framework import serializers

from api.schema import in_path
from api.shapes import Ask, Money, Text
from api.v1 import holds
from api.v1.deposit_shapes import DepositShape
from api.v1.quotes import gbp

QUOTE = in_path("quote", "Reference of the quote on the line.", "Q-7KQ2XR4DMP")
CODE = in_path("code", "The voucher's code.", "WELCOME10")


class LineAsk(Ask):
    """What to put into the basket. The price is the quote's; there is nothing else to say."""

    quote = Text(max_length=24, help_text="Reference of a quote.")


class VoucherAsk(Ask):
    """A voucher."""

    code = Text(max_length=128)


class BasketLine(serializers.Serializer):
    """One repair in the basket."""

    quote = serializers.CharField()
    device = serializers.CharField()
    repair = serializers.CharField()
    amount = Money(help_text="As quoted.")
    amount_after_discounts = Money()
    withdrawn = serializers.BooleanField(help_text="No longer offered to others; this price still holds.")


class Discount(serializers.Serializer):
    """What an offer or a voucher takes off."""

    name = serializers.CharField()
    code = serializers.CharField(allow_null=True, help_text="Of the voucher; null for an offer to everybody.")
    amount = Money()


class ShippingMethod(serializers.Serializer):
    """A way for the device to reach us."""

    code = serializers.CharField()
    name = serializers.CharField()
    charge = Money()
    total = Money(help_text="With the charge: the shown_total of an order that is handed over this way.")
    due_today = Money(help_text="Of it with the booking by who pays online; who pays in the shop owes nothing today.")
    deposit = DepositShape(allow_null=True, help_text="Null: who pays online pays all of it with the booking.")
    needs_address = serializers.BooleanField()


class BasketShape(serializers.Serializer):
    """A basket. `total` is without shipping: add the charge of the chosen method for `shown_total` of an order."""

    status = serializers.CharField(help_text="open, or ordered once it became an order")
    lines = BasketLine(many=True)
    discounts = Discount(many=True)
    vouchers = serializers.ListField(child=serializers.CharField())
    hold = holds.HoldShape(allow_null=True)
    total = Money()
    shipping_methods = ShippingMethod(many=True)
    no_show_fee = Money(allow_null=True, help_text="What a missed visit costs; tell your customer before they order.")


class NewBasket(BasketShape):
    """A basket with its token, which is told only this once."""

    token = serializers.CharField(help_text="Send it as X-Basket-Token.")


SHOWN: dict[str, Any] = {
    "status": "open",
    "lines": [
        {
            "quote": "Q-7KQ2XR4DMP",
            "device": "iPhone 8",
            "repair": "Screen repair",
            "amount": gbp("467.98"),
            "amount_after_discounts": gbp("421.18"),
            "withdrawn": False,
        }
    ],
    "discounts": [{"name": "Welcome", "code": "WELCOME10", "amount": gbp("46.80")}],
    "vouchers": ["WELCOME10"],
    "hold": holds.SHOWN,
    "total": gbp("421.18"),
    "shipping_methods": [
        {
            "code": "in-store",
            "name": "Bring it to the shop",
            "charge": gbp("0.00"),
            "total": gbp("421.18"),
            "due_today": gbp("105.30"),
            "deposit": {"amount": gbp("105.30"), "percent": 25, "capture": "now"},
            "needs_address": False,
        }
    ],
    "no_show_fee": gbp("15.00"),
}
EMPTY: dict[str, Any] = {
    **SHOWN, "lines": [], "discounts": [], "vouchers": [], "hold": None, "total": gbp("0.00"),
}  # fmt: skip
