"""Sending a failed message again, by a person who is written down."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from notifications import outbox
from notifications.kinds import KINDS
from notifications.models import Message, Resending


class WordsNotKept(Exception):
    """The message opened an account, so nothing of it was kept that could be sent once more."""

    code = "words_not_kept"


def can_resend(message: Message) -> bool:
    """Whether the message failed and what it was made of is still there."""
    return message.status == Message.Status.FAILED and not _lost(message)


def send_again(message_id: int, *, by: Any, at: datetime) -> bool:
    """Queue a failed message once more, with a fresh count of tries, and write down who asked for it.

    True when it was queued; False when it is not, or no longer, failed: pressing twice sends once. Raises
    WordsNotKept for a message that opened an account, and Message.DoesNotExist.
    """
    with transaction.atomic():
        row = Message.objects.select_for_update().get(pk=message_id)
        if row.status != Message.Status.FAILED:
            return False
        if _lost(row):
            raise WordsNotKept(
                _("This message opened an account and was not kept. Ask the customer to request a new one.")
            )
        Resending.objects.create(
            message=row, by=by, at=at, error=row.error, attempts=row.attempts, provider_id=row.provider_id
        )
        # A late word about the first try must not be taken for one about this: the provider's number goes.
        row.status, row.attempts, row.error, row.provider_id = Message.Status.QUEUED, 0, "", ""
        row.send_after, row.claimed_until, row.sent_at = at, None, None
        row.save(update_fields=["status", "attempts", "error", "provider_id", "send_after", "claimed_until", "sent_at"])
        outbox.wake()
    return True


def _lost(message: Message) -> bool:
    return message.kind not in KINDS or (KINDS[message.kind].secret and not message.context)
