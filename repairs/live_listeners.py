"""Who listens to what: open connections, the jobs and boards they follow, and the bounded queue of each."""

import asyncio
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field

from repairs.live_rows import Found

QUEUE = 64  # items waiting for one client
ANSWER_SECONDS = 10.0  # a look-up that takes longer is given up


@dataclass(frozen=True, slots=True)
class Item:
    """Something to be written to one client: its kind, its job if any, its number if any, and JSON."""

    kind: str
    job: str
    seq: int | None
    data: str


@dataclass(eq=False, slots=True)
class Subscription:
    """One client following one job from a cursor on."""

    client: "Client"
    job: Found
    cursor: int
    lagging: bool = False


@dataclass(eq=False)
class Client:
    """One open connection: a bounded queue that the hub fills and the connection drains."""

    hub: "Listeners"
    queue: deque[Item] = field(default_factory=deque)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    jobs: dict[str, Subscription] = field(default_factory=dict)
    sites: set[int] = field(default_factory=set)
    missed_board: bool = False
    close_code: int | None = None

    def put(self, item: Item) -> bool:
        """Queue an item; False when the queue is full."""
        if len(self.queue) >= QUEUE:
            return False
        self.queue.append(item)
        self.wake.set()
        return True

    def say(self, item: Item) -> None:
        """Queue an answer to the client's own request, full or not; those are few."""
        self.queue.append(item)
        self.wake.set()

    def close(self, code: int) -> None:
        """Ask the connection to end, once what is queued has been written."""
        self.close_code = self.close_code or code
        self.wake.set()

    async def take(self, seconds: float) -> list[Item]:
        """Everything queued, as soon as there is something; an empty list after the time, or when closing."""
        if not self.queue and self.close_code is None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.wake.wait(), seconds)
        self.wake.clear()
        items = list(self.queue)
        self.queue.clear()
        if items:
            self.hub.drained(self)
        return items


@dataclass(eq=False)
class Board:
    """The listeners of one site's bench and what they last heard of."""

    clients: set[Client] = field(default_factory=set)
    seen: dict[str, tuple[int, str]] | None = None
    ready: asyncio.Event = field(default_factory=asyncio.Event)


class Listeners:
    """All open connections of this process. The poller in `live_hub.py` feeds them."""

    def __init__(self) -> None:
        self.clients: set[Client] = set()
        self.jobs: dict[int, set[Subscription]] = {}
        self.boards: dict[int, Board] = {}
        self.wanted: dict[str, asyncio.Future[Found | None]] = {}
        self.fresh: set[int] = set()  # jobs to read although nothing was committed
        self.kicked = asyncio.Event()
        self.closing = False

    def kick(self) -> None:
        """Wake the poller."""
        self.kicked.set()

    def connect(self) -> Client:
        """Register a new connection. Give it back with `leave`."""
        client = Client(self)
        self.clients.add(client)
        if self.closing:
            client.close(1012)
        return client

    def leave(self, client: Client) -> None:
        """Forget a connection and everything it followed."""
        self.clients.discard(client)
        for reference in list(client.jobs):
            self.unfollow(client, reference)
        for site_id in client.sites:
            board = self.boards[site_id]
            board.clients.discard(client)
            if not board.clients:
                del self.boards[site_id]
        client.sites.clear()

    async def find(self, reference: str) -> Found | None:
        """The job with this reference. Look-ups of a storm share one query. Raises TimeoutError."""
        if self.closing:
            raise TimeoutError
        future = self.wanted.get(reference)
        if future is None:
            future = self.wanted[reference] = asyncio.get_running_loop().create_future()
        self.kick()
        return await asyncio.wait_for(asyncio.shield(future), ANSWER_SECONDS)

    def follow(self, client: Client, job: Found, *, after: int) -> None:
        """Send the client every public event of the job with a number above `after`."""
        self.unfollow(client, job.reference)
        subscription = Subscription(client, job, after)
        client.jobs[job.reference] = subscription
        self.jobs.setdefault(job.id, set()).add(subscription)
        self.fresh.add(job.id)
        self.kick()

    def unfollow(self, client: Client, reference: str) -> None:
        """Stop sending a job's events; nothing happens if it was not followed."""
        subscription = client.jobs.pop(reference, None)
        if subscription is None:
            return
        others = self.jobs[subscription.job.id]
        others.discard(subscription)
        if not others:
            del self.jobs[subscription.job.id]

    async def watch(self, client: Client, site_id: int) -> None:
        """Tell the client of every change on a site's bench from now on. Raises TimeoutError."""
        board = self.boards.setdefault(site_id, Board())
        board.clients.add(client)
        client.sites.add(site_id)
        self.kick()
        await asyncio.wait_for(board.ready.wait(), ANSWER_SECONDS)

    def drained(self, client: Client) -> None:
        """A client has taken its queue: read again for what it was too slow for."""
        if client.missed_board:
            client.missed_board = False
            client.put(Item("board", "", None, '{"job": null}'))
        for subscription in client.jobs.values():
            if subscription.lagging:
                subscription.lagging = False
                self.fresh.add(subscription.job.id)
                self.kick()
