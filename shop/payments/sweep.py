"""Picking up what was left lying: events not judged, payments nobody heard of again, money that waits to be moved."""

import logging
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from repairs.models import Job
from shop.models import OrderJob, Payment, PaymentEvent, Refund
from shop.payments import capturing, nightly, providers, returning, tasks
from shop.payments.base import Refused, Unavailable

EVENT_AGE = timedelta(minutes=1)
PAYMENT_AGE = timedelta(minutes=10)
GIVE_UP_AGE = timedelta(days=7)
MOST_EVENTS = 200
MOST_LOOK_UPS = 20
ENDED = ("released", "cancelled")
NOT_HERE = (Job.Status.BOOKED, Job.Status.CANCELLED)

logger = logging.getLogger(__name__)


def run(at: datetime) -> int:
    """Queue forgotten events, captures, refunds, closings again and look up quiet payments, a bounded number of each.

    Answers how many.
    """
    promised = queue_captures(at=at) + queue_promises(at=at) + queue_closings(at=at)
    return queue_events(at=at) + promised + queue_refunds(at=at) + look_up_payments(at=at)


def queue_events(*, at: datetime) -> int:
    """Queue events that were kept a minute ago and are not judged yet, the oldest first."""
    forgotten = PaymentEvent.objects.filter(state=PaymentEvent.State.RECEIVED, received_at__lte=at - EVENT_AGE)
    ids = list(forgotten.order_by("received_at").values_list("pk", flat=True)[:MOST_EVENTS])
    for event_id in ids:
        tasks.apply_event.enqueue(event_id)
    return len(ids)


def queue_captures(*, at: datetime) -> int:
    """Queue money again that is to be taken by now and was not; each once in ten minutes."""
    here = OrderJob.objects.filter(order=OuterRef("order")).exclude(job__status__in=NOT_HERE)
    wanted = _promised(at=at).filter(Q(capture="now") | Exists(here)).exclude(order__status__in=ENDED)
    ids = list(wanted.values_list("pk", flat=True)[:MOST_LOOK_UPS])
    Payment.objects.filter(pk__in=ids).update(changed_at=at)
    for payment_id in ids:
        tasks.capture.enqueue(payment_id)
    return len(ids)


def queue_promises(*, at: datetime) -> int:
    """Queue promises of banks again that are to be given back, for their orders have ended."""
    ids = list(_promised(at=at).filter(order__status__in=ENDED).values_list("pk", flat=True)[:MOST_LOOK_UPS])
    Payment.objects.filter(pk__in=ids).update(changed_at=at)
    for payment_id in ids:
        tasks.let_go.enqueue(payment_id)
    return len(ids)


def queue_closings(*, at: datetime) -> int:
    """Queue payments again that were given up here and that their provider has not closed yet; less and less often,
    and not for ever: staff are shown what stays open."""
    open_there = Payment.objects.filter(close_at__lte=at, provider__in=providers.online_names()).order_by("close_at")
    for payment in (rows := list(open_there[:MOST_LOOK_UPS])):
        if capturing.close_again(payment, at=at):
            tasks.let_go.enqueue(payment.pk)
    return len(rows)


def _promised(*, at: datetime) -> QuerySet[Payment]:
    """Payments that were promised ten minutes ago, the oldest first."""
    rows = Payment.objects.filter(state=Payment.State.AUTHORISED, changed_at__lte=at - PAYMENT_AGE)
    return rows.order_by("changed_at")


def queue_refunds(*, at: datetime) -> int:
    """Queue refunds again that the provider has not heard of, for it did not answer; each once in ten minutes."""
    left = Refund.objects.filter(state=Refund.State.ASKED, changed_at__lte=at - PAYMENT_AGE)
    ids = list(left.order_by("changed_at").values_list("pk", flat=True)[:MOST_LOOK_UPS])
    Refund.objects.filter(pk__in=ids).update(changed_at=at)
    for refund_id in ids:
        tasks.send_refund.enqueue(refund_id)
    return len(ids)


def look_up_payments(*, at: datetime) -> int:
    """Ask providers about payments that have been open for ten minutes; each is asked once in ten minutes."""
    quiet = Payment.objects.filter(
        state=Payment.State.PENDING,
        provider__in=providers.online_names(),
        provider_id__isnull=False,
        changed_at__lte=at - PAYMENT_AGE,
        created_at__gte=at - GIVE_UP_AGE,
    )
    asked = 0
    for payment in quiet.order_by("changed_at")[:MOST_LOOK_UPS]:
        # Marked before the call, so that one that never answers goes to the end of the line.
        Payment.objects.filter(pk=payment.pk, state=Payment.State.PENDING).update(changed_at=at)
        try:
            returning.look_up(payment, at=at)
        except (Unavailable, Refused) as error:
            logger.warning("Payment %s could not be looked up: %s", payment.reference, error)
        asked += 1
    return asked


def look_up_open(*, at: datetime) -> int:
    """Every night: ask about all that has not ended, however old. Answers how many kinds of rows were queued."""
    kinds: tuple[nightly.What, ...] = ("payments", "refunds")
    for what in kinds:
        tasks.look_up_open.enqueue(what, 0)
    return len(kinds)


def compare_days(*, at: datetime) -> int:
    """Every night: queue the comparison of yesterday, and of days that did not agree. Answers how many days."""
    days = nightly.days_to_compare(at=at)
    for provider, day in days:
        tasks.compare_day.enqueue(provider, day.isoformat())
    return len(days)
