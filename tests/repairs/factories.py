"""What the tests of the bench need beside the small shop: jobs, and racing threads."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection

from cms.models import RepairType
from repairs import booking, jobs
from repairs.models import Appointment, Job
from tests.factories import SHOP_TIME, make_contact

FIRST = SHOP_TIME + timedelta(hours=4)  # Monday 14:00 in London


def make_visit(site: Any, contact: Any, *, starts_at: Any = FIRST, at: Any = SHOP_TIME) -> Appointment:
    """A confirmed visit."""
    held = booking.hold(site=site, starts_at=starts_at, at=at)
    return booking.confirm(hold=held, contact=contact, at=at, state="confirmed")


def make_job(site: Any, screen: RepairType, *, visit: Appointment | None = None, **more: Any) -> Job:
    """A booked job of an iPhone 13, with one task."""
    contact = visit.contact if visit else make_contact(site, email=f"c{Job.objects.count()}@example.com")
    new = jobs.NewJob(
        device=more.pop("device", None),
        subject_name=more.pop("subject_name", "iPhone 13"),
        problem="The glass is broken.",
        tasks=[jobs.NewTask(repair_type=screen, name="Screen repair", minutes=60)],
        **more,
    )
    (job,) = jobs.open_jobs(site=site, contact=contact, appointment=visit, wanted=[new], at=SHOP_TIME)
    return job


def race(*racers: Callable[[], Any]) -> list[Any]:
    """Run all at the same moment, each in a thread with its own connection; what each returned or raised."""
    barrier = threading.Barrier(len(racers))
    results: list[Any] = [None] * len(racers)

    def run(place: int, racer: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            results[place] = racer()
        except Exception as error:  # noqa: BLE001 - what went wrong is the result
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n, racer)) for n, racer in enumerate(racers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results
