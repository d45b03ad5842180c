"""When the shop is open, as people read it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from cms.kept import kept
from cms.sites import Site
from repairs.models import OpeningHours

Span = tuple[time, time]


@dataclass(frozen=True)
class Days:
    """Days that follow each other and have the same hours: "Monday to Friday", "09:00-18:00"."""

    days: str
    times: str


def read(site: Site) -> list[tuple[int, time, time]]:
    """Weekday (Monday is 0), opening and closing time of every span, in one statement."""
    rows: Any = OpeningHours.objects.filter(site=site).order_by("weekday", "opens")
    return list(rows.values_list("weekday", "opens", "closes"))


def known(site: Site) -> list[tuple[int, time, time]]:
    """The same, read once for each version of the rules of booking, for hours count as those."""
    if not hasattr(site, "policies_version"):  # it came without its counters
        return read(site)
    return kept("hours", site, lambda: read(site), version=f"policies.{site.policies_version}")


def in_words(hours: Iterable[tuple[int, time, time]]) -> list[Days]:
    """The week in as few lines as it takes; a shop without hours has none."""
    week: dict[int, list[Span]] = {day: [] for day in range(7)}
    for day, opens, closes in hours:
        week[day].append((opens, closes))
    if not any(week.values()):
        return []
    groups: list[list[int]] = []
    for day in range(7):
        if groups and week[groups[-1][-1]] == week[day]:
            groups[-1].append(day)
        else:
            groups.append([day])
    return [Days(_named(group), _times(week[group[0]])) for group in groups]


def _named(group: list[int]) -> str:
    if len(group) == 7:
        return _("Every day")
    if len(group) == 1:
        return str(WEEKDAYS[group[0]])
    return _("%(first)s to %(last)s") % {"first": WEEKDAYS[group[0]], "last": WEEKDAYS[group[-1]]}


def _times(spans: list[Span]) -> str:
    if not spans:
        return _("closed")
    return ", ".join(f"{time_format(opens, 'H:i')}–{time_format(closes, 'H:i')}" for opens, closes in spans)
