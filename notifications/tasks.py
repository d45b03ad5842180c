"""What the worker does for the post room."""

from datetime import datetime
from time import monotonic

from django.utils import timezone
from django.utils.module_loading import import_string

from notifications import claims, outbox

LONGEST = 40  # seconds; the work queue ends a task after 60
MOST_MISSES = 3  # in a row: the line seems to be down, and other work needs this worker


def drain(at: datetime | None = None) -> int:
    """Send every message that is due; returns how many were taken by a provider.

    Safe to run any number of times, also in parallel. After 40 seconds it hands the rest to a new task; after three
    misses in a row it leaves the rest to the schedule of the next minute. `at` is for tests: the clock stands still.
    """
    began, sent, misses = monotonic(), 0, 0
    while rows := outbox.claim(at=at or timezone.now()):
        for place, row in enumerate(rows):
            late = monotonic() - began > LONGEST
            if late or misses == MOST_MISSES:
                claims.put_back(rows[place:])
                if late and sent:
                    outbox.wake()
                return sent
            taken = outbox.deliver(row, at=at or timezone.now())
            sent, misses = sent + taken, 0 if taken else misses + 1
    return sent


def run_at_now(name: str) -> None:
    """Call the function at this dotted name with the present time as `at`; for schedules."""
    import_string(name)(at=timezone.now())
