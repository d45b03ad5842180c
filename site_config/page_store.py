"""What the page cache remembers: answers within a bound of memory, and the version that they belong to."""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from repairs.live_rows import Plain
from site_config.page_key import Key

logger = logging.getLogger(__name__)

Headers = list[tuple[str, str]]
Version = tuple[tuple[Any, ...], ...]

MOST_BYTES = 64 * 1024 * 1024
LARGEST = 2 * 1024 * 1024
OVERHEAD = 1500  # bytes of an entry beside its body, roughly
READ_AGAIN_SECONDS = 0.5
TOO_OLD_SECONDS = 2.0
# The second part: a page that was just made private must leave the cache, and Wagtail has no hook for that. The third:
# redirects that Wagtail writes by itself appear after the page was counted, many at once and without a word.
COUNTERS = """
SELECT site_id, scope, number FROM cms_version
UNION ALL SELECT COALESCE(MAX(id), 0), 'private pages', COUNT(*) FROM wagtailcore_pageviewrestriction
UNION ALL SELECT COALESCE(MAX(id), 0), 'redirects', COUNT(*) FROM wagtailredirects_redirect
ORDER BY 1, 2
"""
# A view's own limit, in seconds since the epoch; never sent on. Whatever has one says with it that it is everybody's.
UNTIL = "X-Cache-Until"


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer as Django gave it."""

    status: str
    headers: Headers
    body: bytes

    def header(self, name: str) -> str:
        """The values of a header, lower case and joined."""
        return ", ".join(value for key, value in self.headers if key.lower() == name).lower()

    def is_somebodys(self) -> bool:
        """Whether it is meant for one visitor. Vary: Cookie is harmless, for it was rendered without cookies."""
        control = self.header("cache-control")
        mine = "private" in control or "no-store" in control
        return mine or bool(self.header("set-cookie")) or self.header("vary").strip() == "*"

    def says_public(self) -> bool:
        """Whether the view said that everybody may get it."""
        return bool(self.header(UNTIL.lower()))

    def may_be_stored(self) -> bool:
        """Whether everybody may get this answer for a while."""
        return self.status.startswith("200 ") and not self.is_somebodys() and len(self.body) <= LARGEST


@dataclass(frozen=True, slots=True)
class Entry:
    """A stored answer, ready to be sent: with its weak ETag, its version and the moment it stops being true."""

    version: Version
    until: float
    etag: str
    body: bytes
    full: Headers
    unchanged: Headers

    @classmethod
    def of(cls, answer: Answer, version: Version) -> "Entry":
        """Make an entry of an answer that may be stored. An ETag of the view's own is kept."""
        own = next((value for key, value in answer.headers if key.lower() == "etag"), "")
        etag = own or f'W/"{blake2b(answer.body, digest_size=12).hexdigest()}"'
        until = next((value for key, value in answer.headers if key.lower() == UNTIL.lower()), "")
        replaced = {"etag", "cache-control", "content-length", "expires", UNTIL.lower()}
        kept = [(key, value) for key, value in answer.headers if key.lower() not in replaced]
        ours = [("ETag", etag), ("Cache-Control", "public, max-age=0, must-revalidate")]
        # A browser takes the policy of a page it has from the answer that says that it has it.
        unchanged = [
            (key, value)
            for key, value in kept
            if not key.lower().startswith("content-") or key.lower() == "content-security-policy"
        ]
        return cls(
            version=version,
            until=float(until) if until else float("inf"),
            etag=etag,
            body=answer.body,
            full=[*kept, *ours, ("Content-Length", str(len(answer.body)))],
            unchanged=[*unchanged, *ours],
        )

    def is_true(self, version: Version, now: float) -> bool:
        """Whether nothing changed since it was rendered, and its own time is not over (epoch seconds)."""
        return self.version == version and now < self.until


class Store:
    """Entries by key, the least recently used going first, and who is rendering what."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.most_bytes = most_bytes
        self.bytes = 0
        self.entries: OrderedDict[Key, Entry] = OrderedDict()
        self.flights: dict[Key, threading.Event] = {}
        self.lock = threading.Lock()

    def get(self, key: Key) -> Entry | None:
        """The entry of a key, true or stale."""
        with self.lock:
            entry = self.entries.get(key)
            if entry is not None:
                self.entries.move_to_end(key)
            return entry

    def put(self, key: Key, entry: Entry | None) -> None:
        """Keep an entry, or forget the key, and make room."""
        with self.lock:
            old = self.entries.pop(key, None)
            self.bytes -= size(old)
            if entry is not None:
                self.entries[key] = entry
                self.bytes += size(entry)
            while self.bytes > self.most_bytes:
                self.bytes -= size(self.entries.popitem(last=False)[1])

    def take_off(self, key: Key) -> threading.Event | None:
        """None when the caller is now the one to render this key, else the event of who is."""
        with self.lock:
            flight = self.flights.get(key)
            if flight is None:
                self.flights[key] = threading.Event()
            return flight

    def land(self, key: Key) -> None:
        """The caller's rendering is over, well or badly."""
        with self.lock:
            self.flights.pop(key).set()


def size(entry: Entry | None) -> int:
    return len(entry.body) + OVERHEAD if entry is not None else 0


class Versions:
    """The counters of `cms/versions.py`, re-read by whoever finds them older than half a second.

    All counters together are one version: a change anywhere makes every page be looked at again, which costs one
    rendering each and can forget nothing.
    """

    def __init__(self, database: Mapping[str, Any], clock: Callable[[], float] = time.monotonic) -> None:
        self.plain = Plain(database)
        self.clock = clock
        self.read_at = float("-inf")
        self.value: Version | None = None
        self.lock = threading.Lock()

    def current(self) -> Version | None:
        """The version to compare with; None as long as the database never answered."""
        age = self.clock() - self.read_at
        if age < READ_AGAIN_SECONDS:
            return self.value
        # One asks, the others go on with the old one, unless that is too old after a pause.
        if not self.lock.acquire(blocking=age > TOO_OLD_SECONDS):
            return self.value
        try:
            began = self.clock()
            if began - self.read_at >= READ_AGAIN_SECONDS:
                self.value = self.read()
                self.read_at = began
            return self.value
        finally:
            self.lock.release()

    def read(self) -> Version | None:
        """Ask the database; when it is away, stored pages stay good enough."""
        try:
            return tuple(self.plain.rows(COUNTERS))
        except Exception:
            logger.exception("The versions of the public pages could not be read.")
            return self.value
