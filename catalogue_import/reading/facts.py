"""What was found out about a file: shown to people before anything is written, and kept with the run."""

from collections import Counter
from dataclasses import dataclass, field, fields
from typing import Any

from django.utils.translation import gettext_lazy as _

LABELS = {
    "encoding": _("Encoding"),
    "delimiter": _("Columns are separated by"),
    "decimal": _("Decimal mark"),
    "sheet": _("Sheet"),
    "header_row": _("Header in row"),
    "rows": _("Rows"),
    "currency": _("Currency"),
    "dropped": _("Personal columns, left out"),
}


@dataclass
class Facts:
    """Facts of one file. `notes` are sentences; `questions` name options that only a person can answer."""

    encoding: str = ""
    delimiter: str = ""
    decimal: str = ""
    currency: str = ""
    sheet: str = ""
    sheets: list[str] = field(default_factory=list)
    header_row: int = 0
    rows: int = 0
    dropped: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    own: bool = False  # our own format: texts are as they were written, and nothing is mended
    seen: Counter[str] = field(default_factory=Counter)  # how often something was mended or looked damaged

    def as_json(self) -> dict[str, Any]:
        """For the run's row; the counters become sentences."""
        seen = self.seen
        plain = {one.name: getattr(self, one.name) for one in fields(self) if one.name not in ("seen", "own")}
        plain["notes"] = self.notes + [str(SEEN[name]) % {"count": count} for name, count in seen.items() if count]
        return plain

    def note(self, words: Any) -> None:
        """Say something once."""
        if str(words) not in self.notes:
            self.notes.append(str(words))


SEEN = {
    "repaired": _("%(count)s cells were decoded wrongly before they came here, and could be put right."),
    "damaged": _("%(count)s cells hold damaged characters that cannot be put right; look at their names."),
    "patched": _("%(count)s bytes were not UTF-8 and were read as Windows-1252."),
    "alike": _("%(count)s cells had letters of another alphabet that look like Latin ones; they were made Latin."),
    "cleaned": _("%(count)s cells had control characters, which were left out."),
}
