"""Opening jobs, and what staff write on them that is not a move."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from cms.models import RepairType, Subject
from cms.sites import Site
from notifications import followups
from notifications.models import Contact
from repairs import history, references
from repairs.models import Appointment, Job, JobEvent, JobTask

PROMISE_HOUR = time(17)  # at which a quick promise falls due, on the shop's clock
PROMISE_DAYS = (0, 1, 2)


class PromiseInThePast(Exception):
    """Nobody can be promised a moment that is over."""

    code = "promise_in_the_past"


@dataclass(frozen=True)
class NewTask:
    """One repair to be done: what was bought on one line."""

    repair_type: RepairType
    name: str
    minutes: int


@dataclass(frozen=True)
class NewJob:
    """One subject to be repaired: a device of the catalogue, the customer's own thing, or nothing but a name."""

    device: Subject | None
    subject_name: str
    thing: dict[str, Any] = field(default_factory=dict)
    problem: str = ""
    condition: str = ""
    urgent: bool = False
    hand_over: str = ""
    extras: Sequence[str] = ()
    tasks: Sequence[NewTask] = ()
    promised_at: datetime | None = None


def open_jobs(
    *, site: Site, contact: Contact, appointment: Appointment | None, wanted: Sequence[NewJob], at: datetime
) -> list[Job]:
    """Open a job for each subject, in three statements whatever their number. They start BOOKED, history line 1."""
    with transaction.atomic(savepoint=False):
        jobs = Job.objects.bulk_create(
            Job(
                site=site,
                reference=references.new("R"),
                contact=contact,
                device=new.device,
                subject_name=new.subject_name,
                thing=new.thing,
                problem=new.problem,
                condition=new.condition,
                urgent=new.urgent,
                hand_over=new.hand_over,
                extras=list(new.extras),
                appointment=appointment,
                promised_at=new.promised_at,
                last_seq=1,
                status_at=at,
                created_at=at,
            )
            for new in wanted
        )
        JobTask.objects.bulk_create(
            JobTask(job=job, repair_type=task.repair_type, name=task.name, minutes=task.minutes)
            for job, new in zip(jobs, wanted, strict=True)
            for task in new.tasks
        )
        events = JobEvent.objects.bulk_create(
            JobEvent(job=job, seq=1, kind="job.booked", status=job.status, at=at) for job in jobs
        )
        for job, event in zip(jobs, events, strict=True):
            followups.after(event.kind, event=event, job=job)
    return jobs


def assign(job_id: int, *, technician: AbstractBaseUser | None, by: AbstractBaseUser, at: datetime) -> JobEvent:
    """Say whose job it is; None takes the name off. Customers do not see it."""
    with transaction.atomic():
        job = history.locked(job_id)
        job.technician_id = technician.pk if technician else None
        name = (getattr(technician, "first_name", "") or str(technician).partition("@")[0]) if technician else ""
        return history.append(
            job, kind="job.assigned", at=at, by=by, public=False, facts={"to": name}, changed=("technician",)
        )


def promise(job_id: int, *, promised_at: datetime, by: AbstractBaseUser, at: datetime) -> JobEvent:
    """Promise the job for a moment; the customer sees it on the tracking page. Raises PromiseInThePast."""
    if promised_at <= at:
        raise PromiseInThePast(_("That time is over. Promise one that is still to come."))
    with transaction.atomic():
        job = history.locked(job_id)
        job.promised_at = promised_at
        return history.append(
            job, kind="job.promised", at=at, by=by, facts={"for": promised_at.isoformat()}, changed=("promised_at",)
        )


def quick_promises(*, at: datetime, zone: ZoneInfo) -> list[datetime]:
    """The moments that are promised with one click: five o'clock today, while that is to come, and the days after."""
    today = at.astimezone(zone).date()
    moments = [datetime.combine(today + timedelta(days=days), PROMISE_HOUR, tzinfo=zone) for days in PROMISE_DAYS]
    return [moment for moment in moments if moment > at]


def write_note(job_id: int, *, note: str, by: AbstractBaseUser, at: datetime, public: bool = False) -> JobEvent:
    """Write a line into the history: for colleagues, or for the customer's tracking page when `public`."""
    with transaction.atomic():
        return history.append(history.locked(job_id), kind="job.note", at=at, by=by, note=note, public=public)
