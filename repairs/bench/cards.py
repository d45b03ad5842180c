"""A job as a card on the board: how long it waits, whether it is late, where it may go."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from repairs import workflow
from repairs.models import Job
from repairs.workflow import Status

OLD = timedelta(days=2)
STALE = timedelta(days=5)
NOT_HERE = timedelta(minutes=30)
PROMISE_OVER = (Status.READY, Status.COLLECTED, Status.CANCELLED)


@dataclass(frozen=True)
class Badge:
    """A short word on a card, and its tone: a modifier of the badge component."""

    words: str
    tone: str = ""


@dataclass(frozen=True)
class Card:
    """What the board shows of one job."""

    job: Job
    age: str
    ageing: str  # "", old or stale
    badges: tuple[Badge, ...]
    moves: tuple[tuple[str, str], ...]


def card(job: Job, *, at: datetime) -> Card:
    """The card of a job whose tasks, contact, visit and technician are loaded. No statement."""
    waiting = at - job.status_at
    moving = job.status not in (Status.BOOKED, Status.COLLECTED, Status.CANCELLED)
    return Card(
        job=job,
        age=short(waiting),
        ageing="stale" if moving and waiting > STALE else "old" if moving and waiting > OLD else "",
        badges=tuple(badges(job, at=at)),
        moves=moves_of(job),
    )


def badges(job: Job, *, at: datetime) -> list[Badge]:
    """What somebody passing by should notice."""
    found: list[Badge] = []
    if job.promised_at and job.promised_at < at and job.status not in PROMISE_OVER:
        found.append(Badge(_("Late"), "danger"))
    if job.status == Status.BOOKED and job.appointment:
        if job.appointment.state == job.appointment.State.CANCELLED:
            found.append(Badge(_("No visit"), "attention"))
        elif job.appointment.starts_at + NOT_HERE < at:
            found.append(Badge(_("Not here yet"), "attention"))
        elif job.appointment.state == job.appointment.State.PROVISIONAL:
            found.append(Badge(_("Not paid yet"), "info"))
        elif job.appointment.state == job.appointment.State.REQUESTED:
            found.append(Badge(_("Confirm the time"), "attention"))
    return found


def moves_of(job: Job) -> tuple[tuple[str, str], ...]:
    """Where the job may go from here: status and its words, the likeliest first."""
    return tuple((to.value, str(to.label)) for to in workflow.MOVES[job.status])


def short(span: timedelta) -> str:
    """A span in the fewest signs: 20 min, 5 h, 3 d."""
    minutes = max(int(span.total_seconds()) // 60, 0)
    if minutes < 60:
        return _("%(n)s min") % {"n": minutes}
    if minutes < 48 * 60:
        return _("%(n)s h") % {"n": minutes // 60}
    return _("%(n)s d") % {"n": minutes // (24 * 60)}
