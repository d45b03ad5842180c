"""The lines of a dry run, and their count: what is new, changed, doubted, refused."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from catalogue_import import plan
from catalogue_import.doubts import Doubt
from catalogue_import.lines import line_of
from catalogue_import.models import ImportLine
from catalogue_import.plan import Key, key_of
from catalogue_import.reading.tables import Fault
from catalogue_import.rows import RepairTypeRow, Row, SubjectRow
from cms.models import RepairType, Subject


class Ledger:
    """Makes the lines of one run and counts them."""

    def __init__(self, run_id: int) -> None:
        self.run_id = run_id
        self.counts: Counter[str] = Counter()
        self.locked: dict[str, str] = {}

    def compared(
        self, row: Row, there: dict[Key, Row], number: int, confidence: int, column: str
    ) -> Iterator[ImportLine]:
        """The line of a row, if it has one."""
        change = plan.compared(row, there)
        if change is None:
            self.counts["unchanged"] += 1
            return
        if change.fields and isinstance(row, (SubjectRow, RepairTypeRow)) and row.slug in self.locked:
            yield self.refused(Fault(number, ", ".join(change.fields), row.name, self.locked[row.slug]))
            return
        line = line_of(
            change, there.get(key_of(row)), run_id=self.run_id, number=number, confidence=confidence, column=column
        )
        self.counts[line.outcome] += 1
        yield line

    def look_for_drafts(self, rows: list[SubjectRow | RepairTypeRow]) -> None:
        """What an editor has a draft of, or locked, is not written over. Two statements."""
        for model, kind in ((Subject, SubjectRow), (RepairType, RepairTypeRow)):
            slugs = [row.slug for row in rows if isinstance(row, kind)]
            objects: Any = model._default_manager
            for slug, live, draft, locked in objects.filter(slug__in=slugs).values_list(
                "slug", "live", "has_unpublished_changes", "locked"
            ):
                if locked:
                    self.locked[slug] = _("An editor locked it.")
                elif draft or not live:
                    self.locked[slug] = _("An editor has a draft of it that is not published.")

    def refused(self, fault: Fault) -> ImportLine:
        """A row, or a change, that is not taken."""
        self.counts["refused"] += 1
        return ImportLine(
            run_id=self.run_id,
            number=fault.number,
            outcome=ImportLine.Outcome.REFUSED,
            title=fault.value[:300],
            column=fault.column[:200],
            value=fault.value[:300],
            words=str(fault.words)[:500],
        )

    def named(self, doubt: Doubt, outcome: str) -> ImportLine:
        """A name that somebody must explain, or that was taken for another."""
        self.counts[str(outcome)] += 1
        return ImportLine(
            run_id=self.run_id,
            number=doubt.number,
            outcome=outcome,
            kind=doubt.what,
            key=[doubt.said],
            title=doubt.text[:300],
            value=doubt.text[:300],
            words=str(doubt.words)[:500],
            confidence=doubt.candidates[0].confidence if doubt.candidates else 0,
            candidates=[{"slug": one.slug, "name": one.name, "confidence": one.confidence} for one in doubt.candidates],
            rows=doubt.rows,
        )
