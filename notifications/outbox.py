"""The only door of the post room. Posting writes rows in the caller's transaction; sending happens in the worker.

Claim, commit, send, mark: a row is sent by one worker, and no transaction is open while a provider is called. When a
worker dies in the middle of a call, nobody knows whether the message went out: such a row is tried once more and is
then given up, so there is at most one duplicate and the log says so.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.db.models import Min
from django_q.tasks import async_task

from notifications import attachments as files
from notifications import claims, outbound, preferences, receipts
from notifications.channels.base import Accepted, Channel, Outgoing, Refused, Unavailable
from notifications.contacts import can_text
from notifications.kinds import KINDS, PLACEHOLDERS, UnknownPlaceholder
from notifications.models import Contact, Message
from notifications.render import CannotRender, Rendered, render

log = logging.getLogger(__name__)
DRAIN = "notifications.tasks.drain"
BATCH = 10

# What the error column of a row says about a call that may have gone out without our knowing.
UNFINISHED = "Sending began and has not ended."
SECOND = "An earlier try was interrupted: the customer may get this twice."
SECOND_UNFINISHED = f"{SECOND} {UNFINISHED}"
GIVEN_UP = "Interrupted twice while sending. Not tried again, so that nobody gets it over and over."


def post(
    *,
    kind: str, contact: Contact, context: dict[str, Any], dedupe_key: str, at: datetime,
    send_after: datetime | None = None, attachments: Sequence[dict[str, str]] = (),
) -> None:  # fmt: skip
    """Write one message per channel of the kind that reaches the contact and is wanted there, and wake the worker.

    Two statements whatever the number of channels, one more for a contact with a log-in, in the caller's transaction.
    The same `dedupe_key` makes no second row. `context` holds placeholders of kinds.PLACEHOLDERS and is frozen as text;
    `send_after` (default: `at`) puts it off; `attachments` (of attachments.named) go with the mail. An unsaved contact
    is an address that belongs to nobody's file. Raises KeyError for an unknown kind and UnknownPlaceholder.
    """
    due = send_after or at
    purpose = KINDS[kind].purpose
    reached = {channel: to for channel in KINDS[kind].channels if (to := address(contact, channel))}
    unsubscribe = preferences.unsubscribe_link(user_id=contact.user_id, purpose=purpose)
    frozen = freeze(context | {"unsubscribe": unsubscribe} if unsubscribe else context)
    rows = [
        Message(
            site_id=contact.site_id,
            contact_id=contact.pk,
            kind=kind,
            channel=channel,
            to=reached[channel],
            language=contact.language,
            context=frozen,
            attachments=list(attachments) if channel == Message.Channel.EMAIL else [],
            dedupe_key=f"{dedupe_key}:{channel}",
            send_after=due,
            created_at=at,
        )
        for channel in preferences.reachable(contact, purpose, reached)
    ]
    with transaction.atomic(savepoint=False):
        Message.objects.bulk_create(rows, ignore_conflicts=True)
        if rows and due <= at:
            wake()


def address(contact: Contact, channel: str) -> str:
    """Where the contact is reached on this channel; blank when it is not."""
    if channel == "email":
        return contact.email
    if channel == "sms":
        phone = str(contact.phone or "")
        return phone if can_text(phone) else ""
    return ""


def freeze(context: dict[str, Any]) -> dict[str, Any]:
    """The context as plain text, safe to keep as JSON. Raises UnknownPlaceholder."""
    unknown = sorted(set(context) - PLACEHOLDERS)
    if unknown:
        raise UnknownPlaceholder(f"No message can show {', '.join(unknown)}; see notifications/kinds.py.")
    frozen: dict[str, Any] = {key: plain(value) for key, value in context.items() if key != "lines"}
    if "lines" in context:
        frozen["lines"] = [{key: plain(value) for key, value in line.items()} for line in context["lines"]]
    return frozen


def plain(value: Any) -> str:
    """The value as text that every database can keep."""
    if value is None:
        return ""
    return str(value).replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _woken() -> None:
    """Its place among the transaction's on-commit calls says that a drain task is queued in this transaction."""


def wake() -> None:
    """Queue one drain task, at most one in a transaction.

    The task row lies in the same database and commits with the messages, so there is no moment in which one is there
    without the other. A rolled back savepoint takes row and mark with it.
    """
    if connection.in_atomic_block:
        if any(_woken in call for call in connection.run_on_commit):
            return
        transaction.on_commit(_woken)
    async_task(DRAIN, task_name="drain")


def queued(*, at: datetime | None = None) -> int:
    """How many messages wait in the outbox; with `at` only those that are due."""
    waiting = Message.objects.filter(status__in=[Message.Status.QUEUED, Message.Status.SENDING])
    return waiting.filter(claims.due(Message, at)).count() if at else waiting.count()


def waiting_since(*, at: datetime) -> datetime | None:
    """Since when the longest due message waits; None when nothing is due. For health pages."""
    return Message.objects.filter(claims.due(Message, at)).aggregate(first=Min("send_after"))["first"]


def claim(*, at: datetime, count: int = BATCH) -> list[Message]:
    """Take up to `count` due messages for this worker, longest due first. Committed before anything is sent.

    One that killed two workers in the middle of a call is given up.
    """
    taken = claims.claim(Message, at=at, count=count)
    lost = [row for row in taken if row.error == SECOND_UNFINISHED]
    for row in lost:
        _failed(row, GIVEN_UP, Rendered("", ""))
    return [row for row in taken if row not in lost]


def deliver(row: Message, *, at: datetime) -> bool:
    """Send one claimed row, outside any transaction, and write down what became of it. True when it was taken.

    Does nothing when the claim ran out and another worker has the row. No failure of one message reaches another.
    """
    if not _begin(row, at):
        return False
    words = Rendered("", "")
    try:
        words = render(kind=row.kind, channel=row.channel, language=row.language, context=row.context)
        channel: Channel = outbound.provider("CHANNELS", row.channel)
        accepted = channel.send(
            Outgoing(
                key=f"message-{row.pk}",
                to=row.to,
                subject=words.subject,
                text=words.text,
                html=words.html,
                unsubscribe=str(row.context.get("unsubscribe", "")),
                attachments=files.read(row.attachments),
            )
        )
    except (Refused, CannotRender) as error:
        _failed(row, str(error), words)
    except Unavailable as error:
        _again(row, str(error), words, at=at, maybe_sent=error.maybe_sent)
    except ImproperlyConfigured as error:
        _again(row, str(error), words, at=at)
    except Exception as error:  # one broken message must not stop the others; it is logged, kept and tried once more
        log.exception("Message %s (%s by %s) broke", row.pk, row.kind, row.channel)
        _again(row, f"{type(error).__name__}: {error}", words, at=at, maybe_sent=True)
    else:
        _sent(row, words, accepted, at)
        return True
    return False


def _begin(row: Message, at: datetime) -> bool:
    """Write down that a call begins; when it never ends, the row says so."""
    began = SECOND_UNFINISHED if row.error == UNFINISHED or SECOND in row.error else UNFINISHED
    if not claims.begin(row, at=at, error=began):
        return False
    row.error = began
    return True


def _last_words(row: Message, words: Rendered) -> dict[str, Any]:
    """What a finished row keeps. Text that opens an account stays readable in the demo's inbox only."""
    secret = row.kind in KINDS and KINDS[row.kind].secret
    if secret and not settings.DEMO:
        return {"context": {}, "subject": words.subject}
    kept = {"subject": words.subject, "text": words.text, "html": words.html}
    return {**kept, "context": {}} if secret else kept


def _sent(row: Message, words: Rendered, accepted: Accepted, at: datetime) -> None:
    claims.still_mine(row).update(
        status=Message.Status.SENT,
        claimed_until=None,
        provider=accepted.provider,
        provider_id=accepted.provider_id,
        error=SECOND if SECOND in row.error else "",
        sent_at=at,
        **_last_words(row, words),
    )
    receipts.catch_up(provider=accepted.provider, provider_id=accepted.provider_id)


def _failed(row: Message, reason: str, words: Rendered) -> None:
    # The reason may name an address or a number; it stays in the row and out of the log.
    log.warning("Message %s (%s by %s) failed; its row says why.", row.pk, row.kind, row.channel)
    claims.still_mine(row).update(
        status=Message.Status.FAILED, claimed_until=None, error=reason, **_last_words(row, words)
    )


def _again(row: Message, reason: str, words: Rendered, *, at: datetime, maybe_sent: bool = False) -> None:
    """Queue the row for a later try; give it up when it was tried often enough or may have gone out twice."""
    if maybe_sent and SECOND in row.error:
        return _failed(row, f"{GIVEN_UP} {reason}", words)
    later = outbound.next_try(tries=row.attempts, at=at)
    if later is None:
        return _failed(row, f"Tried {row.attempts} times. {reason}", words)
    twice = maybe_sent or SECOND in row.error
    claims.still_mine(row).update(
        status=Message.Status.QUEUED,
        claimed_until=None,
        send_after=later,
        error=f"{SECOND} {reason}" if twice else reason,
    )
    return None
