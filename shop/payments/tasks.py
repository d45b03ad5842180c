"""What the worker does with money. Each may be run twice, and by two workers at once."""

from datetime import date

from django.utils import timezone
from django_tasks import task

from shop.payments import capturing, ledger, nightly, reconciling, refunds


@task()
def apply_event(event_id: int) -> None:
    """Let the ledger judge one kept event. Running it twice does nothing more."""
    ledger.apply(event_id, at=timezone.now())


@task()
def judge_again(event_id: int) -> None:
    """Judge an event again that came too early and was given up as odd."""
    ledger.judge_again(event_id, at=timezone.now())


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


@task()
def compare_day(provider: str, day: str) -> None:
    """Compare a day (ISO date, UTC) of a provider with our books."""
    reconciling.compare(provider=provider, date=date.fromisoformat(day), at=timezone.now())


@task()
def look_up_open(what: nightly.What, after: int) -> None:
    """Ask about payments or refunds that have not ended, a page at a time."""
    rest = nightly.look_up_page(what, after, at=timezone.now())
    if rest is not None:
        look_up_open.enqueue(what, rest)
