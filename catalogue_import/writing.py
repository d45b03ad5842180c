"""Writing what a dry run showed, if the catalogue is still as the dry run found it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from catalogue_import.apply import Writer
from catalogue_import.claims import RunNotPossible
from catalogue_import.found import rows_for, rows_found
from catalogue_import.lines import ROWS, row_of, values_of
from catalogue_import.models import ImportLine, ImportRun
from catalogue_import.plan import KEYS, NAMES, Key
from catalogue_import.rows import AddOnRow, PriceRow, RepairTypeRow, Row, RuleRow, SubjectRow
from cms.sites import Site

CHUNK = 1_000
LEVELS = ("family", "category", "device")
ORDER: tuple[type[Any], ...] = (SubjectRow, RepairTypeRow, PriceRow, AddOnRow, RuleRow)


class Writing:
    """Writes the lines of one run, inside the caller's transaction."""

    def __init__(self, *, run: ImportRun, site: Site, at: datetime) -> None:
        self.run, self.site, self.at = run, site, at
        self.writer = Writer(site=site, at=at, by=run.by)

    def lines(self) -> Iterator[int]:
        """Write everything, what is pointed at first; gives how many lines are done. Raises RunNotPossible."""
        done = 0
        for batch in self._batches():
            kind = ROWS[batch[0].kind]
            there = self._there(kind, batch)
            rows = [self._wanted(line, there.get((kind, tuple(line.key)))) for line in batch]
            self.writer.write(kind, rows)
            done += len(batch)
            yield done
        self.writer.finish()

    def _batches(self) -> Iterator[list[ImportLine]]:
        for kind in ORDER:
            lines = self.run.lines.filter(kind=NAMES[kind], outcome__in=["created", "changed"]).order_by("pk")
            levels: tuple[str, ...] = LEVELS if kind is SubjectRow else ("",)
            for level in levels:
                batch: list[ImportLine] = []
                for line in lines.iterator(CHUNK):
                    if level and (line.new or {}).get("kind", "device") != level:
                        continue
                    batch.append(line)
                    if len(batch) == CHUNK:
                        yield batch
                        batch = []
                if batch:
                    yield batch

    def _there(self, kind: type[Any], batch: list[ImportLine]) -> dict[Key, Row]:
        if kind in (AddOnRow, RuleRow):
            return rows_found(site=self.site)
        return rows_for(site=self.site, rows=[_asked(kind, line) for line in batch])

    def _wanted(self, line: ImportLine, now: Any) -> Row:
        """The row to write. Raises RunNotPossible when somebody was there first."""
        if line.outcome == ImportLine.Outcome.CREATED:
            if now is not None:
                raise RunNotPossible(_("%(title)s was added since the dry run. Try again.") % {"title": line.title})
            return row_of(line)
        old = values_of(line.old or {})
        if now is None or any(getattr(now, name) != value for name, value in old.items()):
            raise RunNotPossible(_("%(title)s was changed since the dry run. Try again.") % {"title": line.title})
        row: Row = replace(now, **values_of(line.new or {}))
        return row


def _asked(kind: type[Any], line: ImportLine) -> Any:
    named = dict(zip(KEYS[kind], line.key, strict=True))
    if kind is PriceRow:
        return PriceRow(**named, price=None)
    return SubjectRow("device", named["slug"], "") if kind is SubjectRow else RepairTypeRow(named["slug"], "")
