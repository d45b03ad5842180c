"""What every kind of table becomes: numbered rows of cleaned cells below one header."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice, zip_longest
from typing import Any

from django.utils.translation import gettext as _

from catalogue_import.amount_words import GROSS, SHARED
from catalogue_import.amounts import AmountNotReadable, currency_in
from catalogue_import.durations import UNITS
from catalogue_import.reading.facts import Facts
from catalogue_import.reading.limits import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, FileNotReadable

DRAWN = re.compile(r"^\s*:?[-=_]{2,}:?\s*$")
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
    above: list[str] = field(default_factory=list)  # what stands over each header: "Apple" over three models

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
    above = _above(top, number)
    facts.header_row = number
    if [row for row in top if row[0] < number][(1 if above else 0) :]:
        facts.note(_("The rows above row %(row)s are a title and were left out.") % {"row": number})
    below_it = [cells for row, cells in top if row > number]
    if below_it and _units(below_it[0]):
        number = next(row for row, _cells in top if row > number)
        headers = [" ".join(pair).strip() for pair in zip_longest(headers, below_it.pop(0), fillvalue="")]
    headers = [" ".join(header.split())[:200] for header in headers]
    headers += [""] * (max(map(len, below_it), default=0) - len(headers))
    while headers and not headers[-1] and not _money(below_it, len(headers) - 1):
        headers.pop()
    width, named = len(headers), [header.casefold() for header in headers]

    def below() -> Iterator[Numbered | Fault]:
        count = 0
        for row, cells in open_rows():
            if row <= number or not any(cells) or _line(cells) or _again(cells, named):
                continue
            count += 1
            if count > MOST_ROWS:
                raise FileNotReadable(_("The file has more than %(most)s rows; split it.") % {"most": MOST_ROWS})
            yield _checked(row, cells, headers, width)

    return Table(headers, number, below, facts, above)


def _header_among(top: list[Numbered], known: Callable[[str], float]) -> Numbered:
    """The row that looks most like a header: names that are known, several of them, no numbers. Where no row has a
    known name, the first that is more than a title."""

    def names(row: Numbered) -> float:
        return sum(known(cell) for cell in row[1] if cell and not _numeric(cell) and len(cell) < 80)

    def worth(row: Numbered) -> float:
        filled = [cell for cell in row[1] if cell]
        texts = [cell for cell in filled if not _numeric(cell) and len(cell) < 80]
        points = names(row) + 0.2 * min(len(texts), 10) - 0.6 * (len(filled) - len(texts))
        return points if len(filled) > 1 or known(filled[0]) else points - 3

    best = max(top, key=lambda row: (worth(row), -row[0]))
    if worth(best) > worth(top[0]) + 0.5 and names(best) > names(top[0]):
        return best
    return top[0] if names(top[0]) else next((row for row in top if sum(map(bool, row[1])) > 1), top[0])


def _above(top: list[Numbered], number: int) -> list[str]:
    """The row right over the header when it groups columns: each text holds until the next one."""
    over = [cells for row, cells in top if row < number][-1:]
    if not over or sum(map(bool, over[0])) < 2:
        return []
    found, last = [], ""
    for cell in over[0]:
        last = cell or last
        found.append(last)
    return found


def _units(cells: Cells) -> bool:
    """Whether a row says nothing but units: "EUR", "incl. VAT", "minutes"."""
    filled = [cell.casefold().strip("()[]. ") for cell in cells if cell]
    return bool(filled) and all(
        not any(letter.isdigit() for letter in cell)
        and (cell in UNITS or cell in GROSS or cell in SHARED or bool(_currency(cell)))
        for cell in filled
    )


def _currency(cell: str) -> str:
    try:
        return currency_in(cell) if len(cell) < 25 else ""
    except AmountNotReadable:
        return ""


def _money(rows: list[Cells], column: int) -> bool:
    """Whether a column has the signs of currencies and nothing else: it needs no header."""
    cells = [cells[column] for cells in rows if column < len(cells) and cells[column]]
    return bool(cells) and all(_units([cell]) for cell in cells)


def _line(cells: Cells) -> bool:
    """A line drawn between header and rows."""
    return all(DRAWN.match(cell) for cell in cells if cell)


def _again(cells: Cells, named: list[str]) -> bool:
    """The header once more, as lists have it on each page."""
    if not named or cells[0].strip()[:1].casefold() != named[0][:1]:
        return False
    said = [" ".join(cell.split())[:200].casefold() for cell in cells]
    return len(said) >= len(named) and said[: len(named)] == named or said + [""] * (len(named) - len(said)) == named


def _numeric(cell: str) -> bool:
    """Whether a cell is a number or a price rather than a name: half of what can be read in it are digits."""
    letters = [letter for letter in cell if letter.isalnum()]
    return bool(letters) and sum(letter.isdigit() for letter in letters) * 2 >= len(letters)


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
