"""Customers who take money back through their bank: what is withheld, and what must not be handed over meanwhile.

Runs with event, order and payment locked, as everything that judging.py calls.
"""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from notifications import followups
from shop.models import LedgerEntry, Payment, PaymentEvent
from shop.payments import entries, refunds
from shop.payments.balance import balance
from shop.payments.moves import MOVES, move_payment
from shop.payments.settling import APPLIED, IGNORED, ODD, Judgement

Kind = LedgerEntry.Kind
State = Payment.State
OPENED = ("inquiry_opened", "dispute_opened")
CLOSED = ("inquiry_closed", "dispute_won", "dispute_lost")


def inquired(event: PaymentEvent, order: Any, payment: Payment, at: datetime) -> Judgement:
    """A bank asks whether all is well; no money moves, but it may become a dispute."""
    followups.after("payment.disputed", order=order, payment=payment, at=at)
    return ODD, _("The customer's bank asks about it: answer at the provider, and do not hand anything over.")


def opened(event: PaymentEvent, order: Any, payment: Payment, at: datetime) -> Judgement:
    """The bank withholds the money until somebody has decided."""
    if event.amount is None or event.amount <= 0 or event.live != payment.live:
        return ODD, _("A dispute over a sum that does not fit this payment.")
    if event.currency != refunds.currency_of(payment):
        return ODD, _("A dispute over a sum that does not fit this payment.")
    key = f"disputed:{event.provider}:{about(event)}"
    came_in = event.currency
    if not entries.enter(order, payment, Kind.DISPUTED, event.amount, key=key, at=at, currency=came_in):
        return IGNORED, _("This dispute was recorded before.")
    if event.fee:
        entries.enter(order, payment, Kind.FEE, event.fee, key=f"fee:{key}", at=at, currency=came_in)
    if State.DISPUTED in MOVES[payment.state]:
        move_payment(payment, State.DISPUTED, at=at)
    followups.after("payment.disputed", order=order, payment=payment, at=at)
    return ODD, _("The customer disputes it at the bank: answer at the provider, and do not hand anything over.")


def closed(event: PaymentEvent, order: Any, payment: Payment, at: datetime) -> Judgement | None:
    """The bank has decided; None for a dispute that we have not heard of yet."""
    if event.kind == "inquiry_closed":
        _free(event, order, payment, at)
        return APPLIED, _("The bank asks no more.")
    held = LedgerEntry.objects.filter(key=f"disputed:{event.provider}:{about(event)}").first()
    if held is None:
        return None
    won = event.kind == "dispute_won"
    key = f"dispute_closed:{event.provider}:{about(event)}"
    kind = Kind.DISPUTE_WON if won else Kind.DISPUTE_LOST
    if not entries.enter(order, payment, kind, held.amount, key=key, at=at, currency=held.currency):
        return IGNORED, _("The end of this dispute was recorded before.")
    wanted = State.SUCCEEDED if won else State.LOST
    if wanted in MOVES[payment.state]:
        move_payment(payment, wanted, at=at)
    if won:
        _free(event, order, payment, at)
        return APPLIED, _("The dispute was won.")
    return ODD, _("The dispute was lost: the money is gone.")


def pays(event: PaymentEvent, payment: Payment) -> bool:
    """Whether money that was taken back is what a dispute withheld: PayPal settles a lost case by reversing the
    capture, and tells of both; the money moved once."""
    if payment.state not in {State.DISPUTED, State.LOST} or event.amount is None:
        return False
    if refunds.found(payment, provider_id=event.about_id, amount=event.amount) is not None:
        return False
    rows = LedgerEntry.objects.filter(payment=payment, kind__in=(Kind.DISPUTED, Kind.DISPUTE_WON))
    held = sum(row.amount if row.kind == Kind.DISPUTED else -row.amount for row in rows)
    return event.amount <= held


def about(event: PaymentEvent) -> str:
    """The refund or dispute that the event speaks of, by the provider's name for it."""
    return event.about_id or event.event_id.partition(":")[0]


def _free(event: PaymentEvent, order: Any, payment: Payment, at: datetime) -> None:
    """Let the things go once nothing is withheld and nobody asks any more. What was lost stays for a person."""
    if balance(order).disputed == 0 and not _asked(order) - {about(event)}:
        followups.after("payment.dispute_closed", order=order, payment=payment, at=at)


def _asked(order: Any) -> set[str]:
    """The inquiries and disputes about an order that are not closed in our favour."""
    names = list(Payment.objects.filter(order=order).values_list("reference", "provider_id"))
    ours = Q(reference__in=[name for name, _id in names]) | Q(provider_id__in=[its for _name, its in names if its])
    told = PaymentEvent.objects.filter(ours, kind__in=OPENED + CLOSED).exclude(state=PaymentEvent.State.RECEIVED)
    rows = list(told.only("kind", "about_id", "event_id"))
    freed = {about(row) for row in rows if row.kind in {"inquiry_closed", "dispute_won"}}
    return {about(row) for row in rows if row.kind in OPENED} - freed
