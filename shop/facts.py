"""Prices as facts for pages: many devices or many repairs in two or three statements.

`shop/quotes.py` reads through the same door, so a page and a quote can never disagree.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from operator import itemgetter
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from cms.kept import kept
from cms.models import RepairType, Subject
from cms.sites import Site
from shop import currencies, pricing
from shop.models import AddOn, PriceRule, RepairOffer, SiteShop, TaxRate
from shop.part_grades import Tree, elsewhere, grades, nearest, plain, priced

# What a rule of `pricing` and its row call alike.
COPIED = (
    *("name", "value", "reason", "priority", "group", "stop", "currency"),
    *("subject_id", "brand", "repair_type_id", "older_than_years", "at_most_years", "year_from", "year_until"),
    *("condition", "urgency", "service_type", "part_grade", "visit_from", "visit_until", "valid_from", "valid_until"),
)


class NoTaxRate(Exception):
    """The shop's tax code has no rate that has begun."""

    code = "no_tax_rate"


@dataclass(frozen=True)
class Part:
    """One grade of part to choose, with the price of the plain case."""

    grade: str
    price: pricing.Price


@dataclass(frozen=True)
class RepairFact:
    """One repair offered for a device, at its price for a good device, no hurry, brought to the shop.

    `minutes` and `warranty_days` are the offer's own, else the repair's. `parts` are the grades of part to choose
    from, where there is more than one.
    """

    repair_type: RepairType
    price: pricing.Price
    until: datetime  # the first moment at which time alone may change the price
    minutes: int
    warranty_days: int
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True)
class OnRequest:
    """One repair that is done for a device and priced after a look at it; `unpriced_in` one currency only, if so."""

    repair_type: RepairType
    minutes: int
    warranty_days: int
    unpriced_in: str = ""


@dataclass(frozen=True)
class Shelf:
    """All that is done for one device, in the shop's order."""

    repairs: list[RepairFact]
    on_request: list[OnRequest]


def rules_of(site: Site, at: datetime) -> tuple[pricing.Rule, ...]:
    """The site's active rules in force now or later, in one statement; `pricing` leaves the later ones out."""
    rows = PriceRule.objects.filter(site=site, active=True).select_related("add_on")
    rows = rows.filter(Q(valid_until=None) | Q(valid_until__gt=at))
    return tuple(rule_of(row) for row in rows)


def rule_of(row: PriceRule) -> pricing.Rule:
    """The row, saved or not, as `pricing` reads it. Its add-on at hand, no statement is made."""
    return pricing.Rule(
        effect=pricing.Effect(row.effect),
        number=row.pk or 0,
        add_on=row.add_on.slug if row.add_on else "",
        weekdays=tuple(row.weekdays),
        **{name: getattr(row, name) for name in COPIED},
    )


def visit_rules() -> QuerySet[PriceRule]:
    """The active rules of all sites that speak of the time of a visit."""
    about = ~Q(weekdays=[]) | Q(visit_from__isnull=False) | Q(visit_until__isnull=False)
    return PriceRule.objects.filter(about, active=True)


def visits_matter(site: Site) -> bool:
    """Whether a price may depend on the time of the visit. One statement, or none with the site's versions at hand."""
    rules = visit_rules().filter(site=site)
    if not hasattr(site, "prices_version"):
        return rules.exists()
    return kept("visit-rules", site, rules.exists, version=str(site.prices_version or 0))


def add_ons_of(site: Site, *, tree: Tree, repair_type_ids: Iterable[int], currency: str = "") -> list[AddOn]:
    """What may be added to these repairs of this device (its tree, nearest first), in the shop's order.

    `currency`: another one than the shop's own; what has no price in it is left out.
    """
    fits_subject = Q(subject=None) | Q(subject_id__in=tree)
    fits_repair = Q(repair_type=None) | Q(repair_type_id__in=list(repair_type_ids))
    wanted: Any = currency or F("site__shop__currency")
    priced = Q(currency=wanted) | Q(currency="", site__shop__currency=wanted)
    return list(AddOn.objects.filter(fits_subject, fits_repair, priced, site=site, active=True))


def next_change(rules: Iterable[pricing.Rule], at: datetime, offers: Iterable[RepairOffer] = ()) -> datetime:
    """The first moment after `at` when a rule begins or ends, another tax rate does, or every device gets older."""
    moments = [moment for rule in rules for moment in (rule.valid_from, rule.valid_until) if moment and moment > at]
    days = {offer.next_tax_from for offer in offers if offer.next_tax_from}  # type: ignore[attr-defined]
    moments += [datetime.combine(day, time(), tzinfo=UTC) for day in days]
    return min([*moments, at.replace(year=at.year + 1, month=1, day=1, hour=0, minute=0, second=0, microsecond=0)])


def offers_of(
    site: Site, subject_ids: Iterable[int], at: datetime, draft: RepairType | None = None
) -> list[RepairOffer]:
    """Active offers of live repair types on these nodes or on none, in one statement.

    Each carries the site's shop, the tax rate of the day as `tax_rate`, and when the next one begins as
    `next_tax_from`. `draft` is a repair that an editor looks at: its offers count as well, and carry its words.
    """
    nodes = set(subject_ids)
    shown = Q(repair_type__live=True) & (Q(repair_type__subject_id__in=nodes) | Q(repair_type__subject=None))
    if draft is not None and draft.pk:
        shown |= Q(repair_type=draft.pk)
    rates, day = TaxRate.objects.filter(code=OuterRef("site__shop__tax_code")), at.date()
    offers: list[RepairOffer] = list(
        RepairOffer.objects.filter(Q(subject_id__in=nodes) | Q(subject=None), shown, site=site, active=True)
        .select_related("repair_type", "site__shop")
        .annotate(
            tax_rate=Subquery(rates.filter(valid_from__lte=day).order_by("-valid_from").values("rate")[:1]),
            next_tax_from=Subquery(rates.filter(valid_from__gt=day).order_by("valid_from").values("valid_from")[:1]),
        )
        .order_by("repair_type__sort_order", "repair_type__name", "pk")
    )
    for offer in offers:
        if draft is not None and offer.repair_type_id == draft.pk:
            offer.repair_type = draft
    return offers


def treatment_kinds(*, site: Site, at: datetime) -> list[RepairType]:
    """The repairs that are priced for no device at all. One statement."""
    offers = offers_of(site, (), at)
    return [offer.repair_type for offer in nearest(offers, (), offers[0].site.shop.currency).values()] if offers else []


def catalogue_of(
    offer: RepairOffer, shop: SiteShop, rules: tuple[pricing.Rule, ...], add_ons: Iterable[AddOn] = ()
) -> pricing.Catalogue:
    """The snapshot that `pricing.build` needs for one offer of `offers_of`. Raises NoTaxRate, ValueError unpriced."""
    if offer.price is None:
        raise ValueError(f"{offer} has no price.")
    if offer.tax_rate is None:  # type: ignore[attr-defined]  # annotated by offers_of
        raise NoTaxRate(f"There is no tax rate {shop.tax_code!r} for today: add it under Prices, Tax rates.")
    return pricing.Catalogue(
        base_price=offer.price,
        base_maximum=offer.price_max,
        base_name=offer.repair_type.name,
        kind=offer.kind,
        currency=offer.currency,
        tax_rate=offer.tax_rate,  # type: ignore[attr-defined]
        tax_name=shop.tax_name,
        tax_code=shop.tax_code,
        unknown_year=shop.unknown_year,
        rules=currencies.counting(rules, own=shop.currency, currency=offer.currency),
        add_ons=tuple(pricing.AddOnPrice(row.slug, row.name, row.price, row.description) for row in add_ons),
    )


def wish_of(offer: RepairOffer, tree: Tree, device: Subject | None, **answers: Any) -> pricing.Wanted:
    """What is asked of `pricing` for one offer; `answers` are those of `pricing.Wanted`."""
    return pricing.Wanted(
        subject_ids=tree,
        year=device.year if device else None,
        brand=device.brand if device else "",
        repair_type_id=offer.repair_type_id,
        part_grade=offer.part_grade,
        **answers,
    )


def trees_of(devices: list[Subject]) -> dict[int, Tree]:
    """For each device its own id and those above it, nearest first; at most one statement for any number."""
    unread = {device.parent_id for device in devices if device.parent_id and not Subject.parent.is_cached(device)}
    above = dict(Subject.objects.filter(pk__in=unread).values_list("pk", "parent_id")) if unread else {}
    trees = {}
    for device in devices:
        cached = Subject.parent.is_cached(device) and device.parent
        over = (cached.parent_id if cached else None) or above.get(device.parent_id or 0)
        trees[device.pk] = tuple(pk for pk in (device.pk, device.parent_id, over) if pk)
    return trees


def cheapest(repairs: Iterable[RepairFact]) -> RepairFact | None:
    """The repair with the lowest price; what is offered for any device (moving data) only when nothing else is."""
    return min(repairs, key=lambda fact: (fact.repair_type.subject_id is None, fact.price.total), default=None)


def repairs_of_many(
    *, site: Site, devices: Iterable[Subject], at: datetime, currency: str = ""
) -> list[tuple[Subject, list[RepairFact]]]:
    """Each device with what `repairs_of` says of it, in two statements for any number (three without parents)."""
    shelves = shelves_of_many(site=site, devices=devices, at=at, currency=currency)
    return [(device, shelf.repairs) for device, shelf in shelves]


def shelves_of_many(
    *, site: Site, devices: Iterable[Subject], at: datetime, currency: str = ""
) -> list[tuple[Subject, Shelf]]:
    """Each device with what `shelf_of` says of it, in two statements for any number (three without parents)."""
    devices = list(devices)
    if not devices:
        return []
    trees = trees_of(devices)
    offers, rules = offers_of(site, {pk for tree in trees.values() for pk in tree}, at), rules_of(site, at)
    by_node: dict[int | None, list[tuple[int, RepairOffer]]] = {}
    for place, offer in enumerate(offers):
        by_node.setdefault(offer.subject_id, []).append((place, offer))
    found = []
    for device in devices:
        tree = trees[device.pk]
        # Only what may fit it, in the shop's order: looking at every offer for every device is most of the work.
        mine = sorted((row for node in (*tree, None) for row in by_node.get(node, ())), key=itemgetter(0))
        found.append((device, _shelf(device, tree, [offer for _, offer in mine], rules, at, currency)))
    return found


def repairs_of(
    *, site: Site, device: Subject | None, at: datetime, draft: RepairType | None = None, currency: str = ""
) -> list[RepairFact]:
    """Every repair that has a price for a device, in the shop's order, for the plain case. Two or three statements."""
    return shelf_of(site=site, device=device, at=at, draft=draft, currency=currency).repairs


def shelf_of(
    *, site: Site, device: Subject | None, at: datetime, draft: RepairType | None = None, currency: str = ""
) -> Shelf:
    """All that is done for a device, or (None) for a thing that is no device of ours. Two statements (or three).

    `currency`: another one than the shop's own.
    """
    tree = trees_of([device])[device.pk] if device else ()
    return _shelf(device, tree, offers_of(site, tree, at, draft), rules_of(site, at), at, currency)


def _shelf(
    device: Subject | None,
    tree: Tree,
    offers: list[RepairOffer],
    rules: tuple[pricing.Rule, ...],
    at: datetime,
    currency: str,
) -> Shelf:
    shelf = Shelf([], [])
    if not offers:
        return shelf
    shop, until = offers[0].site.shop, next_change(rules, at, offers)
    year = device.year if device and device.year is not None else shop.unknown_year
    rules = pricing.narrowed(rules, wanted=wish_of(offers[0], tree, device), year=year, at=at)
    for choice in grades(offers, tree, currency or shop.currency).values():
        best = plain(choice)
        took = took_of(best)
        if best.price is None:
            shelf.on_request.append(OnRequest(best.repair_type, *took))
            continue
        prices = {
            grade: pricing.build(catalogue=catalogue_of(offer, shop, rules), wanted=wish_of(offer, tree, device), at=at)
            for grade, offer in priced(choice).items()
        }
        parts = tuple(Part(grade, price) for grade, price in prices.items()) if len(prices) > 1 else ()
        shelf.repairs.append(RepairFact(best.repair_type, prices[best.part_grade], until, *took, parts))
    if currency and currency != shop.currency:
        for choice in elsewhere(offers, tree, currency, shop.currency).values():
            best = plain(choice)
            shelf.on_request.append(OnRequest(best.repair_type, *took_of(best), currency if best.price else ""))
    return shelf


def took_of(offer: RepairOffer) -> tuple[int, int]:
    """Working minutes and days of warranty: the offer's own, else the repair's."""
    kind = offer.repair_type
    minutes = kind.minutes if offer.minutes is None else offer.minutes
    return minutes, kind.warranty_days if offer.warranty_days is None else offer.warranty_days
