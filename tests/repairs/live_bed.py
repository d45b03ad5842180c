"""A bed for live streams: the three columns they read, in SQLite or PostgreSQL, and an ASGI client without a server."""

import asyncio
import json
import sqlite3
from collections.abc import Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from repairs.live import Doors, Live
from repairs.live_hub import Hub
from repairs.live_rows import Rows
from repairs.live_wire import NotGood

PATIENCE = 10.0  # seconds that a test waits at most for what must come
SCHEMA = (
    "CREATE TABLE repairs_job (id {serial}, site_id int, reference text, link_version int, last_seq int, status text)",
    """CREATE TABLE repairs_jobevent (id {serial}, job_id int, seq int, kind text, status text, note text,
    public boolean, at {moment}, UNIQUE (job_id, seq))""",
)


class Database:
    """The tables of jobs and events, and a writer that commits like the bench does."""

    def __init__(self, entry: dict[str, Any], connect: Callable[[], Any]) -> None:
        self.entry = entry
        self.connect = connect
        self.mark = "?" if "sqlite" in entry["ENGINE"] else "%s"
        self.writer = connect()

    def run(self, statement: str, *values: Any, on: Any = None) -> None:
        (on or self.writer).execute(statement.replace("?", self.mark), values)

    def create(self, **words: str) -> None:
        for statement in SCHEMA:
            self.run(statement.format(**words))
        self.writer.commit()

    def job(self, reference: str, *, site: int = 1, status: str = "booked") -> int:
        """Write an open job without events; returns its id."""
        self.run(
            "INSERT INTO repairs_job (site_id, reference, link_version, last_seq, status) VALUES (?, ?, 1, 0, ?)",
            site, reference, status,
        )  # fmt: skip
        self.writer.commit()
        return self.writer.execute("SELECT max(id) FROM repairs_job").fetchone()[0]

    def event(self, job: int, seq: int, *, public: bool = True, commit: bool = True, on: Any = None) -> None:
        """Write event `seq` of a job, as its move would."""
        on = on or self.writer
        self.run(
            "INSERT INTO repairs_jobevent (job_id, seq, kind, status, note, public, at)"
            " VALUES (?, ?, 'job.testing', 'testing', ?, ?, '2026-11-23 10:00:00')",
            job, seq, f"note {seq}", public, on=on,
        )  # fmt: skip
        self.run("UPDATE repairs_job SET last_seq = ?, status = 'testing' WHERE id = ?", seq, job, on=on)
        if commit:
            on.commit()


def on_sqlite(folder: Path) -> Database:
    """A file of its own, in the journal mode of the demo."""
    path = folder / "live.sqlite3"
    made = Database(
        {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path)},
        lambda: sqlite3.connect(path, timeout=10, check_same_thread=False),
    )
    made.writer.execute("PRAGMA journal_mode=WAL")
    made.create(serial="integer PRIMARY KEY", moment="text")
    return made


@asynccontextmanager
async def serving(database: Database, poll_seconds: float = 0.05):  # type: ignore[no-untyped-def]
    """The ASGI application over a database, closed at the end."""
    hub = Hub(Rows(database.entry), poll_seconds=poll_seconds)

    def link(token: str) -> tuple[str, int]:
        reference, _, version = token.partition("~")
        if not version.isdecimal():
            raise NotGood("This link is not good.")
        return reference, int(version)

    def ticket(text: str) -> int:
        if not text.isdecimal():
            raise NotGood("This ticket is not good.")
        return int(text)

    yield Live(hub, Doors(link, ticket, ["https://front.example"]), nothing_else)
    hub.close()
    if hub.poller:
        await asyncio.wait_for(hub.poller, PATIENCE)


async def nothing_else(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": b""})


class Stream:
    """One SSE client: what the server sent, and ways to wait, leave, or stop reading."""

    def __init__(self, application: Live, path: str, query: str = "", method: str = "GET", **headers: str) -> None:
        self.inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.start: dict[str, Any] = {}
        self.text = ""
        self.news = asyncio.Condition()
        self.reading = asyncio.Event()
        self.reading.set()
        pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "headers": pairs,
            "id": uuid4(),
        }
        self.task = asyncio.create_task(application(scope, self.inbox.get, self.send))

    async def send(self, message: dict[str, Any]) -> None:
        await self.reading.wait()
        async with self.news:
            if message["type"] == "http.response.start":
                self.start = message
            self.text += message.get("body", b"").decode()
            self.news.notify_all()

    async def until(self, test: Callable[["Stream"], bool]) -> "Stream":
        async with self.news:
            await asyncio.wait_for(self.news.wait_for(lambda: test(self)), PATIENCE)
        return self

    async def connected(self) -> "Stream":
        return await self.until(lambda stream: "event: connected" in stream.text)

    async def numbered(self, last: int) -> list[int]:
        """Wait until event `last` has come; all numbers in the order in which they came."""
        await self.until(lambda stream: f"id: {last}\n" in stream.text)
        return self.numbers()

    def numbers(self) -> list[int]:
        return [int(line[4:]) for line in self.text.splitlines() if line.startswith("id: ")]

    def data(self) -> list[dict[str, Any]]:
        return [json.loads(line[6:]) for line in self.text.splitlines() if line.startswith("data: ")]

    async def leave(self) -> None:
        await self.inbox.put({"type": "http.disconnect"})
        await self.ended()

    async def ended(self) -> "Stream":
        await asyncio.wait_for(self.task, PATIENCE)
        return self

    @property
    def headers(self) -> dict[bytes, bytes]:
        return dict(self.start["headers"])


class Talk:
    """One WebSocket client."""

    def __init__(self, application: Live) -> None:
        self.inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.outbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.inbox.put_nowait({"type": "websocket.connect"})
        scope = {"type": "websocket", "path": "/ws/", "headers": [], "query_string": b""}
        self.task = asyncio.create_task(application(scope, self.inbox.get, self.outbox.put))

    def say(self, message: Any) -> None:
        text = message if isinstance(message, str) else json.dumps(message)
        self.inbox.put_nowait({"type": "websocket.receive", "text": text})

    async def hears(self, kind: str) -> dict[str, Any]:
        """The next message, which must be of this ASGI type; the JSON inside it if there is one."""
        message = await asyncio.wait_for(self.outbox.get(), PATIENCE)
        assert message["type"] == kind, message
        return json.loads(message["text"]) if "text" in message else message
