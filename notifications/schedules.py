"""The rows that make django-q2 do things by the clock: settings.SCHEDULES, name by name."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_q.models import Schedule


def ensure() -> int:
    """Write or mend the schedule rows that the settings name; returns how many were changed. Safe to repeat."""
    changed = 0
    with transaction.atomic():
        for name, entry in settings.SCHEDULES.items():
            wanted = wanted_row(entry)
            rows = list(Schedule.objects.select_for_update().filter(name=name).order_by("pk"))
            for spare in rows[1:]:
                spare.delete()
            if not rows:
                Schedule.objects.create(name=name, next_run=timezone.now(), **wanted)
                changed += 1
            elif any(getattr(rows[0], field) != value for field, value in wanted.items()):
                Schedule.objects.filter(pk=rows[0].pk).update(**wanted)
                changed += 1
    return changed


def wanted_row(entry: dict[str, Any]) -> dict[str, Any]:
    """The columns of a schedule row for an entry {"func", "args", "minutes"} of the settings."""
    args = entry.get("args", ())
    return {
        "func": entry["func"],
        "args": repr(tuple(args)) if args else None,
        "schedule_type": Schedule.MINUTES,
        "minutes": entry.get("minutes", 1),
        "repeats": -1,
    }
