"""The verbs of an import: start, correct, plan, decide, apply, undo. They own its status; see docs/importing.md."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue_import import bulk, claims, opening
from catalogue_import import options as said_options
from catalogue_import.apply import RowNotWritable
from catalogue_import.claims import Progress, RunBusy, RunNotPossible, progress
from catalogue_import.lines import STORED, stored
from catalogue_import.models import ImportLine, ImportRun, KnownName
from catalogue_import.planning import Planner, home_currency
from catalogue_import.reading.files import kept_aside
from catalogue_import.reading.limits import FileNotReadable
from catalogue_import.undo import Undoing
from catalogue_import.uploads import correct, set_fields, start
from catalogue_import.writing import Writing

KEPT = timedelta(days=30)
NAMES = (ImportLine.Outcome.DOUBTFUL, ImportLine.Outcome.MATCHED)  # lines that ask, or tell, what a name means
BATCH = 2_000
Status = ImportRun.Status
Told = Callable[[int, int], None]

__all__ = [
    "FileNotReadable", "Progress", "RunBusy", "RunNotPossible",
    "apply", "correct", "decide", "forget", "forget_name", "plan", "progress", "refresh", "start", "undo",
]  # fmt: skip


def plan(run: ImportRun, *, at: datetime, told: Told | None = None) -> None:
    """The dry run: compare the file with the catalogue and keep what would happen. Writes nothing into the catalogue.

    Raises RunBusy, RunNotPossible, FileNotReadable. A run that fails says so and may be started again.
    """
    claims.take(run, status=Status.PLANNING, of=(Status.UPLOADED, Status.PLANNED, Status.FAILED), at=at)
    try:
        _plan(run, told)
    except RunBusy:
        raise
    except Exception as error:
        words = (
            str(error)
            if isinstance(error, (FileNotReadable, RunNotPossible))
            else _("It broke: %(error)s.") % {"error": type(error).__name__}
        )
        _mine(run).update(status=Status.FAILED, words=words)
        run.refresh_from_db()
        raise
    _mine(run).update(
        status=Status.PLANNED,
        counts=run.counts,
        facts=run.facts,
        done=run.total,
        total=run.total,
        planned_at=at,  # when it began: what is decided from then on may be missing in it
    )
    run.refresh_from_db()


def _plan(run: ImportRun, told: Told | None) -> None:
    if not run.file:
        raise RunNotPossible(_("The file is not kept any more. Upload it again."))
    ImportLine.objects.filter(run=run).delete()
    with run.file.open("rb") as source, kept_aside(source) as copy:
        given = said_options.read(run.options)
        file = opening.look(copy, given)
        if file.columns:
            set_fields(file, {column["position"]: column["field"] for column in run.columns})
        terms = opening.terms_of(file, given, home_currency(run.site))
        if "columns" in file.facts.questions:
            raise RunNotPossible(_("No column is said to hold devices or repairs: choose one."))
        run.total = _about(file, copy)
        ImportRun.objects.filter(pk=run.pk).update(total=run.total)
        planner = Planner(run=run, file=file, site=run.site)

        def hear(done: int) -> None:
            claims.beat(run, done=done, at=timezone.now())
            if told is not None:
                told(done, run.total)

        lines = planner.lines(terms, hear)
        while batch := list(islice(lines, BATCH)):
            _keep(run, batch)
        run.counts, run.facts = dict(planner.ledger.counts), file.facts.as_json()
        run.total = run.counts.get("rows", 0)
        if told is not None:
            told(run.total, run.total)


def _about(file: opening.File, copy: BinaryIO) -> int:
    """About how many rows there are, for the progress: the lines of a text are counted, not read."""
    if file.table is None:
        return 0
    if not file.facts.delimiter:
        return sum(1 for _row in file.table.rows())
    copy.seek(0)
    return sum(block.count(b"\n") for block in iter(lambda: copy.read(1 << 18), b""))


def _keep(run: ImportRun, batch: list[ImportLine]) -> None:
    with transaction.atomic():
        bulk.insert(ImportLine, STORED, map(stored, batch))
        if not _mine(run).update(heartbeat_at=timezone.now()):
            raise RunBusy(_("Another process took this import over."))


def _mine(run: ImportRun) -> Any:
    """The run's row, as long as nobody took it over."""
    return ImportRun.objects.filter(pk=run.pk, attempt=run.attempt, status=Status.PLANNING)


def decide(line: ImportLine, *, decision: str, slug: str = "", at: datetime) -> None:
    """Answer a doubtful line, or correct what a name was taken for: match (with the slug of what it is), new, or skip.

    Kept for every later file; this one is to be tried again. Raises RunNotPossible.
    """
    run = line.run
    if line.outcome not in NAMES or run.status != Status.PLANNED:
        raise RunNotPossible(_("There is nothing to decide here now."))
    if decision not in ("match", "new", "skip") or (decision == "match" and not slug):
        raise RunNotPossible(_("Choose one of the devices or repairs, or say that it is new, or leave it out."))
    with transaction.atomic():
        line.decision, line.slug = decision, slug if decision == "match" else ""
        line.save(update_fields=["decision", "slug"])
        KnownName.objects.update_or_create(
            site=run.site,
            what=line.kind,
            said=line.key[0],
            defaults={"decision": decision, "slug": line.slug, "decided_at": at},
        )
        ImportRun.objects.filter(pk=run.pk).update(decided_at=at)


def forget_name(name: KnownName, *, at: datetime) -> None:
    """Forget what a name was decided to mean. The next file asks again; what is tried already is to be tried again."""
    with transaction.atomic():
        KnownName.objects.filter(pk=name.pk).delete()
        tried = ImportRun.objects.filter(site=name.site_id, status__in=(Status.PLANNING, Status.PLANNED))
        tried.update(decided_at=at)


def apply(run: ImportRun, *, at: datetime, told: Told | None = None) -> None:
    """Write what the dry run showed, all of it or nothing.

    Raises RunBusy, and RunNotPossible when nobody has seen what would be written: it failed, something was decided
    since it was tried, or the catalogue is not as the dry run found it.
    """
    run.refresh_from_db()
    if run.status == Status.FAILED:
        raise RunNotPossible(_("This import failed. Try it again and look at what it would write."))
    if run.decided_at and run.planned_at and run.decided_at > run.planned_at:
        raise RunNotPossible(_("Something was decided since the dry run. Try again."))
    claims.take(run, status=Status.APPLYING, of=(Status.PLANNED,), at=at)
    try:
        with transaction.atomic():
            _locked(run)
            total = run.lines.filter(outcome__in=["created", "changed"]).count()
            for done in Writing(run=run, site=run.site, at=at).lines():
                _show(run, done, total, told)
            ImportRun.objects.filter(pk=run.pk).update(
                status=Status.APPLIED, applied_at=timezone.now(), done=total, total=total
            )
    except BaseException as error:
        words = (
            str(error)
            if isinstance(error, (RunNotPossible, RowNotWritable))
            else _("It broke: %(error)s.") % {"error": type(error).__name__}
        )
        _back(run, Status.APPLYING, Status.FAILED, words)
        raise
    run.refresh_from_db()


def undo(run: ImportRun, *, at: datetime, told: Told | None = None) -> None:
    """Take a written import back, in one transaction. What somebody changed since stays, and its line says why.

    Raises RunBusy, RunNotPossible.
    """
    claims.take(run, status=Status.UNDOING, of=(Status.APPLIED,), at=at)
    try:
        with transaction.atomic():
            _locked(run)
            total, done = run.lines.filter(outcome__in=["created", "changed"]).count(), 0
            undoing = Undoing(run=run, site=run.site, at=at, by=run.by)
            for batch in undoing.lines():
                done += len(batch)
                _show(run, done, total, told)
            words = _("%(count)s rows were changed or are needed elsewhere, and stay.") % {"count": undoing.kept}
            ImportRun.objects.filter(pk=run.pk).update(
                status=Status.UNDONE,
                undone_at=timezone.now(),
                counts={**run.counts, "kept": undoing.kept, "taken_back": undoing.taken_back},
                words=words if undoing.kept else "",
            )
    except BaseException as error:
        _back(
            run, Status.UNDOING, Status.APPLIED, _("Taking it back broke: %(error)s.") % {"error": type(error).__name__}
        )
        raise
    run.refresh_from_db()


def _locked(run: ImportRun) -> None:
    """Lock the run's row until the transaction ends: by that others see that somebody works on it."""
    ImportRun.objects.select_for_update().get(pk=run.pk)


def _back(run: ImportRun, status: str, to: str, words: str) -> None:
    ImportRun.objects.filter(pk=run.pk, status=status).update(status=to, words=words)
    run.refresh_from_db()


def _show(run: ImportRun, done: int, total: int, told: Told | None) -> None:
    claims.show(run, done=done, total=total)
    if told is not None:
        told(done, total)


def refresh(run: ImportRun, *, at: datetime) -> ImportRun:
    """Read the run again; one that died half-way is then failed, and may be started again."""
    claims.clear_dead(site_id=run.site_id, at=at)
    run.refresh_from_db()
    return run


def forget(*, at: datetime) -> int:
    """Remove files that are older than thirty days; what was read out of them stays. Returns how many."""
    count = 0
    for run in ImportRun.objects.filter(created_at__lt=at - KEPT).exclude(file="").exclude(status__in=ImportRun.BUSY):
        run.file.delete(save=False)
        ImportRun.objects.filter(pk=run.pk).update(file="")
        count += 1
    return count
