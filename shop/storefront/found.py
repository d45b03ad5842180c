"""What a search found, in groups as people see them: devices, kinds, repairs and questions, the best group first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from cms import search
from cms.catalogue import Catalogue, Node, Repair
from cms.models import Subject
from cms.questions import Question, Questions
from cms.sites import Site
from shop import facts
from shop.storefront import finding

WORTH_IT = 0.5  # of the points of the best one
ORDER = (search.DEVICES, search.KINDS, search.REPAIRS, search.QUESTIONS)


@dataclass(frozen=True)
class KindHit:
    """A family or category whose name was typed."""

    node: Node

    @property
    def address(self) -> str:
        """Its page."""
        return reverse("kind", args=[self.node.slug])


@dataclass(frozen=True)
class RepairHit:
    """A repair that was asked for without a device that it could be for."""

    repair: Repair
    node: Node | None
    address: str
    fact: facts.RepairFact | None = None  # what it costs and takes, when it needs no device


@dataclass(frozen=True)
class QuestionHit:
    """A question with its answer; `address` is where it stands on the site."""

    row: Question
    address: str


@dataclass(frozen=True)
class Group:
    """Some answers of one sort, and how many there are of it in all. `exact`: no near ones in place of an answer."""

    sort: str
    hits: list[finding.Hit] | list[KindHit] | list[RepairHit] | list[QuestionHit]
    total: int
    exact: bool = True


def repair_address(repair: Repair, named: str = "") -> str:
    """Where a repair leads that has no device yet: to the choice of one, or to booking when it needs none."""
    if repair.subject_id is None:
        return f"{reverse('book')}?{urlencode({'repair': repair.slug})}"
    query = {"q": named, "repair": repair.slug} if named else {"repair": repair.slug}
    return f"{reverse('devices')}?{urlencode(query)}"


def is_unknown(found: search.Found) -> bool:
    """Whether the words name a thing that we do not have, so that a diagnosis of it may be booked."""
    return bool(found.first) and not found.devices and found.first != search.QUESTIONS


def diagnosis_address(words: str) -> str:
    """Booking of a thing that we do not know, called as it was typed."""
    return f"{reverse('book')}?{urlencode({'thing': words})}"


def repair_hits(known: Catalogue, found: search.Found) -> list[RepairHit]:
    """The repairs that were asked for, the best first; those that fit by far less are left out."""
    least = max(found.repairs.values(), default=0) * WORTH_IT
    rows = [known.repairs[pk] for pk, worth in found.repairs.items() if worth >= least and pk in known.repairs]
    return [RepairHit(row, known.nodes.get(row.subject_id or 0), repair_address(row, found.named)) for row in rows]


def priced(hits: list[RepairHit], *, site: Site, at: datetime, currency: str) -> list[RepairHit]:
    """The same, those that need no device with what they cost. Two statements when there is one of them, else none."""
    if all(hit.repair.subject_id for hit in hits):
        return hits
    shelf = facts.shelf_of(site=site, device=None, at=at, currency=currency)
    known = {fact.repair_type.pk: fact for fact in shelf.repairs}
    return [replace(hit, fact=known.get(hit.repair.pk)) for hit in hits]


def question_hits(known: Catalogue, all_of_them: Questions, found: search.Found, language: str) -> list[QuestionHit]:
    """The questions that were found, in that language where they are translated."""
    rows = all_of_them.in_language(language)
    place = partial(question_address, known, all_of_them)
    return [QuestionHit(rows[family], place(rows[family])) for family in found.questions if family in rows]


def question_address(known: Catalogue, all_of_them: Questions, row: Question) -> str:
    """Where a question stands: with its device or kind, on the page of all questions, or in the search's own page."""
    node = known.nodes.get(row.subject_id or 0)
    if node is not None:
        return reverse("device" if node.kind == "device" else "kind", args=[node.slug]) + f"#faq-{row.pk}"
    if all_of_them.page:
        return f"{all_of_them.page}#faq-{row.pk}"
    return f"{reverse('devices')}?{urlencode({'q': row.question})}"


def in_order(groups: Iterable[Group], first: str) -> list[Group]:
    """The groups that have something, the one that answers best first."""
    return sorted((group for group in groups if group.hits), key=lambda group: (group.sort != first, _place(group)))


def _place(group: Group) -> int:
    return ORDER.index(group.sort)


def groups(
    *,
    site: Site,
    known: Catalogue,
    all_of_them: Questions,
    found: search.Found,
    devices: Mapping[int, Subject],
    most: Mapping[str, int],
    at: datetime,
    language: str,
    currency: str = "",
) -> list[Group]:
    """Every group of what was found, with at most so many of each. Two statements when there are devices, else none.

    Repairs that need no device carry their price, for two more.
    `devices` are the rows of the devices that will be shown. Repairs are left out where the devices lead to them.
    """
    ids = found.devices or found.near
    rows = [devices[pk] for pk in ids[: most[search.DEVICES]] if pk in devices]
    look: dict[str, Any] = {"site": site, "at": at, "currency": currency}
    hits = finding.hits(known=known, devices=rows, found=found, **look)
    kinds = [KindHit(known.nodes[pk]) for pk in found.kinds]
    repairs = [] if found.first == search.DEVICES and hits else repair_hits(known, found)
    asked = question_hits(known, all_of_them, found, language)
    made = [
        Group(search.DEVICES, hits, len(ids), exact=bool(found.devices)),
        Group(search.KINDS, kinds[: most[search.KINDS]], len(kinds)),
        Group(search.REPAIRS, priced(repairs[: most[search.REPAIRS]], **look), len(repairs)),
        Group(search.QUESTIONS, asked[: most[search.QUESTIONS]], len(asked)),
    ]
    return in_order(made, found.first)
