"""A job's history: append-only, numbered under the job's lock, so that a reader who knows a number misses nothing."""

from collections.abc import Collection
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from repairs import live_wake
from repairs.models import Job, JobEvent


def locked(job_id: int) -> Job:
    """The job's row, locked until the caller's transaction ends, with contact and visit at hand."""
    jobs = Job.objects.select_for_update(of=("self",)).select_related("contact", "appointment", "site")
    return jobs.get(pk=job_id)


def append(
    job: Job,
    *,
    kind: str,
    at: datetime,
    by: AbstractBaseUser | None,
    note: str = "",
    public: bool = True,
    facts: dict[str, Any] | None = None,
    changed: Collection[str] = (),
) -> JobEvent:
    """Save the job's changed fields together with the next line of its history. The job must be `locked`."""
    if settings.REDIS_URL:
        transaction.on_commit(partial(live_wake.ring, settings.REDIS_URL), robust=True)
    job.last_seq += 1
    job.save(update_fields=["last_seq", *changed])
    return JobEvent.objects.create(
        job=job,
        seq=job.last_seq,
        kind=kind,
        status=job.status,
        note=note.strip(),
        public=public,
        by_id=by.pk if by else None,
        data=facts or {},
        at=at,
    )
