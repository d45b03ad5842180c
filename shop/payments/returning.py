"""The customer comes back from the provider's page. What counts is what the provider says, not the address."""

import logging
from datetime import datetime

from shop.models import Payment
from shop.payments import capturing, inbox, ledger, providers
from shop.payments.base import Refused, Unavailable
from shop.payments.moves import NOT_COME

WAITING = ("awaiting-payment", "part-paid")  # orders that money is still wanted for

logger = logging.getLogger(__name__)


class PaymentNotFound(Exception):
    """There is no payment of that reference."""

    code = "not_found"


def settle_return(*, payment_reference: str, at: datetime) -> Payment:
    """Ask what became of a payment and let the ledger judge it, as it would a webhook; answers with the payment.

    What was declined or given up is asked about too: a good card may have followed a bad one. Money that the customer
    agreed to pay at once is taken. A provider that does not answer leaves it open ("confirming"): the webhook or the
    sweep finishes it. Raises PaymentNotFound. Not inside a transaction.
    """
    payment = Payment.objects.filter(reference=payment_reference).first()
    if payment is None:
        raise PaymentNotFound("There is no such payment.")
    if payment.state in NOT_COME and payment.provider_id:
        try:
            look_up(payment, at=at)
            _take(payment, at=at)
        except (Unavailable, Refused) as error:
            logger.warning("Payment %s could not be looked up: %s", payment.reference, error)
        payment.refresh_from_db()
    return payment


def _take(payment: Payment, *, at: datetime) -> None:
    """Take at once what the customer has just agreed to, so that the page they come back to can thank them. The worker
    does the same otherwise; the key is one, so it is taken once."""
    fresh = Payment.objects.select_related("order").get(pk=payment.pk)
    if fresh.state == Payment.State.AUTHORISED and fresh.capture == "now" and fresh.order.status in WAITING:
        capturing.capture(fresh.pk, at=at)


def look_up(payment: Payment, *, at: datetime) -> bool:
    """Ask the provider; says whether it knew anything. Raises Unavailable and Refused."""
    report = providers.named(payment.provider).look_up(str(payment.provider_id))
    if report is None:
        return False
    for event in inbox.keep(provider=payment.provider, reports=[report], at=at):
        ledger.apply(event.pk, at=at)
    return True
