"""Asking for money: one attempt per order at a time, opened at its provider outside any transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from oscar.core.loading import get_model

from shop.models import Payment
from shop.payments import attempts, ledger, providers
from shop.payments.base import Refused, StartAsk, Started, Unavailable

Order = get_model("order", "Order")
PAYABLE = ("awaiting-payment", "part-paid")


class OrderNotPayable(Exception):
    """Nothing can be paid on the order: it is paid, released, refunded or cancelled."""

    code = "order_not_payable"


@dataclass(frozen=True)
class StartResult:
    """The attempt; where to send the customer (None: nowhere); what a page of ours needs to take the payment itself.

    Neither: it is paid already, is paid at the counter, or was given up meanwhile in another window.
    """

    payment: Payment
    redirect_url: str | None
    client: Mapping[str, str]


def start(
    *, order: Any, at: datetime, return_url: str | None = None, cancel_url: str | None = None, hosted: bool = False
) -> StartResult:
    """Ask for what is open on an order through the provider it was placed with. Not inside a transaction.

    `hosted`: the customer's browser runs no script, so the provider's own page takes the payment. Asking again while
    an attempt is open answers with the same attempt, without asking the provider again once that has answered; asked
    with the other `hosted`, for another sum, or when the provider has closed it, a new attempt takes its place.
    Nothing open settles at once. Raises OrderNotPayable, and the provider's Unavailable (try again: nothing is lost)
    and Refused (a new try is a new one).
    """
    payment = _attempt(order.pk, at=at, hosted=hosted)
    if payment.state == Payment.State.CREATED:
        if cancel_url is None and return_url is None:
            cancel_url = settings.PUBLIC_ORIGIN + reverse("checkout:pay", args=[order.number])
        return_url = return_url or settings.PUBLIC_ORIGIN + reverse("checkout:return", args=[payment.reference])
        ask = _ask(order, payment, return_url=return_url, cancel_url=cancel_url or "")
        try:
            started = providers.named(payment.provider).start(ask)
        except (Refused, Unavailable) as error:
            if isinstance(error, Refused) or error.remembered:  # the same key would be answered in the same way
                _give_up(payment, at=at, why=str(error))
            raise
        payment = _note_started(payment, started, at=at)
    if payment.state != Payment.State.PENDING:
        return StartResult(payment, None, {})
    return StartResult(payment, payment.redirect_url or None, payment.client)


def good(payment: Payment, order: Any, money: ledger.Balance, *, at: datetime) -> bool:
    """Whether an open attempt asks for what is open now, and its provider still knows it."""
    if payment.provider not in settings.PAYMENT_PROVIDERS or payment.amount != what_to_ask(order, money)[0]:
        return False
    return at - payment.created_at < providers.named(payment.provider).lasts


def what_to_ask(order: Any, money: ledger.Balance) -> tuple[Decimal, str]:
    """How much is asked now and what it is: the deposit that books the order, what is left after it, or all of it."""
    deposit = order.visit.due_now
    if deposit is not None and money.paid == 0 and deposit < money.open:
        return deposit, Payment.Purpose.DEPOSIT
    return money.open, Payment.Purpose.REST if money.paid else Payment.Purpose.FULL


def _attempt(order_id: int, *, at: datetime, hosted: bool) -> Payment:
    """The open attempt for exactly what is asked now, or a new one. `durable` refuses to run in a transaction."""
    with transaction.atomic(durable=True):
        order = Order.objects.select_for_update().get(pk=order_id)
        if order.status not in PAYABLE:
            raise OrderNotPayable(_("Nothing can be paid on this order."))
        if (promised := attempts.promised(order)) is not None:
            return promised
        money, provider = ledger.balance(order), order.visit.pay_by
        payment = attempts.open_attempt(order, provider)
        # One key with other parameters is refused by providers: `hosted` is fixed when an attempt is made.
        if payment is not None and good(payment, order, money, at=at) and payment.hosted == hosted:
            return payment
        for old in attempts.payable_still(order):
            attempts.abandon(order, old, at=at, why=_("Another try took its place."))
        amount, purpose = what_to_ask(order, money)
        payment = attempts.next_attempt(order, provider=provider, amount=amount, at=at, purpose=purpose, hosted=hosted)
        if not amount:
            ledger.settle(order=order, payment=payment, at=at)
    return payment


def _ask(order: Any, payment: Payment, *, return_url: str, cancel_url: str) -> StartAsk:
    """What the provider is asked: the same for an attempt in whatever language the page is, for the key demands it."""
    contact = order.visit.contact
    language = contact.language or settings.LANGUAGE_CODE
    with translation.override(language):
        description = _("Order %(number)s") % {"number": order.number}
    return StartAsk(
        reference=payment.reference,
        idempotency_key=f"{order.number}-{payment.attempt}",
        amount=payment.amount,
        currency=payment.currency,
        description=description,
        return_url=return_url,
        cancel_url=cancel_url,
        customer_email=contact.email,
        hosted=payment.hosted,
        capture="later" if payment.capture == "later" else "now",
        locale=translation.to_locale(language).replace("_", "-"),
    )


def _note_started(payment: Payment, started: Started, *, at: datetime) -> Payment:
    """Keep the provider's name for it and what the customer needs. A webhook may have been faster: its state is never
    set back. One that was given up while the provider was asked is closed there, now that its name is known."""
    with transaction.atomic():
        order = Order.objects.select_for_update().get(pk=payment.order_id)
        row = Payment.objects.select_for_update().get(pk=payment.pk)
        row.provider_id = row.provider_id or started.provider_id
        row.client, row.redirect_url, row.account = dict(started.client), started.redirect_url or "", started.account
        row.save(update_fields=["provider_id", "client", "redirect_url", "account"])
        if row.state == Payment.State.CREATED:
            ledger.move_payment(row, Payment.State.PENDING, at=at)
        elif row.state == Payment.State.CANCELLED:
            attempts.abandon(order, row, at=at, why=row.detail)
    return row


def _give_up(payment: Payment, *, at: datetime, why: str) -> None:
    with transaction.atomic():
        row = Payment.objects.select_for_update().get(pk=payment.pk)
        if row.state in attempts.OPEN:
            ledger.move_payment(row, Payment.State.FAILED, at=at, detail=why)
