"""A table with a device, or a device and a price, in each row; and price matrices, with a repair in each column."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from catalogue_import.amount_words import NULLS, SHARED
from catalogue_import.amounts import AmountNotReadable, currency_in, decimal_of, read
from catalogue_import.match import brand_of
from catalogue_import.match_words import BRANDS
from catalogue_import.reading.tables import Cells, Fault, Table, blocks_side_by_side
from catalogue_import.sources.entries import GRADES, Entry, Terms, entry_of, grade_of
from catalogue_import.sources.fields import Column, meaning

PRICED = ("price", "price_of", "price_for", "price_from", "price_min", "price_max")
MONEY_ROWS = 2_000
IN_BRACKETS = re.compile(r"\(([^()]*)\)")
SPLIT_CODES = re.compile(r"[\s;/]+|,(?=\s|[A-Z])")
CODE = re.compile(r"^(?=.*\d)[A-Za-z0-9][\w-]{3,}$")
HOURS = re.compile(r"\b(h|hours?|stunden|heures|horas|ore|uren|saat)\b", re.I)
# What stands below or between the rows of a list and is no device.
REMARK = re.compile(
    r"^(?:[*†‡•#]|(?:(?:sub|sous-|grand )?total|summe|suma|zwischensumme|gesamt|totale|итого|всего|razem|celkem)\b|"
    r"(?:page|seite|página|pagina|strona|strana|sayfa|стр\.?|sida|side)\s*\d|"
    r"(?:note|notes|n\.?b|hinweis|nota|uwaga)\s*[:.])",
    re.I,
)


def terms_of(columns: Sequence[Column], rows: Sequence[Cells], terms: Terms) -> Terms:
    """What the columns say about the whole file: decimal mark and currency, where nobody said it before."""
    priced = [column for column in columns if column.field in PRICED]
    cells = [row[column.position] for row in rows for column in priced if column.position < len(row)]
    named = {currency_in(column.header) for column in priced} - {""} or _mostly(cells, terms.home)
    currency = terms.currency or (named.pop() if len(named) == 1 else "")
    headers = {column.field: column.header for column in columns if column.field}
    return replace(
        terms,
        decimal=terms.decimal or decimal_of(cells, currency),
        currency=currency,
        headers=headers,
        unit=60 if HOURS.search(headers.get("duration", "")) else 1,
    )


def _mostly(cells: Sequence[str], home: str) -> set[str]:
    """The currency that at least half of the prices name, when no other is named: 1 299 kr, 799:-."""
    named = [found for cell in cells if cell.casefold() not in NULLS and (found := _named(cell, home)) is not None]
    known = set(named) - {""}
    settled = len(known) == 1 and not known & set(SHARED)
    return known if settled and named.count("") * 2 <= len(named) else set()


def _named(cell: str, home: str) -> str | None:
    for mark in (".", ","):
        try:
            found = read(cell, mark)
        except AmountNotReadable:
            continue
        if found is not None and found.price is not None:
            return found.currency or (home if found.sign and home in SHARED[found.sign] else found.sign)
    return None


def entries(table: Table, columns: Sequence[Column], terms: Terms) -> Iterator[Entry | Fault]:
    """Every line of the table as entries, one for each price; rows that cannot be understood as faults."""
    blocks = blocks_side_by_side(table.headers, lambda header: meaning(header)[0])
    groups = [[column for column in columns if block.start <= column.position < block.stop] for block in blocks]
    groups = groups or [list(columns)]
    listed = {"repair"} < {column.field for column in columns if column.field in ("repair", *PRICED)}
    for row in table.rows():
        if isinstance(row, Fault):
            yield row
            continue
        number, cells = row
        for group in groups:
            if any(column.position < len(cells) and cells[column.position] for column in group):
                for found in _of_row(number, cells, group, terms, table.above):
                    yield _no_remark(found, listed)


def _no_remark(found: Entry | Fault, listed: bool) -> Entry | Fault:
    """A title, a total or a footnote is refused rather than taken for a device. In a list of repairs and prices a name
    with nothing beside it is one of them; elsewhere its words must say so."""
    if isinstance(found, Fault):
        return found
    text = found.model or found.repair
    alone = not (found.brand or found.codes or found.year or found.specifications or found.repair)
    if REMARK.match(text) or (listed and alone and not _is_brand(text)):
        words = _("This is no device with a repair and a price, but a title, a total or a remark.")
        return Fault(found.number, "", text, words)
    return found


def _of_row(
    number: int, cells: Cells, columns: Sequence[Column], terms: Terms, above: Sequence[str]
) -> Iterator[Entry | Fault]:
    values: dict[str, str] = {}
    specs: dict[str, str] = {}
    codes: list[str] = []
    repairs: list[Column] = []
    unnamed = ""  # what stands for a device without a name: its last code
    for column in columns:
        cell = cells[column.position] if column.position < len(cells) else ""
        if column.field in ("price_of", "price_for"):
            repairs.append(column)
        elif column.field == "spec" and cell and cell.casefold() not in NULLS:
            specs[column.header[:40]] = cell[:200]
        elif column.field == "codes":
            codes += codes_in(cell)
            unnamed = cell or unnamed
        elif column.field and cell and not values.get(column.field):
            values[column.field] = cell
    if unnamed and values.get("model", "").strip().casefold() in NULLS and not values.get("repair"):
        values["model"] = unnamed
    if not repairs:
        yield _priced(number, values, terms, codes, specs)
        return
    empty = True
    for column in repairs:
        cell = cells[column.position] if column.position < len(cells) else ""
        if cell.strip().casefold() in NULLS:
            continue
        empty = False
        named = replace(
            terms,
            headers={**terms.headers, "price": column.header},
            currency=currency_in(column.header) or terms.currency,
        )
        said = {"repair": column.header} if column.field == "price_of" else _headed(column, values, above)
        yield _priced(number, {**values, **said, "price": cell}, named, codes, specs)
    if empty and values.get("model"):
        yield _priced(number, values, terms, codes, specs)


def _headed(column: Column, values: Mapping[str, str], above: Sequence[str]) -> dict[str, str]:
    """The device that a header names, of the brand that stands over it."""
    over = above[column.position] if column.position < len(above) else ""
    return {"model": column.header, **({"brand": over} if _is_brand(over) and not values.get("brand") else {})}


def codes_in(cell: str) -> list[str]:
    """The codes in a cell: one, or several that each look like one. A name with blanks is no code."""
    pieces = [piece for piece in SPLIT_CODES.split(cell) if piece]
    return pieces if len(pieces) == 1 or all(CODE.match(piece) for piece in pieces) else []


def _priced(
    number: int, values: Mapping[str, str], terms: Terms, codes: Sequence[str], specs: Mapping[str, str]
) -> Entry | Fault:
    repair, grade = repair_and_grade(values.get("repair", ""))
    said = {**values, "repair": repair}
    if grade and not values.get("grade"):
        said["grade"] = grade
    if not repair and not terms.repair:
        said = {name: text for name, text in said.items() if name not in PRICED}  # a price of nothing: the device alone
    return entry_of(number, said, terms, tuple(codes), specs)


def repair_and_grade(text: str) -> tuple[str, str]:
    """A repair's text without the quality of the part that stands in brackets: "Screen (OEM)"."""
    for found in IN_BRACKETS.finditer(text):
        said = found[1].strip()
        if any(word in said.casefold() for words in GRADES.values() for word in words if word):
            return " ".join((text[: found.start()] + text[found.end() :]).split()), grade_of(said)
    return text, ""


def sections(found: Iterator[Entry | Fault]) -> Iterator[Entry | Fault]:
    """A row that says nothing but a brand is the title of those below it."""
    brand = ""
    for entry in found:
        if isinstance(entry, Fault):
            yield entry
        elif (
            entry.model
            and not (entry.brand or entry.repair or entry.codes or entry.specifications)
            and _is_brand(entry.model)
        ):
            brand = entry.model
        else:
            yield replace(entry, brand=brand) if brand and not entry.brand else entry


def _is_brand(text: str) -> bool:
    return bool(text) and brand_of(text) in BRANDS
