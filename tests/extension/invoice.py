"""A payment provider that a shop adds in one file: pay by invoice within some days."""

from collections.abc import Mapping
from datetime import datetime

from shop.payments.base import BadSignature, RefundAsk, Refused, Report, StartAsk, Started, Words


class Invoice:
    """Nobody is asked now; the office writes down the money when it comes."""

    online = False
    live = True
    words = Words(offer="Pay by invoice", told="By invoice", staff="Invoice")

    def __init__(self, *, days: int) -> None:
        self.days = days

    def start(self, ask: StartAsk) -> Started:
        return Started(f"invoice-{ask.reference}", None, "at_counter")

    def read_webhook(self, body: bytes, headers: Mapping[str, str], *, at: datetime) -> list[Report]:
        raise BadSignature("Invoices send no messages.")

    def look_up(self, provider_id: str) -> Report | None:
        return None

    def refund(self, ask: RefundAsk) -> str:
        raise Refused("An invoice is given back by credit note.")
