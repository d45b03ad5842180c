"""The live facts of blocks: prices, times, warranty and the next free time, for all blocks of a page at once.

They come through `shop/facts.py`, as those of device and repair pages do, so a block and a page cannot disagree.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.cache import cache
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language

from cms.blocks import references
from cms.blocks.references import FIRST_SERVICES, Refs, Rows
from cms.models import RepairType, Subject
from cms.sites import Site, version_of
from repairs import booking, policies
from shop import facts
from shop.storefront import price_list

DAYS_LOOKED_AT = 14
LONGEST_KEPT = timedelta(days=1)
Priced = list[tuple[Subject | None, list[facts.RepairFact]]]


@dataclass(frozen=True)
class Line:
    """A repair with the lowest price it is done for; in a device's own table, that device's price."""

    repair_type_id: int
    slug: str
    name: str
    summary: str
    minutes: int
    warranty_days: int
    price: Decimal
    currency: str
    url: str
    maximum: Decimal | None = None  # the upper end of a device's own range


@dataclass(frozen=True)
class Offer:
    """One repair of one device. `next_free` is the next time at which it can be brought, in UTC."""

    device_slug: str
    device_name: str
    device_icon: str
    repair_slug: str
    repair_name: str
    summary: str
    price: Decimal
    currency: str
    tax_name: str
    minutes: int
    warranty_days: int
    next_free: datetime | None
    url: str
    book_url: str
    maximum: Decimal | None = None


@dataclass(frozen=True)
class BlockFacts:
    """What blocks show, by the ids they refer to; what is not offered is left out. `until`: when time changes it."""

    until: datetime
    services: Mapping[int, Line] = field(default_factory=dict)
    first_services: list[Line] = field(default_factory=list)
    tables: Mapping[int, list[Line]] = field(default_factory=dict)
    offers: Mapping[tuple[int, int], Offer] = field(default_factory=dict)


def answer(*, site: Site, refs: Refs, at: datetime, currency: str = "") -> BlockFacts:
    """Every fact that these references need.

    Free times 5 statements, only for an offer. The rest is kept until a price, a word or the clock changes it, and else
    takes 3 statements: devices, prices, rules; one more for repairs named in another language than prices are kept in.
    """
    if not (refs.repair_types or refs.first_services or refs.subjects or refs.offers):
        return BlockFacts(until=at + LONGEST_KEPT)
    key = _key(site, refs, currency)
    found: BlockFacts | None = cache.get(key) if key else None
    if found is None or found.until <= at:
        found = _read(site, refs, at, currency)
        if key:
            cache.set(key, found, (min(found.until, at + LONGEST_KEPT) - at).total_seconds())
    if not found.offers:
        return found
    free = next_free(site=site, at=at)
    return replace(found, offers={pair: replace(offer, next_free=free) for pair, offer in found.offers.items()})


def _key(site: Site, refs: Refs, currency: str) -> str:
    """What facts are kept under; blank for a site that came without its counters."""
    if not hasattr(site, "prices_version"):
        return ""
    asked = repr((sorted(refs.subjects.items()), sorted(refs.offers), sorted(refs.repair_types), refs.first_services))
    digest = hashlib.sha256(asked.encode()).hexdigest()[:24]
    return f"block-facts:{site.pk}:{get_language()}:{currency}:{version_of(site)}:{site.prices_version or 0}:{digest}"


def _read(site: Site, refs: Refs, at: datetime, currency: str) -> BlockFacts:
    whole_shop = bool(refs.repair_types or refs.first_services or refs.subjects)
    shelves = price_list.shelves_of_shop(site=site, devices=_devices(refs, whole_shop), at=at, currency=currency)
    priced: Priced = [(device, shelf.repairs) for device, shelf in shelves]
    rows = price_list.lowest(priced)
    names = _translations(refs, priced)
    best = {row.repair_type.pk: _line(row, _shelf(row)) for row in price_list.by_repair(rows)}
    first = price_list.in_turn(rows, FIRST_SERVICES) if refs.first_services else []
    return BlockFacts(
        until=min((fact.until for _, repairs in priced for fact in repairs), default=at + LONGEST_KEPT),
        services={pk: _named(best[base], own) for pk, (base, own) in names.items() if base in best},
        first_services=[_line(row, _shelf(row)) for row in first],
        tables={node: _table(node, priced, rows)[:most] for node, most in refs.subjects.items()},
        offers=_offers(refs, priced, names),
    )


def of_block(name: str, raw: Mapping[str, Any], *, facts: BlockFacts, rows: Rows) -> Any:
    """What one block shows: its lines, its offer, its questions, its form; None for a block that needs nothing."""
    match name:
        case "services":
            chosen = references.plain_list(raw.get("repair_types"))
            return [facts.services[pk] for pk in chosen if pk in facts.services] if chosen else facts.first_services
        case "price_table":
            return facts.tables.get(raw.get("subject") or 0, [])[: raw.get("most") or 0]
        case "offer":
            return facts.offers.get((raw.get("device") or 0, raw.get("repair_type") or 0))
        case "questions":
            return rows.questions(raw)
        case "form":
            return rows.forms.get(raw.get("form") or 0)
    return None


def _devices(refs: Refs, whole_shop: bool) -> list[Subject]:
    wanted = {device for device, _ in refs.offers} | set(refs.subjects)
    found = price_list.live_devices() if whole_shop else []
    missing = wanted - {device.pk for device in found}
    if not missing or (whole_shop and len(found) < price_list.DEVICES_LOOKED_AT):
        return found
    rows = Subject.objects.filter(pk__in=missing, kind=Subject.Kind.DEVICE, live=True, parent__live=True)
    return found + list(rows.select_related("parent__parent"))


def _translations(refs: Refs, priced: Priced) -> dict[int, tuple[int, RepairType | None]]:
    """For each repair that blocks name: the id that prices hang on, and its own row when that is another one."""
    wanted = refs.repair_types | {repair_type for _, repair_type in refs.offers}
    known = {fact.repair_type.pk: fact.repair_type for _, repairs in priced for fact in repairs}
    found: dict[int, tuple[int, RepairType | None]] = {pk: (pk, None) for pk in wanted if pk in known}
    others = wanted - set(known)
    if others:
        by_key = {row.translation_key: pk for pk, row in known.items()}
        for row in RepairType.objects.filter(pk__in=others, live=True, translation_key__in=by_key):
            found[row.pk] = by_key[row.translation_key], row
    return found


def _named(line: Line, own: RepairType | None) -> Line:
    return line if own is None else replace(line, name=own.name, summary=own.summary)


def _shelf(row: price_list.Priced) -> str:
    """Where a repair of no certain device leads: to its family, or into booking when it needs no device."""
    if row.category is None or row.repair_type.subject_id is None:
        return f"{reverse('book')}?{urlencode({'repair': row.repair_type.slug})}"
    return reverse("kind", args=[(row.category.parent or row.category).slug])


def _line(row: price_list.Priced, url: str) -> Line:
    kind = row.repair_type
    return Line(
        kind.pk, kind.slug, kind.name, kind.summary, row.minutes, row.warranty_days, row.price, row.currency, url
    )


def _table(node: int, priced: Priced, rows: Iterable[price_list.Priced]) -> list[Line]:
    """The lines of a device, or the lowest ones of what belongs to a category or family."""
    for device, repairs in priced:
        if device is not None and device.pk == node:
            own = price_list.lowest([(device, repairs)])
            return [
                replace(_line(row, reverse("repair", args=[device.slug, row.repair_type.slug])), maximum=row.maximum)
                for row in own
            ]
    mine = [row for row in rows if row.category and node in {row.category.pk, row.category.parent_id}]
    return [_line(row, _place(row)) for row in price_list.by_repair(mine)]


def _place(row: price_list.Priced) -> str:
    if row.category is None or row.repair_type.subject_id is None:
        return _shelf(row)
    return reverse("kind", args=[row.category.slug])


def _offers(
    refs: Refs, priced: Priced, names: Mapping[int, tuple[int, RepairType | None]]
) -> dict[tuple[int, int], Offer]:
    known = {
        device.pk: (device, {fact.repair_type.pk: fact for fact in repairs}) for device, repairs in priced if device
    }
    return {
        (device, repair): _offer(known[device][0], known[device][1][names[repair][0]], names[repair][1])
        for device, repair in refs.offers
        if device in known and repair in names and names[repair][0] in known[device][1]
    }


def _offer(device: Subject, fact: facts.RepairFact, own: RepairType | None) -> Offer:
    kind = fact.repair_type
    return Offer(
        device_slug=device.slug,
        device_name=device.name,
        device_icon=device.icon,
        repair_slug=kind.slug,
        repair_name=(own or kind).name,
        summary=(own or kind).summary,
        price=fact.price.total,
        currency=fact.price.currency,
        tax_name=fact.price.tax_name,
        maximum=fact.price.maximum,
        minutes=fact.minutes,
        warranty_days=fact.warranty_days,
        next_free=None,
        url=reverse("repair", args=[device.slug, kind.slug]),
        book_url=f"{reverse('book')}?{urlencode({'device': device.slug, 'repair': kind.slug})}",
    )


def next_free(*, site: Site, at: datetime) -> datetime | None:
    """The first start that customers can book, within two weeks; None when there is none or nobody set the rules."""
    yesterday = (at - timedelta(days=1)).date()  # wherever the shop is, its today has not begun before
    try:
        starts = booking.free_starts(site=site, at=at, first_date=yesterday, days=DAYS_LOOKED_AT + 1)
    except policies.NoPolicy:
        return None
    return starts[0] if starts else None
