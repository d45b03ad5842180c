"""Free starts, computed on whole numbers. Pure: no query, no clock.

A cell is a quarter of an hour counted from the Unix epoch in UTC. A stretch of days is one integer in which bit i
stands for the cell `origin + i`; open and not taken is then a single `&`, whatever the number of bookings.

Opening hours are walked on the shop's wall clock, which settles the days on which clocks change: a wall time that
does not exist is not offered, one that comes twice is offered once (its first pass). A span lies within one day;
a shop open past midnight has a second span from 00:00 on the next weekday.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from repairs.models.slots import CELL_MINUTES

CELL_SECONDS = CELL_MINUTES * 60


@dataclass(frozen=True)
class Span:
    """Opening hours of one weekday (Monday is 0), on the shop's own clock."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True)
class Window:
    """Some days of a shop as bit masks: when it is open, and where a visit may start."""

    origin: int
    open: int
    grid: int


def cell_of(moment: datetime) -> int:
    """The number of the cell that an aware moment lies in."""
    if moment.tzinfo is None:
        raise ValueError("A cell needs a moment with a time zone.")
    return int(moment.timestamp()) // CELL_SECONDS


def moment_of(cell: int) -> datetime:
    """The moment, in UTC, at which a cell starts."""
    return datetime.fromtimestamp(cell * CELL_SECONDS, UTC)


def cells(starts_at: datetime, ends_at: datetime) -> range:
    """The cells that a visit touches, ascending. A part of a cell takes the whole of it."""
    return range(cell_of(starts_at), -(-int(ends_at.timestamp()) // CELL_SECONDS))


def length_of(minutes: int) -> int:
    """How many cells a visit of so many minutes takes; a part of a cell takes the whole of it."""
    return -(-minutes // CELL_MINUTES)


def mask(numbers: Iterable[int], *, origin: int) -> int:
    """Cells as bits, counted from the origin; cells before it are dropped."""
    bits = 0
    for number in numbers:
        if number >= origin:
            bits |= 1 << (number - origin)
    return bits


def open_cells(
    *,
    spans: Sequence[Span],
    closed: Collection[date],
    first_date: date,
    days: int,
    zone: ZoneInfo,
    step_minutes: int,
) -> Window:
    """The opening cells of some days, and on which of them a visit may start: every step from a span's opening."""
    origin = cell_of(_wall(first_date, 0, zone)) - length_of(24 * 60)
    is_open = grid = 0
    for day in (first_date + timedelta(days=n) for n in range(days)):
        if day in closed:
            continue
        for span in spans:
            if span.weekday != day.weekday():
                continue
            for minutes, cell in _span_cells(day, span, zone):
                bit = 1 << (cell - origin)
                is_open |= bit
                if minutes % step_minutes == 0:
                    grid |= bit
    return Window(origin=origin, open=is_open, grid=grid)


def free_starts(*, window: Window, taken: Iterable[int], length: int, not_before: int) -> list[int]:
    """Cells, ascending, from which a visit of `length` cells fits on one resource or more.

    `taken` has one mask per resource, counted from the window's origin; `not_before` is a cell number.
    """
    starts = 0
    for busy in taken:
        run = free = window.open & ~busy
        for shift in range(1, length):
            run &= free >> shift
        starts |= run & window.grid
    late = max(not_before - window.origin, 0)
    return [window.origin + bit for bit in _bits(starts >> late << late)]


def offers(*, window: Window, wanted: range) -> bool:
    """Whether a visit over these cells starts where visits start and stays within opening hours."""
    if not wanted or wanted[0] < window.origin:
        return False
    bits = mask(wanted, origin=window.origin)
    return bits & ~window.open == 0 and bool(window.grid >> (wanted[0] - window.origin) & 1)


def _span_cells(day: date, span: Span, zone: ZoneInfo) -> Iterator[tuple[int, int]]:
    """Minutes since opening and cell number, for each whole quarter of an hour of a span on a day."""
    opens = length_of(span.opens.hour * 60 + span.opens.minute) * CELL_MINUTES
    closes = span.closes.hour * 60 + span.closes.minute
    plain = _wall(day, 0, zone).utcoffset() == _wall(day + timedelta(days=1), 0, zone).utcoffset()
    first = cell_of(_wall(day, opens, zone)) if opens < 24 * 60 else 0
    for minutes in range(opens, closes - CELL_MINUTES + 1, CELL_MINUTES):
        if plain:
            yield minutes - opens, first + (minutes - opens) // CELL_MINUTES
            continue
        wall = _wall(day, minutes, zone)
        # On the day the clocks go forward, a wall time that is skipped does not survive the way to UTC and back.
        if wall.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
            yield minutes - opens, cell_of(wall)


def _wall(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """A time of day on the wall clock; of two equal ones the first."""
    return datetime.combine(day, time(minutes // 60, minutes % 60), tzinfo=zone)


def _bits(number: int) -> Iterator[int]:
    while number:
        low = number & -number
        yield low.bit_length() - 1
        number ^= low
