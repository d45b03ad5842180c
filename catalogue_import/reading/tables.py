"""What every kind of table becomes: numbered rows of cleaned cells below one header."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from catalogue_import.reading.facts import Facts
from catalogue_import.reading.limits import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, FileNotReadable

LOOKED_AT = 40  # rows at the top among which the header is looked for
Cells = list[str]
Numbered = tuple[int, Cells]


@dataclass(frozen=True)
class Fault:
    """A row that is refused before anybody asks what it means."""

    number: int
    column: str
    value: str
    words: str


@dataclass
class Table:
    """Header and rows of one sheet or file. `rows()` reads it anew each time; a Fault stands for a row not taken."""

    headers: list[str]
    header_row: int
    rows: Callable[[], Iterator[Numbered | Fault]]
    facts: Facts = field(default_factory=Facts)

    def samples(self, count: int = 200) -> list[Cells]:
        """The first rows that can be read."""
        return [row[1] for row in islice((row for row in self.rows() if not isinstance(row, Fault)), count)]


def table_of(open_rows: Callable[[], Iterator[Numbered]], known: Callable[[str], float], facts: Facts) -> Table:
    """Find the header among the first rows and give the rows below it. Raises FileNotReadable."""
    top = [row for row in islice(open_rows(), LOOKED_AT) if any(row[1])]
    if not top:
        raise FileNotReadable(_("The file is empty: there is no row with anything in it."))
    widest = max(len(cells) for _number, cells in top)
    if widest > MOST_COLUMNS:
        raise FileNotReadable(
            _("The file has %(count)s columns; at most %(most)s are read.") % {"count": widest, "most": MOST_COLUMNS}
        )
    number, headers = _header_among(top, known)
    facts.header_row = number
    if number > top[0][0]:
        facts.note(_("The rows above row %(row)s are a title and were left out.") % {"row": number})
    headers = [" ".join(header.split())[:200] for header in headers]
    while headers and not headers[-1]:
        headers.pop()
    width = len(headers)

    def below() -> Iterator[Numbered | Fault]:
        for count, (row, cells) in enumerate((row for row in open_rows() if row[0] > number and any(row[1])), 1):
            if count > MOST_ROWS:
                raise FileNotReadable(_("The file has more than %(most)s rows; split it.") % {"most": MOST_ROWS})
            yield _checked(row, cells, headers, width)

    return Table(headers, number, below, facts)


def _header_among(top: list[Numbered], known: Callable[[str], float]) -> Numbered:
    """The row that looks most like a header: names that are known, several of them, no numbers."""

    def worth(row: Numbered) -> float:
        filled = [cell for cell in row[1] if cell]
        texts = [cell for cell in filled if not _numeric(cell) and len(cell) < 80]
        points = sum(known(cell) for cell in texts) + 0.2 * min(len(texts), 10) - 0.6 * (len(filled) - len(texts))
        return points if len(filled) > 1 or known(filled[0]) else points - 3

    best = max(top, key=lambda row: (worth(row), -row[0]))
    return best if worth(best) > worth(top[0]) + 0.5 else top[0]


def _numeric(cell: str) -> bool:
    return cell.strip("£$€¥ -+%").replace(",", "").replace(".", "").isdigit()


def _checked(number: int, cells: Cells, headers: list[str], width: int) -> Numbered | Fault:
    for place, cell in enumerate(cells):
        column = headers[place] if place < width else ""
        if len(cell) > LONGEST_CELL:
            words = _("The cell has %(count)s characters; at most %(most)s are read.")
            return Fault(number, column, cell[:60], words % {"count": len(cell), "most": LONGEST_CELL})
        if "\x00" in cell:
            return Fault(number, column, cell.replace("\x00", "")[:60], _("The row is damaged: it has NUL characters."))
    if len(cells) > width:
        extra = [cell for cell in cells[width:] if cell]
        if extra:
            words = _("The row has %(count)s cells, the header %(width)s columns.")
            return Fault(number, "", extra[0][:60], words % {"count": len(cells), "width": width})
        return number, cells[:width]
    return number, cells + [""] * (width - len(cells))


def blocks_side_by_side(headers: list[str], known: Callable[[str], Any]) -> list[slice]:
    """Where the same header comes again and again ("Model, Price, , Model, Price"): one slice a block, else nothing."""
    first = next((header.casefold() for header in headers if header and known(header)), "")
    starts = [place for place, header in enumerate(headers) if header.casefold() == first]
    if not first or len(starts) < 2:
        return []
    ends = [*starts[1:], len(headers)]
    return [slice(start, end) for start, end in zip(starts, ends, strict=True)]
