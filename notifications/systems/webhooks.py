"""Telling other servers what changed: who is told, what is written down, and how a call is signed.

Posting writes rows in the caller's transaction; `notifications/systems/deliveries.py` sends them in the worker. Calls
are signed as Standard Webhooks says (standardwebhooks.com), so that frontends check them with a library they know.
"""

import base64
import hashlib
import hmac
import json
import secrets
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _
from django_q.tasks import async_task

from notifications.models import Delivery, Webhook

DRAIN = "notifications.systems.deliveries.drain"
TEST = "webhook.test"
# What somebody may be told of, in words for those who choose.
KINDS = {
    "content.published": _("Published: a page, a device, a question, the menus"),
    "content.unpublished": _("No longer published"),
    "content.moved": _("A page has another address"),
    "content.deleted": _("Deleted"),
}
MOST_BYTES = 256 * 1024
SECRET_MARK = "whsec_"  # noqa: S105 - how secrets of this kind begin


class TooLarge(Exception):
    """The event does not fit into one call."""

    code = "webhook_too_large"


def listening() -> list[int]:
    """The sites of which somebody wants to hear. One statement; nearly always the only one."""
    return list(Webhook.objects.filter(active=True).order_by().values_list("site_id", flat=True).distinct())


def post(*, kind: str, site_id: int, payload: Mapping[str, Any], at: datetime) -> None:
    """Write one call for each active webhook of the site that wants this kind, and wake the worker.

    In the caller's transaction: what is rolled back is told to nobody. Raises TooLarge.
    """
    hooks = Webhook.objects.filter(site_id=site_id, active=True)
    _write([hook for hook in hooks if not hook.kinds or kind in hook.kinds], kind, payload, at)


def post_test(webhook: Webhook, *, at: datetime) -> None:
    """Write one call that says nothing but that it is a test; also for a webhook that is switched off."""
    _write([webhook], TEST, {"webhook": webhook.name}, at)


def post_again(delivery: Delivery, *, at: datetime) -> None:
    """Put a call that is over into the queue again, with the same event: who has it already knows it by its id."""
    over = Delivery.objects.filter(pk=delivery.pk, status__in=[Delivery.Status.SENT, Delivery.Status.FAILED])
    with transaction.atomic():
        if over.update(status=Delivery.Status.QUEUED, send_after=at, attempts=0, claimed_until=None):
            wake()


def _write(hooks: list[Webhook], kind: str, payload: Mapping[str, Any], at: datetime) -> None:
    if not hooks:
        return
    event = uuid.uuid4()
    body = {"id": str(event), "type": kind, "timestamp": written(at), "data": dict(payload)}
    if len(text_of(body)) > MOST_BYTES:
        raise TooLarge(f"{kind} is larger than {MOST_BYTES} bytes.")
    with transaction.atomic(savepoint=False):
        Delivery.objects.bulk_create(
            [
                Delivery(webhook=hook, event_id=event, kind=kind, body=body, send_after=at, created_at=at)
                for hook in hooks
            ]
        )
        wake()


def _woken() -> None:
    """Its place among the transaction's on-commit calls says that a drain task is queued in this transaction."""


def wake() -> None:
    """Queue one drain task, at most one in a transaction; it commits with the rows."""
    if connection.in_atomic_block:
        if any(_woken in call for call in connection.run_on_commit):
            return
        transaction.on_commit(_woken)
    async_task(DRAIN, task_name="webhooks")


def written(at: datetime) -> str:
    """A moment as the API writes it."""
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")


def text_of(body: Mapping[str, Any]) -> bytes:
    """The body as it is sent. Keys in order: every try sends the same bytes, whatever the database made of them."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def new_secret() -> str:
    """A random secret in the usual form."""
    return SECRET_MARK + base64.b64encode(secrets.token_bytes(32)).decode()


def sign(*, secret: str, event_id: str, at: datetime, text: bytes) -> dict[str, str]:
    """The three headers of a call: its id, the moment of this try, and the signature of both with the body."""
    key = base64.b64decode(secret.removeprefix(SECRET_MARK))
    stamp = str(int(at.timestamp()))
    made = hmac.new(key, f"{event_id}.{stamp}.".encode() + text, hashlib.sha256).digest()
    return {
        "webhook-id": event_id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(made).decode()}",
    }
