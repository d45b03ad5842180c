"""Devices by repairs: the base prices of a part of the catalogue, read and saved as one table.

A cell is named by its repair and its node, so that what is sent back is found again although the page has moved.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import ModelLogEntry

from cms.models import RepairType, Subject
from cms.sites import Site
from cms.versions import Scope, bump
from shop import facts
from shop.models import RepairOffer, RepairProduct, SiteShop
from shop.price_admin.cells import Cell, Unreadable, read, write, written
from shop.products import product_for


@dataclass(frozen=True)
class Place:
    """Where a repair and a node meet. `own` is its own price, active or not; `above` what it takes without one."""

    repair: RepairType
    node: Subject | None
    own: RepairOffer | None
    above: RepairOffer | None
    fits: bool

    @property
    def key(self) -> str:
        """Its name in the form."""
        return f"{self.repair.pk}-{self.node.pk if self.node else 0}"

    @property
    def cell(self) -> Cell | None:
        """What counts here; None where the price comes from above."""
        if self.own is None or not self.own.active:
            return None
        return Cell(self.own.kind, self.own.price, self.own.price_max)

    @property
    def off(self) -> str:
        """A price that is proposed or was switched off, as text."""
        return written(self.own) if self.own is not None and not self.own.active else ""


@dataclass(frozen=True)
class Sheet:
    """A part of the table: a row of places for each node, a column for each repair."""

    shop: SiteShop
    part_grade: str
    repairs: list[RepairType]
    rows: list[tuple[Subject | None, list[Place]]]

    def places(self) -> list[Place]:
        """Every place that takes a price."""
        return [place for _node, row in self.rows for place in row if place.fits]


def tree_of(node: Subject | None) -> facts.Tree:
    """The node and those above it, nearest first; both parents are at hand."""
    found = []
    while node is not None:
        found.append(node.pk)
        node = node.parent
    return tuple(found)


def sheet_of(shop: SiteShop, nodes: Iterable[Subject | None], repairs: Iterable[RepairType], part_grade: str) -> Sheet:
    """The table of some nodes (None: for anything) and repairs. One statement; parents are at hand."""
    nodes, repairs = list(nodes), list(repairs)
    trees = {node.pk if node else 0: tree_of(node) for node in nodes}
    around = {pk for tree in trees.values() for pk in tree}
    offers = RepairOffer.objects.filter(
        Q(subject_id__in=around) | Q(subject=None),
        site_id=shop.site_id,
        currency=shop.currency,
        part_grade=part_grade,
        repair_type__in=repairs,
    )
    there = {(offer.repair_type_id, offer.subject_id): offer for offer in offers}
    rows = []
    for node in nodes:
        tree = trees[node.pk if node else 0]
        farther = (*tree[1:], None) if tree else ()
        row = []
        for repair in repairs:
            chain = (there.get((repair.pk, pk)) for pk in farther)
            above = next((offer for offer in chain if offer is not None and offer.active), None)
            fits = (
                repair.subject is None
                or node is None
                or repair.subject_id in tree
                or node.pk in tree_of(repair.subject)
            )
            row.append(Place(repair, node, there.get((repair.pk, node.pk if node else None)), above, fits))
        rows.append((node, row))
    return Sheet(shop, part_grade, repairs, rows)


@dataclass(frozen=True)
class Saved:
    """How saving went: how many prices changed, or what is wrong by cell; then nothing was changed at all."""

    changed: int
    faults: dict[str, str]


@transaction.atomic
def save(*, site: Site, part_grade: str, given: Mapping[str, str], was: Mapping[str, str], user: Any) -> Saved:
    """Save what was typed where it differs from what stood there (`was`), all or nothing.

    A cell that somebody else has changed meanwhile is a fault, unless both say the same. An emptied cell switches its
    own price off. One change of prices is counted, each price has an entry in its history.
    """
    shop = SiteShop.objects.select_for_update().select_related("site").get(site=site)  # one table at a time
    places = {place.key: place for place in asked_for(shop, part_grade, given).places()}
    faults: dict[str, str] = {}
    plans: list[tuple[Place, Cell | None]] = []
    for key, text in given.items():
        try:
            wanted, before = read(text), read(was.get(key, ""))
        except Unreadable as fault:
            faults[key] = str(fault)
            continue
        place = places.get(key)
        if wanted == before or (place is not None and wanted == place.cell):
            continue
        if place is None:
            faults[key] = _("This device or repair is no longer there.")
        elif place.cell != before:
            faults[key] = _("Somebody else made this %(price)s meanwhile. Save again to replace it.") % {
                "price": write(place.cell) or _("empty")
            }
        else:
            plans.append((place, wanted))
    if faults:
        return Saved(0, faults)
    if plans:
        _write(shop, part_grade, plans, user)
    return Saved(len(plans), {})


def asked_for(shop: SiteShop, part_grade: str, keys: Iterable[str]) -> Sheet:
    """The table of exactly the nodes and repairs that the keys name, in their order. Three statements."""
    pairs = [key.partition("-") for key in keys]
    kinds = dict.fromkeys(int(kind) for kind, _dash, _node in pairs if kind.isdecimal())
    pks = dict.fromkeys(int(node) for _kind, _dash, node in pairs if node.isdecimal())
    repairs = RepairType.objects.select_related("subject__parent__parent").in_bulk(list(kinds))
    nodes: dict[int, Subject | None] = dict(Subject.objects.select_related("parent__parent").in_bulk(list(pks)))
    nodes |= {0: None}
    return sheet_of(
        shop, [nodes[pk] for pk in pks if pk in nodes], [repairs[pk] for pk in kinds if pk in repairs], part_grade
    )


def _write(shop: SiteShop, part_grade: str, plans: list[tuple[Place, Cell | None]], user: Any) -> None:
    """Write what is new, what is changed and what is emptied, in one statement each."""
    new: list[RepairOffer] = []
    changed: list[RepairOffer] = []
    for place, cell in plans:
        offer = place.own or RepairOffer(
            site_id=shop.site_id,
            repair_type=place.repair,
            subject=place.node,
            currency=shop.currency,
            part_grade=part_grade,
        )
        offer.active = cell is not None
        if cell is not None:
            offer.kind, offer.price, offer.price_max = cell.kind, cell.price, cell.price_max
        (changed if offer.pk else new).append(offer)
    RepairOffer.objects.bulk_create(new)
    RepairOffer.objects.bulk_update(changed, ["active", "kind", "price", "price_max"])
    _sell({place.repair for place, cell in plans if cell is not None}, shop)
    _remember(new, "wagtail.create", user)
    _remember(changed, "wagtail.edit", user)
    bump(Scope.PRICES, site_id=shop.site_id)


def _sell(repairs: Iterable[RepairType], shop: SiteShop) -> None:
    """Make what is to be sold for the first time a product in the shop's currency. One statement where nothing is."""
    kinds = {repair.pk: repair for repair in repairs}
    ready = RepairProduct.objects.filter(
        repair_type__in=kinds,
        product__stockrecords__partner=shop.partner_id,
        product__stockrecords__price_currency=shop.currency,
    ).values_list("repair_type_id", flat=True)
    for pk in sorted(kinds.keys() - set(ready)):
        product_for(kinds[pk])


def _remember(offers: list[RepairOffer], action: str, user: Any) -> None:
    """One entry in the history of each price, in one statement: Wagtail's own way takes one for each."""
    kind, at, together = ContentType.objects.get_for_model(RepairOffer), timezone.now(), uuid4()
    ModelLogEntry.objects.bulk_create(
        ModelLogEntry(
            content_type=kind,
            object_id=str(offer.pk),
            label=str(offer)[:255],
            action=action,
            timestamp=at,
            user=user,
            uuid=together,
            content_changed=True,
        )
        for offer in offers
    )
