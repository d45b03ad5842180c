"""What every repair costs at least, kind by kind: the price list, the services and the shop window of the home page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import chain, zip_longest

from cms.models import RepairType, Subject
from cms.sites import Site
from shop import facts

DEVICES_LOOKED_AT = 600


@dataclass(frozen=True)
class Priced:
    """One repair of one category: its lowest gross price on any device of it, and the device of that price."""

    repair_type: RepairType
    category: Subject
    device: Subject
    price: Decimal
    currency: str
    tax_name: str


@dataclass(frozen=True)
class Sheet:
    """The prices of a family: a column for each category, a row for each repair, a cell or nothing where they meet."""

    family: Subject | None
    categories: list[Subject]
    rows: list[tuple[Priced, list[Priced | None]]]  # the cheapest of the row, and one for each column


def live_devices() -> list[Subject]:
    """Published devices with category and family at hand, up to a bound."""
    rows = Subject.objects.filter(kind=Subject.Kind.DEVICE, live=True, parent__live=True)
    return list(rows.select_related("parent__parent")[:DEVICES_LOOKED_AT])


def lowest(priced: Iterable[tuple[Subject, list[facts.RepairFact]]]) -> list[Priced]:
    """For each category and repair the lowest price, in the shop's order of repairs."""
    found: dict[tuple[int, int], Priced] = {}
    for device, repairs in priced:
        if device.parent is None:
            continue
        for fact in repairs:
            key = (device.parent.pk, fact.repair_type.pk)
            if key not in found or fact.price.total < found[key].price:
                price = fact.price
                found[key] = Priced(
                    fact.repair_type, device.parent, device, price.total, price.currency, price.tax_name
                )
    return sorted(found.values(), key=lambda row: (row.repair_type.sort_order, row.repair_type.name, row.price))


def price_list(*, site: Site, at: datetime) -> list[Priced]:
    """The whole shop's prices, kind by kind. Three statements for any number of devices."""
    return lowest(facts.repairs_of_many(site=site, devices=live_devices(), at=at))


def by_repair(rows: Iterable[Priced]) -> list[Priced]:
    """For each repair its lowest price over all kinds, in the given order."""
    best: dict[int, Priced] = {}
    for row in rows:
        known = best.get(row.repair_type.pk)
        if known is None or row.price < known.price:
            best[row.repair_type.pk] = row
    return list(best.values())


def in_turn(rows: Iterable[Priced], limit: int) -> list[Priced]:
    """The first repairs of the families in turn, so that a small window shows something of everything."""
    families: dict[int | None, list[Priced]] = {}
    for row in by_repair(rows):
        families.setdefault(row.category.parent_id, []).append(row)
    shelves = sorted(families.values(), key=lambda shelf: (shelf[0].repair_type.sort_order, shelf[0].repair_type.name))
    return [row for row in chain.from_iterable(zip_longest(*shelves)) if row is not None][:limit]


def sheets(rows: Iterable[Priced]) -> list[Sheet]:
    """The price list as tables, family by family in the shop's order; what is done for any device comes last."""
    rows = list(rows)
    bound = [row for row in rows if row.repair_type.subject_id is not None]
    families = {row.category.parent: None for row in sorted(bound, key=_place)}
    found = [_sheet(family, [row for row in bound if row.category.parent == family]) for family in families]
    loose = by_repair(row for row in rows if row.repair_type.subject_id is None)
    return found + ([Sheet(None, [], [(row, []) for row in loose])] if loose else [])


def _place(row: Priced) -> tuple[int, str, int, str]:
    family, category = row.category.parent, row.category
    return (
        family.sort_order if family else 0,
        family.name if family else "",
        category.sort_order,
        category.name,
    )


def _sheet(family: Subject | None, rows: list[Priced]) -> Sheet:
    categories = list({row.category: None for row in sorted(rows, key=_place)})
    cells = {(row.repair_type.pk, row.category.pk): row for row in rows}
    return Sheet(
        family,
        categories,
        [(best, [cells.get((best.repair_type.pk, kind.pk)) for kind in categories]) for best in by_repair(rows)],
    )
