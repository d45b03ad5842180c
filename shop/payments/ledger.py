"""The ledger: what an order is asked for and has paid, and what providers say about it.

Locks are taken in one order, everywhere: event, order, payment, refund, then jobs and visit. What a provider said is
compared with what was asked before it is believed (judging.py), and saying it again changes nothing.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from oscar.core.loading import get_model

from shop.models import LedgerEntry, Payment, PaymentEvent
from shop.payments import attempts, entries
from shop.payments.balance import Balance, balance
from shop.payments.judging import PATIENCE, judge, wait
from shop.payments.moves import move_payment
from shop.payments.settling import paid_key, settle

__all__ = [
    "Balance",
    "MoreThanOpen",
    "apply",
    "ask",
    "balance",
    "judge_again",
    "move_payment",
    "paid_key",
    "settle",
    "take_at_counter",
    "write_off",
]

Order = get_model("order", "Order")
Kind = LedgerEntry.Kind


class MoreThanOpen(Exception):
    """Less is open on the order than somebody wants to pay, or nothing at all."""

    code = "more_than_open"


def ask(*, order: Any, at: datetime) -> None:
    """Write down that the order's total is asked for. Doing it twice writes it once."""
    entries.enter(order, None, Kind.DUE, order.total_incl_tax, key=f"due:{order.number}", at=at)


def apply(event_id: int, *, at: datetime) -> PaymentEvent:
    """Judge one kept event and do what follows. An event that was judged before is left alone."""
    with transaction.atomic():
        event = PaymentEvent.objects.select_for_update().get(pk=event_id)
        if event.state != PaymentEvent.State.RECEIVED:
            return event
        event.attempts += 1
        found = _payment_of(event)
        if found is None:
            event.state, event.outcome = wait(event, _("We know no such payment."))
        else:
            event.site_id = found.site_id
            order = Order.objects.select_for_update().get(pk=found.order_id)
            payment = Payment.objects.select_for_update().get(pk=found.pk)
            event.state, event.outcome = judge(event, order, payment, at)
        event.applied_at = None if event.state == PaymentEvent.State.RECEIVED else at
        event.save(update_fields=["state", "outcome", "attempts", "applied_at", "site"])
    return event


def judge_again(event_id: int, *, at: datetime) -> None:
    """Judge an event once more that was shown to staff only because what it speaks of had not come yet."""
    early = PaymentEvent.objects.filter(pk=event_id, state=PaymentEvent.State.ODD, attempts__gte=PATIENCE)
    if early.update(state=PaymentEvent.State.RECEIVED, attempts=0):
        apply(event_id, at=at)


def take_at_counter(
    *, order: Any, amount: Decimal, by: Any, at: datetime, tender: str = "", note: str = "", once: str = ""
) -> Payment:
    """Write down money that a member of staff has taken for an order; `tender` is "cash" or "card", where it is known.

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
        payment.amount, payment.tender = amount, tender
        payment.provider_id = f"counter-{once or payment.reference}"
        payment.save(update_fields=["amount", "tender", "provider_id"])
        settle(order=order, payment=payment, at=at, by=by, note=note)
    return payment


def write_off(*, order: Any, at: datetime) -> None:
    """Stop asking for what is open and set the order to released. Call it with the order locked."""
    open_now = balance(order).open
    # A placed order has its asking row; one without it would owe its total again through the fallback.
    if not order.ledger.filter(kind=Kind.DUE).exists():
        ask(order=order, at=at)
    entries.enter(order, None, Kind.WRITTEN_OFF, open_now, key=f"written_off:{order.number}", at=at)
    order.set_status("released")


def _payment_of(event: PaymentEvent) -> Payment | None:
    rows = Payment.objects.filter(provider=event.provider)
    by_id = rows.filter(provider_id=event.provider_id).first() if event.provider_id else None
    return by_id or (rows.filter(reference=event.reference).first() if event.reference else None)
