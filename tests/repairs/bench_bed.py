"""What the tests of the bench's pages share: where they are, and jobs in every state."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from repairs.models import Appointment, Job
from tests.factories import make_contact
from tests.repairs.factories import make_job

TODAY = "/bench/"
BOARD = "/bench/board/"
JSON = {"Accept": "application/json"}


def page_of(job: Job) -> str:
    return f"/bench/jobs/{job.reference}/"


def put(job: Job, status: str, **ago: float) -> Job:
    """Set a status as if the job had come there some time ago."""
    Job.objects.filter(pk=job.pk).update(status=status, status_at=timezone.now() - timedelta(**ago))
    return job


def make_visit_job(shop: Any, *, minutes: float, state: str = "confirmed", **more: Any) -> Job:
    """A booked job whose visit begins so many minutes from now and lasts half an hour."""
    start = timezone.now() + timedelta(minutes=minutes)
    number = Appointment.objects.count()
    visit = Appointment.objects.create(
        site=shop.site,
        reference=f"A-{number}",
        contact=make_contact(shop.site, email=f"v{number}@example.com"),
        starts_at=start,
        ends_at=start + timedelta(minutes=30),
        state=state,
    )
    return make_job(shop.site, shop.screen, visit=visit, **{"subject_name": f"Visit {minutes:g}", **more})


def make_crowd(shop: Any, staff: Any, *, number: int) -> None:
    """So many jobs over all states, some with visits today, promises, technicians and photos' room."""
    statuses = list(Job.Status.values)
    for n in range(number):
        promised = timezone.now() + timedelta(hours=n - 5)
        job = (
            make_visit_job(shop, minutes=n, promised_at=promised)
            if n % 2
            else make_job(shop.site, shop.screen, promised_at=promised, urgent=n % 3 == 0)
        )
        put(job, statuses[n % len(statuses)], days=n % 7)
        if n % 4 == 0:
            Job.objects.filter(pk=job.pk).update(technician=staff)
