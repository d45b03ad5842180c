"""How an order's money is written for staff: sums, payments, refunds and the books."""

from typing import Any

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from api.shapes import Ask, Money, Text, moment, money
from api.v1.quotes import gbp
from shop.models import LedgerEntry, Payment, Refund
from shop.payments import ledger, paying_out, refunds

PLAIN = r"^[0-9]{1,7}(\.[0-9]{1,2})?$"
REASONS = [value for value in Refund.Reason.values if value != Refund.Reason.PROVIDER]
WHY_CANCELLED = [value for value in REASONS if value != Refund.Reason.MISSED]
AT = "2026-11-21T12:06:00Z"


class Plain(Text):
    """An amount as plain digits, such as 12.34: no sign, no exponent, no third decimal. Stays text."""

    def __init__(self, **more: Any) -> None:
        super().__init__(trim_whitespace=False, max_length=10, **more)
        words = gettext_lazy("Write the amount as digits with two decimals, such as 12.34.")
        self.validators.append(RegexValidator(PLAIN, message=words))


class SumAsk(Ask):
    """An amount of money, exact to two decimals."""

    amount = Plain(help_text="Digits with up to two decimals, such as 12.34.")
    currency = Text(min_length=3, max_length=3)


class RefundAsk(Ask):
    """Which payment, how much of it, and why."""

    payment = Text(max_length=24, help_text="The payment's reference.")
    amount = SumAsk()
    tender = serializers.ChoiceField(
        choices=["", paying_out.CASH],
        required=False,
        default="",
        help_text="cash: out of the till, where a refund through the provider did not work; else the way it came.",
    )
    reason = serializers.ChoiceField(choices=REASONS)
    note = Text(max_length=300, required=False, allow_blank=True, default="", help_text="For colleagues.")


class CancelAsk(Ask):
    """What is kept, and why the order ends."""

    keep = SumAsk(required=False, help_text="A fee that stays with the shop; left out, all that was paid goes back.")
    reason = serializers.ChoiceField(choices=WHY_CANCELLED)
    note = Text(max_length=300, required=False, allow_blank=True, default="", help_text="For colleagues.")


class NoShowAsk(Ask):
    """The fee for the visit that nobody came to."""

    fee = SumAsk(required=False, help_text="At most the shop's own fee, which it is when this is left out.")
    note = Text(max_length=300, required=False, allow_blank=True, default="", help_text="For colleagues.")


class Balance(serializers.Serializer):
    """What an order costs by now, what came and went back, and what may still be asked for."""

    due = Money()
    paid = Money()
    refunded = Money()
    open = Money()
    over = Money(help_text="What the shop holds beyond what the order costs.")
    disputed = Money(help_text="What a bank holds back just now.")


class BenchPayment(serializers.Serializer):
    """One payment as staff see it."""

    reference = serializers.CharField()
    provider = serializers.CharField()
    tender = serializers.CharField(allow_blank=True, help_text="cash or card, for money taken at the counter.")
    state = serializers.CharField()
    purpose = serializers.CharField()
    amount = Money()
    captured = Money()
    left = Money(help_text="What may still go back of it.")
    detail = serializers.CharField(allow_blank=True)
    changed_at = serializers.DateTimeField()


class RefundShape(serializers.Serializer):
    """Money that goes back, and how far it has come."""

    reference = serializers.CharField()
    order = serializers.CharField()
    payment = serializers.CharField()
    amount = Money()
    tender = serializers.CharField(allow_blank=True, help_text="cash, where it was paid out of the till instead.")
    state = serializers.ChoiceField(choices=Refund.State.values)
    reason = serializers.CharField(help_text="As it was asked for, or provider: given back on the provider's page.")
    note = serializers.CharField(allow_blank=True)
    detail = serializers.CharField(allow_blank=True, help_text="What the provider said, where it failed.")
    created_at = serializers.DateTimeField()
    changed_at = serializers.DateTimeField()


class Entry(serializers.Serializer):
    """One row of the books: an amount that moved from one account to another."""

    at = serializers.DateTimeField()
    kind = serializers.ChoiceField(choices=LedgerEntry.Kind.values)
    amount = Money()
    debit = serializers.CharField()
    credit = serializers.CharField()
    payment = serializers.CharField(allow_null=True)
    note = serializers.CharField(allow_blank=True)


class OrderMoney(serializers.Serializer):
    """All about the money of one order."""

    order = serializers.CharField()
    status = serializers.CharField()
    balance = Balance()
    payments = BenchPayment(many=True)
    refunds = RefundShape(many=True)
    ledger = Entry(many=True)


def printed_payment(payment: Payment) -> dict[str, Any]:
    """A payment as JSON."""
    came_in = refunds.currency_of(payment)
    return {
        "reference": payment.reference,
        "provider": payment.provider,
        "tender": payment.tender,
        "state": payment.state,
        "purpose": payment.purpose,
        "amount": money(payment.amount, payment.currency),
        "captured": money(payment.captured, came_in),
        "left": money(refunds.left(payment), came_in),
        "detail": payment.detail,
        "changed_at": moment(payment.changed_at),
    }


def printed_refund(refund: Refund) -> dict[str, Any]:
    """A refund as JSON; its payment and order are at hand."""
    return {
        "reference": refund.reference,
        "order": refund.payment.order.number,
        "payment": refund.payment.reference,
        "amount": money(refund.amount, refund.currency),
        "tender": refund.tender,
        "state": refund.state,
        "reason": refund.reason,
        "note": refund.note,
        "detail": refund.detail,
        "created_at": moment(refund.created_at),
        "changed_at": moment(refund.changed_at),
    }


def printed_money(order: Any) -> dict[str, Any]:
    """Everything about an order's money as JSON. A fixed number of statements, and one for each odd payment."""
    sums = ledger.balance(order)
    back = Refund.objects.filter(payment__order=order).select_related("payment__order").order_by("-pk")
    return {
        "order": order.number,
        "status": order.status,
        "balance": {
            name: money(getattr(sums, name), sums.currency)
            for name in ("due", "paid", "refunded", "open", "over", "disputed")
        },
        "payments": [printed_payment(row) for row in order.payments.order_by("-pk")],
        "refunds": [printed_refund(row) for row in back],
        "ledger": [
            {
                "at": moment(row.at),
                "kind": row.kind,
                "amount": money(row.amount, row.currency),
                "debit": row.debit,
                "credit": row.credit,
                "payment": row.payment.reference if row.payment else None,
                "note": row.note,
            }
            for row in order.ledger.select_related("payment")
        ],
    }


REFUND_SHOWN = {
    "reference": "R-7KQ2XR4D",
    "order": "M-7KQ2XR4D",
    "payment": "P-7KQ2XR4D",
    "amount": gbp("67.98"),
    "tender": "",
    "state": "asked",
    "reason": "goodwill",
    "note": "Scratch on the frame",
    "detail": "",
    "created_at": AT,
    "changed_at": AT,
}
MONEY_SHOWN = {
    "order": "M-7KQ2XR4D",
    "status": "paid",
    "balance": {
        "due": gbp("467.98"),
        "paid": gbp("467.98"),
        "refunded": gbp("0.00"),
        "open": gbp("0.00"),
        "over": gbp("0.00"),
        "disputed": gbp("0.00"),
    },
    "payments": [
        {
            "reference": "P-7KQ2XR4D",
            "provider": "stripe",
            "tender": "",
            "state": "succeeded",
            "purpose": "full",
            "amount": gbp("467.98"),
            "captured": gbp("467.98"),
            "left": gbp("400.00"),
            "detail": "",
            "changed_at": AT,
        }
    ],
    "refunds": [REFUND_SHOWN],
    "ledger": [
        {
            "at": AT,
            "kind": "due",
            "amount": gbp("467.98"),
            "debit": "receivable",
            "credit": "sales",
            "payment": None,
            "note": "",
        },
        {
            "at": AT,
            "kind": "paid",
            "amount": gbp("467.98"),
            "debit": "provider",
            "credit": "receivable",
            "payment": "P-7KQ2XR4D",
            "note": "",
        },
    ],
}
