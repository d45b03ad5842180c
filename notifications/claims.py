"""Rows that wait to be sent, such as messages and webhook calls: each is taken by one worker, for a while.

Claim, commit, send, mark. A claim runs out, so that what a dead worker had is taken by another one; whatever is written
later under a claim that ran out changes nothing.
"""

from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from notifications.models import Delivery, Message

LEASE = timedelta(minutes=3)  # longer than any one call, or a batch of webhook calls, may take
Row = TypeVar("Row", Message, Delivery)


def due(model: type[Row], at: datetime) -> Q:
    """Which rows are to be sent: queued and due, or claimed by a worker that never came back."""
    status = model.Status
    return Q(status=status.QUEUED, send_after__lte=at) | Q(status=status.SENDING, claimed_until__lte=at)


def claim(model: type[Row], *, at: datetime, count: int) -> list[Row]:
    """Take up to `count` due rows for this worker, longest due first.

    On PostgreSQL rows that another worker is taking are skipped; on SQLite writers come one after the other.
    """
    with transaction.atomic():
        rows = model.objects.filter(due(model, at)).order_by("send_after", "pk")
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)
        taken = list(rows[:count])
        for row in taken:
            row.status, row.claimed_until = model.Status.SENDING, at + LEASE
        if taken:
            model.objects.filter(pk__in=[row.pk for row in taken]).update(
                status=model.Status.SENDING, claimed_until=at + LEASE
            )
    return taken


def still_mine(row: Row) -> QuerySet[Row]:
    """The row, as long as this worker's claim on it stands."""
    return type(row).objects.filter(pk=row.pk, status=row.Status.SENDING, claimed_until=row.claimed_until)


def begin(row: Row, *, at: datetime, **told: Any) -> bool:
    """Raise the count of tries before the call, so that a row that kills its worker is counted too. False: not ours."""
    until = at + LEASE
    if not still_mine(row).update(attempts=F("attempts") + 1, claimed_until=until, **told):
        return False
    row.attempts, row.claimed_until = row.attempts + 1, until
    return True


def put_back(rows: list[Row]) -> None:
    """Give claimed rows back that were not begun."""
    for row in rows:
        still_mine(row).update(status=row.Status.QUEUED, claimed_until=None)
