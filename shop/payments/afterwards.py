"""What money sets going in the work queue. Called through the table in site_config/followups.py, in the transaction."""

from typing import Any

from shop.models import Payment, PaymentEvent, Refund
from shop.payments import tasks


def judge(*, event: PaymentEvent, **facts: Any) -> None:
    """A provider told us something: the ledger judges it."""
    tasks.apply_event.enqueue(event.pk)


def take_or_let_go(*, order: Any, payment: Payment, **facts: Any) -> None:
    """The customer agreed: take it at once, later, or not at all when the order has been released meanwhile."""
    if order.status in {"released", "cancelled"}:
        tasks.let_go.enqueue(payment.pk)
    elif payment.capture == "now":
        tasks.capture.enqueue(payment.pk)


def let_go(*, payment: Payment, **facts: Any) -> None:
    """Nobody is to pay this one any more: it is closed at the provider, so that it cannot be paid by mistake."""
    if payment.provider_id:
        tasks.let_go.enqueue(payment.pk)


def take_on_arrival(*, job: Any, **facts: Any) -> None:
    """The thing is here: what the bank promised for it is taken now."""
    waiting = Payment.objects.filter(order__job_rows__job=job, state=Payment.State.AUTHORISED, capture="later")
    for payment_id in waiting.values_list("pk", flat=True):
        tasks.capture.enqueue(payment_id)


def send_refund(*, refund: Refund, **facts: Any) -> None:
    """Money is to go back: the provider is asked by the worker."""
    tasks.send_refund.enqueue(refund.pk)
