"""Asking for money: one attempt per order at a time, opened at its provider outside any transaction."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from oscar.core.loading import get_model

from notifications import followups
from shop.models import Payment
from shop.payments import attempts, ledger, providers
from shop.payments.base import Refused, StartAsk, Started

Order = get_model("order", "Order")
PAYABLE = ("awaiting-payment", "part-paid")


class OrderNotPayable(Exception):
    """Nothing can be paid on the order: it is paid, released, refunded or cancelled."""

    code = "order_not_payable"


@dataclass(frozen=True)
class StartResult:
    """The attempt, and where to send the customer (None: nowhere; paid already, or paid at the counter)."""

    payment: Payment
    redirect_url: str | None


def start(*, order: Any, at: datetime, return_url: str | None = None) -> StartResult:
    """Ask for what is open on an order through the provider it was placed with. Not inside a transaction.

    Asking again while an attempt is open answers with the same attempt. Nothing open settles at once. Raises
    OrderNotPayable, and the provider's Unavailable (try again: nothing is lost) and Refused (a new try is a new one).
    """
    payment = _attempt(order.pk, at=at)
    if payment.state not in attempts.OPEN:
        return StartResult(payment, None)
    ask = StartAsk(
        reference=payment.reference,
        idempotency_key=f"{order.number}-{payment.attempt}",
        amount=payment.amount,
        currency=payment.currency,
        description=_("Order %(number)s") % {"number": order.number},
        return_url=return_url or settings.PUBLIC_ORIGIN + reverse("checkout:return", args=[payment.reference]),
        customer_email=order.visit.contact.email,
        hosted=True,
        capture="later" if payment.capture == "later" else "now",
    )
    try:
        started = providers.named(payment.provider).start(ask)
    except Refused as error:
        _give_up(payment, at=at, why=str(error))
        raise
    return StartResult(_note_started(payment, started, at=at), started.redirect_url)


def _attempt(order_id: int, *, at: datetime) -> Payment:
    """The open attempt for exactly what is open now, or a new one. `durable` refuses to run in a transaction."""
    with transaction.atomic(durable=True):
        order = Order.objects.select_for_update().get(pk=order_id)
        if order.status not in PAYABLE:
            raise OrderNotPayable(_("Nothing can be paid on this order."))
        if (promised := attempts.promised(order)) is not None:
            return promised
        money, provider = ledger.balance(order), order.visit.pay_by
        amount, purpose = what_to_ask(order, money)
        payment = attempts.open_attempt(order, provider)
        if payment is not None and payment.amount != amount:
            ledger.move_payment(payment, Payment.State.CANCELLED, at=at, detail=_("The open sum changed."))
            followups.after("payment.abandoned", order=order, payment=payment)
            payment = None
        if payment is None:
            payment = attempts.next_attempt(order, provider=provider, amount=amount, at=at, purpose=purpose)
        if not amount:
            ledger.settle(order=order, payment=payment, at=at)
    return payment


def what_to_ask(order: Any, money: ledger.Balance) -> tuple[Decimal, str]:
    """How much is asked now and what it is: the deposit that books the order, what is left after it, or all of it."""
    deposit = order.visit.due_now
    if deposit is not None and money.paid == 0 and deposit < money.open:
        return deposit, Payment.Purpose.DEPOSIT
    return money.open, Payment.Purpose.REST if money.paid else Payment.Purpose.FULL


def _note_started(payment: Payment, started: Started, *, at: datetime) -> Payment:
    """Keep the provider's name for it. A webhook may have been faster: its state is never set back."""
    with transaction.atomic():
        Order.objects.select_for_update().get(pk=payment.order_id)
        row = Payment.objects.select_for_update().get(pk=payment.pk)
        row.provider_id = row.provider_id or started.provider_id
        row.save(update_fields=["provider_id"])
        if row.state == Payment.State.CREATED:
            ledger.move_payment(row, Payment.State.PENDING, at=at)
    return row


def _give_up(payment: Payment, *, at: datetime, why: str) -> None:
    with transaction.atomic():
        row = Payment.objects.select_for_update().get(pk=payment.pk)
        if row.state in attempts.OPEN:
            ledger.move_payment(row, Payment.State.FAILED, at=at, detail=why)
