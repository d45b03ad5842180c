"""A job as a card: how long it waits, whether it is late, where it may go. The same card serves board and today."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Prefetch, QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _

from repairs import workflow
from repairs.bench.people import name_of
from repairs.models import Appointment, Job, JobTask, Photo
from repairs.workflow import Status

OLD = timedelta(days=2)
STALE = timedelta(days=5)
NOT_HERE = timedelta(minutes=30)  # after the beginning of a visit
DID_NOT_COME = timedelta(hours=2)  # after its end
PROMISE_OVER = (Status.READY, Status.COLLECTED, Status.CANCELLED)
FINISHED = (Status.COLLECTED, Status.CANCELLED)


@dataclass(frozen=True)
class Badge:
    """A short word on a card, and its tone: a modifier of the badge component."""

    words: str
    tone: str = ""


@dataclass(frozen=True)
class Card:
    """What the bench shows of one job."""

    job: Job
    age: str
    ageing: str  # "", old or stale
    late: bool
    badges: tuple[Badge, ...]
    moves: tuple[tuple[str, str], ...]
    photos: int = 0
    technician: str = ""

    @property
    def targets(self) -> str:
        """Where it may be dragged, in words of an attribute."""
        return " ".join(to for to, _label in self.moves)


Marks = Mapping[int, Sequence[Badge]]  # by job id: what the room above knows, such as money that is still to come


def with_people(jobs: QuerySet[Job]) -> QuerySet[Job]:
    """The jobs with all that a card names."""
    return jobs.select_related("contact", "appointment", "technician")


def load(jobs: Iterable[Job]) -> dict[int, int]:
    """Fetch the tasks of all these jobs at once; returns how many photos each has. Two statements."""
    rows = list(jobs)
    prefetch_related_objects(rows, Prefetch("tasks", JobTask.objects.order_by("pk")))
    counted = Photo.objects.filter(job__in=[job.pk for job in rows]).order_by()
    return {pk: number for pk, number in counted.values_list("job").annotate(Count("pk")) if pk}


def card(job: Job, *, at: datetime, photos: int = 0, marks: Sequence[Badge] = ()) -> Card:
    """The card of a job whose tasks, contact, visit and technician are loaded. No statement."""
    waiting = at - job.status_at
    moving = job.status not in (Status.BOOKED, *FINISHED)
    return Card(
        job=job,
        age=short(waiting),
        ageing="stale" if moving and waiting > STALE else "old" if moving and waiting > OLD else "",
        late=is_late(job, at=at),
        badges=(*badges(job, at=at), *marks),
        moves=moves_of(job),
        photos=photos,
        technician=name_of(job.technician) if job.technician else "",
    )


def is_late(job: Job, *, at: datetime) -> bool:
    """Whether a promise is broken."""
    return bool(job.promised_at and job.promised_at < at and job.status not in PROMISE_OVER)


def badges(job: Job, *, at: datetime) -> list[Badge]:
    """What somebody passing by should notice."""
    found: list[Badge] = []
    if job.kept_back:
        found.append(Badge(_("Do not hand over"), "danger"))
    if is_late(job, at=at):
        found.append(Badge(_("Late"), "danger"))
    if job.urgent and job.status not in FINISHED:
        found.append(Badge(_("Urgent"), "danger"))
    visit = job.appointment
    if job.status == Status.BOOKED and visit:
        if visit.state == Appointment.State.CANCELLED:
            found.append(Badge(_("No visit"), "attention"))
        elif visit.ends_at + DID_NOT_COME < at:
            found.append(Badge(_("Did not come"), "attention"))
        elif visit.starts_at + NOT_HERE < at:
            found.append(Badge(_("Not here yet"), "attention"))
        elif visit.state == Appointment.State.REQUESTED:
            found.append(Badge(_("Confirm the time"), "attention"))
        if visit.state == Appointment.State.PROVISIONAL:
            found.append(Badge(_("Not paid yet"), "info"))
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
