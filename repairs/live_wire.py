"""How live streams speak: problem documents, event-stream blocks, WebSocket messages. No Django here."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from repairs.live_listeners import Item
from repairs.live_rows import Found

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

SEND_SECONDS = 20.0  # a client that takes nothing for so long is dropped
MOST_SEQ = 2**31 - 1
LONGEST_MESSAGE = 2000


class NotGood(Exception):
    """The token or ticket does not open anything (any more)."""

    code = "link_not_good"


class Malformed(Exception):
    """A message or parameter that cannot be understood, or one too many."""

    code = "malformed"


class LookUpLate(Exception):
    """The database did not answer in time."""

    code = "unavailable"


def number(given: object) -> int:
    """A client's cursor as an integer from 0 on. Raises Malformed."""
    text = str(given)
    if isinstance(given, bool) or not (text.isascii() and text.isdecimal()):
        raise Malformed("`after` is the number of an event, from 0 on.")
    return min(int(text[:12]), MOST_SEQ)


def message_in(text: str) -> dict[str, Any]:
    """A client's WebSocket message, which is one small JSON object. Raises Malformed."""
    try:
        asked = json.loads(text) if len(text) <= LONGEST_MESSAGE else None
    except (ValueError, RecursionError):
        asked = None
    if not isinstance(asked, dict):
        raise Malformed("This message is not understood.")
    return asked


def connected(job: Found) -> Item:
    """The first thing a follower hears: which job, and the number of its newest event."""
    return Item("connected", job.reference, None, json.dumps({"job": job.reference, "last_seq": job.last_seq}))


def as_sse(item: Item) -> bytes:
    """One item as a block of a text/event-stream; job events are plain messages with an id."""
    head = f"id: {item.seq}\n" if item.seq is not None else f"event: {item.kind}\n"
    return f"{head}data: {item.data}\n\n".encode()


def as_message(item: Item) -> str:
    """One item as a WebSocket message: its data with the type, and for events the job."""
    about = {"type": item.kind, "job": item.job} if item.kind == "event" else {"type": item.kind}
    return json.dumps({**about, **json.loads(item.data)})


async def write(send: Send, body: bytes) -> None:
    """Send a piece of an answer. TimeoutError makes the server drop a client that takes nothing."""
    await asyncio.wait_for(send({"type": "http.response.body", "body": body, "more_body": True}), SEND_SECONDS)


async def refuse(send: Send, status: int, code: str, detail: str, headers: list[tuple[bytes, bytes]]) -> None:
    """Answer with a problem document."""
    titles = {
        400: "Bad request",
        403: "Forbidden",
        404: "Not found",
        405: "Method not allowed",
        429: "Too many requests",
        503: "Service unavailable",
    }
    problem = {"type": "about:blank", "title": titles[status], "status": status, "detail": detail, "code": code}
    kind = [(b"content-type", b"application/problem+json"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": [*kind, *headers]})
    await send({"type": "http.response.body", "body": json.dumps(problem).encode()})
