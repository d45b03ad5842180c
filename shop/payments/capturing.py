"""Taking money that a bank has promised, or giving the promise back. Never in a transaction."""

import logging
from datetime import datetime

from shop.models import Payment
from shop.payments import inbox, ledger, providers
from shop.payments.balance import balance
from shop.payments.base import CancelAsk, CaptureAsk, Refused, Report

State = Payment.State
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
    if payment.provider_id and payment.state in {State.PENDING, State.AUTHORISED, State.FAILED, State.CANCELLED}:
        try:
            report = providers.named(payment.provider).cancel(
                CancelAsk(
                    provider_id=str(payment.provider_id),
                    reference=payment.reference,
                    idempotency_key=f"{payment.reference}-cancel",
                )
            )
        except Refused as refusal:  # it is paid or closed already; the webhook tells which
            logger.warning("Payment %s could not be let go: %s", payment.reference, refusal)
            return
        for event in inbox.keep(provider=payment.provider, reports=[report], at=at):
            ledger.apply(event.pk, at=at)
