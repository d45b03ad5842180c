"""What follows from money that came: the books, the order's status, the visit that it books, the receipt.

Everything here runs with order and payment locked.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from notifications import followups
from repairs import booking
from shop.models import LedgerEntry, Payment, PaymentEvent
from shop.payments import attempts, entries, revival
from shop.payments.balance import Balance, balance
from shop.payments.moves import move_payment

Kind = LedgerEntry.Kind
State = Payment.State
Judgement = tuple[str, str]  # an event's new state, and why, for staff
APPLIED, IGNORED, ODD = PaymentEvent.State.APPLIED, PaymentEvent.State.IGNORED, PaymentEvent.State.ODD


def settle(
    *, order: Any, payment: Payment, at: datetime, by: Any = None, note: str = "", fee: Decimal | None = None
) -> Judgement:
    """Record the money of a payment once and all that follows from it. `fee` is what the provider kept of it."""
    kind = Kind.DEPOSIT if payment.purpose == Payment.Purpose.DEPOSIT else Kind.PAID
    if not entries.enter(order, payment, kind, payment.amount, key=paid_key(payment), at=at, by=by, note=note):
        return IGNORED, _("This money was recorded before.")
    came(payment, payment.amount)
    take_fee(order, payment, fee, at=at)
    if order.status in {"released", "cancelled"} and not _take_back(order, payment, at):
        move_payment(payment, State.LATE, at=at, detail=_("The order had been released."))
        return ODD, _(
            "Paid after the order was released, and its time is gone: give the money back or agree a new time."
        )
    move_payment(payment, State.SUCCEEDED, at=at)
    for other in attempts.payable_still(order):
        if other.pk != payment.pk:  # a forgotten window could pay it besides
            attempts.abandon(order, other, at=at, why=_("The order was paid another way."))
    set_status(order)
    promise_visit(order, at=at)
    followups.after("payment.settled", order=order, payment=payment)
    over = balance(order).over
    if over:
        return ODD, _("%(over)s %(currency)s more than the order costs was paid: give it back.") % {
            "over": over, "currency": order.currency
        }  # fmt: skip
    return APPLIED, _("Paid.")


def came(payment: Payment, amount: Decimal) -> None:
    """Note how much came of a payment: as much may go back."""
    payment.captured = amount
    payment.save(update_fields=["captured"])


def take_fee(order: Any, payment: Payment, fee: Decimal | None, *, at: datetime) -> None:
    """Book what the provider kept for itself, once; nothing where it has not said so yet."""
    if fee:
        key = f"fee:{paid_key(payment)}"
        entries.enter(order, payment, Kind.FEE, fee, key=key, at=at, currency=payment.currency)


def promise_visit(order: Any, *, at: datetime) -> None:
    """The order's time is its own from now on: it is not released any more."""
    visit = order.visit
    if visit.release_at is not None:
        visit.release_at = None
        visit.save(update_fields=["release_at"])
    if visit.appointment_id is not None:
        booking.settle(appointment=visit.appointment, at=at)


def paid_key(payment: Payment) -> str:
    """What makes the money of a payment count once."""
    return f"paid:{payment.provider}:{payment.provider_id or payment.reference}"


def set_status(order: Any) -> None:
    """Let the order's status say what the sums say, as far as Oscar's pipeline lets it move."""
    wanted = _status_for(order, balance(order))
    if wanted in order.available_statuses():
        order.set_status(wanted)


def _status_for(order: Any, money: Balance) -> str:
    if money.refunded and money.kept <= 0:
        return "refunded"
    if order.status == "released" and money.due == 0:
        return "released"
    if money.kept < money.due:
        return "part-paid" if money.kept > 0 else "awaiting-payment"
    return "part-refunded" if money.credited else "paid"


def _take_back(order: Any, payment: Payment, at: datetime) -> bool:
    """Try to make a released order whole again for money that came late; say whether it is."""
    dropped = entries.total(order, Kind.WRITTEN_OFF)
    wanted = dropped if order.visit.due_now is None else min(order.visit.due_now, dropped)
    if order.status != "released" or payment.amount < wanted or not revival.revive(order, at=at):
        return False
    entries.enter(order, None, Kind.DUE, dropped, key=f"due:{order.number}:again", at=at)
    return True
