"""The catalogue as files: CSV and XLSX for one list, JSON for all of it. `import_catalogue` reads each back unchanged.

A cell that a spreadsheet would take for a formula gets an apostrophe in front, which the import takes off again.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from catalogue_import.found import rows_found
from catalogue_import.lines import plain_of
from catalogue_import.rows import PriceRow, RepairTypeRow, Row, SubjectRow
from catalogue_import.sources import tidy
from cms.sites import Site

KINDS = ("csv", "xlsx", "json")
LISTS = {"devices": SubjectRow, "prices": PriceRow}
FORMULA = re.compile(r"^'*[=+\-@\t\r]")
DAYS = {"starts_in": "starts_in_days", "ends_in": "ends_in_days"}


def export(*, site: Site, kind: str, what: str, out: BinaryIO) -> int:
    """Write a list ("devices" or "prices") as csv or xlsx, or everything as json. Returns the number of rows.

    Texts are UTF-8; amounts have a point; an empty cell is unknown.
    """
    found = list(rows_found(site=site).values())
    if kind == "json":
        return _json(found, out)
    names = {row.slug: row.name for row in found if isinstance(row, SubjectRow)}
    repairs = {row.slug: row.name for row in found if isinstance(row, RepairTypeRow)}
    rows = [row for row in found if type(row) is LISTS[what]]
    if what == "devices":
        rows = list(tidy.parents_first(row for row in rows if isinstance(row, SubjectRow)))
    table = _table(rows, names, repairs)
    return _xlsx(what, table, out) if kind == "xlsx" else _csv(table, out)


def neutral(text: str) -> str:
    """The text as no spreadsheet takes it for a formula; `reading.encodings.clean` turns it back."""
    return f"'{text}" if FORMULA.match(text) else text


def _table(rows: Iterable[Any], names: dict[str, str], repairs: dict[str, str]) -> Iterator[list[str]]:
    header: list[str] = []
    for row in rows:
        said = {one.name: getattr(row, one.name) for one in fields(row)}
        if isinstance(row, PriceRow):
            said |= {"device_name": names.get(row.subject, ""), "repair_name": repairs.get(row.repair_type, "")}
        if not header:
            header = list(said)
            yield header
        yield [neutral(_cell(said[name])) for name in header]


def _cell(value: Any) -> str:
    if value is None or value == {}:
        return ""
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return str(value)


def _csv(table: Iterator[list[str]], out: BinaryIO) -> int:
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=True)
    count, writer = 0, csv.writer(text)
    for row in table:
        writer.writerow(row)
        count += 1
    text.detach()
    return max(count - 1, 0)


def _xlsx(title: str, table: Iterator[list[str]], out: BinaryIO) -> int:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    count = 0
    for row in table:
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", cell) for cell in row])
        count += 1
    book.save(out)
    return max(count - 1, 0)


def _json(found: list[Row], out: BinaryIO) -> int:
    lists: dict[str, list[dict[str, Any]]] = {}
    for name, kind in tidy.LISTS.items():
        rows = [row for row in found if type(row) is kind]
        if name == "subjects":
            rows = list(tidy.parents_first(row for row in rows if isinstance(row, SubjectRow)))
        lists[name] = [_said(row) for row in rows]
    out.write(json.dumps(lists, ensure_ascii=False, indent=1, default=str).encode())
    return len(found)


def _said(row: Row) -> dict[str, Any]:
    """Everything a row says; what is not known is left out."""
    return {
        DAYS.get(name, name): value for name, value in plain_of(row).items() if value is not None or name == "price"
    }
