"""Moments in words, on the shop's clock."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format


def zone_word(moment: datetime, zone: ZoneInfo) -> str:
    """The zone's short name at that moment: GMT, BST, or UTC-03 where there is none."""
    name = moment.astimezone(zone).tzname() or zone.key
    return f"UTC{name}" if name[:1] in "+-" else name


def in_words(moment: datetime, zone: ZoneInfo) -> str:
    """Day, time and zone in the active language: Monday 23 November 2026, 10:30 (GMT)."""
    local = moment.astimezone(zone)
    return f"{date_format(local, 'l j F Y')}, {date_format(local, 'H:i')} ({zone_word(moment, zone)})"
