"""WooCommerce's product CSV: simple products, and variations below a parent named by its SKU or number."""

import re
from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from catalogue_import.reading.tables import Fault, Table
from catalogue_import.sources import shops
from catalogue_import.sources.entries import Entry, Terms

PASSED_OVER = {"variable", "grouped"}  # their variations or parts have the prices
NOT_SOLD_HERE = {"external"}


def fits(headers: list[str]) -> bool:
    """Whether this is the header of a WooCommerce export."""
    said = {header.casefold() for header in headers}
    return {"type", "sku", "name", "regular price"} <= said


def entries(table: Table, terms: Terms) -> Iterator[Entry | Fault]:
    """One entry for each thing with a price of its own."""
    parents: dict[str, Mapping[str, str]] = {}
    for row in table.rows():
        if isinstance(row, Fault):
            yield row
            continue
        number, cells = row
        said = {header.casefold(): cell for header, cell in zip(table.headers, cells, strict=False)}
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
