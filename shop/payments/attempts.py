"""Rows for attempts to be paid: numbered per order, under the order's lock."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Max

from shop.models import Payment
from shop.payments import providers
from shop.references import new_reference

OPEN = (Payment.State.CREATED, Payment.State.PENDING)


def open_attempt(order: Any, provider: str) -> Payment | None:
    """The attempt through this provider that nobody has finished yet. Call it with the order locked."""
    return Payment.objects.filter(order=order, provider=provider, state__in=OPEN).last()


def promised(order: Any) -> Payment | None:
    """The attempt for which the bank has promised the money, if there is one: nothing more is asked meanwhile."""
    return Payment.objects.filter(order=order, state=Payment.State.AUTHORISED).last()


def next_attempt(
    order: Any, *, provider: str, amount: Decimal, at: datetime, purpose: str = Payment.Purpose.FULL
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
        capture=order.visit.capture if purpose == Payment.Purpose.DEPOSIT else "now",
        live=providers.named(provider).live,
        created_at=at,
        changed_at=at,
    )
