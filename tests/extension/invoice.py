"""A payment provider that a shop adds in one file: pay by invoice within some days."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

from shop.payments.base import (
    BadSignature,
    CancelAsk,
    CaptureAsk,
    CheckAsk,
    Finding,
    Movement,
    RefundAsk,
    Refunded,
    Refused,
    Report,
    StartAsk,
    Started,
    Words,
)


class Invoice:
    """Nobody is asked now; the office writes down the money when it comes."""

    online = False
    live = True
    lasts = timedelta.max
    page_sources: Mapping[str, Sequence[str]] = {}
    words = Words(offer="Pay by invoice", told="By invoice", staff="Invoice")

    def __init__(self, *, days: int) -> None:
        self.days = days

    def start(self, ask: StartAsk) -> Started:
        return Started(f"invoice-{ask.reference}", None, "at_counter")

    def read_webhook(self, body: bytes, headers: Mapping[str, str], *, at: datetime) -> list[Report]:
        raise BadSignature("Invoices send no messages.")

    def look_up(self, provider_id: str) -> Report | None:
        return None

    def capture(self, ask: CaptureAsk) -> Report:
        raise Refused("An invoice is paid by transfer.")

    def cancel(self, ask: CancelAsk) -> Report:
        raise Refused("An invoice is cancelled by credit note.")

    def refund(self, ask: RefundAsk) -> Refunded:
        raise Refused("An invoice is given back by credit note.")

    def movements(self, *, since: datetime, until: datetime) -> Iterable[Movement]:
        return ()

    def follow_up(self, kind: Literal["refund", "dispute"], about_id: str) -> Report | None:
        return None

    def check(self, ask: CheckAsk) -> Iterable[Finding]:
        return ()
