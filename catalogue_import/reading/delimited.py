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
    """Each row with the number of its first line and cleaned cells. Raises FileNotReadable."""
    file.seek(0)
    text = io.TextIOWrapper(file, newline="", **opened_as(encoding))  # type: ignore[arg-type]
    lines = _Lines(text)
    try:
        reader = csv.reader(lines, delimiter=delimiter)
        for cells in reader:
            number, lines.record, lines.size = lines.first, lines.record + 1, 0
            lines.first = reader.line_num + 1
            if number == 1 and len(cells) == 1 and cells[0].lower().startswith("sep"):
                continue
            yield number, [clean(cell, facts) if "\x00" not in cell else cell for cell in cells]
    except csv.Error as error:
        raise FileNotReadable(
            _("Row %(row)s cannot be read: %(error)s.") % {"row": lines.first, "error": error}
        ) from error
    finally:
        text.detach()


class _Lines:
    """Lines of a file, watched: a quotation mark that never closes would swallow all that follows."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self.text, self.first, self.record, self.size, self.since = text, 1, 0, 0, 0

    def __iter__(self) -> Iterator[str]:
        record = -1
        while line := self.text.readline(LONGEST_RECORD):
            self.since = 0 if record != self.record else self.since + 1
            record = self.record
            self.size += len(line)
            if self.size > LONGEST_RECORD - 1 or self.since > MOST_LINES_IN_A_RECORD:
                raise FileNotReadable(
                    _("Row %(row)s does not end: a quotation mark is never closed there, or one cell is huge.")
                    % {"row": self.first}
                )
            yield line
