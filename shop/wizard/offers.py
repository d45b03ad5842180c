"""What can be done to one thing: its repairs with their lowest price, what may be added, what often goes wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cms import catalogue
from cms.models import RepairType, Subject
from cms.sites import Site
from shop import facts
from shop.facts import OnRequest, RepairFact
from shop.models import AddOn


@dataclass(frozen=True)
class Offered:
    """The choices of one issue step."""

    device: Subject | None
    repairs: list[RepairFact]
    on_request: list[OnRequest]
    add_ons: list[AddOn]
    issues: list[str]
    currency: str = ""  # blank: the shop's own

    def repair_types(self, slugs: list[str]) -> list[RepairType]:
        """The offered repairs among these slugs, in the shop's order."""
        return [fact.repair_type for fact in self.repairs if fact.repair_type.slug in slugs]

    def part_names(self) -> list[str]:
        """What the form calls the choice of part of each repair that has one."""
        return [part_name(fact.repair_type) for fact in self.repairs if fact.parts]

    def part_grades(self, values: Mapping[str, list[str]]) -> dict[str, str]:
        """The chosen grade of part by the repair's id, where it is on offer; a standard part is no choice."""
        found = {}
        for fact in self.repairs:
            chosen = (values.get(part_name(fact.repair_type)) or [""])[-1]
            if chosen and chosen in {part.grade for part in fact.parts}:
                found[str(fact.repair_type.pk)] = chosen
        return found

    def chosen_add_ons(self, slugs: list[str]) -> list[AddOn]:
        """The offered add-ons among these slugs."""
        return [add_on for add_on in self.add_ons if add_on.slug in slugs]


def part_name(repair: RepairType) -> str:
    """What the form calls the choice of part of a repair."""
    return f"part:{repair.slug}"


def offered(*, site: Site, device: Subject | None, at: datetime, currency: str = "") -> Offered:
    """What is offered for a device, or for a thing that is no device of ours. Three statements, the catalogue known.

    `currency`: another one than the shop's own.
    """
    shelf = facts.shelf_of(site=site, device=device, at=at, currency=currency)
    tree = facts.trees_of([device])[device.pk] if device else ()
    ids = [fact.repair_type.pk for fact in shelf.repairs]
    add_ons = facts.add_ons_of(site, tree=tree, repair_type_ids=ids, currency=currency) if ids else []
    issues = [row.words for row in catalogue.read(site).complaints_of(tree)] if tree else []
    return Offered(device, shelf.repairs, shelf.on_request, add_ons, issues, currency)
