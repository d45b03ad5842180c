"""CSV and TSV: which delimiter, and rows that are read one by one."""

import csv
import io
from collections.abc import Callable, Iterator
from typing import BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from catalogue_import.reading.encodings import clean, opened_as
from catalogue_import.reading.facts import Facts
from catalogue_import.reading.limits import LONGEST_RECORD, MOST_LINES_IN_A_RECORD, FileNotReadable
from catalogue_import.reading.tables import Numbered

DELIMITERS = {",": lazy("comma"), ";": lazy("semicolon"), "\t": lazy("tabulator"), "|": lazy("bar")}
SAMPLE = 200_000
TRIED_ROWS = 60
csv.field_size_limit(LONGEST_RECORD * 2)


def delimiter_of(sample: str, known: Callable[[str], float]) -> str:
    """The delimiter under which the header is best understood and the rows are equally wide.

    `csv.Sniffer` takes a blank for one in files of long sentences; names of columns do not lie.
    """
    if sample[:4].lower() == "sep=" and len(sample) > 5 and sample[5] in "\r\n":
        return sample[4]

    def worth(mark: str) -> float:
        rows = _tried(sample, mark)
        if not rows or len(rows[0]) < 2 and all(len(row) < 2 for row in rows):
            return 0
        widths = [len(row) for row in rows]
        usual = max(set(widths), key=widths.count)
        same = widths.count(usual) / len(widths)
        names = max(sum(known(cell) for cell in row) for row in rows[:10])
        return 2 * names + same * min(usual, 20) if usual > 1 else names

    best = max(DELIMITERS, key=worth)
    return best if worth(best) > 0 else ","


def _tried(sample: str, mark: str) -> list[list[str]]:
    lines = sample.splitlines(keepends=True)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(lines[:-1] or lines, delimiter=mark):
            if row:
                rows.append(row)
            if len(rows) == TRIED_ROWS:
                break
    except csv.Error:
        return rows
    return rows


def rows_of(file: BinaryIO, encoding: str, delimiter: str, facts: Facts) -> Iterator[Numbered]:
    """Each row with its number, as a spreadsheet counts them, and cleaned cells. Raises FileNotReadable."""
    file.seek(0)
    text = io.TextIOWrapper(file, newline="", **opened_as(encoding))  # type: ignore[arg-type]
    lines = _Lines(text)
    try:
        reader = csv.reader(lines, delimiter=delimiter)
        for number, cells in enumerate(reader, start=1):
            lines.record, lines.size = number, 0
            if lines.at_end and _open(lines.raw, delimiter):
                raise _unclosed(number)
            if number == 1 and len(cells) == 1 and cells[0].lower().startswith("sep"):
                continue
            yield number, [clean(cell, facts) if "\x00" not in cell else cell for cell in cells]
    except csv.Error as error:
        raise FileNotReadable(
            _("Row %(row)s cannot be read: %(error)s.") % {"row": lines.record + 1, "error": error}
        ) from error
    finally:
        text.detach()


def _open(raw: list[str], delimiter: str) -> bool:
    """Whether a quotation mark in the last record is never closed: the reader takes it for a cell of many lines."""
    try:
        list(csv.reader(raw, delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "end of data" in str(error)
    return False


def _unclosed(row: int) -> FileNotReadable:
    return FileNotReadable(
        _("Row %(row)s does not end: a quotation mark is never closed there, or one cell is huge.") % {"row": row}
    )


class _Lines:
    """Lines of a file, watched: a quotation mark that never closes would swallow all that follows."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self.text, self.record, self.size, self.since = text, 0, 0, 0
        self.raw: list[str] = []  # lines of the record that is read
        self.at_end = False

    def __iter__(self) -> Iterator[str]:
        record = -1
        while line := self.text.readline(LONGEST_RECORD):
            if record != self.record:
                self.raw, self.since = [], -1
            self.raw.append(line)
            self.since += 1
            record = self.record
            self.size += len(line)
            if self.size > LONGEST_RECORD - 1 or self.since > MOST_LINES_IN_A_RECORD:
                raise _unclosed(self.record + 1)
            yield line
        self.at_end = True
