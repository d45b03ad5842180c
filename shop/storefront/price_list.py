"""What every repair costs at least, kind by kind: the price list, the services and the shop window of the home page."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from itertools import chain, zip_longest

from django.utils.text import slugify

from cms.models import RepairType, Subject
from cms.sites import Site
from shop import facts

DEVICES_LOOKED_AT = 600


@dataclass(frozen=True)
class Priced:
    """One repair of one category: its lowest gross price on any device of it, and the device of that price.

    Without both: the price of a treatment, which is for no device.
    """

    repair_type: RepairType
    category: Subject | None
    device: Subject | None
    price: Decimal
    currency: str
    tax_name: str
    minutes: int
    warranty_days: int
    maximum: Decimal | None = None


Asked = dict[tuple[Subject | None, int], facts.OnRequest]  # by category (None: for anything) and repair


@dataclass(frozen=True)
class Sheet:
    """The prices of a family: each repair from its lowest price, and the categories, whose pages tell theirs.

    Without a family: what is done for any device, or the treatments of a shop without devices. `on_request` has what
    has no price on any device of it.
    """

    family: Subject | None
    kinds: dict[Subject, dict[int, Priced]]  # the prices of each category by the id of their repair
    rows: list[Priced]
    on_request: list[facts.OnRequest] = field(default_factory=list)
    heading: str = ""

    @property
    def slug(self) -> str:
        """Its place on the page."""
        return self.family.slug if self.family else slugify(self.heading) or "any"

    @property
    def of_first(self) -> list[tuple[Subject, Priced | None]]:
        """Each category with its price of the repair that stands first, where it is done there."""
        first = self.rows[0].repair_type.pk if self.rows else 0
        return [(kind, prices.get(first)) for kind, prices in self.kinds.items()]

    @property
    def lowest(self) -> Priced | None:
        """The cheapest of it."""
        return min(self.rows, key=lambda row: row.price, default=None)


def live_devices() -> list[Subject]:
    """Published devices with category and family at hand, up to a bound."""
    rows = Subject.objects.filter(kind=Subject.Kind.DEVICE, live=True, parent__live=True)
    return list(rows.select_related("parent__parent")[:DEVICES_LOOKED_AT])


def lowest(priced: Iterable[tuple[Subject | None, list[facts.RepairFact]]]) -> list[Priced]:
    """For each category and repair the lowest price, in the shop's order of repairs."""
    found: dict[tuple[int, int], Priced] = {}
    for device, repairs in priced:
        if device is not None and device.parent is None:
            continue
        category = device.parent if device else None
        for fact in repairs:
            key = (category.pk if category else 0, fact.repair_type.pk)
            if key not in found or fact.price.total < found[key].price:
                found[key] = _priced(device, category, fact)
    return sorted(found.values(), key=lambda row: (row.repair_type.sort_order, row.repair_type.name, row.price))


def _priced(device: Subject | None, category: Subject | None, fact: facts.RepairFact) -> Priced:
    price = fact.price
    sums = (price.total, price.currency, price.tax_name)
    return Priced(fact.repair_type, category, device, *sums, fact.minutes, fact.warranty_days, price.maximum)


def price_list(*, site: Site, at: datetime, currency: str = "") -> list[Priced]:
    """The whole shop's prices, kind by kind. Three statements for any number of devices.

    `currency`: another one than the shop's own.
    """
    return whole_list(site=site, at=at, currency=currency)[0]


def whole_list(*, site: Site, at: datetime, currency: str = "") -> tuple[list[Priced], Asked]:
    """The same with what is priced on request."""
    shelves = shelves_of_shop(site=site, devices=live_devices(), at=at, currency=currency)
    asked = {
        (device.parent if device and row.repair_type.subject_id else None, row.repair_type.pk): row
        for device, shelf in shelves
        for row in shelf.on_request
    }
    return lowest((device, shelf.repairs) for device, shelf in shelves), asked


def shelves_of_shop(
    *, site: Site, devices: list[Subject], at: datetime, currency: str = ""
) -> list[tuple[Subject | None, facts.Shelf]]:
    """What is done for each device; in a shop that has none what is done without one. Two statements."""
    if not devices:
        return [(None, facts.shelf_of(site=site, device=None, at=at, currency=currency))]
    return [*facts.shelves_of_many(site=site, devices=devices, at=at, currency=currency)]


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
        families.setdefault(row.category.parent_id if row.category else None, []).append(row)
    shelves = sorted(families.values(), key=lambda shelf: (shelf[0].repair_type.sort_order, shelf[0].repair_type.name))
    return [row for row in chain.from_iterable(zip_longest(*shelves)) if row is not None][:limit]


def sheets(rows: Iterable[Priced], asked: Asked) -> list[Sheet]:
    """The price list family by family in the shop's order; what is done for any device comes last."""
    rows = list(rows)
    bound: dict[Subject, list[Priced]] = {}
    for row in rows:
        if row.category is not None and row.repair_type.subject_id is not None:
            bound.setdefault(row.category, []).append(row)
    families: dict[Subject | None, list[Subject]] = {}
    for kind in sorted({*bound, *(kind for kind, _repair in asked if kind)}, key=_place):
        families.setdefault(kind.parent, []).append(kind)
    found = [_sheet(family, kinds, bound, asked) for family, kinds in families.items()]
    loose = by_repair(row for row in rows if row.category is None or row.repair_type.subject_id is None)
    return found + _headed(loose, _unpriced(asked, {None}, loose))


def _headed(rows: list[Priced], unpriced: list[facts.OnRequest]) -> list[Sheet]:
    """What needs no device, a sheet for each heading in the order of what stands first below it."""
    everything: list[Priced | facts.OnRequest] = [*rows, *unpriced]
    kinds = sorted((row.repair_type for row in everything), key=lambda kind: (kind.sort_order, kind.name))
    return [
        Sheet(
            None,
            {},
            [row for row in rows if row.repair_type.heading == heading],
            [row for row in unpriced if row.repair_type.heading == heading],
            heading,
        )
        for heading in dict.fromkeys(kind.heading for kind in kinds)
    ]


def _place(category: Subject) -> tuple[int, str, int, str]:
    family = category.parent
    return (
        family.sort_order if family else 0,
        family.name if family else "",
        category.sort_order,
        category.name,
    )


def _sheet(family: Subject | None, kinds: list[Subject], bound: dict[Subject, list[Priced]], asked: Asked) -> Sheet:
    rows = [row for kind in kinds for row in bound.get(kind, ())]
    rows.sort(key=lambda row: (row.repair_type.sort_order, row.repair_type.name, row.price))
    return Sheet(
        family,
        {kind: {row.repair_type.pk: row for row in bound[kind]} for kind in kinds if kind in bound},
        by_repair(rows),
        _unpriced(asked, kinds, rows),
    )


def _unpriced(asked: Asked, kinds: Collection[Subject | None], rows: Iterable[Priced]) -> list[facts.OnRequest]:
    """What is asked for in these categories, each once, without what has a price there."""
    known = {row.repair_type.pk for row in rows}
    found = {repair: row for (kind, repair), row in asked.items() if kind in kinds and repair not in known}
    return list(found.values())


def narrowed(found: Iterable[Sheet], *, repairs: Collection[int], families: Collection[int]) -> list[Sheet]:
    """Of the sheets what a search asked for: some repairs, or some families, or those repairs of those families."""
    kept = []
    for sheet in found:
        if families and (sheet.family is None or sheet.family.pk not in families):
            continue
        rows = [row for row in sheet.rows if not repairs or row.repair_type.pk in repairs]
        asked = [row for row in sheet.on_request if not repairs or row.repair_type.pk in repairs]
        if rows or asked:
            kept.append(replace(sheet, rows=rows, on_request=asked))
    return kept
