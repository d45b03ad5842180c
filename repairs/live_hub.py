"""The one poller that feeds everybody who listens.

The poller follows each open job's own numbering, never row ids: within a job commits are in order, across jobs they
are not. It asks the database only while somebody listens, and only when something was committed. A slow client is
never closed for its backlog: its queue fills, it is left behind at its cursor and read for again once it has drained.
"""

import asyncio
import json
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

from repairs.live_listeners import Board, Item, Listeners
from repairs.live_rows import MOST_ROWS, Event, Rows

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.5
SETTLE_SECONDS = 0.02  # after a kick, so that a storm of new clients is read for at once
RETRY_SECONDS = 1.0  # after a failed read

T = TypeVar("T")


class Hub(Listeners):
    """The open connections of this process and the one poller that feeds them."""

    def __init__(self, rows: Rows, *, poll_seconds: float = POLL_SECONDS) -> None:
        super().__init__()
        self.rows = rows
        self.poll_seconds = poll_seconds
        self.gate = ""
        self.thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="live")
        self.poller: asyncio.Task[None] | None = None

    def kick(self) -> None:
        """Wake the poller, starting it if it is not there."""
        self.kicked.set()
        if not self.closing and (self.poller is None or self.poller.done()):
            self.poller = asyncio.get_running_loop().create_task(self.run())

    def close(self) -> None:
        """End every connection and the poller. Safe to call twice."""
        self.closing = True
        for client in self.clients:
            client.close(1012)
        for future in self.wanted.values():
            if not future.done():
                future.set_exception(TimeoutError())
        for board in self.boards.values():
            board.ready.set()
        self.kicked.set()

    async def run(self) -> None:
        """Poll until closed; after a failed read, drop the connection, wait, and read everything again."""
        while not self.closing:
            busy = bool(self.jobs or self.boards or self.wanted)
            with suppress(TimeoutError):
                await asyncio.wait_for(self.kicked.wait(), self.poll_seconds if busy else None)
            if self.kicked.is_set():
                self.kicked.clear()
                await asyncio.sleep(SETTLE_SECONDS)
            try:
                await self.tick()
            except Exception:
                logger.exception("The live hub could not read; it tries again in %s s.", RETRY_SECONDS)
                self.gate = ""
                await asyncio.sleep(RETRY_SECONDS)
                self.kicked.set()
        await self.ask(self.rows.close)
        self.thread.shutdown(wait=False)

    async def ask(self, question: Callable[..., T], *values: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self.thread, question, *values)

    async def tick(self) -> None:
        """One round: look-ups first, then what was committed or asked for."""
        if self.wanted:
            await self.look_up()
        if not (self.jobs or self.boards):
            return
        gate = await self.ask(self.rows.gate)
        moved = gate != self.gate
        if moved and self.jobs:
            self.shut_out(await self.ask(self.rows.versions, list(self.jobs)))
        await self.read_jobs(set(self.jobs) if moved else self.fresh & set(self.jobs))
        for site_id, board in list(self.boards.items()):
            if moved or board.seen is None:
                await self.read_board(site_id, board)
        self.gate = gate

    async def look_up(self) -> None:
        references = list(self.wanted)
        found = await self.ask(self.rows.jobs, references)
        for reference in references:
            future = self.wanted.pop(reference)
            if not future.done():
                future.set_result(found.get(reference))

    def shut_out(self, good: dict[int, int]) -> None:
        """End the connections that came in by a link which was withdrawn since, before they hear any more."""
        for job_id, version in good.items():
            for subscription in list(self.jobs.get(job_id, ())):
                if subscription.job.link_version < version:  # who joined while this was read may know a newer one
                    self.unfollow(subscription.client, subscription.job.reference)
                    subscription.client.close(1008)

    async def read_jobs(self, job_ids: set[int]) -> None:
        """Read the jobs from the cursor of their most backward listener that has room, and deal out the rows."""
        cursors = {}
        for job_id in job_ids & set(self.jobs):
            cursor = min((s.cursor for s in self.jobs[job_id] if not s.lagging), default=None)
            if cursor is not None:
                cursors[job_id] = cursor
        self.fresh -= job_ids  # before the read: who joins while it runs is read for next time
        if cursors:
            events = await self.ask(self.rows.events, cursors)
            if events:  # asked after them: a link that was withdrawn in the commit of an event never hears it
                self.shut_out(await self.ask(self.rows.versions, list({event.job_id for event in events})))
            for event in events:
                self.deal(event, cursors[event.job_id])
            if len(events) >= MOST_ROWS:
                self.fresh |= job_ids
                self.kicked.set()

    def deal(self, event: Event, read_from: int) -> None:
        """Queue an event for those who need it; who stands before the read's beginning would get a gap, and waits."""
        for subscription in self.jobs.get(event.job_id, ()):
            if subscription.lagging or not read_from <= subscription.cursor < event.seq:
                continue
            item = Item("event", subscription.job.reference, event.seq, event.data)
            if subscription.client.put(item):
                subscription.cursor = event.seq
            else:
                subscription.lagging = True

    async def read_board(self, site_id: int, board: Board) -> None:
        """Compare a site's open jobs with what its listeners last heard of, and name those that differ."""
        now, before = await self.ask(self.rows.board, site_id), board.seen
        board.seen = now
        board.ready.set()
        if before is None:
            return
        changed = [job for job in {**before, **now} if before.get(job) != now.get(job)]
        for job in sorted(changed):
            for client in board.clients:
                if not client.put(Item("board", job, None, json.dumps({"job": job}))):
                    client.missed_board = True
