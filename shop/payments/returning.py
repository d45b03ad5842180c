"""The customer comes back from the provider's page. What counts is what the provider says, not the address."""

import logging
from datetime import datetime

from shop.models import Payment
from shop.payments import inbox, ledger, providers
from shop.payments.attempts import OPEN
from shop.payments.base import Refused, Unavailable

logger = logging.getLogger(__name__)


class PaymentNotFound(Exception):
    """There is no payment of that reference."""

    code = "not_found"


def settle_return(*, payment_reference: str, at: datetime) -> Payment:
    """Ask what became of a payment and let the ledger judge it, as it would a webhook; answers with the payment.

    A provider that does not answer leaves it open ("confirming"): the webhook or the sweep finishes it. Raises
    PaymentNotFound. Not inside a transaction.
    """
    payment = Payment.objects.filter(reference=payment_reference).first()
    if payment is None:
        raise PaymentNotFound("There is no such payment.")
    if payment.state in OPEN and payment.provider_id:
        try:
            look_up(payment, at=at)
        except (Unavailable, Refused) as error:
            logger.warning("Payment %s could not be looked up: %s", payment.reference, error)
        payment.refresh_from_db()
    return payment


def look_up(payment: Payment, *, at: datetime) -> bool:
    """Ask the provider; says whether it knew anything. Raises Unavailable and Refused."""
    report = providers.named(payment.provider).look_up(str(payment.provider_id))
    if report is None:
        return False
    for event in inbox.keep(provider=payment.provider, reports=[report], at=at):
        ledger.apply(event.pk, at=at)
    return True
