"""XLSX workbooks: looked over as an archive first, then read row by row."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import IO, Any, BinaryIO

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries

from catalogue_import.reading.encodings import clean, number_as_text
from catalogue_import.reading.facts import Facts
from catalogue_import.reading.limits import (
    MOST_COLUMNS,
    MOST_PARTS,
    MOST_ROWS,
    UNPACKED_BYTES,
    UNPACKED_RATIO,
    FileNotReadable,
)
from catalogue_import.reading.tables import Numbered

LARGEST_WORDS = 60_000_000  # bytes of the workbook's list of texts: it is held in memory
FORMULA = re.compile(rb"<f[ >/]")
MERGED = re.compile(rb'<mergeCell ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
ELEMENT = re.compile(rb"<\x00?[A-Za-z]")
DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY)|<\x00!\x00[DE]|\x00<\x00!\x00[DE]")
MOST_MERGED = 5_000
BLOCK = 1 << 20


def check(file: BinaryIO) -> None:
    """Refuse what is no workbook, a bomb, or carries definitions of its own. Raises FileNotReadable."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            _check_parts(archive)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error) as error:
        raise FileNotReadable(_("The workbook is damaged or locked with a password; save it anew as XLSX.")) from error


def _check_parts(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if "xl/workbook.xml" not in archive.namelist():
        raise FileNotReadable(_("This archive is not an XLSX workbook. Save the list as XLSX or CSV."))
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > UNPACKED_BYTES:
        raise FileNotReadable(_("The workbook unpacks to far more than a price list needs, so it was not opened."))
    for part in parts:
        if part.file_size > 5_000_000 and part.file_size > UNPACKED_RATIO * max(1, part.compress_size):
            raise FileNotReadable(_("The workbook unpacks to far more than a price list needs, so it was not opened."))
        if part.filename == "xl/sharedStrings.xml" and part.file_size > LARGEST_WORDS:
            raise FileNotReadable(_("The workbook holds too much text; save the sheet with the prices as CSV."))
        if part.filename.endswith((".xml", ".rels")):
            with archive.open(part) as body:
                start = _prolog(body)
            if DECLARED.search(start):
                raise FileNotReadable(_("The workbook defines entities of its own, which no spreadsheet does."))


def _prolog(body: IO[bytes]) -> bytes:
    """What a part of a workbook begins with, up to its first element: comments may be long. At most a megabyte."""
    start = b""
    while len(start) < BLOCK and (block := body.read(4096)):
        start += block
        if ELEMENT.search(start):
            break
    return start


def sheets_of(file: BinaryIO) -> list[str]:
    """The names of the sheets, in order."""
    file.seek(0)
    book = _book(file)
    try:
        return list(book.sheetnames)
    finally:
        book.close()


def rows_of(file: BinaryIO, sheet: str, facts: Facts) -> Iterator[Numbered]:
    """Each row of a sheet with its number and cleaned cells. Raises FileNotReadable.

    A cell merged downwards gives its value to each row. A formula without a kept result becomes its own text, which
    no field takes: better refused than read as nothing.
    """
    try:
        formulas, merged = _looked_over(file, sheet)
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, ValueError) as error:
        raise FileNotReadable(_("The sheet is damaged; save the workbook anew.")) from error
    plain = _rows(file, sheet, values=True)
    both = zip(plain, _rows(file, sheet, values=False), strict=False) if formulas else ((row, row) for row in plain)
    kept: dict[int, str] = {}
    for number, (row, written) in enumerate(both, start=1):
        if number > MOST_ROWS + 1000:
            raise FileNotReadable(_("The sheet has more than %(most)s rows; split it.") % {"most": MOST_ROWS})
        cells = [
            clean(_text(value if value is not None else said), facts) for value, said in zip(row, written, strict=False)
        ]
        for column, first, last in merged:
            if first <= number <= last and column <= len(cells):
                kept[column] = cells[column - 1] or kept.get(column, "") if number > first else cells[column - 1]
                cells[column - 1] = kept[column]
        while cells and not cells[-1]:
            cells.pop()
        yield number, cells


def _rows(file: BinaryIO, sheet: str, values: bool) -> Iterator[tuple[Any, ...]]:
    book = _book(file, values)
    try:
        page = book[sheet]
        page.reset_dimensions()  # what a file says of its own size is not to be trusted
        yield from page.iter_rows(values_only=True, max_col=MOST_COLUMNS + 1)
    except (
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        SyntaxError,
        EOFError,
        zlib.error,
        zipfile.BadZipFile,
    ) as error:
        raise FileNotReadable(_("The sheet is damaged; save the workbook anew.")) from error
    finally:
        book.close()


def _book(file: BinaryIO, values: bool = True) -> Any:
    file.seek(0)
    try:
        return load_workbook(file, read_only=True, data_only=values, keep_links=False)
    except Exception as error:
        raise FileNotReadable(_("The workbook is damaged; save it anew as XLSX.")) from error


def _looked_over(file: BinaryIO, sheet: str) -> tuple[bool, list[tuple[int, int, int]]]:
    """Whether a sheet has formulas, and its cells merged downwards: column, first and last row."""
    book = _book(file)
    try:
        path = str(getattr(book[sheet], "_worksheet_path", ""))
    finally:
        book.close()
    formulas, merged, tail = False, [], b""
    file.seek(0)
    with zipfile.ZipFile(file) as archive, archive.open(path.lstrip("/")) as body:
        while block := body.read(BLOCK):
            window = tail + block
            formulas = formulas or bool(FORMULA.search(window))
            merged += [match[1].decode() for match in MERGED.finditer(window)]
            tail = window[-60:]
    found = []
    for reference in dict.fromkeys(merged[:MOST_MERGED]):
        left, top, right, bottom = range_boundaries(reference)
        if left == right and None not in (left, top, bottom):
            found.append((int(left or 0), int(top or 0), int(bottom or 0)))
    return formulas, found


def _text(value: Any) -> str:
    """What a person sees in the cell, without its thousands marks."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return number_as_text(Decimal(repr(value)))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
