"""Shopify's product CSV, with the classic header and the newer one ("URL handle"). Products span several rows."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from catalogue_import.match import brand_of
from catalogue_import.match_words import BRANDS
from catalogue_import.reading.tables import Fault, Table
from catalogue_import.sources import shops
from catalogue_import.sources.entries import Entry, Terms
from catalogue_import.sources.fields import meaning

# Ours: the names in the classic header, and in the newer one.
NAMES = {
    "handle": ("handle", "url handle"),
    "title": ("title",),
    "vendor": ("vendor",),
    "type": ("type", "product type"),
    "price": ("variant price", "price"),
    "status": ("status",),
    "option1 name": ("option1 name",),
    "option1 value": ("option1 value",),
    "option2 name": ("option2 name",),
    "option2 value": ("option2 value",),
    "option3 name": ("option3 name",),
    "option3 value": ("option3 value",),
}

OWN = ("duration", "warranty", "grade", "model", "repair")  # what a shop may keep in fields of its own
METAFIELD = re.compile(r"\s*\((?:product|variant)\.metafields\.[^)]*\)", re.I)


def fits(headers: list[str]) -> bool:
    """Whether this is the header of a Shopify export."""
    said = {header.casefold() for header in headers}
    return bool({"handle", "url handle"} & said) and "title" in said and bool({"variant price", "price"} & said)


def entries(table: Table, terms: Terms) -> Iterator[Entry | Fault]:
    """One entry for each variant. Rows that only bring a picture say nothing, and are passed over."""
    place = _places(table.headers)
    product: dict[str, str] = {}
    for row in table.rows():
        if isinstance(row, Fault):
            yield row
            continue
        number, cells = row
        said = {name: cells[position] for name, position in place.items()}
        if not said.get("handle"):
            yield Fault(number, "Handle", "", _("A row without a handle belongs to no product."))
            continue
        if said.get("title") or said["handle"] != product.get("handle"):
            product = said
        if not said.get("price"):
            continue
        options = {
            product.get(f"option{one} name") or "": said.get(f"option{one} value", "")
            for one in (1, 2, 3)
            if product.get(f"option{one} name")
        }
        values = {"brand": _brand(product.get("vendor", "")), "price": said["price"]}
        values |= {name: text for name in OWN if (text := said.get(name) or product.get(name, ""))}
        yield shops.entry(number, product.get("title", "") or said["handle"].replace("-", " "), options, values, terms)


def _brand(vendor: str) -> str:
    """The vendor is often the shop itself; only a maker of devices is a brand."""
    return vendor if brand_of(vendor) in BRANDS else ""


def _places(headers: list[str]) -> dict[str, int]:
    said = [header.casefold() for header in headers]
    found = {name: next((one for one in some if one in said), "") for name, some in NAMES.items()}
    places = {name: said.index(one) for name, one in found.items() if one}
    for place, header in enumerate(headers):  # "Repair time (product.metafields.custom.repair_time)"
        if METAFIELD.search(header) and (name := meaning(METAFIELD.sub("", header))[0]) in OWN:
            places.setdefault(name, place)
    return places
