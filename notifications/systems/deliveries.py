"""The worker's part of outgoing webhooks: claim, commit, call, mark, as the post room does with its messages.

Whoever is called may get an event twice when a worker dies in the middle; its id says so. A webhook that does not
answer keeps nobody else waiting: after one miss the rest of its calls is put off.
"""

import logging
from datetime import datetime, timedelta
from time import monotonic

from django.conf import settings
from django.utils import timezone

from notifications import claims, outbound
from notifications.models import Delivery, Webhook
from notifications.systems import calling, webhooks

log = logging.getLogger(__name__)
BATCH = 10
LONGEST = 40.0  # seconds; the work queue ends a task after 60
PUT_OFF = timedelta(minutes=1)
LONGEST_WORDS = 300
GONE = 410


def drain(at: datetime | None = None) -> int:
    """Make every call that is due; returns how many were taken.

    Safe to run any number of times, also in parallel. `at` is for tests: the clock stands still.
    """
    began, taken, silent = monotonic(), 0, set[int]()
    while rows := claims.claim(Delivery, at=at or timezone.now(), count=BATCH):
        for place, row in enumerate(rows):
            now = at or timezone.now()
            if monotonic() - began > LONGEST:
                claims.put_back(rows[place:])
                if taken:
                    webhooks.wake()
                return taken
            if row.webhook_id in silent:
                claims.still_mine(row).update(
                    status=Delivery.Status.QUEUED, claimed_until=None, send_after=now + PUT_OFF
                )
            elif deliver(row, at=now):
                taken += 1
            else:
                silent.add(row.webhook_id)
    return taken


def deliver(row: Delivery, *, at: datetime) -> bool:
    """Make one claimed call, outside any transaction, and write down what became of it. True when it was taken.

    Does nothing when the claim ran out and another worker has the row. No failure of one call reaches another.
    """
    hook = Webhook.objects.filter(pk=row.webhook_id).first()
    if hook is None or not _begin(row, at):
        return False
    if not hook.active and row.kind != webhooks.TEST:
        return _failed(row, "The webhook is switched off.")
    text = webhooks.text_of(row.body)
    try:
        signed = webhooks.sign(secret=hook.secret, event_id=str(row.event_id), at=at, text=text)
        answer = calling.call(hook.url, text=text, headers={"Content-Type": "application/json", **signed})
    except calling.NotAllowed as error:
        return _failed(row, str(error))
    except calling.NoAnswer as error:
        return _again(row, str(error), at=at)
    except Exception as error:  # one broken row must not stop the others; it is logged, kept and tried again
        log.exception("Webhook call %s broke", row.pk)
        return _again(row, type(error).__name__, at=at)
    words = answer.text.replace("\x00", "")[:LONGEST_WORDS]
    if 200 <= answer.status < 300:
        done = {"status": Delivery.Status.SENT, "claimed_until": None, "sent_at": at}
        return bool(claims.still_mine(row).update(answer_status=answer.status, error=words, **done))
    if answer.status == GONE:
        Webhook.objects.filter(pk=hook.pk).update(active=False)
        return _failed(row, words or "It is gone for good; the webhook was switched off.", status=GONE)
    return _again(row, words, at=at, status=answer.status)


def prune(*, at: datetime) -> int:
    """Forget calls that ended long ago; returns how many. Those that still wait stay."""
    if not settings.WEBHOOK_LOG_DAYS:
        return 0
    old = Delivery.objects.filter(created_at__lt=at - timedelta(days=settings.WEBHOOK_LOG_DAYS))
    return int(old.filter(status__in=[Delivery.Status.SENT, Delivery.Status.FAILED]).delete()[0])


def _begin(row: Delivery, at: datetime) -> bool:
    """Write down that a call begins; one that was tried often enough, and interrupted, is given up."""
    if row.attempts >= outbound.MOST_TRIES:
        return _failed(row, f"Tried {row.attempts} times, and interrupted.")
    return claims.begin(row, at=at)


def _failed(row: Delivery, reason: str, *, status: int | None = None) -> bool:
    claims.still_mine(row).update(
        status=Delivery.Status.FAILED, claimed_until=None, answer_status=status, error=reason[:LONGEST_WORDS]
    )
    return False


def _again(row: Delivery, reason: str, *, at: datetime, status: int | None = None) -> bool:
    """Queue the row for a later try; give it up when it was tried often enough."""
    later = outbound.next_try(tries=row.attempts, at=at)
    if later is None:
        return _failed(row, reason, status=status)
    claims.still_mine(row).update(
        status=Delivery.Status.QUEUED,
        claimed_until=None,
        send_after=later,
        answer_status=status,
        error=reason[:LONGEST_WORDS],
    )
    return False
