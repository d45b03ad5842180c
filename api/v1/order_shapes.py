"""What an order looks like: what is asked for one, what is answered, and an example of each."""

from rest_framework import serializers

from api.schema import in_path
from api.shapes import Ask, Money, MoneyAsk, Text
from api.v1.deposit_shapes import BalanceShape, DepositShape, GivenBackShape
from api.v1.document_shapes import OrderDocument
from api.v1.quotes import gbp

NUMBER = in_path("number", "The order's number.", "M-7KQ2XR4D")


class CustomerAsk(Ask):
    """Who orders. An e-mail address or a telephone number is needed."""

    name = Text(max_length=200)
    email = Text(required=False, allow_blank=True, max_length=254)
    phone = Text(
        required=False,
        allow_blank=True,
        max_length=40,
        help_text="With country code, or of the shop's country.",
    )
    language = serializers.ChoiceField(required=False, choices=["en-gb", "pt-br"], help_text="Of our messages.")


class AddressAsk(Ask):
    """Where a device is sent back to."""

    name = Text(required=False, allow_blank=True, max_length=200)
    line1 = Text(max_length=120)
    line2 = Text(required=False, allow_blank=True, max_length=120)
    town = Text(max_length=80)
    postcode = Text(max_length=20)
    country = Text(min_length=2, max_length=2, help_text="Two letters, such as GB.")


class OrderAsk(Ask):
    """The last word: who, how, and for how much."""

    customer = CustomerAsk()
    shipping_method = Text(
        max_length=20,
        help_text="A code of the basket's shipping_methods, such as in-store.",
    )
    address = AddressAsk(required=False, allow_null=True)
    pay_by = Text(max_length=20, help_text="demo, in_store, or another provider of this shop.")
    shown_total = MoneyAsk(
        help_text="The total your customer saw, shipping included. We refuse if it is another by now."
    )
    terms_version = Text(
        required=False,
        allow_blank=True,
        max_length=80,
        help_text="The version your customer agreed to: terms_version of GET terms/. Needed where the shop has terms.",
    )
    notes = Text(required=False, allow_blank=True, max_length=1000)


class OrderLine(serializers.Serializer):
    """One repair of an order."""

    quote = serializers.CharField()
    device = serializers.CharField()
    repair = serializers.CharField()
    amount = Money(help_text="After discounts.")


class OrderRepair(serializers.Serializer):
    """A job on the bench, and how to follow it. Whoever has the token sees the repair, but no person."""

    reference = serializers.CharField()
    device = serializers.CharField()
    status = serializers.CharField()
    tracking_token = serializers.CharField()
    tracking_url = serializers.CharField()


class Appointment(serializers.Serializer):
    """The visit."""

    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    state = serializers.CharField()


class PayHint(serializers.Serializer):
    """What is still to be paid, and how."""

    pay_by = serializers.CharField()
    open = Money()
    next = serializers.CharField(
        help_text="start: POST /api/v1/payments/; wait: the money is promised and being taken; "
        "at_counter: pay in the shop; nothing: all done."
    )
    pay_until = serializers.DateTimeField(allow_null=True, help_text="Unpaid by then, the time is given away.")


class OrderShape(serializers.Serializer):
    """An order. Its status speaks of money only; the repairs have their own."""

    number = serializers.CharField()
    status = serializers.CharField()
    placed_at = serializers.DateTimeField()
    total = Money()
    shipping = Money()
    shipping_method = serializers.CharField()
    due_today = Money(help_text="What was agreed to be paid with the booking: all of it, a deposit, or nothing yet.")
    deposit = DepositShape(allow_null=True, help_text="Null where all is paid at once, or in the shop.")
    balance = BalanceShape()
    refunds = GivenBackShape(many=True, help_text="Oldest first.")
    documents = OrderDocument(many=True, help_text="Newest first.")
    lines = OrderLine(many=True)
    appointment = Appointment(allow_null=True)
    payment = PayHint()
    repairs = OrderRepair(many=True)
    terms_version = serializers.CharField(allow_blank=True, help_text="What the customer agreed to.")
    agreed_at = serializers.DateTimeField(allow_null=True)


ASKED = {
    "customer": {
        "name": "Ada Smith",
        "email": "ada@example.com",
        "phone": "+447911123456",
        "language": "en-gb",
    },
    "shipping_method": "in-store",
    "pay_by": "demo",
    "shown_total": gbp("467.98"),
    "terms_version": "terms@12 2026-11-21",
}
SHOWN = {
    "number": "M-7KQ2XR4D",
    "status": "awaiting-payment",
    "placed_at": "2026-11-21T12:05:00Z",
    "total": gbp("467.98"),
    "shipping": gbp("0.00"),
    "shipping_method": "in-store",
    "due_today": gbp("117.00"),
    "deposit": {"amount": gbp("117.00"), "percent": 25, "capture": "now"},
    "balance": {"due": gbp("467.98"), "paid": gbp("0.00"), "refunded": gbp("0.00"), "open": gbp("467.98")},
    "refunds": [],
    "documents": [],
    "lines": [
        {
            "quote": "Q-7KQ2XR4DMP",
            "device": "iPhone 8",
            "repair": "Screen repair",
            "amount": gbp("467.98"),
        },
    ],
    "appointment": {
        "starts_at": "2026-11-23T10:00:00Z",
        "ends_at": "2026-11-23T10:30:00Z",
        "state": "provisional",
    },
    "payment": {
        "pay_by": "demo",
        "open": gbp("467.98"),
        "next": "start",
        "pay_until": "2026-11-21T13:05:00Z",
    },
    "repairs": [
        {
            "reference": "J-4K7Q-9XRD",
            "device": "iPhone 8",
            "status": "booked",
            "tracking_token": "eyJqIjoiSi00SzdRIn0:1vMXxy:abc",
            "tracking_url": "https://shop.example.com/track/eyJqIjoiSi00SzdRIn0:1vMXxy:abc/",
        }
    ],
    "terms_version": "terms@12 2026-11-21",
    "agreed_at": "2026-11-21T12:05:00Z",
}
