"""Until when a bank wants an answer, where the provider says so in what it told us of a dispute."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shop.models import PaymentEvent
from shop.payments import paypal_reports, stripe_reports

# Where it stands in an event's body: https://docs.stripe.com/api/disputes/object#dispute_object-evidence_details-due_by,
# https://developer.paypal.com/docs/api/customer-disputes/v1/ (seller_response_due_date).
STRIPE = ("data", "object", "evidence_details", "due_by")
PAYPAL = ("resource", "seller_response_due_date")


def answer_by(event: PaymentEvent) -> datetime | None:
    """The last moment to answer the bank; None where nobody said."""
    stripe, paypal = _at(event.body, STRIPE), _at(event.body, PAYPAL)
    return stripe_reports.moment(stripe) if stripe else paypal_reports.moment(paypal)


def _at(body: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        body = body.get(name) if isinstance(body, Mapping) else None
    return body
