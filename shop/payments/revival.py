"""Bringing a released order back to life, when its money comes after all and its time is still free."""

from datetime import datetime
from typing import Any

from django.db import transaction

from repairs import booking, workflow
from repairs.models import Job
from shop.models import OrderJob


class _Gone(Exception):
    """The time belongs to somebody else now: undoes what was written."""


def revive(order: Any, *, at: datetime) -> bool:
    """Take the order's time again and open its jobs again. False, and nothing changed, when that cannot be had."""
    ended = OrderJob.objects.filter(order=order, job__status=Job.Status.CANCELLED).order_by("job_id")
    appointment = order.visit.appointment
    try:
        with transaction.atomic():
            # Jobs before the visit, as the bench locks them when it cancels or takes back.
            list(Job.objects.select_for_update().filter(order_row__order=order).order_by("pk"))
            if appointment is not None and not booking.revive(appointment=appointment, at=at):
                raise _Gone
            for job_id in list(ended.values_list("job_id", flat=True)):
                workflow.undo(job_id, by=None, at=at)
    except (_Gone, workflow.MoveNotAllowed):
        return False
    return True
