"""WooCommerce's product CSV: simple products, and variations below a parent named by its SKU or number.

Its headers are in the language of the shop that wrote it; the words in the column of types never are.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext as _

from catalogue_import.reading.tables import Fault, Table
from catalogue_import.sources import shops
from catalogue_import.sources.entries import Entry, Terms

PASSED_OVER = {"variable", "grouped"}  # their variations or parts have the prices
NOT_SOLD_HERE = {"external"}
# Ours: the headers in English, German, French, Spanish, Italian, Dutch, Portuguese and Polish.
NAMES = {
    "type": ("type", "typ", "tipo", "soort"),
    "sku": ("sku", "artikelnummer", "ugs", "referencia", "ref", "cod", "artikelcode"),
    "name": ("name", "nom", "nombre", "nome", "naam", "nazwa"),
    "regular price": (
        *("regular price", "regulärer preis", "normaler preis", "tarif régulier", "precio normal", "preço normal"),
        *("prezzo di listino", "reguliere prijs", "cena regularna"),
    ),
    "parent": (
        *("parent", "übergeordnet", "übergeordnetes produkt", "superior", "parente", "genitore", "hoofd", "pai"),
        "nadrzędny",
    ),
}
VALUES = ("value", "wert", "valeur", "valor", "valore", "waarde", "wartość")
NAMED = ("name", "nom", "nombre", "nome", "naam", "nazwa")


def fits(headers: Sequence[str]) -> bool:
    """Whether this is the header of a WooCommerce export."""
    return {"type", "name", "regular price"} <= set(said := _plain(headers)) and (
        "sku" in said or any(ATTRIBUTE.search(header) for header in headers)
    )


ATTRIBUTE = re.compile(r"(?:attribut|kenmerk|atrybut)\w*", re.I)


def _plain(headers: Sequence[str]) -> list[str]:
    """Headers as ours; attributes become "attribute 1 name" and "attribute 1 value(s)"."""
    ours = {word: name for name, words in NAMES.items() for word in words}
    found = []
    for header in headers:
        said = " ".join(header.casefold().split())
        number = re.search(r"\d+", said)
        if number and ATTRIBUTE.search(said):
            part = "value(s)" if any(word in said for word in VALUES) else "name" if _has(said, NAMED) else said
            found.append(f"attribute {number[0]} {part}")
        else:
            found.append(ours.get(said, said))
    return found


def _has(said: str, words: Sequence[str]) -> bool:
    return any(word in said.split() for word in words)


def entries(table: Table, terms: Terms) -> Iterator[Entry | Fault]:
    """One entry for each thing with a price of its own."""
    parents: dict[str, Mapping[str, str]] = {}
    headers = _plain(table.headers)
    for row in table.rows():
        if isinstance(row, Fault):
            yield row
            continue
        number, cells = row
        said = dict(zip(headers, cells, strict=False))
        kinds = {one.strip().casefold() for one in said.get("type", "").split(",")}
        parent: Mapping[str, str] = {}
        if "variation" in kinds:
            parent = parents.get(said.get("parent", "").strip().removeprefix("id:"), {})
        else:
            for name in (said.get("sku", ""), said.get("id", "")):
                if name:
                    parents[name] = said
        if kinds & PASSED_OVER:
            continue
        if kinds & NOT_SOLD_HERE:
            yield Fault(number, "Type", said.get("type", ""), _("The product is sold elsewhere."))
            continue
        if not (price := said.get("regular price", "")):
            yield Fault(number, "Regular price", "", _("The product has no price."))
            continue
        title = parent.get("name", "") or said.get("name", "")
        yield shops.entry(number, title, _options(said), {"price": price}, terms)


def _options(said: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for header, name in said.items():
        if match := re.fullmatch(r"attribute (\d+) name", header):
            value = said.get(f"attribute {match[1]} value(s)", "")
            if name and value and "," not in value:
                found[name] = value
    return found
