"""Pictures: taken in, made small and clean, hung on a booking and then on its job."""

import uuid
from collections.abc import Iterable

from repairs.models import Job, Photo


def batch_of(item: uuid.UUID | None, reference: str) -> str:
    """The key that pictures of a thing carry until a job exists: the item's, else the quote's reference."""
    return str(item) if item else reference


def attach(*, job: Job, batches: Iterable[str]) -> int:
    """Hang the pictures of these batches on the job that was opened for the thing; returns how many. One statement."""
    return Photo.objects.filter(batch__in=list(batches), job=None, site_id=job.site_id).update(job=job)
