"""What the worker does with money. Each may be run twice, and by two workers at once."""

from django.utils import timezone
from django_tasks import task

from shop.payments import capturing, ledger, refunds


@task()
def apply_event(event_id: int) -> None:
    """Let the ledger judge one kept event. Running it twice does nothing more."""
    ledger.apply(event_id, at=timezone.now())


@task()
def capture(payment_id: int) -> None:
    """Take what the customer agreed to."""
    capturing.capture(payment_id, at=timezone.now())


@task()
def let_go(payment_id: int) -> None:
    """Give a promise back to the customer's bank."""
    capturing.let_go(payment_id, at=timezone.now())


@task()
def send_refund(refund_id: int) -> None:
    """Ask the provider to give money back."""
    refunds.send(refund_id, at=timezone.now())
