"""Rows for attempts to be paid: numbered per order, under the order's lock."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Max, Q

from notifications import followups
from shop.models import Payment
from shop.payments import providers
from shop.payments.moves import move_payment
from shop.references import new_reference

OPEN = (Payment.State.CREATED, Payment.State.PENDING)


def open_attempt(order: Any, provider: str) -> Payment | None:
    """The attempt through this provider that nobody has finished yet. Call it with the order locked."""
    return Payment.objects.filter(order=order, provider=provider, state__in=OPEN).last()


def promised(order: Any) -> Payment | None:
    """The attempt for which the bank has promised the money, if there is one: nothing more is asked meanwhile."""
    return Payment.objects.filter(order=order, state=Payment.State.AUTHORISED).last()


def next_attempt(
    order: Any,
    *,
    provider: str,
    amount: Decimal,
    at: datetime,
    purpose: str = Payment.Purpose.FULL,
    hosted: bool = False,
) -> Payment:
    """A new numbered attempt for an order. Call it with the order locked, or two attempts share a number."""
    last = Payment.objects.filter(order=order).aggregate(last=Max("attempt"))["last"] or 0
    return Payment.objects.create(
        order=order,
        site_id=order.visit.site_id,
        reference=new_reference("P"),
        attempt=last + 1,
        provider=provider,
        amount=amount,
        currency=order.currency,
        purpose=purpose,
        hosted=hosted,
        capture=order.visit.capture if purpose == Payment.Purpose.DEPOSIT else "now",
        live=providers.named(provider).live,
        created_at=at,
        changed_at=at,
    )


def abandon(order: Any, payment: Payment, *, at: datetime, why: str) -> None:
    """Give up an open attempt and have it closed at its provider, so that it is not paid beside the next one.

    Call it with the order locked.
    """
    if payment.state in OPEN:
        move_payment(payment, Payment.State.CANCELLED, at=at, detail=why)
    if payment.provider in providers.online_names():
        followups.after("payment.abandoned", order=order, payment=payment, at=at)


def payable_still(order: Any) -> list[Payment]:
    """Attempts that could be paid in some forgotten window: open ones, and those whose card was declined on a page of
    ours, for the provider would take another card for them. Call it with the order locked."""
    declined = Q(state=Payment.State.FAILED, redirect_url="", provider_id__isnull=False) & ~Q(client={})
    rows = Payment.objects.select_for_update().filter(Q(state__in=OPEN) | declined, order=order)
    return list(rows.order_by("pk"))
