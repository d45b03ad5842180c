"""What a column may mean, the words that headers use for it in many languages, and the columns of people."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from dataclasses import field as of
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _
from rapidfuzz import fuzz, process

from catalogue_import import amounts
from catalogue_import.amount_words import NULLS, SHARED
from catalogue_import.groups import known_family
from catalogue_import.match import brand_of, tokens
from catalogue_import.match_repairs import named_parts, part_of
from catalogue_import.match_words import BRANDS, LINES
from catalogue_import.sources.entries import currency_named
from catalogue_import.sources.words import LEFT_OUT, PERSONAL, SYNONYMS, WITHOUT_TAX

FIELDS: dict[str, Any] = {
    "": _("Leave it out"),
    "brand": _("Brand"),
    "model": _("Device or model"),
    "codes": _("Model codes"),
    "family": _("Family (phone, tablet...)"),
    "category": _("Category (series)"),
    "year": _("Year or date of release"),
    "repair": _("Repair"),
    "price": _("Price"),
    "price_from": _("Price from"),
    "price_min": _("Lowest price"),
    "price_max": _("Highest price"),
    "price_of": _("Price of the repair that the header names"),
    "price_for": _("Price for the device that the header names"),
    "currency": _("Currency"),
    "duration": _("Time it takes"),
    "warranty": _("Warranty in days"),
    "grade": _("Quality of the part"),
    "also_called": _("Other names"),
    "spec": _("A specification of the device"),
}
SURE, LIKELY, MAYBE = 100, 85, 70
PRICES = ("price", "price_from", "price_min", "price_max")
ALIKE = 88  # of 100: a typing error in a header
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
UNIT = re.compile(r"\((?:[^)]{1,8})\)|\b(?:gbp|eur|euros?|usd|aud|brl|azn|twd|ngn|chf|pln|inr)\b|[£€$¥₦₼]")
IMEI, MAIL, TELEPHONE = re.compile(r"^\d{15}$"), re.compile(r"^\S+@\S+\.\S+$"), re.compile(r"^\+?[\d ()/-]{9,18}$")
NAMES_OF_DEVICES = (
    "marketing name",
    "device name",
    "model name",
    "product name",
    "name",
    "modellname",
    "product",
    "nome",
    "nom",
    "nombre",
)


@dataclass
class Column:
    """One column: its header, what it is taken for, how sure that is, and some cells to judge by."""

    position: int
    header: str
    field: str = ""
    confidence: int = 0
    samples: list[str] = of(default_factory=list)
    personal: bool = False

    def as_json(self) -> dict[str, Any]:
        """For the run's row; cells of personal columns are not kept."""
        plain = asdict(self)
        return plain | {"samples": []} if self.personal else plain


def folded(text: str) -> str:
    """A header without case, accents, signs and units: "Preço (R$)" is "preco"."""
    text = CAMEL.sub(" ", unicodedata.normalize("NFKC", text)).replace("_", " ")
    plain = "".join(one for one in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(one))
    plain = UNIT.sub(" ", plain) if UNIT.sub("", plain).strip() else plain
    return " ".join(re.findall(r"\w+", plain.replace("ß", "ss").replace("ı", "i").replace("ə", "e")))


@lru_cache(maxsize=1)
def _vocabulary() -> dict[str, str]:
    words = {folded(word): name for name, some in SYNONYMS.items() for word in some}
    return words | {folded(word): "" for word in LEFT_OUT} | {folded(word): "personal" for word in PERSONAL}


@lru_cache(maxsize=4096)
def meaning(header: str) -> tuple[str, int]:
    """The field that a header names and how sure that is in percent; "personal" for what is nobody's business."""
    said, words = folded(header), _vocabulary()
    if not said or len(said) > 60:
        return "", 0
    if said in words:
        return words[said], SURE
    for word, name in words.items():
        if name == "personal" and len(word) > 3 and f" {word} " in f" {said} ":
            return name, LIKELY
    inside = [word for word in words if len(word) > 3 and f" {word} " in f" {said} "]
    if inside:
        return words[max(inside, key=len)], LIKELY
    near = process.extractOne(said, words.keys(), scorer=fuzz.ratio, score_cutoff=ALIKE) if len(said) > 4 else None
    return (words[near[0]], MAYBE) if near else ("", 0)


def without_tax(header: str) -> bool:
    """Whether a header says that its prices are without tax."""
    said = folded(header.replace(".", " "))
    return any(f" {folded(words)} " in f" {said} " for words in WITHOUT_TAX)


def tells(text: str) -> float:
    """How much sense a cell makes, 0 to 1: as a header, a repair or a price with its currency."""
    try:
        return known(text) or float(bool(part_of(text) or amounts.currency_in(text)))
    except amounts.AmountNotReadable:
        return 0


def known(text: str) -> float:
    """How well a text is known as the name of a column, 0 to 1: by it headers and delimiters are found."""
    name, confidence = meaning(text)
    return confidence / 100 if name or (confidence == SURE) else 0.0


def guess(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Column]:
    """What each column means, by its header and its cells."""
    columns = []
    for position, header in enumerate(headers):
        cells = [row[position] for row in rows if position < len(row) and row[position]]
        name, confidence = meaning(header)
        personal = name == "personal" or _of_people(cells, name)
        if personal or (
            name in PRICES and cells and not _priced(cells, 0.3) and not (confidence == SURE and _numbers(cells))
        ):
            name, confidence = "", 0
        elif name in PRICES and without_tax(header):
            name, confidence = "", SURE
        elif name in ("model", "repair") and confidence < SURE and cells and _priced(cells, 0.6):
            name, confidence = "", 0  # "Screen repair" or "iPhone 13", with prices below it
        elif name == "repair" and cells and _priced(cells, 0.6):
            name, confidence = "price", MAYBE
        elif not name and cells and all(currency_named(cell) or cell in SHARED for cell in cells):
            name, confidence = "currency", LIKELY
        samples = list(dict.fromkeys(cell[:60] for cell in cells))[:3]
        columns.append(Column(position, header, name, confidence, samples, personal))
    _one_name(columns)
    _one_of_each(columns)
    _matrix(columns, rows)
    return columns


def _of_people(cells: Sequence[str], name: str) -> bool:
    """Columns whose cells are addresses, telephone numbers or IMEIs, whatever their header says."""
    some = cells[:100]
    shapes = (
        (IMEI, MAIL)
        if name in ("codes", "price")
        else (IMEI, MAIL, TELEPHONE)
        if name in ("model", "brand")
        else (MAIL, IMEI)
    )
    return bool(some) and any(sum(bool(shape.match(cell)) for cell in some) > len(some) * 0.5 for shape in shapes)


def _priced(cells: Sequence[str], share: float) -> bool:
    some = [cell for cell in cells[:100] if cell.casefold() not in NULLS]
    return sum(reads_as_price(cell) for cell in some) >= len(some) * share


def _numbers(cells: Sequence[str]) -> bool:
    """Whether most cells have a digit: prices that cannot be taken are refused one by one, not passed over."""
    return sum(any(letter.isdigit() for letter in cell) for cell in cells) * 2 > len(cells)


def reads_as_price(cell: str) -> bool:
    """Whether a cell is a price under one decimal mark or the other."""
    for mark in (".", ","):
        try:
            amounts.read(cell, mark)
        except amounts.AmountNotReadable:
            continue
        return True
    return False


def _one_name(columns: list[Column]) -> None:
    """Of several columns that may hold the device's name, the one that says so; "model" and "device" are then codes."""
    names = [column for column in columns if column.field == "model"]
    if len(names) < 2:
        return
    said = {column.position: folded(column.header) for column in names}
    best = min(
        names,
        key=lambda column: next((n for n, word in enumerate(NAMES_OF_DEVICES) if said[column.position] == word), 99),
    )
    for column in names:
        if column is not best and said[column.position] != said[best.position]:
            column.field = "codes" if said[column.position] in ("model", "device", "modell", "modelo") else ""


def _one_of_each(columns: list[Column]) -> None:
    """Fields that a row can have once stay with the column that is most surely it."""
    for name in (
        "brand",
        "family",
        "category",
        "year",
        "repair",
        "price",
        "price_from",
        "price_min",
        "price_max",
        "currency",
        "duration",
        "grade",
    ):
        same = sorted((column for column in columns if column.field == name), key=lambda column: -column.confidence)
        for column in same[1:]:
            if folded(column.header) != folded(same[0].header):  # blocks side by side repeat theirs
                column.field, column.confidence = "", 0


def _matrix(columns: list[Column], rows: Sequence[Sequence[str]]) -> None:
    """Columns of prices that no header explains: beside devices they are repairs, beside repairs they are devices."""
    fields = {column.field for column in columns}
    if fields & {"price_min", "price_from"} or not fields & {"model", "repair"}:
        return
    free = [column for column in columns if not column.field and not column.personal and column.confidence < SURE]
    priced = []
    for column in free:
        cells = [row[column.position] for row in rows if column.position < len(row) and row[column.position]]
        if column.header and cells and _priced(cells, 0.6) and not _counting(cells) and set(cells) - {"0", "1"}:
            priced.append(column)
    if "model" in fields and "repair" not in fields and (len(priced) > 1 or any(named_parts(c.header) for c in priced)):
        for column in priced:
            column.field, column.confidence = "price_of", LIKELY
    elif "repair" in fields and "model" not in fields and not fields & {"price", "family", "category"}:
        for column in priced:
            if device_like(column.header):
                column.field, column.confidence = "price_for", LIKELY


def device_like(text: str) -> bool:
    """Whether a header may name a device or a kind of devices: it has a brand, a line or a number in it."""
    words = tokens(text)
    return known_family(text) is not None or any(
        word.isdigit() or word in LINES or brand_of(word) in BRANDS for word in words
    )


def _counting(cells: Sequence[str]) -> bool:
    """1, 2, 3, 4...: numbers of rows, not prices."""
    some = cells[:30]
    return (
        len(some) > 2
        and all(cell.isdigit() for cell in some)
        and [int(cell) for cell in some] == sorted({int(cell) for cell in some})
        and int(some[-1]) - int(some[0]) < 4 * len(some)
    )
