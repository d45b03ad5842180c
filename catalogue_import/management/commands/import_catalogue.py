"""`manage.py import_catalogue FILE --dry-run`: a catalogue from a file, with a look before the leap."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from catalogue_import import runs
from catalogue_import.apply import RowNotWritable
from catalogue_import.models import ImportLine, ImportRun
from catalogue_import.options import OPTIONS, OptionNotPossible
from catalogue_import.sources.fields import FIELDS
from cms.sites import default_site

SHOWN = 200
REFUSALS = (runs.FileNotReadable, runs.RunBusy, runs.RunNotPossible, OptionNotPossible, RowNotWritable)


class Command(BaseCommand):
    help = (
        "Reads devices, repairs and prices from .csv, .tsv, .xlsx or .json: price lists, Shopify and WooCommerce"
        " exports, lists of devices, and catalogues in our own format. docs/importing.md tells how."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="Show what would change and write nothing.")
        parser.add_argument("--all", action="store_true", help=f"Show every line, not only the first {SHOWN}.")
        parser.add_argument(
            "--mapping",
            action="append",
            default=[],
            metavar="HEADER=FIELD",
            help=f"Fields: {', '.join(filter(None, FIELDS))}; none leaves it out.",
        )
        parser.add_argument("--undo", action="store_true", help="Take the last import of this file back.")
        for name, label in OPTIONS.items():
            parser.add_argument(f"--{name}", default="", help=str(label))

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._undo(options["file"]) if options["undo"] else self._import(options)
        except REFUSALS as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror or error}") from error

    def _import(self, options: dict[str, Any]) -> None:
        given = {name: options[name] for name in OPTIONS if options[name]}
        with options["file"].open("rb") as file:
            run = runs.start(
                file=file, name=options["file"].name, site=default_site(), options=given, at=timezone.now()
            )
        if options["mapping"]:
            runs.correct(run, fields=_mapping(run, options["mapping"]), at=timezone.now())
        self._say_facts(run)
        runs.plan(run, at=timezone.now(), told=self._progress("Reading"))
        self._say_lines(run, None if options["all"] else SHOWN)
        changes = run.counts.get("created", 0) + run.counts.get("changed", 0)
        refused = run.counts.get("refused", 0)
        if run.source == ImportRun.Source.PACK and refused:
            words = [f"{line.title}: {line.words}" for line in run.lines.filter(outcome="refused")[:SHOWN]]
            raise CommandError("\n".join(["A catalogue in our own format is taken whole or not at all.", *words]))
        written = 0
        if not options["dry_run"] and changes:
            runs.apply(run, at=timezone.now(), told=self._progress("Writing"))
            written = changes
        rest = "".join(
            f", {run.counts[name]} {name.replace('_', ' ')}"
            for name in ("doubtful", "left_out", "refused")
            if run.counts.get(name)
        )
        self.stdout.write(f"{changes} to write, {written} written, {run.counts.get('unchanged', 0)} unchanged{rest}.")

    def _undo(self, path: Path) -> None:
        run = ImportRun.objects.filter(site=default_site(), name=path.name, status=ImportRun.Status.APPLIED).first()
        if run is None:
            raise CommandError(f"No import of {path.name} can be taken back.")
        runs.undo(run, at=timezone.now(), told=self._progress("Taking back"))
        for line in run.lines.exclude(kept="")[:SHOWN]:
            self.stdout.write(f"kept {line.kind} {' '.join(line.key)}: {line.kept}")
        self.stdout.write(f"{run.counts['taken_back']} taken back, {run.counts['kept']} kept.")

    def _say_facts(self, run: ImportRun) -> None:
        facts = run.facts
        said = [
            f"{name} {facts[name]}"
            for name in ("encoding", "delimiter", "decimal", "currency", "sheet")
            if facts.get(name)
        ]
        self.stdout.write(f"{run.name}: {run.get_source_display()}; {', '.join(said) or 'nothing more to tell'}.")
        for column in run.columns:
            if column["field"]:
                self.stdout.write(f"  {column['header']} -> {column['field']} ({column['confidence']} %)")
        if facts["dropped"]:
            self.stdout.write(f"  Personal columns, left out: {', '.join(facts['dropped'])}.")

    def _say_lines(self, run: ImportRun, most: int | None) -> None:
        for line in run.lines.order_by("pk")[:most]:
            self.stdout.write(words_of(line))
        if most is not None and (more := run.lines.count() - most) > 0:
            self.stdout.write(f"... and {more} more; --all shows them.")
        for note in run.facts["notes"]:
            self.stdout.write(note)

    def _progress(self, what: str) -> Callable[[int, int], None]:
        """A bar in a terminal; a line each tenth where there is none."""
        if sys.stderr.isatty():
            bar = tqdm(desc=what, unit=" rows", leave=False)

            def draw(done: int, total: int) -> None:
                bar.total = total
                bar.update(done - bar.n)
                if done >= total:
                    bar.close()

            return draw
        shown = [0]

        def tell(done: int, total: int) -> None:
            tenth = done * 10 // total if total else 0
            if total >= 5_000 and tenth > shown[0]:
                shown[0] = tenth
                self.stdout.write(f"{what}: {done} of {total}")

        return tell


def words_of(line: ImportLine) -> str:
    """One line for the terminal."""
    what = f"{line.kind} {' '.join(part for part in line.key if part)}"
    if line.outcome == ImportLine.Outcome.CREATED:
        return f"add {what}"
    if line.outcome == ImportLine.Outcome.CHANGED:
        moves = ", ".join(
            f"{name} {(line.old or {}).get(name)!s} -> {value!s}" for name, value in (line.new or {}).items()
        )
        return f"change {what}: {moves}"
    if line.outcome == ImportLine.Outcome.DOUBTFUL:
        said = f"{line.kind} {line.title!r}. {line.words} {line.rows} rows wait."
        return f"doubtful (row {line.number}, {line.confidence} %): {said}"
    return f"refused (row {line.number}{f', {line.column}' if line.column else ''}): {line.words}"


def _mapping(run: ImportRun, given: list[str]) -> dict[int, str]:
    """Positions and fields out of HEADER=FIELD. Raises CommandError."""
    found = {}
    places = {column["header"].casefold(): column["position"] for column in run.columns}
    for one in given:
        header, _mark, field = one.rpartition("=")
        if header.strip().casefold() not in places:
            raise CommandError(
                f"There is no column {header!r}; there are: {', '.join(column['header'] for column in run.columns)}."
            )
        field = "" if field.strip() == "none" else field.strip()
        if field not in FIELDS:
            raise CommandError(f"There is no field {field!r}; there are: {', '.join(filter(None, FIELDS))}, none.")
        found[places[header.strip().casefold()]] = field
    return found
