"""Free starts as a calendar shows them: days in the shop's own zone, each split into parts of the day."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PARTS: tuple[tuple[int, str | Promise], ...] = ((12, _("Morning")), (17, _("Afternoon")), (24, _("Evening")))


@dataclass(frozen=True)
class Start:
    """One free start: the moment as sent back by the form, and as read in the shop's zone."""

    value: str
    local: datetime


@dataclass
class Day:
    """One day of the picker with its free starts, by part of the day."""

    date: date
    count: int = 0
    parts: list[tuple[str | Promise, list[Start]]] = field(default_factory=list)


def as_days(starts: Iterable[datetime], *, zone: ZoneInfo, first: date, days: int) -> list[Day]:
    """Lay free starts (aware, sorted) out over `days` days from `first`; days without a free start are kept, empty."""
    calendar = {first + timedelta(days=n): Day(first + timedelta(days=n)) for n in range(days)}
    for moment in starts:
        local = moment.astimezone(zone)
        day = calendar.get(local.date())
        if day is None:
            continue
        label = next(words for until, words in PARTS if local.hour < until)
        if not day.parts or day.parts[-1][0] != label:
            day.parts.append((label, []))
        day.parts[-1][1].append(Start(moment.isoformat(), local))
        day.count += 1
    return list(calendar.values())


def chosen_day(days: list[Day], wanted: str) -> Day | None:
    """The day a visitor asked for (as 2026-11-24), else the first one with a free start, else none."""
    asked = next((day for day in days if day.date.isoformat() == wanted), None)
    return asked or next((day for day in days if day.count), None)
