"""Asking a provider again when it stumbles: a few times, with growing waits, within a bounded time."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from secrets import SystemRandom
from typing import TypeVar

Answer = TypeVar("Answer")
WAITS = (0.5, 1.0, 2.0)  # seconds before the second, third and last try; each is cut by up to half, at random
BOUND = 3  # all tries and waits together last at most this many time-outs

_random = SystemRandom()


@dataclass(frozen=True)
class Patience:
    """How long one call may take (`timeout`, seconds), and the clock to wait by."""

    timeout: float
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic

    def ask(
        self,
        call: Callable[[], Answer],
        *,
        errors: type[Exception] | tuple[type[Exception], ...],
        again: Callable[[Exception], bool],
    ) -> Answer:
        """The answer of `call`, which must be safe to repeat. Raises its last error when `again` says that repeating
        is no use, after four tries, or when another try could end past the bound."""
        latest = self.clock() + BOUND * self.timeout
        for longest in WAITS:
            try:
                return call()
            except errors as error:
                wait = longest * (0.5 + _random.random() / 2)
                if not again(error) or self.clock() + wait + self.timeout > latest:
                    raise
            self.sleep(wait)
        return call()
