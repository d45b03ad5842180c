"""The worker's part, done in the test's own process."""

from typing import Any

from django.utils.module_loading import import_string
from django_q.models import OrmQ
from django_q.signing import SignedPackage


def waiting() -> list[str]:
    """Dotted names of the queued tasks, oldest first."""
    return [str(SignedPackage.loads(row.payload)["func"]) for row in OrmQ.objects.order_by("pk")]


def work_off(limit: int = 100) -> int:
    """Run every queued task once, oldest first, and what they queue in turn. Returns how many ran."""
    done = 0
    while (row := OrmQ.objects.order_by("pk").first()) is not None and done < limit:
        task: dict[str, Any] = SignedPackage.loads(row.payload)
        row.delete()
        function = task["func"] if callable(task["func"]) else import_string(task["func"])
        function(*task["args"], **task["kwargs"])
        done += 1
    return done
