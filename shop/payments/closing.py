"""The daily close: what came and went by each way to pay since the last close, and the cash that was counted.

A day is one of the shop's own calendar, from midnight to midnight there, whatever its clocks do. A close takes in
everything since the close before it, up to the moment of closing or the end of its day; so what is sold after the till
was closed counts to the next close, and a day that nobody closed counts to the next one that somebody does. The very
first close begins with its own day. A close keeps the names of the rows that it took in shortly before its end: a row
that was being written in that moment is not lost between two closes, and none is counted twice.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from shop.models import DayClose, LedgerEntry, SiteShop

Kind = LedgerEntry.Kind
ZERO = Decimal("0.00")
CASH, CARD, COUNTER = "cash", "card", "in_store"  # ways at the counter; the last where nobody noted how
TAKEN: dict[str, int] = {Kind.PAID: 1, Kind.DEPOSIT: 1, Kind.UNPLACED: 1}
BACK: dict[str, int] = {Kind.REFUNDED: 1, Kind.UNPLACED_BACK: 1, Kind.REFUND_BACK: -1, Kind.UNPLACED_AGAIN: -1}
DAYS_OFFERED = 7
EDGE = timedelta(minutes=10)  # how late a row may be written under an earlier time


class DayClosed(Exception):
    """The day, or a later one, was closed before; `row` says by whom and with what."""

    code = "day_closed"

    def __init__(self, row: DayClose) -> None:
        super().__init__(_("%(day)s was closed already.") % {"day": row.date})
        self.row = row


class TillChanged(Exception):
    """Money came or went between showing the day and closing it."""

    code = "till_changed"


class NoteMissing(Exception):
    """What was counted differs from what should be there, and nobody says why."""

    code = "note_missing"


@dataclass
class Way:
    """What came and went by one way to pay."""

    taken: Decimal = ZERO
    back: Decimal = ZERO

    @property
    def net(self) -> Decimal:
        return self.taken - self.back


@dataclass
class Till:
    """One currency of a day: its ways to pay by name, and the cash that should be there."""

    currency: str
    ways: dict[str, Way] = field(default_factory=dict)
    edge: list[int] = field(default_factory=list)
    since: datetime | None = None

    @property
    def expected(self) -> Decimal:
        """Cash taken less cash given back. Less than nothing when more went back than came."""
        return self.ways[CASH].net if CASH in self.ways else ZERO

    @property
    def total(self) -> Way:
        """All ways together."""
        rows = self.ways.values()
        return Way(sum((way.taken for way in rows), ZERO), sum((way.back for way in rows), ZERO))

    def way(self, name: str) -> Way:
        return self.ways.setdefault(name, Way())

    def kept(self, until: datetime) -> dict[str, Any]:
        """What a close keeps of it: sums as text, until when they go, and the rows just before that."""
        ways = {name: {"taken": f"{way.taken:f}", "back": f"{way.back:f}"} for name, way in self.ways.items()}
        since = (self.since or until).isoformat()
        return {"ways": ways, "since": since, "until": until.isoformat(), "edge": self.edge}


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The first moment after a day of the shop's calendar."""
    return datetime.combine(day + timedelta(days=1), time.min, zone)


def open_days(*, site: Any, at: datetime, zone: ZoneInfo) -> list[date]:
    """The days that may be closed now, today first: those after the last close, of the last week."""
    today = at.astimezone(zone).date()
    last = DayClose.objects.filter(site=site).order_by("-date").values_list("date", flat=True).first()
    days = [today - timedelta(days=back) for back in range(DAYS_OFFERED)]
    return [day for day in days if last is None or day > last]


def tills(*, site: Any, day: date, at: datetime, zone: ZoneInfo) -> list[Till]:
    """What a close of this day takes in, by currency; the shop's own is always there and comes first.

    Three statements. Ask `closed` first: for a day that is closed the answer means nothing.
    """
    since, taken = _since(site, day, zone)
    until = min(at, end_of(day, zone))
    own = SiteShop.objects.filter(site=site).values_list("currency", flat=True).first() or ""
    found = {own: Till(own, {CASH: Way()})}
    rows = LedgerEntry.objects.filter(site=site, at__gte=since, at__lt=until, kind__in=[*TAKEN, *BACK]).order_by()
    for pk, moment, kind, credit, provider, tender, currency, amount in rows.values_list(
        "pk", "at", "kind", "credit", "payment__provider", "payment__tender", "currency", "amount"
    ):
        late = moment >= until - EDGE
        if pk in taken:
            found[own].edge += [pk] if late else []
            continue
        till = found.setdefault(currency, Till(currency))
        if provider != "in_store" and credit == LedgerEntry.Account.TILL:  # what its provider could not give back
            provider, tender = "in_store", CASH
        way = till.way((tender or COUNTER) if provider == "in_store" else provider or COUNTER)
        way.taken += TAKEN.get(kind, 0) * amount
        way.back += BACK.get(kind, 0) * amount
        till.edge += [pk] if late else []
    for till in found.values():
        till.since = since
    return list(found.values())


def closed(*, site: Any, day: date) -> DayClose | None:
    """A row of the close that this day is in, or None while it is open."""
    return DayClose.objects.filter(site=site, date__gte=day).select_related("by").order_by("date").first()


def close(
    *,
    site: Any,
    day: date,
    counted: dict[str, Decimal],
    seen: dict[str, Decimal],
    by: Any,
    at: datetime,
    zone: ZoneInfo,
    note: str = "",
) -> list[DayClose]:
    """Write the close of a day once, one row for each currency. `seen` is what should be in the till as it was shown.

    Two people at once: the second gets DayClosed. Raises TillChanged, and NoteMissing where the counted sum differs.
    """
    try:
        with transaction.atomic():
            # One close of a shop at a time: each begins where the one before it ended.
            SiteShop.objects.select_for_update().get(site=site)
            before = closed(site=site, day=day)
            if before is not None:
                raise DayClosed(before)
            kept = {"site": site, "date": day, "note": note.strip()[:300], "by": by, "at": at}
            rows = [
                _row(till, counted.get(till.currency, ZERO), until=min(at, end_of(day, zone)), **kept)
                for till in tills(site=site, day=day, at=at, zone=zone)
            ]
            if {row.currency: row.expected for row in rows} != seen:
                raise TillChanged(_("Money came or went in the meantime: count again and compare."))
            if not note.strip() and any(row.counted != row.expected for row in rows):
                raise NoteMissing(_("Say in a note why the cash differs."))
            return DayClose.objects.bulk_create(rows)
    except IntegrityError as error:
        raced = closed(site=site, day=day)
        if raced is None:
            raise
        raise DayClosed(raced) from error


def _row(till: Till, counted: Decimal, *, until: datetime, **kept: Any) -> DayClose:
    sums = {"expected": till.expected, "counted": counted, "takings": till.kept(until)}
    return DayClose(currency=till.currency, **sums, **kept)


def _since(site: Any, day: date, zone: ZoneInfo) -> tuple[datetime, set[int]]:
    """From when on rows are read, and those of them that the last close took in already."""
    last = DayClose.objects.filter(site=site).order_by("-date").values_list("date", flat=True)[:1]
    kept = list(DayClose.objects.filter(site=site, date__in=list(last)).values_list("takings", flat=True))
    if not kept:
        return datetime.combine(day, time.min, zone), set()
    since, until = (datetime.fromisoformat(kept[0][name]) for name in ("since", "until"))
    return max(until - EDGE, since), {pk for one in kept for pk in one["edge"]}
