"""Whether this process lives (/healthz) and whether it can serve (/readyz). Neither says which version runs."""

import functools
from datetime import datetime, timedelta

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from notifications import outbox

# A message that has been due for longer than this means that no worker runs.
LATE = timedelta(minutes=5)


class Missing(Exception):
    """The database lacks migrations that this code needs."""

    code = "migrations_missing"


@functools.cache
def expect_migrations() -> None:
    """Raise Missing unless every migration of this code was applied. Asked until it is so, then never again."""
    loader = MigrationLoader(connection)
    if set(loader.disk_migrations) - set(loader.applied_migrations):
        raise Missing


def queue_age(at: datetime) -> timedelta:
    """For how long the oldest due message has been waiting; zero when nothing waits."""
    oldest = outbox.waiting_since(at=at)
    return at - oldest if oldest else timedelta(0)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers. Nothing else is asked, so a slow database does not restart it."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers and has every migration, else 503. A late queue is told, but we still serve."""
    checks = {"database": "ok", "migrations": "ok", "queue": "ok"}
    try:
        age = queue_age(timezone.now())
        checks["queue"] = "late" if age > LATE else "ok"
        expect_migrations()
    except Missing:
        checks["migrations"] = "missing"
    except DatabaseError:
        with_connection = _database_answers()
        checks["database"] = "ok" if with_connection else "unreachable"
        checks["migrations"] = "missing" if with_connection else "unknown"
        checks["queue"] = "unknown"
    ready = checks["database"] == checks["migrations"] == "ok"
    return JsonResponse({"status": "ok" if ready else "not ready", "checks": checks}, status=200 if ready else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


urlpatterns = [path("healthz", healthz), path("readyz", readyz)]
