"""Not waiting for a service that does not answer: it is left alone for a while, and only a few calls wait at once.

Each process learns by itself. What it learnt is noted in the cache, for the page that shows staff how things fare.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.core.cache import cache
from django.utils import timezone

MISSES = 3  # calls in a row without an answer before the service is left alone
REST_SECONDS = 30.0
SHOWN_SECONDS = 900
# A process of deploy/ answers four requests at once: one of them is always free for pages that ask nobody outside.
AT_ONCE = 3
PLACE_SECONDS = 2.0

logger = logging.getLogger(__name__)
_places = threading.BoundedSemaphore(AT_ONCE)
# Anybody may send us what only the service can verify: strangers' letters take one place, and customers have the rest.
_letters = threading.BoundedSemaphore(1)


class NotAsked(Exception):
    """The service was not asked: it has not answered lately, or too many calls wait for answers already."""

    code = "not_asked"


@dataclass(frozen=True)
class Trouble:
    """Since when a service has been left alone, and what its last call said."""

    since: datetime
    why: str


@dataclass
class Breaker:
    """One outside service, by its `name`. Calls go through `asking`; who made one says `answered` or `missed`."""

    name: str
    clock: Callable[[], float] = time.monotonic
    _misses: int = 0
    _rests_until: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @contextmanager
    def asking(self, *, anyway: bool = False) -> Iterator[None]:
        """Hold a place for a call. Raises NotAsked while the service rests, unless it is to be asked `anyway`; after
        the rest one call tries, and the others wait for what becomes of it."""
        if not anyway:
            self._pass()
        with ExitStack() as taken:
            for places in (_letters, _places) if anyway else (_places,):
                if not places.acquire(timeout=PLACE_SECONDS):
                    raise NotAsked(f"Too many calls wait for answers: {self.name} was not asked.")
                taken.callback(places.release)
            yield

    def _pass(self) -> None:
        with self._lock:
            if self._misses >= MISSES:
                if self.clock() < self._rests_until:
                    raise NotAsked(f"{self.name} has not answered lately and is left alone.")
                self._rests_until = self.clock() + REST_SECONDS

    def answered(self) -> None:
        """It answered, whatever it said: the next calls go through."""
        with self._lock:
            was, self._misses = self._misses, 0
        if was >= MISSES:
            _note(lambda: cache.delete(_key(self.name)))

    def missed(self, why: str) -> None:
        """It did not answer, or could not do its work."""
        with self._lock:
            self._misses += 1
            if self._misses < MISSES:
                return
            self._rests_until = self.clock() + REST_SECONDS
        logger.warning("%s does not answer and is left alone for %s seconds: %s", self.name, REST_SECONDS, why)
        _note(lambda: self._note_trouble(why))

    def _note_trouble(self, why: str) -> None:
        begun = cache.get(_key(self.name))
        since = begun.since if isinstance(begun, Trouble) else timezone.now()
        cache.set(_key(self.name), Trouble(since, why[:300]), SHOWN_SECONDS)


def troubles(names: Iterable[str]) -> dict[str, Trouble]:
    """The services among `names` that some process leaves alone, or left alone in the last quarter of an hour without
    hearing of them again. One look into the cache; none are known while that is down."""
    keys = {_key(name): name for name in names}
    try:
        found = cache.get_many(keys)
    except Exception:
        logger.exception("How outside services fare could not be read.")
        return {}
    return {keys[key]: trouble for key, trouble in found.items() if isinstance(trouble, Trouble)}


def _note(write: Callable[[], object]) -> None:
    """Only a note for staff: a cache that is down must not spoil the answer to a customer."""
    try:
        write()
    except Exception:
        logger.exception("How an outside service fares could not be noted.")


def _key(name: str) -> str:
    return f"outbound:{name}"
