"""Taking money that a bank has promised, or giving the promise back. Never in a transaction."""

import logging
from datetime import datetime, timedelta

from shop.models import Payment
from shop.payments import inbox, ledger, providers
from shop.payments.balance import balance
from shop.payments.base import CancelAsk, CaptureAsk, Refused, Report, ReportKind

State = Payment.State
OPEN_THERE = {State.PENDING, State.AUTHORISED, State.FAILED, State.CANCELLED}  # what a provider may still hold open
CLOSED: tuple[ReportKind, ...] = ("cancelled", "failed", "succeeded")
# How long the sweep waits before it has a payment closed again: ten minutes, then twice as long each time.
CLOSE_AGAIN, CLOSE_AGAIN_AT_MOST = timedelta(minutes=10), timedelta(days=1)
MOST_CLOSINGS = 12  # tries, over six days; then a person closes it at the provider

logger = logging.getLogger(__name__)


def capture(payment_id: int, *, at: datetime) -> None:
    """Take an authorised payment, or give it back where the order asks for nothing any more: it was paid another way,
    or has ended. Asking again under the same key takes it once. Raises Unavailable: ask later."""
    payment = Payment.objects.select_related("order").get(pk=payment_id)
    if payment.state != State.AUTHORISED:
        return
    if not balance(payment.order).open:
        let_go(payment_id, at=at)
        return
    try:
        report = providers.named(payment.provider).capture(
            CaptureAsk(
                provider_id=str(payment.provider_id),
                reference=payment.reference,
                idempotency_key=f"{payment.reference}-capture",
                amount=payment.amount,
                currency=payment.currency,
            )
        )
    except Refused as refusal:
        logger.warning("Payment %s could not be taken: %s", payment.reference, refusal)
        report = Report(
            event_id=f"{payment.reference}-not-captured",
            kind="failed",
            provider_id=str(payment.provider_id),
            reference=payment.reference,
            amount=None,
            currency=payment.currency,
            live=payment.live,
            body={"refused": str(refusal)},
        )
    for event in inbox.keep(provider=payment.provider, reports=[report], at=at):
        ledger.apply(event.pk, at=at)


def let_go(payment_id: int, *, at: datetime) -> None:
    """Give a promise back, or close a payment that nobody needs any more. Raises Unavailable."""
    payment = Payment.objects.get(pk=payment_id)
    provider = providers.named(payment.provider)
    if not payment.provider_id or payment.state not in OPEN_THERE or payment.live != provider.live:
        _is_closed(payment)
        return
    ask = CancelAsk(
        provider_id=payment.provider_id,
        reference=payment.reference,
        idempotency_key=f"{payment.reference}-cancel",
    )
    try:
        report = provider.cancel(ask)
    except Refused as refusal:  # it is paid or closed already, and the webhook tells which; or the sweep asks again
        logger.warning("Payment %s could not be let go: %s", payment.reference, refusal)
        return
    for event in inbox.keep(provider=payment.provider, reports=[report], at=at):
        ledger.apply(event.pk, at=at)
    if report.kind in CLOSED:
        _is_closed(payment)


def expect_closed(payment: Payment, *, at: datetime) -> None:
    """A payment was given up here: until the provider says that it is closed there, it is asked for that again. Call it
    with the payment locked."""
    payment.close_at, payment.close_tries = at + CLOSE_AGAIN, 0
    payment.save(update_fields=["close_at", "close_tries"])


def close_again(payment: Payment, *, at: datetime) -> bool:
    """Note one more try to have a payment closed, before it is made; False when there were enough of them: staff are
    shown it then, and it is left alone."""
    tries = payment.close_tries + 1
    if tries <= MOST_CLOSINGS:
        next_at = at + min(CLOSE_AGAIN * 2**tries, CLOSE_AGAIN_AT_MOST)
        Payment.objects.filter(pk=payment.pk).update(close_at=next_at, close_tries=tries)
        return True
    report = Report(
        event_id=f"{payment.reference}-not-closed",
        kind="not_closed",
        provider_id=str(payment.provider_id),
        reference=payment.reference,
        amount=payment.amount,
        currency=payment.currency,
        live=payment.live,
    )
    for event in inbox.keep(provider=payment.provider, reports=[report], at=at):
        ledger.apply(event.pk, at=at)
    _is_closed(payment)
    return False


def _is_closed(payment: Payment) -> None:
    Payment.objects.filter(pk=payment.pk, close_at__isnull=False).update(close_at=None)
