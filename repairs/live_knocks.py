"""Who guesses at links: misses counted by address. No Django here, so that the streams' process can use it."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from time import monotonic
from typing import Any

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
MOST_ADDRESSES = 10_000  # remembered at once; a storm from more forgets the oldest


def read_rate(text: str) -> tuple[int, int]:
    """How many in how many seconds: "30/min" is (30, 60). Blank switches the limit off: (0, 0). Raises ValueError."""
    if not text.strip():
        return 0, 0
    count, _, span = text.strip().partition("/")
    if not count.isdecimal() or span[:1] not in SECONDS:
        raise ValueError(f"{text!r} is no rate; write it like 30/min or 100/hour.")
    return int(count), SECONDS[span[0]]


def address_of(peer: str, forwarded: str, proxies: int) -> str:
    """The visitor's address: the peer's, or behind so many proxies of ours what the outermost of them saw."""
    seen = [part.strip() for part in forwarded.split(",") if part.strip()] if proxies else []
    return seen[-min(proxies, len(seen))] if seen else peer


class Misses:
    """Misses of each address in the present span, in the memory of this process."""

    def __init__(self, rate: str = "", proxies: int = 0) -> None:
        self.most, self.span = read_rate(rate)
        self.proxies = proxies
        self.counts: OrderedDict[tuple[str, int], int] = OrderedDict()

    def key(self, scope: Mapping[str, Any]) -> tuple[str, int]:
        headers: Iterable[tuple[bytes, bytes]] = scope.get("headers", ())
        forwarded = next((value for name, value in headers if name == b"x-forwarded-for"), b"").decode("latin-1")
        peer = (scope.get("client") or ("",))[0]
        return address_of(peer, forwarded, self.proxies), int(monotonic() // (self.span or 1))

    def too_many(self, scope: Mapping[str, Any]) -> bool:
        """Whether the address of an ASGI scope has missed so often that it has to wait."""
        return bool(self.most) and self.counts.get(self.key(scope), 0) >= self.most

    def note(self, scope: Mapping[str, Any]) -> None:
        """Count one miss."""
        if self.most:
            key = self.key(scope)
            self.counts[key] = self.counts.pop(key, 0) + 1
            if len(self.counts) > MOST_ADDRESSES:
                self.counts.popitem(last=False)
