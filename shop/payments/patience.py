"""Asking a provider again when it stumbles: a few times, with growing waits, within a bounded time, and not at all
while it is known not to answer."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from secrets import SystemRandom
from typing import TypeVar

from django.utils.translation import gettext as _

from notifications.breaker import Breaker, NotAsked
from shop.payments.base import Unavailable

Answer = TypeVar("Answer")
Errors = type[Exception] | tuple[type[Exception], ...]
WAITS = (0.5, 1.0, 2.0)  # seconds before the second, third and last try; each is cut by up to half, at random
BOUND = 3  # all tries and waits together last at most this many time-outs,
LONGEST = 12.0  # and at most so many seconds: a person waits for the page

_random = SystemRandom()


@dataclass(frozen=True)
class Patience:
    """How long one call may take (`timeout`, seconds), the clock to wait by, and the breaker of who is asked."""

    timeout: float
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    breaker: Breaker = field(default_factory=lambda: Breaker("a provider"))

    def ask(
        self,
        call: Callable[[], Answer],
        *,
        errors: Errors,
        again: Callable[[Exception], bool],
        until: float | None = None,
    ) -> Answer:
        """The answer of `call`, which must be safe to repeat. Raises its last error when `again` says that repeating
        is no use, after four tries, or when another try could end past the bound, or past `until`, a time of our clock;
        Unavailable when nobody was asked."""
        latest = self.clock() + min(BOUND * self.timeout, LONGEST)
        latest = latest if until is None else min(latest, until)
        return self._ask(lambda: self._tries(call, errors, again, latest), errors, again)

    def ask_once(self, call: Callable[[], Answer], *, errors: Errors, again: Callable[[Exception], bool]) -> Answer:
        """One try, also while the provider is left alone: for what it sends us, where no person waits."""
        return self._ask(call, errors, again, anyway=True)

    def _ask(
        self, call: Callable[[], Answer], errors: Errors, again: Callable[[Exception], bool], *, anyway: bool = False
    ) -> Answer:
        try:
            with self.breaker.asking(anyway=anyway):
                try:
                    answer = call()
                except errors as error:
                    if not again(error):
                        self.breaker.answered()
                    elif not anyway:  # else strangers' letters would decide that customers' calls are not made
                        self.breaker.missed(str(error) or type(error).__name__)
                    raise
                self.breaker.answered()
                return answer
        except NotAsked as error:
            raise Unavailable(
                _("The payment provider does not answer. Nothing was taken: try again soon, or pay in the shop.")
            ) from error

    def _tries(
        self, call: Callable[[], Answer], errors: Errors, again: Callable[[Exception], bool], latest: float
    ) -> Answer:
        for longest in WAITS:
            try:
                return call()
            except errors as error:
                wait = longest * (0.5 + _random.random() / 2)
                if not again(error) or self.clock() + wait + self.timeout > latest:
                    raise
            self.sleep(wait)
        return call()
