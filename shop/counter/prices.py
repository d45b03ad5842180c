"""What a walk-in costs, worked out while it is typed: a handful of statements however many repairs are chosen."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from cms.models import RepairType, Subject
from cms.sites import Site
from shop import baskets, bill, facts, part_grades, pricing
from shop.models import AddOn, RepairOffer
from shop.quotes import read_answers

SHIPPING = "in-store"


@dataclass(frozen=True)
class Choice:
    """A repair offered for the thing on the counter, with its price for the given answers."""

    repair_type: RepairType
    price: pricing.Price
    chosen: bool
    minutes: int
    parts: tuple[facts.Part, ...] = ()  # the grades of part to choose from, where there is more than one
    grade: str = ""


@dataclass(frozen=True)
class Extra:
    """An add-on that fits what is chosen."""

    add_on: AddOn
    chosen: bool


@dataclass(frozen=True)
class Asked:
    """Everything the page shows of prices. `total` and `tax` are what an order of the chosen repairs would ask, with
    the shop's offers (`discounts`: name and amount) taken off; None when none is chosen.
    """

    choices: tuple[Choice, ...] = ()
    extras: tuple[Extra, ...] = ()
    on_request: tuple[RepairType, ...] = ()
    currency: str = ""
    tax_name: str = ""
    total: Decimal | None = None
    tax: Decimal | None = None
    discounts: tuple[tuple[str, Decimal], ...] = ()

    @property
    def chosen(self) -> list[Choice]:
        """The repairs that are wanted, in the shop's order."""
        return [choice for choice in self.choices if choice.chosen]

    @property
    def minutes(self) -> int:
        """How long the chosen repairs take on the bench."""
        return sum(choice.minutes for choice in self.chosen)


def share_out(add_ons: Sequence[AddOn], repair_type_ids: Sequence[int]) -> dict[int, list[AddOn]]:
    """Each add-on with the one chosen repair it goes with: its own, or the first when it goes with any."""
    shared: dict[int, list[AddOn]] = {pk: [] for pk in repair_type_ids}
    for row in add_ons:
        fits = [pk for pk in repair_type_ids if row.repair_type_id in (None, pk)]
        if fits:
            shared[fits[0]].append(row)
    return shared


def ask(
    *,
    site: Site,
    device: Subject | None,
    answers: Mapping[str, str],
    repair_type_ids: Collection[int],
    add_ons: Collection[str],
    parts: Mapping[int, str],
    at: datetime,
) -> Asked:
    """Price every repair of a device, or of a thing that is in no catalogue (device None), for these answers.

    `parts`: the chosen grade of part by the repair's id. What is unknown is left out. Raises AnswerNotKnown.
    """
    tree = facts.trees_of([device])[device.pk] if device else ()
    offers = facts.offers_of(site, tree, at)
    if not offers:
        return Asked()
    shop = offers[0].site.shop
    shelf = part_grades.grades(offers, tree, shop.currency)
    offered = {pk: left for pk, choice in shelf.items() if (left := part_grades.priced(choice))}
    wanted = [pk for pk in offered if pk in repair_type_ids]
    fitting = facts.add_ons_of(site, tree=tree, repair_type_ids=wanted) if wanted else []
    shared = share_out([row for row in fitting if row.slug in add_ons], wanted)
    rules, given = facts.rules_of(site, at), read_answers(dict(answers))
    given.pop("part_grade")  # each repair has its own

    def price_of(offer: RepairOffer) -> pricing.Price:
        added = shared.get(offer.repair_type_id, [])
        asked = facts.wish_of(offer, tree, device, add_ons=tuple(row.slug for row in added), **given)
        return pricing.build(catalogue=facts.catalogue_of(offer, shop, rules, added), wanted=asked, at=at)

    found = Asked(
        choices=tuple(_choice(row, parts.get(pk, ""), pk in wanted, price_of) for pk, row in offered.items()),
        on_request=tuple(part_grades.plain(choice).repair_type for pk, choice in shelf.items() if pk not in offered),
        extras=tuple(Extra(row, row.slug in add_ons) for row in fitting),
        currency=shop.currency,
        tax_name=shop.tax_name,
    )
    return _summed_up(found, site, at) if found.chosen else found


def _choice(
    choice: part_grades.Grades, wanted: str, chosen: bool, price_of: Callable[[RepairOffer], pricing.Price]
) -> Choice:
    offer = choice.get(wanted) or part_grades.plain(choice)
    prices = {grade: price_of(row) for grade, row in choice.items()}
    parts = tuple(facts.Part(grade, price) for grade, price in prices.items()) if len(prices) > 1 else ()
    grade = offer.part_grade
    return Choice(offer.repair_type, prices[grade], chosen, facts.took_of(offer)[0], parts, grade)


def _summed_up(asked: Asked, site: Site, at: datetime) -> Asked:
    """With the sum that the order will ask. What cannot be ordered yet is refused, in words, when it is taken in."""
    wanted = [(choice.repair_type, choice.price) for choice in asked.chosen]
    try:
        told, discounts = bill.foretell(site=site, wanted=wanted, shipping_code=SHIPPING, at=at)
    except baskets.NotForSale:
        prices = [price for _kind, price in wanted]
        return replace(
            asked,
            total=sum((each.total for each in prices), Decimal(0)),
            tax=sum((each.tax for each in prices), Decimal(0)),
        )
    return replace(asked, total=told.total.incl_tax, tax=told.total.tax, discounts=tuple(discounts))
