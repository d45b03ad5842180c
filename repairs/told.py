"""What a customer was told about a repair, as far as anybody with the link may know: what, how and when, never where to
and never in which words, for those hold names and prices.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from notifications.kinds import title_of
from notifications.models import Message

GONE = (Message.Status.SENT, Message.Status.DELIVERED)
SHOWN = 30


@dataclass(frozen=True)
class Told:
    """One message that went out."""

    key: int
    channel: str
    by: str  # the channel in words
    title: str
    at: datetime


def keys_of_job(reference: str) -> list[str]:
    """How the dedupe keys of a job's messages begin."""
    return [f"job:{reference}:", f"track.link:{reference}:"]


def told(contact_ids: Iterable[int], keys: Iterable[str]) -> list[Told]:
    """The messages to these contacts whose dedupe keys begin with one of these, newest first. One statement."""
    about = Q(pk=None)
    for key in keys:
        about |= Q(dedupe_key__startswith=key)
    rows = Message.objects.filter(about, contact__in=list(contact_ids), status__in=GONE, sent_at__isnull=False)
    return [
        Told(row.pk, row.channel, row.get_channel_display(), title_of(row.kind, row.context), row.sent_at)
        for row in rows.only("kind", "channel", "context", "sent_at").order_by("-sent_at", "-pk")[:SHOWN]
        if row.sent_at
    ]
