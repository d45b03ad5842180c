"""Asking twice does it once: the Idempotency-Key header.

The row is written first, by one statement that only one of several equal requests can win. It belongs to the caller
and remembers the request's hash: the same request again gets the kept answer, another request under the same key 422,
and one that comes while the first is still at work 409. Only what succeeded is kept: a refused write left no trace,
so the same key may try again.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from api.errors import ApiFault
from api.models import IdempotencyRow

KEPT = timedelta(hours=24)
GIVEN_UP = timedelta(seconds=60)  # an unanswered row older than this belongs to a process that died
MOST_KEY = 200
CLAIM = """
INSERT INTO api_idempotencyrow (caller, "key", path, body_hash, status, answer, headers, created_at)
VALUES (%s, %s, %s, %s, NULL, NULL, %s, %s)
ON CONFLICT (caller, "key") DO UPDATE SET path = excluded.path, body_hash = excluded.body_hash, status = NULL,
    answer = NULL, headers = excluded.headers, created_at = excluded.created_at
WHERE api_idempotencyrow.created_at < %s
    OR (api_idempotencyrow.status IS NULL AND api_idempotencyrow.created_at < %s)
RETURNING id
"""


def digest(*parts: str) -> str:
    """SHA-256 of the parts, as hex."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def caller_of(request: Request) -> str:
    """Who asks, as a hash: the log-in, else the basket token, else the address."""
    user = request.user
    if user and user.is_authenticated:
        return digest("user", str(user.pk), request.headers.get("X-Basket-Token", ""))
    if token := request.headers.get("X-Basket-Token", ""):
        return digest("basket", token)
    # As the throttles count it: behind a proxy every guest would else be one caller.
    return digest("address", BaseThrottle().get_ident(request) or "")


def claim(*, caller: str, key: str, path: str, body_hash: str, at: datetime) -> int | None:
    """Try to be the one who does it; the row's id, or None when another request was there before."""

    def stored(moment: datetime) -> Any:
        return connection.ops.adapt_datetimefield_value(moment)

    with connection.cursor() as cursor:
        values = [
            caller,
            key,
            path,
            body_hash,
            "{}",
            stored(at),
            stored(at - KEPT),
            stored(at - GIVEN_UP),
        ]
        cursor.execute(CLAIM, values)
        row = cursor.fetchone()
    return row[0] if row else None


def replay(*, caller: str, key: str, body_hash: str) -> Response:
    """The kept answer. Raises ApiFault: in flight, or the key belongs to another request."""
    row = IdempotencyRow.objects.filter(caller=caller, key=key).first()
    if row is not None and row.body_hash != body_hash:
        raise ApiFault(
            "idempotency_key_reused",
            _("This Idempotency-Key was used with another request."),
        )
    if row is None or row.status is None:
        raise ApiFault(
            "idempotency_in_flight",
            _("The first request with this Idempotency-Key is still being answered."),
        )
    return Response(
        row.answer,
        status=row.status,
        headers={**row.headers, "Idempotent-Replayed": "true"},
    )


def keep(row_id: int, response: Response) -> None:
    """Remember a success for 24 hours; forget anything else, so that the key may try again."""
    mine = IdempotencyRow.objects.filter(pk=row_id)
    if response.status_code >= 300:
        mine.delete()
        return
    headers = {"Location": response["Location"]} if "Location" in response else {}
    mine.update(status=response.status_code, answer=response.data, headers=headers)


def once(*, required: bool = False) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """Decorate a view's `post`: honour the Idempotency-Key, and insist on it where `required`."""

    def wrap(handler: Callable[..., Response]) -> Callable[..., Response]:
        @wraps(handler)
        def answered(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
            key = request.headers.get("Idempotency-Key", "").strip()
            if not key and not required:
                return handler(view, request, *args, **kwargs)
            if not key or len(key) > MOST_KEY or not key.isprintable() or not key.isascii():
                raise ApiFault(
                    "idempotency_key_required",
                    _("Send an Idempotency-Key header of 1 to 200 plain characters; a random UUID does well."),
                )
            path = request.path[:200]
            body = json.dumps(request.data, sort_keys=True, separators=(",", ":"))
            who, body_hash = (
                caller_of(request),
                digest(request.method or "", path, body),
            )
            row_id = claim(caller=who, key=key, path=path, body_hash=body_hash, at=timezone.now())
            if row_id is None:
                return replay(caller=who, key=key, body_hash=body_hash)
            try:
                response = handler(view, request, *args, **kwargs)
            except Exception:
                IdempotencyRow.objects.filter(pk=row_id).delete()
                raise
            keep(row_id, response)
            return response

        return answered

    return wrap


def prune() -> int:
    """Drop rows older than a day; a schedule runs it. Returns how many went."""
    return IdempotencyRow.objects.filter(created_at__lt=timezone.now() - KEPT).delete()[0]
