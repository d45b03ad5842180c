"""What the worker does with money."""

from django.utils import timezone
from django_tasks import task

from shop.payments import ledger


@task()
def apply_event(event_id: int) -> None:
    """Let the ledger judge one kept event. Running it twice does nothing more."""
    ledger.apply(event_id, at=timezone.now())
