"""Moves of a repair job. The only place where a job's status changes."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from notifications import followups
from repairs import booking, history
from repairs.models import Job, JobEvent

Status = Job.Status

# From each status, where a job may go; the likeliest first, for that is the order of the buttons.
MOVES: dict[str, tuple[Status, ...]] = {
    Status.BOOKED: (Status.RECEIVED, Status.CANCELLED),
    Status.RECEIVED: (Status.DIAGNOSING, Status.REPAIRING, Status.CANCELLED),
    Status.DIAGNOSING: (Status.REPAIRING, Status.WAITING_PARTS, Status.CANCELLED),
    Status.WAITING_PARTS: (Status.REPAIRING, Status.CANCELLED),
    Status.REPAIRING: (Status.TESTING, Status.WAITING_PARTS, Status.CANCELLED),
    Status.TESTING: (Status.READY, Status.REPAIRING),
    Status.READY: (Status.COLLECTED, Status.REPAIRING),
    Status.COLLECTED: (),
    Status.CANCELLED: (),
}

UNDONE = "job.undone"
ENDED_WITH_ITS_ORDER = {"order.cancelled", "order.no_show"}  # one that was released comes back with late money


class MoveNotAllowed(Exception):
    """The job cannot go there from where it stands, or somebody moved it in the meantime."""

    code = "move_not_allowed"


def move(
    job_id: int,
    *,
    to: str,
    by: AbstractBaseUser | None,
    at: datetime,
    note: str = "",
    expected: str | None = None,
    because: str = "",
) -> JobEvent:
    """Put a job into its next status and tell everyone who must know.

    `expected` is the status the caller saw: of two people who move at once, one wins and the other hears of it.
    The note goes to the customer. `because` names a cause that writes to the customer itself, such as
    order.released, so that nobody gets two letters about one thing. Raises MoveNotAllowed.
    """
    with transaction.atomic():
        job = history.locked(job_id)
        _refuse_if_moved(job, expected)
        if to not in MOVES[job.status]:
            raise MoveNotAllowed(
                _("A job that is “%(now)s” cannot become “%(to)s”.")
                % {"now": job.get_status_display(), "to": label_of(to)}
            )
        if to == Status.COLLECTED and job.kept_back:
            raise MoveNotAllowed(_("Do not hand it over: %(why)s") % {"why": job.kept_back})
        before, job.status, job.status_at = job.status, to, at
        event = history.append(
            job,
            kind=f"job.{to}",
            at=at,
            by=by,
            note=note,
            facts={"from": before, **({"because": because} if because else {})},
            changed=("status", "status_at"),
        )
        followups.after(event.kind, event=event, job=job)
    return event


def undo(job_id: int, *, by: AbstractBaseUser | None, at: datetime, expected: str | None = None) -> JobEvent:
    """Take the last move back, one step. Nobody is written to, now or when the job comes the same way again.

    A cancelled booking takes its visit's time again. Raises MoveNotAllowed when there is nothing to take back or
    the time has gone.
    """
    with transaction.atomic():
        job = history.locked(job_id)
        _refuse_if_moved(job, expected)
        last = standing_move(JobEvent.objects.filter(job=job).order_by("-seq"))
        if last is None:
            raise MoveNotAllowed(_("There is no move to take back."))
        if last.data.get("because") in ENDED_WITH_ITS_ORDER:
            raise MoveNotAllowed(_("The order has ended and its money went back. Take it in as a new one."))
        job.status, job.status_at = last.data["from"], at
        if job.status == Status.BOOKED and not _has_its_time(job, at):
            raise MoveNotAllowed(_("The time of this visit has gone. Book a new visit instead."))
        return history.append(
            job, kind=UNDONE, at=at, by=by, facts={"undoes": last.seq}, changed=("status", "status_at")
        )


def standing_move(newest_first: Iterable[JobEvent]) -> JobEvent | None:
    """The newest move that stands, that is, was not taken back yet. Pure."""
    undone: set[int] = set()
    for event in newest_first:
        if event.kind == UNDONE:
            undone.add(event.data["undoes"])
        elif "from" in event.data and event.seq not in undone:
            return event
    return None


def label_of(status: str) -> str:
    """The status in words, or the word itself when there is no such status."""
    return str(Status(status).label) if status in Status.values else status


def _has_its_time(job: Job, at: datetime) -> bool:
    """Whether a booking that is taken up again has its visit, if need be by taking the same time once more."""
    visit = job.appointment
    if visit is None or visit.state != visit.State.CANCELLED:
        return True
    return booking.revive(appointment=visit, at=at)


def _refuse_if_moved(job: Job, expected: str | None) -> None:
    if expected and job.status != expected:
        raise MoveNotAllowed(
            _("Somebody moved this job in the meantime: it is “%(now)s” now.") % {"now": job.get_status_display()}
        )
