"""From what a search found to what a page shows: devices with a price, and where each of them leads."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.http import urlencode

from cms import search
from cms.catalogue import Catalogue, Complaint, Node
from cms.models import CommonIssue, RepairType, Subject
from cms.pictures.subjects import Picture
from cms.sites import Site
from shop import facts
from shop.pricing import Price


@dataclass(frozen=True)
class Hit:
    """A device that was found. With the repair that was asked for, or else with its lowest price."""

    device: Subject
    repair: RepairType | None
    price: Price | None  # None: on request
    until: datetime | None
    picture: Picture | None = None
    unpriced_in: str = ""  # the only currency in which it is on request

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
    advice: str
    repair: RepairType | None
    address: str


def nodes(known: Catalogue, ids: Iterable[int]) -> list[Node]:
    """The nodes of these ids, in their order."""
    return [known.nodes[pk] for pk in ids if pk in known.nodes]


def hits(
    *, site: Site, known: Catalogue, devices: Iterable[Subject], found: search.Found, at: datetime, currency: str = ""
) -> list[Hit]:
    """Each device with its photo, what was asked for it and its price. Two statements for any number."""
    shelves = facts.shelves_of_many(site=site, devices=devices, at=at, currency=currency)
    return [hit(known, device, shelf, found) for device, shelf in shelves]


def hit(known: Catalogue, device: Subject, shelf: facts.Shelf, found: search.Found) -> Hit:
    """One device with the repair that was asked for, or else with its lowest price."""
    picture = known.picture_of(device.pk)
    until = min((fact.until for fact in shelf.repairs), default=None)
    done: list[facts.RepairFact | facts.OnRequest] = [*shelf.repairs, *shelf.on_request]
    wanted = found.asked(fact.repair_type.pk for fact in done)
    fact = next((fact for fact in done if fact.repair_type.pk == wanted), None)
    if fact is not None:
        if isinstance(fact, facts.RepairFact):
            return Hit(device, fact.repair_type, fact.price, until, picture)
        return Hit(device, fact.repair_type, None, until, picture, fact.unpriced_in)
    best = facts.cheapest(shelf.repairs)
    if best is not None:
        return Hit(device, None, best.price, until, picture)
    return Hit(device, None, None, until, picture, max((row.unpriced_in for row in shelf.on_request), default=""))


def issues(
    known: Catalogue, device: Subject, repairs: list[facts.RepairFact], complaints: Iterable[Complaint]
) -> list[Issue]:
    """What often goes wrong with the device, each complaint leading to booking.

    The repair that an editor chose counts; else the one that the words are about.
    """
    by_pk = {fact.repair_type.pk: fact.repair_type for fact in repairs}
    found = []
    for complaint in complaints:
        repair = by_pk.get(complaint.repair_type_id or 0) or by_pk.get(search.meant(known, complaint.words, by_pk) or 0)
        query = {"device": device.slug, **({"repair": repair.slug} if repair else {})}
        address = f"{reverse('book')}?{urlencode(query)}"
        found.append(Issue(complaint.words, complaint.advice, repair, address))
    return found


def complaints(known: Catalogue, tree: Iterable[int], draft: CommonIssue | None) -> list[Complaint]:
    """What goes wrong with the nodes of a tree, nearest first; a draft that is looked at stands in its place."""
    nodes = [pk for pk in tree if pk]
    rows = known.complaints_of(nodes)
    if draft is None:
        return rows
    mine = Complaint(draft.pk or 0, draft.phrase, draft.advice, draft.repair_type_id)
    if any(row.pk == mine.pk for row in rows):
        return [mine if row.pk == mine.pk else row for row in rows]
    return [mine, *rows] if draft.subject_id in nodes else rows
