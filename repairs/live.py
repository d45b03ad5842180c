"""Live streams as one plain ASGI application: server-sent events and a WebSocket, without Django and Channels.

- `GET /live/<token>/` (the same at `/api/v1/repairs/<token>/live/`): one job's public events. `id:` is the event's
  number in its job, so `Last-Event-ID` or `?after=` is all that a client has to remember; without either the
  job's whole history comes first.
- `GET /live/bench/?ticket=`: `{"job": reference}` whenever a job of the site changed, `{"job": null}` for all.
- `/ws/`: `{"type": "subscribe", "token": ..., "after": n}` or with `"ticket"`, and `{"type": "unsubscribe", ...}`.
"""

import asyncio
import contextlib
import random
import re
import signal
import threading
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from repairs import live_wake
from repairs.live_hub import Hub
from repairs.live_knocks import Misses
from repairs.live_listeners import Client, Item
from repairs.live_rows import Found
from repairs.live_wire import (
    SEND_SECONDS,
    LookUpLate,
    Malformed,
    Message,
    NotGood,
    Receive,
    Send,
    as_message,
    as_sse,
    connected,
    message_in,
    number,
    refuse,
    write,
)

Asgi = Callable[[Message, Receive, Send], Awaitable[None]]

PATH = re.compile(r"^/(?:live|api/v1/repairs)/(?P<token>[^/]{1,500})(?P<api>/live)?/?$")
BENCH = "bench"  # in the place of a token
PING_SECONDS = 15.0
LIFE_SECONDS = 1800.0  # then the stream ends, the client comes back, and its link is looked at again
MOST_SUBSCRIPTIONS = 20
MESSAGES_AT_ONCE = 40  # and one more each second
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-cache, no-transform"),
    (b"x-accel-buffering", b"no"),
]


@dataclass(frozen=True)
class Doors:
    """How tokens are read, given by the wiring; both raise NotGood. A ticket gives a site's id."""

    link: Callable[[str], tuple[str, int]]
    ticket: Callable[[str], int]
    origins: Sequence[str] = field(default=())
    misses: Misses = field(default_factory=Misses)


class Live:
    """The ASGI application. What is not a stream goes on to `rest`; with a Redis, its rings wake the hub."""

    def __init__(self, hub: Hub, doors: Doors, rest: Asgi, *, redis_url: str = "") -> None:
        self.hub = hub
        self.doors = doors
        self.rest = rest
        self.redis_url = redis_url

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        kind, path = scope["type"], scope.get("path", "")
        if kind == "lifespan":
            await self.lifespan(receive, send)
        elif kind == "websocket":
            if path in ("/ws/", "/ws"):
                await Socket(self, scope, receive, send).serve()
            else:
                await send({"type": "websocket.close", "code": 1008})
        elif kind == "http" and (match := PATH.match(path)) and bool(match["api"]) == path.startswith("/api/"):
            await self.sse(match["token"], scope, receive, send)
        else:
            await self.rest(scope, receive, send)

    async def lifespan(self, receive: Receive, send: Send) -> None:
        """Close the hub as soon as a signal comes: servers announce the end only after open answers ended."""
        waker: asyncio.Task[None] | None = None
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                close_on_signal(self.hub)
                waker = asyncio.create_task(live_wake.listen(self.redis_url, self.hub)) if self.redis_url else None
                await send({"type": "lifespan.startup.complete"})
            else:
                self.hub.close()
                if waker:
                    waker.cancel()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def open(self, token: str) -> Found:
        """The job behind a tracking token. Raises NotGood, TimeoutError."""
        reference, version = self.doors.link(token)
        found = await self.hub.find(reference)
        if found is None or found.link_version != version:
            raise NotGood("This link is not good any more.")
        return found

    async def sse(self, token: str, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one stream from its first byte to its end, or a problem document before any stream."""
        cors = self.cors(scope)
        if scope["method"] != "GET":
            return await refuse(
                send, 405, "method_not_allowed", "Streams are read with GET.", [*cors, (b"allow", b"GET")]
            )
        if self.doors.misses.too_many(scope):
            late = [*cors, (b"retry-after", str(self.doors.misses.span).encode())]
            return await refuse(send, 429, "too_many_requests", "Too many tries. Wait a little, then try again.", late)
        client = self.hub.connect()
        try:
            hello = await self.subscribe(client, token, scope)
            await send({"type": "http.response.start", "status": 200, "headers": [*HEADERS, *cors]})
            await write(send, b"retry: 2000\n\n" + as_sse(hello))
            await self.pour(client, receive, send)
        except NotGood as error:
            self.doors.misses.note(scope)
            await refuse(send, 403, error.code, str(error), cors)
        except Malformed as error:
            await refuse(send, 400, error.code, str(error), cors)
        except LookUpLate as error:
            await refuse(send, 503, error.code, str(error), [*cors, (b"retry-after", b"5")])
        finally:
            self.hub.leave(client)

    async def subscribe(self, client: Client, token: str, scope: Message) -> Item:
        """Let the client follow what the token or ticket names; returns the first thing to be said."""
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        try:
            if token == BENCH:
                await self.hub.watch(client, self.doors.ticket(query.get("ticket", [""])[0]))
                return Item("connected", "", None, '{"job": null}')
            given = dict(scope["headers"]).get(b"last-event-id", b"").decode("latin-1")
            after = number(given if given.isdecimal() else query.get("after", ["0"])[0])
            job = await self.open(token)
        except TimeoutError:
            raise LookUpLate("The database does not answer; try again.") from None
        self.hub.follow(client, job, after=after)
        return connected(job)

    async def pour(self, client: Client, receive: Receive, send: Send) -> None:
        """Write what the hub queues until the client is gone, the time is over or the process ends."""
        watcher = asyncio.create_task(watch_for_end(client, receive))
        loop = asyncio.get_running_loop()
        end = loop.time() + lifetime()
        try:
            while client.close_code is None and loop.time() < end:
                items = await client.take(PING_SECONDS)
                if items:
                    await write(send, b"".join(as_sse(item) for item in items))
                elif client.close_code is None:
                    await write(send, b": ping\n\n")
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            watcher.cancel()

    def cors(self, scope: Message) -> list[tuple[bytes, bytes]]:
        """Headers for a frontend on an origin that the settings allow."""
        origin = dict(scope["headers"]).get(b"origin", b"")
        if origin.decode("latin-1") not in self.doors.origins:
            return []
        return [(b"access-control-allow-origin", origin), (b"vary", b"Origin")]


class Socket:
    """One WebSocket connection: a reader of its messages and a writer of its queue."""

    def __init__(self, live: Live, scope: Message, receive: Receive, send: Send) -> None:
        self.live = live
        self.scope = scope
        self.receive = receive
        self.send = send
        self.client = live.hub.connect()
        self.started = asyncio.get_running_loop().time()
        self.messages = 0

    async def serve(self) -> None:
        """Accept, then answer until either side ends. 1008: not allowed or not understood; 1012: come back."""
        await self.receive()
        if self.live.doors.misses.too_many(self.scope):
            self.live.hub.leave(self.client)
            return await self.send({"type": "websocket.close", "code": 1013})
        await self.send({"type": "websocket.accept"})
        reader = asyncio.create_task(self.read())
        loop = asyncio.get_running_loop()
        end = loop.time() + lifetime()
        try:
            while loop.time() < end:
                for item in await self.client.take(min(PING_SECONDS, end - loop.time())):
                    message = {"type": "websocket.send", "text": as_message(item)}
                    await asyncio.wait_for(self.send(message), SEND_SECONDS)
                if self.client.close_code is not None:
                    break
            if self.client.close_code != 1000:
                await self.send({"type": "websocket.close", "code": self.client.close_code or 1012})
        finally:
            reader.cancel()
            self.live.hub.leave(self.client)

    async def read(self) -> None:
        """Obey messages one after another; the first bad one ends the connection with 1008."""
        try:
            while (message := await self.receive())["type"] == "websocket.receive":
                self.messages += 1
                if self.messages > MESSAGES_AT_ONCE + asyncio.get_running_loop().time() - self.started:
                    raise Malformed("Too many messages.")
                await self.obey(message.get("text") or "")
            self.client.close(1000)
        except NotGood:
            self.live.doors.misses.note(self.scope)
            self.client.close(1008)
        except Malformed:
            self.client.close(1008)
        except TimeoutError:
            self.client.close(1012)

    async def obey(self, text: str) -> None:
        """Do what one message asks. Raises Malformed, NotGood, TimeoutError."""
        hub, client = self.live.hub, self.client
        asked = message_in(text)
        verb, token, ticket = (asked.get(key) for key in ("type", "token", "ticket"))
        if verb == "subscribe" and isinstance(ticket, str):
            await hub.watch(client, self.live.doors.ticket(ticket))
            client.say(Item("connected", "", None, '{"job": null}'))
        elif verb == "subscribe" and isinstance(token, str):
            after, job = number(asked.get("after", 0)), await self.live.open(token)
            if len(client.jobs) >= MOST_SUBSCRIPTIONS and job.reference not in client.jobs:
                raise Malformed("Too many subscriptions.")
            client.say(connected(job))
            hub.follow(client, job, after=after)
        elif verb == "unsubscribe" and isinstance(token, str):
            hub.unfollow(client, self.live.doors.link(token)[0])
        else:
            raise Malformed("This message is not understood.")


def lifetime() -> float:
    """Seconds that a stream may last; spread so that those of a storm do not all end together."""
    return LIFE_SECONDS * random.uniform(0.8, 1.0)  # noqa: S311 - not a secret


async def watch_for_end(client: Client, receive: Receive) -> None:
    """Sending to a client that left is silent, so somebody has to wait for the news."""
    while (await receive())["type"] != "http.disconnect":
        continue
    client.close(1000)


def close_on_signal(hub: Hub) -> None:
    """Put the hub's end in front of the server's own handling of SIGTERM and SIGINT."""
    if threading.current_thread() is not threading.main_thread():
        return
    loop = asyncio.get_running_loop()
    for number_ in (signal.SIGTERM, signal.SIGINT):
        theirs = signal.getsignal(number_)

        def ours(received: int, frame: Any, theirs: Any = theirs) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed already
                loop.call_soon_threadsafe(hub.close)
            if callable(theirs):
                theirs(received, frame)

        if callable(theirs):
            signal.signal(number_, ours)
