"""From what a search found to what a page shows: devices with a price, and where each of them leads."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.http import urlencode

from cms import search
from cms.catalogue import Catalogue, Node
from cms.models import RepairType, Subject
from cms.sites import Site
from shop import facts
from shop.pricing import Price


@dataclass(frozen=True)
class Hit:
    """A device that was found. With the repair that was asked for, or else with its lowest price."""

    device: Subject
    repair: RepairType | None
    price: Price | None
    until: datetime | None

    @property
    def address(self) -> str:
        """Where it leads: to the repair that was asked for, else to the device."""
        if self.repair is not None:
            return reverse("repair", args=[self.device.slug, self.repair.slug])
        return reverse("device", args=[self.device.slug])


@dataclass(frozen=True)
class Issue:
    """A complaint as customers say it, and where it leads: into booking, with the repair if it can be told."""

    words: str
    repair: RepairType | None
    address: str


def within(known: Catalogue, ids: Iterable[int], slug: str) -> tuple[int, ...]:
    """The devices that belong to the family or category of that address; all of them without one."""
    if not slug:
        return tuple(ids)
    return tuple(pk for pk in ids if slug in {node.slug for node in known.trail(known.nodes[pk])})


def nodes(known: Catalogue, ids: Iterable[int]) -> list[Node]:
    """The nodes of these ids, in their order."""
    return [known.nodes[pk] for pk in ids if pk in known.nodes]


def hits(*, site: Site, devices: Iterable[Subject], found: search.Found, at: datetime) -> list[Hit]:
    """Each device with what was asked for it and its price. Two statements for any number."""
    return [hit(device, repairs, found) for device, repairs in facts.repairs_of_many(site=site, devices=devices, at=at)]


def hit(device: Subject, repairs: list[facts.RepairFact], found: search.Found) -> Hit:
    """One device with the repair that was asked for, or else with its lowest price."""
    until = min((fact.until for fact in repairs), default=None)
    wanted = found.asked(fact.repair_type.pk for fact in repairs)
    fact = next((fact for fact in repairs if fact.repair_type.pk == wanted), None)
    if fact is not None:
        return Hit(device, fact.repair_type, fact.price, until)
    best = facts.cheapest(repairs)
    return Hit(device, None, best.price if best else None, until)


def issues(known: Catalogue, device: Subject, repairs: list[facts.RepairFact]) -> list[Issue]:
    """The device's common issues, each leading to booking."""
    by_pk = {fact.repair_type.pk: fact.repair_type for fact in repairs}
    found = []
    for words in filter(None, (line.strip() for line in device.common_issues.splitlines())):
        repair = by_pk.get(search.meant(known, words, by_pk) or 0)
        query = {"device": device.slug, **({"repair": repair.slug} if repair else {})}
        found.append(Issue(words, repair, f"{reverse('book')}?{urlencode(query)}"))
    return found
