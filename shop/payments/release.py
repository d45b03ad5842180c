"""Letting go of orders that nobody paid: their time is free again, their jobs end, nothing is asked any more."""

import logging
from datetime import datetime

from django.db import transaction
from oscar.core.loading import get_model

from notifications import followups
from repairs import booking, workflow
from repairs.models import Job
from shop.models import OrderJob, OrderVisit
from shop.payments import ledger

Order = get_model("order", "Order")
MOST_AT_ONCE = 100

logger = logging.getLogger(__name__)


def release_unpaid(at: datetime) -> int:
    """Release every order that waits for payment past its time, the oldest first; answers how many.

    One order that cannot be released is logged and does not keep the others.
    """
    due = OrderVisit.objects.filter(release_at__lte=at, order__status="awaiting-payment").order_by("release_at")
    done = 0
    for order_id in due.values_list("order_id", flat=True)[:MOST_AT_ONCE]:
        try:
            done += release(order_id, at=at)
        except Exception:
            logger.exception("Order %s could not be released.", order_id)
    return done


def release(order_id: int, *, at: datetime) -> bool:
    """Release one order if it still waits past its time; False when it was paid or moved on meanwhile."""
    with transaction.atomic():
        order = Order.objects.select_for_update().get(pk=order_id)
        visit = OrderVisit.objects.select_for_update().get(pk=order_id)
        if order.status != "awaiting-payment" or visit.release_at is None or visit.release_at > at:
            return False
        jobs = list(Job.objects.filter(pk__in=OrderJob.objects.filter(order=order).values("job_id")).order_by("pk"))
        visit.release_at = None
        visit.save(update_fields=["release_at"])
        if any(job.status not in (Job.Status.BOOKED, Job.Status.CANCELLED) for job in jobs):
            return False  # The thing is in the shop: it is paid for when it is handed over.
        ledger.write_off(order=order, at=at)
        for job in jobs:
            if job.status == Job.Status.BOOKED:
                workflow.move(job.pk, to=Job.Status.CANCELLED, by=None, at=at, because="order.released")
        if visit.appointment is not None:
            booking.free(appointment=visit.appointment, at=at)
        followups.after("order.released", order=order)
    return True
