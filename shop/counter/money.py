"""What the money panel of a job shows: sums, payments, money on its way back, the books, and what may be done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from repairs.models import Job
from shop import cancelling, letting_off, no_show
from shop.counter import odd, words
from shop.counter.forms import TakeMoneyForm, fresh_mark
from shop.document_pages import documents_of
from shop.models import OrderJob, Payment, Refund
from shop.payments import ledger, refunds

PROMISED_FOR = timedelta(days=7)  # about as long as a bank keeps its promise for a card
GIVEN_BACK_OF = (Payment.State.SUCCEEDED, Payment.State.LATE, Payment.State.MISMATCH)


@dataclass(frozen=True)
class PaymentRow:
    """One payment: how it came, and until about when the bank promises it (None: it promises nothing)."""

    payment: Payment
    way: str
    promised_until: datetime | None


@dataclass(frozen=True)
class RefundRow:
    """Money that goes back: how, the tone of its badge, and whether it is to be asked for once more."""

    refund: Refund
    way: str
    tone: str
    again: bool


TONES = {
    Refund.State.ASKED: "attention",
    Refund.State.SENT: "info",
    Refund.State.DONE: "success",
    Refund.State.FAILED: "danger",
}


def money_of(row: OrderJob, user: Any, *, at: datetime) -> dict[str, Any]:
    """Everything about the money of the order that a job was sold in. A fixed number of statements."""
    order = row.order
    balance, payments = ledger.balance(order), list(order.payments.order_by("-pk"))
    back = list(Refund.objects.filter(payment__order=order).select_related("by", "payment").order_by("-pk"))
    entries = order.ledger.select_related("by", "payment")
    return {
        "order": order,
        "balance": balance,
        "entries": [(entry, entry.by or words.of_payment(entry.payment)) for entry in entries],
        "payments": [payment_row(payment) for payment in payments],
        "refunds": refund_rows(back),
        "too_much": too_much(balance, back),
        "events": odd.events_about(payments),
        "form": TakeMoneyForm(
            currency=order.currency, initial={"amount": balance.open, "way": "card", "once": fresh_mark()}
        ),
        "quotes": list(order.quotes.order_by("pk")),
        "documents": documents_of(order) if user.has_perm("shop.view_document") else [],
        "may_take": user.has_perm("shop.add_payment"),
        "may": may_of(order, balance, payments, at=at) if user.has_perm("shop.add_refund") else {},
    }


def may_of(order: Any, money: ledger.Balance, payments: Sequence[Payment], *, at: datetime) -> dict[str, bool]:
    """What somebody who may give money back can do with this order now. Two statements."""
    statuses = Job.objects.filter(order_row__order=order).values_list("status", flat=True)
    to_come = cancelling.still_to_come(order, list(statuses))
    stands = order.status not in cancelling.ENDED
    return {
        "refund": bool(refundable(payments)),
        "cancel": to_come,
        "missed": to_come and no_show.is_over(order, at=at),
        "stop_asking": bool(money.open) and stands,
        "ask_again": stands and letting_off.let_off(order) > 0,
    }


def refundable(payments: Sequence[Payment]) -> list[Payment]:
    """Those of which something is left that we can give back: what a bank holds in a dispute it settles itself."""
    return [row for row in payments if row.state in GIVEN_BACK_OF and refunds.left(row) > 0]


def too_much(money: ledger.Balance, back: Sequence[Refund]) -> Decimal:
    """What we hold too much and have not begun to give back."""
    on_its_way = (
        row.amount for row in back if row.state in refunds.OPEN and row.payment.state != Payment.State.MISMATCH
    )
    return max(money.over - sum(on_its_way, Decimal(0)), Decimal(0))


def payment_row(payment: Payment) -> PaymentRow:
    """A payment with what staff should know of it."""
    promised = payment.state == Payment.State.AUTHORISED
    return PaymentRow(payment, words.of_payment(payment), payment.changed_at + PROMISED_FOR if promised else None)


def refund_rows(back: Sequence[Refund]) -> list[RefundRow]:
    """Refunds, newest first. One that failed waits for somebody unless as much was asked for after it."""
    rows, later = [], set()
    for refund in back:
        same = (refund.payment_id, refund.amount)
        failed = refund.state == Refund.State.FAILED
        again = failed and same not in later and refunds.left(refund.payment) > 0
        if not failed:
            later.add(same)
        rows.append(RefundRow(refund, words.way_of_refund(refund), TONES[Refund.State(refund.state)], again))
    return rows


def choice_words(payment: Payment) -> str:
    """A payment, by how it came and its reference."""
    return _("%(way)s, %(reference)s") % {"way": words.of_payment(payment), "reference": payment.reference}
