"""What the worker does and whether it does: tasks, schedules, its last sign of life, and how each channel fares."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, Q
from django.utils.translation import gettext_lazy as _
from django_q.models import Failure, OrmQ, Schedule, Success, Task

from notifications import outbox
from notifications.models import Message

# The drain is due each minute, and the worker looks for what is due about twice a minute.
SILENT = timedelta(minutes=3)
SHOWN = 10
DAY = timedelta(days=1)
TITLES = {
    "drain": _("send what waits in the outbox"),
    # what Wagtail puts into the queue
    "insert_or_update_object_task": _("bring the search up to date"),
    "delete_object_task": _("take something out of the search"),
    "update_reference_index_task": _("note what is used where"),
}


@dataclass(frozen=True)
class Pulse:
    """When the worker last ended a drain (None: never), and whether that is recent enough."""

    last: datetime | None
    alive: bool


@dataclass(frozen=True)
class Waiting:
    """One task that lies in the queue; `taken` when a worker has it."""

    name: str
    func: str
    taken: bool


@dataclass(frozen=True)
class Ended:
    """One task that is over. `words` is the last line of what a failed one said."""

    name: str
    func: str
    at: datetime
    seconds: float
    words: str = ""


@dataclass(frozen=True)
class Regular:
    """Something done by the clock: when it ran last, how that went (None: never), and when it is due."""

    name: str
    minutes: int | None
    last: datetime | None
    fine: bool | None
    due: datetime | None


@dataclass(frozen=True)
class ChannelHealth:
    """A way of sending: which provider, how much waits, what went out and what failed in a day, the last word."""

    name: str
    label: str
    provider: str
    waiting: int
    sent: int
    failed: int
    last_sent: datetime | None
    trouble: str

    @property
    def ailing(self) -> bool:
        """Whether more failed than went out in the last day, or something is stuck."""
        return bool(self.trouble) or self.failed > self.sent


def pulse(*, at: datetime) -> Pulse:
    """The worker's last sign of life. One statement."""
    last = Task.objects.filter(func=outbox.DRAIN).aggregate(last=Max("stopped"))["last"]
    return Pulse(last, last is not None and at - last < SILENT)


def waiting(*, at: datetime) -> tuple[int, list[Waiting]]:
    """How many tasks lie in the queue, and the first ten. Two statements."""
    rows = OrmQ.objects.order_by("pk")[:SHOWN]
    return OrmQ.objects.count(), [_waiting(row, at) for row in rows]


def _waiting(row: OrmQ, at: datetime) -> Waiting:
    # A task of other code, or of another key, cannot be opened and has no name; it is there all the same.
    task: dict[str, Any] = row.task
    return Waiting(
        _title(str(task.get("name", ""))), _function(task.get("func", "")), row.lock is not None and row.lock > at
    )


def done() -> tuple[int, list[Ended]]:
    """How many tasks went well (the newest thousand are kept), and the last ten. Two statements."""
    return Success.objects.count(), [_ended(row) for row in Success.objects.order_by("-stopped")[:SHOWN]]


def failed() -> tuple[int, list[Ended]]:
    """How many tasks failed, and the last ten with their last words. Two statements."""
    return Failure.objects.count(), [_ended(row) for row in Failure.objects.order_by("-stopped")[:SHOWN]]


def _ended(row: Task) -> Ended:
    lines = str(row.result or "").strip().splitlines() if not row.success else []
    taken = (row.stopped - row.started).total_seconds()
    return Ended(_title(row.name), _function(row.func), row.stopped, taken, lines[-1][:300] if lines else "")


def _title(name: str) -> str:
    return str(TITLES.get(name, name))


def _function(func: Any) -> str:
    return func if isinstance(func, str) else getattr(func, "__name__", str(func))


def schedules() -> list[Regular]:
    """Everything done by the clock, in the order in which it is due. Two statements."""
    rows = list(Schedule.objects.order_by("next_run", "name"))
    last = {task.id: task for task in Task.objects.filter(pk__in=[row.task for row in rows if row.task])}
    return [
        Regular(
            name=_title(row.name or row.func),
            minutes=row.minutes,
            last=last[row.task].stopped if row.task in last else None,
            fine=last[row.task].success if row.task in last else None,
            due=row.next_run,
        )
        for row in rows
    ]


def channels(*, site_id: int, at: datetime) -> list[ChannelHealth]:
    """Each channel of settings.CHANNELS as the messages of a site tell it. Two statements."""
    counted = {row["channel"]: row for row in _counted(site_id, at)}
    stuck = _stuck(site_id)
    found = []
    for name, spec in settings.CHANNELS.items():
        row = counted.get(name, {})
        found.append(
            ChannelHealth(
                name=name,
                label=str(dict(Message.Channel.choices).get(name, name)),
                provider=spec["BACKEND"].rpartition(".")[2],
                waiting=row.get("waiting", 0),
                sent=row.get("sent", 0),
                failed=row.get("failed", 0),
                last_sent=row.get("last_sent"),
                trouble=stuck.get(name, ""),
            )
        )
    return found


def _counted(site_id: int, at: datetime) -> Sequence[dict[str, Any]]:
    status = Message.Status
    rows: Any = Message.objects.filter(site=site_id).values("channel")
    return list(
        rows.order_by().annotate(
            waiting=Count("pk", filter=Q(status__in=[status.QUEUED, status.SENDING])),
            sent=Count("pk", filter=Q(status__in=[status.SENT, status.DELIVERED], sent_at__gt=at - DAY)),
            failed=Count("pk", filter=Q(status=status.FAILED, created_at__gt=at - DAY)),
            last_sent=Max("sent_at"),
        )
    )


def _stuck(site_id: int) -> dict[str, str]:
    """What each channel said when it last put a message off that still waits."""
    rows = Message.objects.filter(site=site_id, status=Message.Status.QUEUED, attempts__gt=0).exclude(error="")
    return {channel: error[:300] for channel, error in rows.order_by("pk").values_list("channel", "error")[:200]}


def next_message(*, at: datetime) -> datetime | None:
    """When the next message that waits for its time goes out; None when none waits."""
    later = Message.objects.filter(status=Message.Status.QUEUED, send_after__gt=at)
    return later.order_by("send_after").values_list("send_after", flat=True).first()
