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
    minutes: int
    warranty_days: int
    maximum: Decimal | None = None


Cell = Priced | facts.OnRequest | None
Asked = dict[tuple[Subject, int], facts.OnRequest]  # by category and repair


@dataclass(frozen=True)
class Sheet:
    """The prices of a family: a column for each category, a row for each repair, a cell or nothing where they meet.

    A cell without a price is on request; `on_request` has what is so in the whole family.
    """

    family: Subject | None
    categories: list[Subject]
    rows: list[tuple[Priced, list[Cell]]]  # the cheapest of the row, and one for each column
    on_request: list[facts.OnRequest]


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
                found[key] = _priced(device, device.parent, fact)
    return sorted(found.values(), key=lambda row: (row.repair_type.sort_order, row.repair_type.name, row.price))


def _priced(device: Subject, category: Subject, fact: facts.RepairFact) -> Priced:
    price = fact.price
    sums = (price.total, price.currency, price.tax_name)
    return Priced(fact.repair_type, category, device, *sums, fact.minutes, fact.warranty_days, price.maximum)


def price_list(*, site: Site, at: datetime) -> list[Priced]:
    """The whole shop's prices, kind by kind. Three statements for any number of devices."""
    return whole_list(site=site, at=at)[0]


def whole_list(*, site: Site, at: datetime) -> tuple[list[Priced], Asked]:
    """The same with what is priced on request."""
    shelves = facts.shelves_of_many(site=site, devices=live_devices(), at=at)
    asked = {
        (device.parent, row.repair_type.pk): row
        for device, shelf in shelves
        for row in shelf.on_request
        if device.parent is not None
    }
    return lowest((device, shelf.repairs) for device, shelf in shelves), asked


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


def sheets(rows: Iterable[Priced], asked: Asked) -> list[Sheet]:
    """The price list as tables, family by family in the shop's order; what is done for any device comes last."""
    rows = list(rows)
    bound = [row for row in rows if row.repair_type.subject_id is not None]
    kinds = {row.category: None for row in sorted(bound, key=lambda row: _place(row.category))}
    kinds |= {kind: None for kind, _repair in sorted(asked, key=lambda pair: _place(pair[0]))}
    families = {kind.parent: None for kind in sorted(kinds, key=_place)}
    found = [_sheet(family, kinds, bound, asked) for family in families]
    loose = by_repair(row for row in rows if row.repair_type.subject_id is None)
    return found + ([Sheet(None, [], [(row, []) for row in loose], [])] if loose else [])


def _place(category: Subject) -> tuple[int, str, int, str]:
    family = category.parent
    return (
        family.sort_order if family else 0,
        family.name if family else "",
        category.sort_order,
        category.name,
    )


def _sheet(family: Subject | None, kinds: Iterable[Subject], bound: list[Priced], asked: Asked) -> Sheet:
    rows = [row for row in bound if row.category.parent == family]
    mine = {pair: row for pair, row in asked.items() if pair[0].parent == family}
    cells: dict[tuple[int, int], Cell] = {(kind.pk, repair): row for (kind, repair), row in mine.items()}
    cells |= {(row.category.pk, row.repair_type.pk): row for row in rows}
    categories = [kind for kind in kinds if any(row.category == kind for row in rows)]
    priced = by_repair(rows)
    known = {row.repair_type.pk for row in priced}
    return Sheet(
        family,
        categories,
        [(best, [cells.get((kind.pk, best.repair_type.pk)) for kind in categories]) for best in priced],
        list({repair: row for (_kind, repair), row in mine.items() if repair not in known}.values()),
    )
