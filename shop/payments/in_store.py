"""Paying at the counter: nobody outside is asked, and nobody outside may tell us that it was paid."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from shop.payments.base import BadSignature, RefundAsk, Refused, Report, StartAsk, Started, Words


class InStore:
    """Money that our own people take and give back by hand; `ledger.take_at_counter` writes it down."""

    online = False
    live = True
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

    def refund(self, ask: RefundAsk) -> str:
        """Always Refused: money is given back at the counter by hand."""
        raise Refused("Money paid at the counter is given back at the counter.")
