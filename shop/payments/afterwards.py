"""What money sets going in the work queue. Called through the table in site_config/followups.py, in the transaction."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from repairs import keeping
from shop.models import Payment, PaymentEvent, Refund
from shop.payments import capturing, tasks
from shop.payments.judging import PATIENCE


def judge(*, event: PaymentEvent, **facts: Any) -> None:
    """A provider told us something: the ledger judges it."""
    tasks.apply_event.enqueue(event.pk)


def take_or_let_go(*, order: Any, payment: Payment, **facts: Any) -> None:
    """The customer agreed: take it at once, later, or not at all when the order has ended meanwhile."""
    if order.status in {"released", "cancelled"}:
        tasks.let_go.enqueue(payment.pk)
    elif payment.capture == "now":
        tasks.capture.enqueue(payment.pk)


def let_go(*, payment: Payment, at: datetime, **facts: Any) -> None:
    """Nobody is to pay this one any more: it is closed at the provider, so that it cannot be paid by mistake. The sweep
    asks again until it is."""
    if payment.provider_id:
        capturing.expect_closed(payment, at=at)
        tasks.let_go.enqueue(payment.pk)


def take_on_arrival(*, job: Any, **facts: Any) -> None:
    """The thing is here: what the bank promised for it is taken now."""
    waiting = Payment.objects.filter(order__job_rows__job=job, state=Payment.State.AUTHORISED, capture="later")
    for payment_id in waiting.values_list("pk", flat=True):
        tasks.capture.enqueue(payment_id)


def take_promised(*, order: Any, **facts: Any) -> None:
    """The visit was missed: its fee is taken of what the bank promised."""
    waiting = Payment.objects.filter(order=order, state=Payment.State.AUTHORISED, capture="now")
    for payment_id in waiting.values_list("pk", flat=True):
        tasks.capture.enqueue(payment_id)


def hear_again(*, payment: Payment, **facts: Any) -> None:
    """The money came at last: what was said of it before, and fitted nothing then, is judged once more."""
    ours = Q(reference=payment.reference) | Q(provider_id=payment.provider_id or payment.reference)
    early = PaymentEvent.objects.filter(
        ours, provider=payment.provider, state=PaymentEvent.State.ODD, attempts__gte=PATIENCE
    )
    for event_id in early.values_list("pk", flat=True):
        tasks.judge_again.enqueue(event_id)


def keep_things_back(*, order: Any, at: datetime, **facts: Any) -> None:
    """A bank may take the money back: nothing of the order is handed over until it is settled."""
    why = _("the payment of order %(number)s is disputed at the bank.") % {"number": order.number}
    keeping.keep_back(order.job_rows.values_list("job_id", flat=True), why=why, by=None, at=at)


def let_things_go(*, order: Any, at: datetime, **facts: Any) -> None:
    """The money is ours: what was kept back may be handed over."""
    keeping.let_go(order.job_rows.values_list("job_id", flat=True), by=None, at=at)


def send_refund(*, refund: Refund, **facts: Any) -> None:
    """Money is to go back: the provider is asked by the worker."""
    tasks.send_refund.enqueue(refund.pk)
