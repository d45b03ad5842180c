"""The ledger: what an order is asked for and has paid. The only place where an order's and a payment's status change.

Locks are taken in one order, everywhere: event, order, payment, then jobs and visit. What a provider said is compared
with what was asked before it is believed, and saying it again changes nothing.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from oscar.core.loading import get_model

from notifications import followups
from repairs import booking
from shop.models import LedgerEntry, Payment, PaymentEvent
from shop.payments import attempts, revival
from shop.payments.balance import Balance, balance

__all__ = [
    "Balance",
    "MoreThanOpen",
    "apply",
    "ask",
    "balance",
    "move_payment",
    "settle",
    "take_at_counter",
    "write_off",
]

Order = get_model("order", "Order")
State = Payment.State
Kind = LedgerEntry.Kind
Judgement = tuple[str, str]  # the event's new state, and why, for staff

APPLIED, IGNORED, ODD = PaymentEvent.State.APPLIED, PaymentEvent.State.IGNORED, PaymentEvent.State.ODD
WAITING = PaymentEvent.State.RECEIVED
PATIENCE = 5  # tries, a minute apart, before an event that fits nothing is shown to staff as odd

MOVES: dict[str, set[str]] = {
    State.CREATED: {State.PENDING, State.SUCCEEDED, State.FAILED, State.CANCELLED, State.LATE, State.MISMATCH},
    State.PENDING: {State.SUCCEEDED, State.FAILED, State.CANCELLED, State.LATE, State.MISMATCH},
    # A bank may change its mind after a refusal; it never takes back a success by calling it a failure.
    State.FAILED: {State.SUCCEEDED, State.LATE, State.MISMATCH},
    State.CANCELLED: {State.SUCCEEDED, State.LATE, State.MISMATCH},
    State.SUCCEEDED: {State.REFUNDED},
    State.LATE: {State.REFUNDED},
    State.MISMATCH: {State.REFUNDED},
    State.REFUNDED: set(),
}


class MoreThanOpen(Exception):
    """Less is open on the order than somebody wants to pay, or nothing at all."""

    code = "more_than_open"


def ask(*, order: Any, at: datetime) -> None:
    """Write down that the order's total is asked for. Doing it twice writes it once."""
    _enter(order, None, Kind.DUE, order.total_incl_tax, key=f"due:{order.number}", at=at)


def apply(event_id: int, *, at: datetime) -> PaymentEvent:
    """Judge one kept event and do what follows. An event that was judged before is left alone."""
    with transaction.atomic():
        event = PaymentEvent.objects.select_for_update().get(pk=event_id)
        if event.state != WAITING:
            return event
        event.attempts += 1
        found = _payment_of(event)
        if found is None:
            event.state, event.outcome = _wait(event, _("We know no such payment."))
        else:
            order = Order.objects.select_for_update().get(pk=found.order_id)
            payment = Payment.objects.select_for_update().get(pk=found.pk)
            event.state, event.outcome = _judge(event, order, payment, at)
        event.applied_at = None if event.state == WAITING else at
        event.save(update_fields=["state", "outcome", "attempts", "applied_at"])
    return event


def take_at_counter(*, order: Any, amount: Decimal, by: Any, at: datetime, note: str = "", once: str = "") -> Payment:
    """Write down money that a member of staff has taken for an order.

    Raises MoreThanOpen for more than is open. `once` is any text that is the same when a form is sent twice.
    """
    with transaction.atomic():
        order = Order.objects.select_for_update().get(pk=order.pk)
        done = Payment.objects.filter(provider="in_store", provider_id=f"counter-{once}").first() if once else None
        if done is not None:
            return done
        money = balance(order)
        if not Decimal(0) < amount <= money.open:
            raise MoreThanOpen(
                _("%(open)s %(currency)s is open on this order.") % {"open": money.open, "currency": money.currency}
            )
        payment = attempts.open_attempt(order, "in_store")
        if payment is None:
            payment = attempts.next_attempt(order, provider="in_store", amount=amount, at=at)
        payment.amount = amount
        payment.provider_id = f"counter-{once or payment.reference}"
        payment.save(update_fields=["amount", "provider_id"])
        settle(order=order, payment=payment, at=at, by=by, note=note)
    return payment


def settle(*, order: Any, payment: Payment, at: datetime, by: Any = None, note: str = "") -> Judgement:
    """Record the money of a payment once and all that follows from it. Call it with order and payment locked."""
    if not _enter(order, payment, Kind.PAID, payment.amount, key=paid_key(payment), at=at, by=by, note=note):
        return IGNORED, _("This money was recorded before.")
    if order.status in {"released", "cancelled"} and not _take_back(order, payment, at):
        move_payment(payment, State.LATE, at=at, detail=_("The order had been released."))
        return ODD, _(
            "Paid after the order was released, and its time is gone: give the money back or agree a new time."
        )
    move_payment(payment, State.SUCCEEDED, at=at)
    _set_status(order)
    visit = order.visit
    if visit.release_at is not None:
        visit.release_at = None
        visit.save(update_fields=["release_at"])
    if visit.appointment_id is not None:
        booking.settle(appointment=visit.appointment, at=at)
    followups.after("payment.settled", order=order, payment=payment)
    over = balance(order).over
    if over:
        return ODD, _("%(over)s %(currency)s more than the order costs was paid: give it back.") % {
            "over": over, "currency": order.currency
        }  # fmt: skip
    return APPLIED, _("Paid.")


def write_off(*, order: Any, at: datetime) -> None:
    """Stop asking for what is open and set the order to released. Call it with the order locked."""
    open_now = balance(order).open
    # A placed order has its asking row; one without it would owe its total again through the fallback.
    if not order.ledger.filter(kind=Kind.DUE).exists():
        ask(order=order, at=at)
    _enter(order, None, Kind.WRITTEN_OFF, -open_now, key=f"written_off:{order.number}", at=at)
    order.set_status("released")


def move_payment(payment: Payment, to: str, *, at: datetime, detail: str = "") -> None:
    """Put a locked payment into its next state. Raises ValueError for a move the table does not have."""
    if to not in MOVES[payment.state]:
        raise ValueError(f"A {payment.state} payment cannot become {to}.")
    payment.state, payment.detail, payment.changed_at = to, detail[:300], at
    payment.save(update_fields=["state", "detail", "changed_at"])


def paid_key(payment: Payment) -> str:
    """What makes the money of a payment count once."""
    return f"paid:{payment.provider}:{payment.provider_id or payment.reference}"


def _judge(event: PaymentEvent, order: Any, payment: Payment, at: datetime) -> Judgement:
    if (event.reference and event.reference != payment.reference) or (
        payment.provider_id and event.provider_id and event.provider_id != payment.provider_id
    ):
        return ODD, _("It speaks of our payment %(ours)s under another name.") % {"ours": payment.reference}
    if payment.provider_id is None and event.provider_id:
        # We were stopped between opening the payment and noting its name; the reference brought it home.
        payment.provider_id = event.provider_id
        payment.save(update_fields=["provider_id"])
    if event.kind == "succeeded":
        return _succeeded(event, order, payment, at)
    if event.kind in {"failed", "cancelled"}:
        return _ended(event, payment, at)
    if event.kind == "refunded":
        return _refunded(event, order, payment, at)
    return IGNORED, _("Nothing to do for us.")


def _succeeded(event: PaymentEvent, order: Any, payment: Payment, at: datetime) -> Judgement:
    if payment.state in {State.SUCCEEDED, State.LATE, State.REFUNDED}:
        return IGNORED, _("This payment was settled before.")
    wrong = _difference(event, payment)
    if payment.state == State.MISMATCH:
        return ODD, wrong or _("Something else was reported for this payment before.")
    if wrong:
        move_payment(payment, State.MISMATCH, at=at, detail=wrong)
        return ODD, wrong
    return settle(order=order, payment=payment, at=at)


def _ended(event: PaymentEvent, payment: Payment, at: datetime) -> Judgement:
    wanted = State.FAILED if event.kind == "failed" else State.CANCELLED
    if wanted not in MOVES[payment.state]:
        return IGNORED, _("The payment is %(state)s already.") % {"state": payment.get_state_display().lower()}
    move_payment(payment, wanted, at=at)
    return APPLIED, payment.get_state_display()


def _refunded(event: PaymentEvent, order: Any, payment: Payment, at: datetime) -> Judgement:
    if payment.state in {State.CREATED, State.PENDING, State.FAILED, State.CANCELLED}:
        return _wait(event, _("Money went back that we have not seen come."))
    if payment.state == State.MISMATCH:
        move_payment(payment, State.REFUNDED, at=at)
        return APPLIED, _("The wrong sum was given back.")
    left = sum(payment.ledger.values_list("amount", flat=True), Decimal(0))
    if event.amount is None or event.currency != payment.currency or not Decimal(0) < event.amount <= left:
        return ODD, _("%(amount)s %(currency)s went back, but only %(left)s was left of this payment.") % {
            "amount": event.amount, "currency": event.currency, "left": left
        }  # fmt: skip
    key = f"refunded:{payment.provider}:{event.event_id}"
    _enter(order, payment, Kind.REFUNDED, -event.amount, key=key, at=at)
    if event.amount == left:
        move_payment(payment, State.REFUNDED, at=at)
    _set_status(order)
    return APPLIED, _("Given back.")


def _take_back(order: Any, payment: Payment, at: datetime) -> bool:
    """Try to make a released order whole again for money that came late; say whether it is."""
    dropped = -sum(order.ledger.filter(kind=Kind.WRITTEN_OFF).values_list("amount", flat=True), Decimal(0))
    if order.status != "released" or payment.amount < dropped or not revival.revive(order, at=at):
        return False
    _enter(order, None, Kind.DUE, dropped, key=f"due:{order.number}:again", at=at)
    return True


def _difference(event: PaymentEvent, payment: Payment) -> str:
    """What differs between what came and what was asked, in words; empty when nothing does."""
    if event.amount != payment.amount or event.currency != payment.currency:
        return _("%(came)s came, %(asked)s was asked.") % {
            "came": f"{event.amount} {event.currency}",
            "asked": f"{payment.amount} {payment.currency}",
        }
    if event.live != payment.live:
        return _("Test money came for a real payment.") if payment.live else _("Real money came for a test payment.")
    return ""


def _wait(event: PaymentEvent, why: str) -> Judgement:
    """Leave the event for the sweep, and for staff once that has tried often enough."""
    return (ODD if event.attempts >= PATIENCE else WAITING), why


def _payment_of(event: PaymentEvent) -> Payment | None:
    rows = Payment.objects.filter(provider=event.provider)
    by_id = rows.filter(provider_id=event.provider_id).first() if event.provider_id else None
    return by_id or (rows.filter(reference=event.reference).first() if event.reference else None)


def _set_status(order: Any) -> None:
    """Let the order's status say what the sums say, as far as Oscar's pipeline lets it move."""
    wanted = _status_for(order, balance(order))
    if wanted in order.available_statuses():
        order.set_status(wanted)


def _status_for(order: Any, money: Balance) -> str:
    kept = money.paid - money.refunded
    if money.refunded and kept <= 0:
        return "refunded"
    if order.status == "released" and money.due == 0:
        return "released"
    if kept >= money.due:
        return "paid"
    return "part-refunded" if money.refunded else "part-paid"


def _enter(
    order: Any,
    payment: Payment | None,
    kind: str,
    amount: Decimal,
    *,
    key: str,
    at: datetime,
    by: Any = None,
    note: str = "",
) -> bool:
    """Write a row under a key that can be written once; say whether it was new."""
    facts = {"order": order, "payment": payment, "kind": kind, "amount": amount, "currency": order.currency}
    _row, created = LedgerEntry.objects.get_or_create(
        key=key, defaults={**facts, "at": at, "by": by, "note": note[:300]}
    )
    return created
