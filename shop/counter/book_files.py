"""CSV for accountants, written row by row: a year of rows takes no more memory than a day."""

import csv
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from shop.models import Document, LedgerEntry

CHUNK = 500  # rows in memory at a time
MARK = "\ufeff"  # Excel knows UTF-8 by it
# A cell that begins so is a formula to a spreadsheet: what a customer typed must not be worked out on our desk.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
# A document of several rates has a row for each, and a receipt, which is about money and no sale, has only `received`:
# every column of money may be added up.
DOCUMENTS = (
    "number", "kind", "date", "order", "customer", "refers_to", "rate", "net", "tax", "gross", "received", "currency",
)  # fmt: skip
LEDGER = (
    "date", "order", "kind", "debit", "credit", "amount", "currency", "payment", "provider", "provider_id", "key",
    "note", "who",
)  # fmt: skip


class Echo:
    """A file that hands each line back instead of keeping it."""

    def write(self, line: str) -> str:
        """The line."""
        return line


def documents(rows: Any, zone: ZoneInfo) -> Iterator[str]:
    """Lines of documents.csv: amounts with a point, days by the shop's calendar."""
    written = rows.select_related("order").order_by("issued_at", "pk").iterator(chunk_size=CHUNK)
    return _lines(DOCUMENTS, (row for one in written for row in _of_document(one, zone)))


def ledger(rows: Any, zone: ZoneInfo) -> Iterator[str]:
    """Lines of ledger.csv: each is an amount above nothing from `credit` to `debit`."""
    written = rows.select_related("order", "payment", "by").order_by("at", "pk").iterator(chunk_size=CHUNK)
    return _lines(LEDGER, (_of_entry(one, zone) for one in written))


FILES: dict[str, Callable[[Any, ZoneInfo], Iterator[str]]] = {"documents": documents, "ledger": ledger}


def text(words: Any) -> str:
    """What somebody typed, as a cell that no spreadsheet takes for a formula."""
    cell = str(words or "")
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA) else cell


def _lines(head: tuple[str, ...], rows: Iterable[list[str]]) -> Iterator[str]:
    writer = csv.writer(Echo())
    yield MARK + writer.writerow(head)
    for row in rows:
        yield writer.writerow(row)


def _of_document(document: Document, zone: ZoneInfo) -> Iterator[list[str]]:
    facts = document.facts
    whole = {"rate": "", "net": facts["total"], "tax": "0.00", "gross": facts["total"]}
    receipt = document.kind == Document.Kind.RECEIPT
    nothing = dict.fromkeys(whole, "")
    for tax in [nothing] if receipt else facts["tax"] or [whole]:
        yield [
            document.number,
            document.kind,
            document.issued_at.astimezone(zone).date().isoformat(),
            text(document.order.number),
            text(facts["buyer"]["name"]),
            facts.get("refers_to", ""),
            *(tax[name] for name in ("rate", "net", "tax", "gross")),
            facts["total"] if receipt else "",
            document.currency,
        ]


def _of_entry(entry: LedgerEntry, zone: ZoneInfo) -> list[str]:
    payment = entry.payment
    return [
        _clock(entry.at, zone),
        text(entry.order.number),
        entry.kind,
        entry.debit,
        entry.credit,
        str(entry.amount),
        entry.currency,
        text(payment.reference if payment else ""),
        text(payment.provider if payment else ""),
        text(payment.provider_id if payment else ""),
        text(entry.key),
        text(entry.note),
        text(entry.by or ""),
    ]


def _clock(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}"
