"""Paying at the counter: nobody outside is asked, and nobody outside may tell us that it was paid."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

from django.utils.translation import gettext_lazy as _

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


class InStore:
    """Money that our own people take and give back by hand; `ledger.take_at_counter` writes it down."""

    online = False
    live = True
    lasts = timedelta.max
    page_sources: Mapping[str, Sequence[str]] = {}
    words = Words(
        offer=_("Pay in the shop"),
        told=_("In the shop, when you collect it"),
        staff=_("At the counter"),
        means=_("Nothing is due today. Cash or card when you collect it; your time is kept for you all the same."),
    )

    def start(self, ask: StartAsk) -> Started:
        """Nothing happens now: the order stays open until someone pays at the counter."""
        return Started(f"counter-{ask.reference}", None, "at_counter")

    def read_webhook(self, body: bytes, headers: Mapping[str, str], *, at: datetime) -> list[Report]:
        """Always BadSignature: a counter sends no webhooks."""
        raise BadSignature("The counter sends no messages.")

    def look_up(self, provider_id: str) -> Report | None:
        """None: only our own ledger knows."""
        return None

    def capture(self, ask: CaptureAsk) -> Report:
        """Always Refused: money is taken at the counter by hand."""
        raise Refused("Money is taken at the counter by our own people.")

    def cancel(self, ask: CancelAsk) -> Report:
        """Always Refused: nothing was opened that could be let go."""
        raise Refused("Nothing was opened for this payment.")

    def refund(self, ask: RefundAsk) -> Refunded:
        """Always Refused: money is given back at the counter by hand."""
        raise Refused("Money paid at the counter is given back at the counter.")

    def movements(self, *, since: datetime, until: datetime) -> Iterable[Movement]:
        """Nothing: the till is counted at the daily close."""
        return ()

    def follow_up(self, kind: Literal["refund", "dispute"], about_id: str) -> Report | None:
        """None: only our own ledger knows."""
        return None

    def check(self, ask: CheckAsk) -> Iterable[Finding]:
        """Nothing can be wrong: our own people take the money."""
        yield Finding("ok", "Money is taken at the counter by your own people. Nobody outside is asked.")
