"""The door: a file that somebody sent, recognised by its content and opened as a table or a tree."""

import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from catalogue_import.reading import delimited, workbooks
from catalogue_import.reading.encodings import detect, opened_as
from catalogue_import.reading.facts import Facts
from catalogue_import.reading.limits import LARGEST_BYTES, FileNotReadable, too_large
from catalogue_import.reading.tables import Fault, Numbered, Table, table_of
from catalogue_import.reading.trees import tree_of

BLOCK = 1 << 18
MILLION = 1_000_000
ENOUGH = 2  # known headers, for a sheet to be taken without looking at the others
KNOWN_BEGINNINGS = (
    (b"%PDF", lazy("This is a PDF. Ask for the list as a spreadsheet, or copy the table into one.")),
    (b"\xd0\xcf\x11\xe0", lazy("This is an old XLS workbook, or one with a password. Save it as XLSX or CSV.")),
    (b"\x89PNG", lazy("This is a picture, not a list.")),
    (b"\xff\xd8\xff", lazy("This is a picture, not a list.")),
    (b"GIF8", lazy("This is a picture, not a list.")),
    (b"\x1f\x8b", lazy("This is a packed file. Unpack it first.")),
    (b"7z\xbc\xaf", lazy("This is a packed file. Unpack it first.")),
    (b"Rar!", lazy("This is a packed file. Unpack it first.")),
    (b"MZ", lazy("This is a program, not a list.")),
    (b"\x7fELF", lazy("This is a program, not a list.")),
)
PAGE = re.compile(r"^\s*<(?:!doctype html|html|\?xml|svg|script)", re.I)


@dataclass(frozen=True)
class Asked:
    """What a person said about the file instead of letting it be found out; empty means find out."""

    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""


@dataclass(frozen=True)
class Sense:
    """What is known about words: as the name of a column (0 to 1), as any cell of a price list (0 to 1), and the column
    that the name of a sheet stands for ("Brand" for a sheet called Apple; empty for none)."""

    known: Callable[[str], float]
    tells: Callable[[str], float]
    kind_of_sheet: Callable[[str], str]


@dataclass
class Opened:
    """Either a table or a tree, with the facts found so far."""

    facts: Facts
    table: Table | None = None
    tree: Any = None


@contextmanager
def kept_aside(source: Any) -> Iterator[BinaryIO]:
    """A local copy that can be read again and again, gone afterwards. Raises FileNotReadable when it is too large."""
    with tempfile.TemporaryFile() as copy:
        size = 0
        while block := source.read(BLOCK):
            size += len(block)
            if size > LARGEST_BYTES:
                raise too_large(size)
            copy.write(block)
        yield copy  # type: ignore[misc]


def opened(file: BinaryIO, sense: Sense, asked: Asked | None = None) -> Opened:
    """Recognise and open a local copy. Raises FileNotReadable."""
    asked, facts = asked or Asked(), Facts()
    file.seek(0, os.SEEK_END)
    if file.tell() == 0:
        raise FileNotReadable(_("The file is empty."))
    file.seek(0)
    start = file.read(4096)
    if start.startswith(b"PK"):
        return _workbook(file, sense, asked, facts)
    if fault := next((words for mark, words in KNOWN_BEGINNINGS if start.startswith(mark)), ""):
        raise FileNotReadable(str(fault))
    file.seek(0)
    facts.encoding = asked.encoding or detect(iter(lambda: file.read(BLOCK), b""), facts, sense.tells)
    sample = _sample(file, facts)
    if PAGE.match(sample):
        raise FileNotReadable(_("This is a web page or XML. Save the list as CSV or XLSX."))
    if sample.lstrip()[:1] in ("{", "[") and not sample.lstrip().startswith("[,"):
        return Opened(facts, tree=tree_of(file, facts))
    mark = asked.delimiter or delimited.delimiter_of(sample, sense.known)
    facts.delimiter = str(delimited.DELIMITERS.get(mark, mark))

    def rows() -> Iterator[Numbered]:
        return delimited.rows_of(file, facts.encoding, mark, facts)

    return Opened(facts, table=table_of(rows, sense.known, facts))


def _sample(file: BinaryIO, facts: Facts) -> str:
    """The beginning as text. Raises FileNotReadable for what is no text or in an encoding that does not exist."""
    file.seek(0)
    try:
        sample = file.read(delimited.SAMPLE).decode(**{**opened_as(facts.encoding), "errors": "replace"})
    except LookupError as error:
        raise FileNotReadable(_("There is no encoding %(name)r.") % {"name": facts.encoding}) from error
    sample = sample.lstrip("\ufeff")
    odd = sum(letter < "\x09" or "\x0d" < letter < "\x20" for letter in sample[:4000])
    if odd > max(8, len(sample[:4000]) * 0.1):
        raise FileNotReadable(_("This is not a text file, nor a workbook. Save the list as CSV or XLSX."))
    return sample


def _workbook(file: BinaryIO, sense: Sense, asked: Asked, facts: Facts) -> Opened:
    workbooks.check(file)
    facts.encoding, facts.sheets = "XLSX", workbooks.sheets_of(file)
    wanted = next((one for one in facts.sheets if one.strip().casefold() == asked.sheet.strip().casefold()), "")
    if asked.sheet and not wanted:
        raise FileNotReadable(
            _("There is no sheet %(name)r; there are: %(names)s.")
            % {"name": asked.sheet, "names": ", ".join(facts.sheets)}
        )
    named = [] if wanted else [sheet for sheet in facts.sheets if sense.kind_of_sheet(sheet)]
    if len(named) > 1 and (several := _sheets(file, named, sense, facts)):
        return Opened(several.facts, table=several)
    best: tuple[float, Facts, Table] | None = None
    for sheet in [wanted] if wanted else facts.sheets:
        own = Facts(encoding=facts.encoding, sheets=facts.sheets, sheet=sheet)
        try:
            table = table_of(_rows_of_sheet(file, sheet, own), sense.known, own)
        except FileNotReadable:
            if wanted or len(facts.sheets) == 1:
                raise
            continue
        worth = sum(sense.known(header) for header in table.headers)
        if best is None or worth > best[0]:
            best = (worth, own, table)
        if worth >= ENOUGH:
            break
    if best is None:
        raise FileNotReadable(_("The workbook has no sheet with a table."))
    if len(facts.sheets) > 1 and not wanted:
        best[1].note(_("The workbook has %(count)s sheets; this is one of them.") % {"count": len(facts.sheets)})
    return Opened(best[1], table=best[2])


def _sheets(file: BinaryIO, names: list[str], sense: Sense, facts: Facts) -> Table | None:
    """Sheets of one kind, one for each brand or family, as one table with a column for it. None where their columns
    differ. Rows of the second sheet are counted from a million on, so that each number is of one row."""
    own = Facts(encoding=facts.encoding, sheets=facts.sheets, sheet=", ".join(names))
    tables = []
    for name in names:
        try:
            tables.append(table_of(_rows_of_sheet(file, name, own), sense.known, own))
        except FileNotReadable:
            return None
    kinds, headers = {sense.kind_of_sheet(name) for name in names}, tables[0].headers
    if (
        len(kinds) > 1
        or kinds & set(headers)
        or any(one.headers != headers for one in tables)
        or not any(map(sense.known, headers))
    ):
        return None

    def below() -> Iterator[Numbered | Fault]:
        for place, (name, one) in enumerate(zip(names, tables, strict=True)):
            for row in one.rows():
                if isinstance(row, Fault):
                    yield replace(row, number=row.number + place * MILLION, column=row.column or name)
                else:
                    yield row[0] + place * MILLION, [*row[1], name]

    own.note(
        _("The sheets %(names)s are read as one; row 1,000,002 is row 2 of the second.") % {"names": ", ".join(names)}
    )
    return Table([*headers, kinds.pop()], tables[0].header_row, below, own)


def _rows_of_sheet(file: BinaryIO, sheet: str, facts: Facts) -> Callable[[], Iterator[Numbered]]:
    return lambda: workbooks.rows_of(file, sheet, facts)
