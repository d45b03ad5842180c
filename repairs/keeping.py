"""Things that must not be handed over for now, such as while a bank takes a payment back."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from repairs import history
from repairs.models import Job

OVER = {Job.Status.COLLECTED, Job.Status.CANCELLED}
KEPT, LET_GO = "job.kept_back", "job.let_go"


def keep_back(job_ids: Iterable[int], *, why: str, by: AbstractBaseUser | None, at: datetime) -> None:
    """Refuse to hand these jobs' things over until they are let go; `why` is for staff. Jobs that ended stay as they
    are, and so do those that are kept back already."""
    with transaction.atomic():
        for job_id in sorted(job_ids):
            job = history.locked(job_id)
            if job.status not in OVER and not job.kept_back:
                job.kept_back = why[:200]
                history.append(job, kind=KEPT, at=at, by=by, note=why, public=False, changed=("kept_back",))


def let_go(job_ids: Iterable[int], *, by: AbstractBaseUser | None, at: datetime, note: str = "") -> None:
    """Let these jobs' things be handed over again. One that was not kept back stays as it is."""
    with transaction.atomic():
        for job_id in sorted(job_ids):
            job = history.locked(job_id)
            if job.kept_back:
                job.kept_back = ""
                history.append(job, kind=LET_GO, at=at, by=by, note=note, public=False, changed=("kept_back",))
