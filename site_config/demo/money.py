"""What became of the demo's money beside plain payments: given back, called off, paid too late, doubted at the bank."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth import get_user_model

from repairs.models import Job
from shop import cancelling
from shop.models import Payment, Refund
from shop.payments import demo_bank, inbox, ledger, refunds, release, returning, starting
from shop.payments.base import Report
from site_config.demo import people
from site_config.demo.visits import Money


def pay(order: Any, at: datetime, *, held: bool = False) -> None:
    """Go to the demo bank, approve, come back. What is asked for is a deposit where the shop wants one; `held` has the
    bank only promise it until the thing is here."""
    if held:
        order.visit.capture = "later"
        order.visit.save(update_fields=["capture"])
    payment = starting.start(order=order, at=at).payment
    _approve(payment, at)


def pay_late(order: Any, *, started_at: datetime, at: datetime) -> None:
    """Open the bank's page, let the order be released, and approve when the time is over."""
    payment = starting.start(order=order, at=started_at).payment
    release.release(order.pk, at=at)
    _approve(payment, at)


def pay_at_counter(order: Any, at: datetime) -> None:
    """The desk takes what is left."""
    if left := ledger.balance(order).open:
        ledger.take_at_counter(order=order, amount=left, by=_desk(), at=at, note="Card at the counter")


def settle(order: Any, told: Money, *, at: datetime) -> None:
    """Do what a visit's row tells of its money, at a moment that has passed."""
    paid = Payment.objects.filter(order=order, captured__gt=0).order_by("pk").last()
    if told.what == "cancelled" and Job.objects.filter(order_row__order=order, status=Job.Status.BOOKED).exists():
        cancelling.cancel(
            order=order, by=_desk(), at=at, reason=told.reason, keep=Decimal(told.amount or "0"), note=told.note
        )
    elif told.what == "refunded" and paid is not None:
        refunds.ask(payment=paid, amount=Decimal(told.amount), reason=told.reason, by=_desk(), at=at, note=told.note)
    elif told.what == "disputed" and paid is not None:
        _doubt(paid, at)
    for refund in Refund.objects.filter(payment__order=order, state=Refund.State.ASKED):
        refunds.send(refund.pk, at=at)


def _approve(payment: Payment, at: datetime) -> None:
    demo_bank.decide(charge_id=str(payment.provider_id), decision="approved", at=at)
    returning.settle_return(payment_reference=payment.reference, at=at)


def _doubt(payment: Payment, at: datetime) -> None:
    """The bank says that its customer knows nothing of it. The demo bank has no such page: its report is written."""
    report = Report(
        event_id=f"demo-dispute-{payment.reference}",
        kind="dispute_opened",
        provider_id=str(payment.provider_id),
        reference=payment.reference,
        amount=payment.captured,
        currency=payment.currency,
        live=False,
        refund_id=f"dp_{payment.reference}",
    )
    for event in inbox.keep(provider=payment.provider, reports=[report], at=at):
        ledger.apply(event.pk, at=at)


def _desk() -> Any:
    return get_user_model().objects.get(email=people.email_of("desk"))
