"""Devices by repairs: the base prices of a part of the catalogue, read as one table.

A cell is named by its repair and its node, so that what is sent back is found again although the page has moved.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from cms.models import RepairType, Subject
from shop import facts
from shop.models import RepairOffer, SiteShop
from shop.price_admin.cells import Cell, Kind, Shown, Value, written


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

    def value(self, shown: str) -> Value:
        """What stands in its cell: the price, or minutes or days of its own."""
        if shown == Shown.PRICE or self.cell is None:
            return self.cell
        number: int | None = getattr(self.own, shown)
        return number

    def inherited(self, shown: str) -> str:
        """What counts while the cell is empty, as text."""
        if shown == Shown.PRICE:
            return written(self.above) if self.above is not None else ""
        number = getattr(self.above, shown) if self.cell is None and self.above is not None else None
        return str(getattr(self.repair, shown) if number is None else number)

    def takes(self, shown: str) -> bool:
        """Whether something can be written here: time and warranty belong to a price of its own."""
        return self.fits and (shown == Shown.PRICE or (self.cell is not None and self.cell.kind != Kind.NOT_OFFERED))

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
