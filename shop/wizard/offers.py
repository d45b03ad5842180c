"""What can be done to one thing: its repairs with their lowest price, what may be added, what often goes wrong."""

from dataclasses import dataclass
from datetime import datetime

from cms import catalogue
from cms.models import RepairType, Subject
from cms.sites import Site
from shop import facts, pricing
from shop.facts import RepairFact
from shop.models import AddOn


@dataclass(frozen=True)
class Offered:
    """The choices of one issue step."""

    device: Subject | None
    repairs: list[RepairFact]
    add_ons: list[AddOn]
    issues: list[str]

    def repair_types(self, slugs: list[str]) -> list[RepairType]:
        """The offered repairs among these slugs, in the shop's order."""
        return [fact.repair_type for fact in self.repairs if fact.repair_type.slug in slugs]

    def chosen_add_ons(self, slugs: list[str]) -> list[AddOn]:
        """The offered add-ons among these slugs."""
        return [add_on for add_on in self.add_ons if add_on.slug in slugs]


def offered(*, site: Site, device: Subject | None, at: datetime) -> Offered:
    """What is offered for a device, or for a thing that is no device of ours. Three statements, the catalogue known."""
    repairs = facts.repairs_of(site=site, device=device, at=at) if device else treatments(site=site, at=at)
    tree = facts.trees_of([device])[device.pk] if device else ()
    ids = [fact.repair_type.pk for fact in repairs]
    add_ons = facts.add_ons_of(site, tree=tree, repair_type_ids=ids) if ids else []
    issues = [row.words for row in catalogue.read(site).complaints_of(tree)] if tree else []
    return Offered(device, repairs, add_ons, issues)


def treatments(*, site: Site, at: datetime) -> list[RepairFact]:
    """Repairs that hang on no device, at their plain price. Two statements."""
    offers, rules = facts.offers_of(site, ()), facts.rules_of(site, at)
    if not offers:
        return []
    until, shop = facts.next_change(rules, at), offers[0].site.shop
    return [
        RepairFact(
            offer.repair_type,
            pricing.build(
                catalogue=facts.catalogue_of(offer, shop, rules),
                wanted=pricing.Wanted(subject_ids=(), year=None, repair_type_id=offer.repair_type_id),
                at=at,
            ),
            until,
        )
        for offer in facts.nearest(offers, (), shop.currency).values()
    ]
