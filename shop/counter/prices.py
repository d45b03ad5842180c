"""What a walk-in costs, worked out while it is typed: a handful of statements however many repairs are chosen."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from cms.models import RepairType, Subject
from cms.sites import Site
from shop import baskets, bill, facts, pricing
from shop.models import AddOn, RepairOffer
from shop.quotes import read_answers

SHIPPING = "in-store"


@dataclass(frozen=True)
class Choice:
    """A repair offered for the thing on the counter, with its price for the given answers."""

    repair_type: RepairType
    price: pricing.Price
    chosen: bool


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
        return sum(choice.repair_type.minutes for choice in self.chosen)


def share_out(add_ons: Sequence[AddOn], repair_type_ids: Sequence[int]) -> dict[int, list[AddOn]]:
    """Each add-on with the one chosen repair it goes with: its own, or the first when it goes with any."""
    shared: dict[int, list[AddOn]] = {pk: [] for pk in repair_type_ids}
    for row in add_ons:
        fits = [pk for pk in repair_type_ids if row.repair_type_id in (None, pk)]
        if fits:
            shared[fits[0]].append(row)
    return shared


def _wanted(
    device: Subject | None, tree: facts.Tree, offer: RepairOffer, added: list[AddOn], given: dict[str, str]
) -> pricing.Wanted:
    return pricing.Wanted(
        subject_ids=tree,
        year=device.year if device else None,
        repair_type_id=offer.repair_type_id,
        add_ons=tuple(row.slug for row in added),
        **given,
    )


def ask(
    *,
    site: Site,
    device: Subject | None,
    answers: Mapping[str, str],
    repair_type_ids: Collection[int],
    add_ons: Collection[str],
    at: datetime,
) -> Asked:
    """Price every repair of a device, or of a thing that is in no catalogue (device None), for these answers.

    Unknown ids and slugs are left out. Raises AnswerNotKnown.
    """
    tree = facts.trees_of([device])[device.pk] if device else ()
    offers = facts.offers_of(site, tree)
    if not offers:
        return Asked()
    shop = offers[0].site.shop
    nearest = facts.nearest(offers, tree, shop.currency)
    wanted = [pk for pk in nearest if pk in repair_type_ids]
    fitting = facts.add_ons_of(site, tree=tree, repair_type_ids=wanted) if wanted else []
    shared = share_out([row for row in fitting if row.slug in add_ons], wanted)
    rules, given = facts.rules_of(site, at), read_answers(dict(answers))
    choices = []
    for pk, offer in nearest.items():
        added = shared.get(offer.repair_type_id, [])
        asked = _wanted(device, tree, offer, added, given)
        price = pricing.build(catalogue=facts.catalogue_of(offer, shop, rules, added), wanted=asked, at=at)
        choices.append(Choice(offer.repair_type, price, pk in wanted))
    found = Asked(
        choices=tuple(choices),
        extras=tuple(Extra(row, row.slug in add_ons) for row in fitting),
        currency=shop.currency,
        tax_name=shop.tax_name,
    )
    return _summed_up(found, site, at) if found.chosen else found


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
