"""One import at a time: taking a run, showing that one is alive, and finding one that died.

A run that is planned, written or taken back is marked so in a transaction of its own, and the database lets one run of
a site be marked. While it is written its row is locked, on SQLite the whole database is: whoever can lock it knows that
nobody is writing. A killed process leaves the mark, and no lock.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from catalogue_import.models import ImportRun

SILENT = timedelta(seconds=60)  # a dry run tells of itself far more often
JUST_TAKEN = timedelta(seconds=5)  # between the mark and the lock of its row
KEPT = 3600
AT_ONCE = 200  # milliseconds
Status = ImportRun.Status


class RunBusy(Exception):
    """Another import of this site is being tried, written or taken back."""

    code = "run_busy"


class RunNotPossible(Exception):
    """The run is in a state in which this cannot be done; the text says what to do."""

    code = "run_not_possible"


@dataclass(frozen=True)
class Progress:
    """How far a run is. `percent` is None when nothing says how much there is to do."""

    status: str
    done: int
    total: int
    busy: bool
    words: str

    @property
    def percent(self) -> int | None:
        """0 to 100."""
        return min(100, self.done * 100 // self.total) if self.total else None


def take(run: ImportRun, *, status: str, of: tuple[str, ...], at: datetime) -> None:
    """Mark the run as busy. Raises RunBusy, or RunNotPossible when its status is none of `of`."""
    clear_dead(site_id=run.site_id, at=at)
    try:
        with transaction.atomic():
            taken = ImportRun.objects.filter(pk=run.pk, status__in=of).update(
                status=status, attempt=run.attempt + 1, heartbeat_at=at, done=0, words=""
            )
    except IntegrityError as error:
        raise RunBusy(_("Another import is at work. Try again when it is done.")) from error
    except DatabaseError as error:
        raise RunBusy(_("Another import is writing just now. Try again when it is done.")) from error
    before = run.status
    run.refresh_from_db()
    if not taken and run.status in ImportRun.BUSY:
        raise RunBusy(_("This import is at work already."))
    if not taken:
        raise RunNotPossible(
            _("This import is %(status)s; that cannot be done now.") % {"status": str(Status(before).label).lower()}
        )
    cache.delete(_name(run))


def clear_dead(*, site_id: int, at: datetime) -> None:
    """Runs that died half-way are marked as failed: nothing of them was written."""
    for run in ImportRun.objects.filter(site=site_id, status__in=ImportRun.BUSY):
        if dead(run, at=at):
            words = _("It was stopped half-way, and nothing was written. Start it again.")
            status = Status.APPLIED if run.status == Status.UNDOING else Status.FAILED
            if run.status == Status.UNDOING:
                words = _("Taking it back was stopped half-way, and nothing was taken back. Start it again.")
            try:
                ImportRun.objects.filter(pk=run.pk, status=run.status, attempt=run.attempt).update(
                    status=status, words=words
                )
            except DatabaseError:  # somebody is writing after all
                return


def dead(run: ImportRun, *, at: datetime) -> bool:
    """Whether nobody works on a run that is marked as busy."""
    beat = run.heartbeat_at or run.created_at
    if run.status == Status.PLANNING:
        return at - beat > SILENT
    if at - beat < JUST_TAKEN:
        return False
    try:
        with _impatient(), transaction.atomic():  # on SQLite this takes the lock of the whole database, or fails
            rows = ImportRun.objects.filter(pk=run.pk, attempt=run.attempt)
            if connection.features.has_select_for_update_nowait:
                rows = rows.select_for_update(nowait=True)
            found = rows.first()
            return found is not None and found.status == run.status
    except DatabaseError:
        return False


@contextmanager
def _impatient() -> Iterator[None]:
    """On SQLite whoever asks for the lock waits for it; here an answer is wanted at once."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        patience = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout={AT_ONCE}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout={int(patience)}")


def beat(run: ImportRun, *, done: int, at: datetime) -> None:
    """A dry run says that it is alive. Raises RunBusy when somebody else took it over."""
    mine = ImportRun.objects.filter(pk=run.pk, attempt=run.attempt, status=Status.PLANNING)
    if not mine.update(done=done, heartbeat_at=at):
        raise RunBusy(_("Another process took this import over."))
    show(run, done=done, total=run.total)


def show(run: ImportRun, *, done: int, total: int) -> None:
    """Progress for those who look on; kept outside the database, whose transaction shows nothing until it ends."""
    cache.set(_name(run), (done, total), KEPT)


def progress(run: ImportRun) -> Progress:
    """How far the run is. One statement at most."""
    fresh = ImportRun.objects.filter(pk=run.pk).values("status", "done", "total", "words").get()
    done, total = fresh["done"], fresh["total"]
    busy = fresh["status"] in ImportRun.BUSY
    if busy and (shown := cache.get(_name(run))):
        done, total = shown
    return Progress(fresh["status"], done, total, busy, fresh["words"])


def _name(run: Any) -> str:
    return f"import-run-{run.pk}"
