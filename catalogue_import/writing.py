"""Writing what a dry run showed, if the catalogue is still as the dry run found it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from catalogue_import.apply import Writer
from catalogue_import.claims import RunNotPossible
from catalogue_import.found import rows_found
from catalogue_import.lines import row_of, values_of
from catalogue_import.models import ImportLine, ImportRun
from catalogue_import.plan import KEYS, NAMES, Key, key_of
from catalogue_import.rows import AddOnRow, PriceRow, RepairTypeRow, Row, RuleRow, SubjectRow
from cms.sites import Site

CHUNK = 1_000
READ = ("outcome", "kind", "key", "title", "old", "new")
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
        for kind, batch in self._batches():
            new = [(line, row_of(line)) for line in batch if line.outcome == ImportLine.Outcome.CREATED]
            old = [line for line in batch if line.outcome == ImportLine.Outcome.CHANGED]
            if new:
                self._add(kind, new)
            if old:
                self._change(kind, old)
            done += len(batch)
            yield done
        self.writer.finish()

    def _batches(self) -> Iterator[tuple[type[Any], list[Any]]]:
        for kind in ORDER:
            lines = self.run.lines.filter(kind=NAMES[kind], outcome__in=["created", "changed"]).order_by("pk")
            rows = lines.values_list(*READ, named=True)
            for level in LEVELS if kind is SubjectRow else ("",):
                there = rows.filter(new__kind=level) if level in LEVELS[:2] else rows
                some = (one for one in there.iterator(CHUNK) if level != "device" or not _is_group(one))
                while batch := list(islice(some, CHUNK)):
                    yield kind, batch

    def _there(self, kind: type[Any], rows: list[Any]) -> dict[Key, Row]:
        if kind in (AddOnRow, RuleRow):
            return rows_found(site=self.site)
        return self.writer.finder.rows_for(rows)

    def _add(self, kind: type[Any], new: list[tuple[Any, Row]]) -> None:
        """Write what is new. Raises RunNotPossible when somebody was there first."""
        rows = [row for _line, row in new]
        there = self._there(kind, rows)
        for line, row in new:
            if there and key_of(row) in there:
                raise RunNotPossible(_("%(title)s was added since the dry run. Try again.") % {"title": line.title})
        self.writer.write(kind, rows, new=True)

    def _change(self, kind: type[Any], lines: list[Any]) -> None:
        """Write what is to change. Raises RunNotPossible when it is not as it was any more."""
        there = self._there(kind, [_asked(kind, line) for line in lines])
        rows = []
        for line in lines:
            now, old = there.get((kind, tuple(line.key))), values_of(line.old or {})
            if now is None or any(getattr(now, name) != value for name, value in old.items()):
                raise RunNotPossible(_("%(title)s was changed since the dry run. Try again.") % {"title": line.title})
            rows.append(replace(now, **values_of(line.new or {})))
        self.writer.write(kind, rows)


def _is_group(line: Any) -> bool:
    return (line.new or {}).get("kind") in LEVELS[:2]


def _asked(kind: type[Any], line: Any) -> Any:
    named = dict(zip(KEYS[kind], line.key, strict=True))
    if kind is PriceRow:
        return PriceRow(**named, price=None)
    return SubjectRow("device", named["slug"], "") if kind is SubjectRow else RepairTypeRow(named["slug"], "")
