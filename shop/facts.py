"""Prices as facts for pages: many devices or many repairs in two or three statements.

`shop/quotes.py` reads through the same door, so a page and a quote can never disagree.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter

from django.db.models import Q

from cms.models import RepairType, Subject
from cms.sites import Site
from shop import pricing
from shop.models import AddOn, PriceRule, RepairOffer, SiteShop

Tree = tuple[int, ...]


@dataclass(frozen=True)
class RepairFact:
    """One repair offered for a device, at its price for a good device, no hurry, brought to the shop."""

    repair_type: RepairType
    price: pricing.Price
    until: datetime  # the first moment at which time alone may change the price


def rules_of(site: Site, at: datetime) -> tuple[pricing.Rule, ...]:
    """The site's active rules in force now or later, in one statement; `pricing` leaves the later ones out."""
    rows = PriceRule.objects.filter(site=site, active=True).filter(Q(valid_until=None) | Q(valid_until__gt=at))
    return tuple(
        pricing.Rule(
            name=row.name,
            factor=row.factor,
            reason=row.reason,
            order=row.order,
            number=row.pk,
            subject_id=row.subject_id,
            repair_type_id=row.repair_type_id,
            older_than_years=row.older_than_years,
            condition=row.condition,
            urgency=row.urgency,
            service_type=row.service_type,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
        )
        for row in rows
    )


def add_ons_of(site: Site, *, tree: Tree, repair_type_ids: Iterable[int]) -> list[AddOn]:
    """What may be added to these repairs of this device (its tree, nearest first), in the shop's order."""
    fits_subject = Q(subject=None) | Q(subject_id__in=tree)
    fits_repair = Q(repair_type=None) | Q(repair_type_id__in=list(repair_type_ids))
    return list(AddOn.objects.filter(fits_subject, fits_repair, site=site, active=True))


def next_change(rules: Iterable[pricing.Rule], at: datetime) -> datetime:
    """The first moment after `at` when a rule begins or ends, or a new year makes every device older."""
    moments = [moment for rule in rules for moment in (rule.valid_from, rule.valid_until) if moment and moment > at]
    return min([*moments, at.replace(year=at.year + 1, month=1, day=1, hour=0, minute=0, second=0, microsecond=0)])


def offers_of(site: Site, subject_ids: Iterable[int], draft: RepairType | None = None) -> list[RepairOffer]:
    """Active offers of live repair types on these nodes or on none, with the site's shop, in one statement.

    `draft` is a repair that an editor looks at: its offers count as well, and carry its words.
    """
    nodes = set(subject_ids)
    shown = Q(repair_type__live=True) & (Q(repair_type__subject_id__in=nodes) | Q(repair_type__subject=None))
    if draft is not None and draft.pk:
        shown |= Q(repair_type=draft.pk)
    offers = list(
        RepairOffer.objects.filter(Q(subject_id__in=nodes) | Q(subject=None), shown, site=site, active=True)
        .select_related("repair_type", "site__shop")
        .order_by("repair_type__sort_order", "repair_type__name", "pk")
    )
    for offer in offers:
        if draft is not None and offer.repair_type_id == draft.pk:
            offer.repair_type = draft
    return offers


def nearest(offers: Iterable[RepairOffer], tree: Tree, currency: str) -> dict[int, RepairOffer]:
    """For each repair type that fits the tree, the offer on the nearest node; one without a node comes last."""
    found: dict[int, RepairOffer] = {}
    far = len(tree)

    def distance(offer: RepairOffer) -> int:
        return tree.index(offer.subject_id) if offer.subject_id in tree else far

    for offer in offers:
        on_tree = offer.subject_id is None or offer.subject_id in tree
        fits = offer.repair_type.subject_id is None or offer.repair_type.subject_id in tree
        best = found.get(offer.repair_type_id)
        if on_tree and fits and offer.currency == currency and (best is None or distance(offer) < distance(best)):
            found[offer.repair_type_id] = offer
    return found


def catalogue_of(
    offer: RepairOffer, shop: SiteShop, rules: tuple[pricing.Rule, ...], add_ons: Iterable[AddOn] = ()
) -> pricing.Catalogue:
    """The snapshot that `pricing.build` needs for one offer."""
    return pricing.Catalogue(
        base_price=offer.price,
        base_name=offer.repair_type.name,
        currency=offer.currency,
        tax_rate=shop.tax_rate,
        tax_name=shop.tax_name,
        tax_code=shop.tax_code,
        unknown_year=shop.unknown_year,
        rules=rules,
        add_ons=tuple(pricing.AddOnPrice(row.slug, row.name, row.price, row.description) for row in add_ons),
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


def repairs_of_many(*, site: Site, devices: Iterable[Subject], at: datetime) -> list[tuple[Subject, list[RepairFact]]]:
    """Each device with what `repairs_of` says of it, in two statements for any number (three without parents)."""
    devices = list(devices)
    if not devices:
        return []
    trees = trees_of(devices)
    offers, rules = offers_of(site, {pk for tree in trees.values() for pk in tree}), rules_of(site, at)
    shelves: dict[int | None, list[tuple[int, RepairOffer]]] = {}
    for place, offer in enumerate(offers):
        shelves.setdefault(offer.subject_id, []).append((place, offer))
    found = []
    for device in devices:
        tree = trees[device.pk]
        # Only what may fit it, in the shop's order: looking at every offer for every device is most of the work.
        mine = sorted((row for node in (*tree, None) for row in shelves.get(node, ())), key=itemgetter(0))
        found.append((device, _facts(device, tree, [offer for _, offer in mine], rules, at)))
    return found


def repairs_of(*, site: Site, device: Subject, at: datetime, draft: RepairType | None = None) -> list[RepairFact]:
    """Every repair offered for a device in the shop's order, priced for the plain case. Two statements (or three)."""
    tree = trees_of([device])[device.pk]
    return _facts(device, tree, offers_of(site, tree, draft), rules_of(site, at), at)


def _facts(
    device: Subject, tree: Tree, offers: list[RepairOffer], rules: tuple[pricing.Rule, ...], at: datetime
) -> list[RepairFact]:
    facts = []
    currency, until = offers[0].site.shop.currency if offers else "", next_change(rules, at)
    for offer in nearest(offers, tree, currency).values():
        wanted = pricing.Wanted(subject_ids=tree, year=device.year, repair_type_id=offer.repair_type_id)
        catalogue = catalogue_of(offer, offer.site.shop, rules)
        facts.append(RepairFact(offer.repair_type, pricing.build(catalogue=catalogue, wanted=wanted, at=at), until))
    return facts
