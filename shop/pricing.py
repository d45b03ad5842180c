"""What a repair costs and why. Pure: a snapshot of prices and the wish go in, explained lines come out.

The running total is never rounded; each shown line is the difference of rounded running totals, so the lines add up
to the total exactly: 199.99 x1.2 x1.3 x1.5 = 467.98.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
CONDITIONS = ("good", "fair", "poor")
URGENCIES = ("standard", "urgent")
SERVICE_TYPES = ("in_store", "postal", "courier")


@dataclass(frozen=True)
class Rule:
    """A factor and its conditions; a condition that is None or empty does not matter, all others must hold."""

    name: str
    factor: Decimal
    reason: str = ""
    order: int = 0
    number: int = 0
    subject_id: int | None = None
    repair_type_id: int | None = None
    older_than_years: int | None = None
    condition: str = ""
    urgency: str = ""
    service_type: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None


@dataclass(frozen=True)
class AddOnPrice:
    """Something that may be added at a fixed gross price; no rule multiplies it."""

    slug: str
    name: str
    price: Decimal
    description: str = ""


@dataclass(frozen=True)
class Catalogue:
    """What the shop asks at a moment: the gross base price of one repair, the tax in it, and the rules in force."""

    base_price: Decimal
    base_name: str
    currency: str
    tax_rate: Decimal
    tax_name: str = "VAT"
    tax_code: str = ""
    unknown_year: int = 2020
    rules: tuple[Rule, ...] = ()
    add_ons: tuple[AddOnPrice, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """What a customer asks for. `subject_ids`: the device and the nodes above it, nearest first."""

    subject_ids: tuple[int, ...]
    year: int | None
    repair_type_id: int
    condition: str = "good"
    urgency: str = "standard"
    service_type: str = "in_store"
    add_ons: tuple[str, ...] = ()


@dataclass(frozen=True)
class PriceLine:
    """One step of a price as customers read it. `factor` is None for the base price; `amount` is gross."""

    name: str
    reason: str
    factor: Decimal | None
    amount: Decimal


@dataclass(frozen=True)
class Price:
    """A price with its reasons. `total` is gross and the sum of the lines; `tax` is contained in it."""

    lines: tuple[PriceLine, ...]
    total: Decimal
    tax: Decimal
    currency: str
    tax_rate: Decimal = Decimal(0)
    tax_name: str = ""
    tax_code: str = ""


def half_up(amount: Decimal) -> Decimal:
    """Return the amount in whole hundredths, halves upward."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def tax_in(total: Decimal, rate: Decimal) -> Decimal:
    """Return the tax contained in a gross total at a rate such as 0.2."""
    return half_up(total * rate / (1 + rate))


def applies(rule: Rule, *, wanted: Wanted, age: int, at: datetime) -> bool:
    """Say whether every condition of the rule holds for this wish. `age` is in whole calendar years."""
    return (
        (rule.subject_id is None or rule.subject_id in wanted.subject_ids)
        and (rule.repair_type_id is None or rule.repair_type_id == wanted.repair_type_id)
        and (rule.older_than_years is None or age > rule.older_than_years)
        and (not rule.condition or rule.condition == wanted.condition)
        and (not rule.urgency or rule.urgency == wanted.urgency)
        and (not rule.service_type or rule.service_type == wanted.service_type)
        and (rule.valid_from is None or rule.valid_from <= at)
        and (rule.valid_until is None or at < rule.valid_until)
    )


def build(*, catalogue: Catalogue, wanted: Wanted, at: datetime) -> Price:
    """Return the price of the wish at a moment, each rule that fired as a line, then each add-on at its own price.

    Age is the year of `at` less the year of the device (the shop's `unknown_year` without one). Rules run by their
    order and then their number, whatever sequence they come in.
    """
    age = at.year - (wanted.year if wanted.year is not None else catalogue.unknown_year)
    running, shown = catalogue.base_price, half_up(catalogue.base_price)
    lines = [PriceLine(name=catalogue.base_name, reason="", factor=None, amount=shown)]
    for rule in sorted(catalogue.rules, key=lambda rule: (rule.order, rule.number)):
        if applies(rule, wanted=wanted, age=age, at=at):
            running *= rule.factor
            lines.append(PriceLine(rule.name, rule.reason, rule.factor, half_up(running) - shown))
            shown = half_up(running)
    for add_on in catalogue.add_ons:
        if add_on.slug in wanted.add_ons:
            lines.append(PriceLine(add_on.name, add_on.description, None, half_up(add_on.price)))
            shown += half_up(add_on.price)
    return Price(
        lines=tuple(lines),
        total=shown,
        tax=tax_in(shown, catalogue.tax_rate),
        currency=catalogue.currency,
        tax_rate=catalogue.tax_rate,
        tax_name=catalogue.tax_name,
        tax_code=catalogue.tax_code,
    )
