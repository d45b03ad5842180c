"""What a repair costs and why. Pure: a snapshot of prices and the wish go in, explained lines come out.

The running total is never rounded; each shown line is the difference of rounded running totals, so the lines add up
to the total exactly: 199.99 x1.2 x1.3 x1.5 = 467.98.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from enum import StrEnum
from functools import partial

from shop.payments.minor_units import decimals

CENT, ONE = Decimal("0.01"), Decimal(1)
# Each factor has four decimals, so a hundred rules fit without a digit lost; 28 digits would not hold eight of them.
EXACT = Context(prec=500, rounding=ROUND_HALF_UP)
CONDITIONS = ("good", "fair", "poor")
URGENCIES = ("standard", "urgent")
SERVICE_TYPES = ("in_store", "postal", "courier")
PART_GRADES = ("", "original", "compatible", "refurbished")


class Effect(StrEnum):
    """What a rule does to the running price with its value."""

    MULTIPLY = "multiply"
    ADD = "add"
    SET = "set"
    MINIMUM = "minimum"
    ROUND = "round"


# These leave no line where they change nothing: a minimum that is reached anyway needs no words.
QUIET = (Effect.SET, Effect.MINIMUM, Effect.ROUND)


@dataclass(frozen=True)
class Rule:
    """An effect and its conditions; a condition that is None or empty does not matter, all others must hold.

    Rules run by `priority` and then `number`. Of the rules of one `group` only the first that applies counts; after
    one with `stop` no other does. `weekdays` (Monday is 0), `visit_from` and `visit_until` speak of the visit in the
    shop's own time and never hold while none is chosen. `currency` is what its amount is in: whoever makes a catalogue
    leaves out the rules of others (`currencies.counting`).
    """

    name: str
    value: Decimal
    effect: Effect = Effect.MULTIPLY
    reason: str = ""
    priority: int = 0
    number: int = 0
    group: str = ""
    stop: bool = False
    currency: str = ""
    subject_id: int | None = None
    brand: str = ""
    repair_type_id: int | None = None
    older_than_years: int | None = None
    at_most_years: int | None = None
    year_from: int | None = None
    year_until: int | None = None
    condition: str = ""
    urgency: str = ""
    service_type: str = ""
    part_grade: str = ""
    add_on: str = ""
    weekdays: tuple[int, ...] = ()
    visit_from: time | None = None
    visit_until: time | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None


@dataclass(frozen=True)
class AddOnPrice:
    """Something that may be added at a fixed gross price; no rule changes it."""

    slug: str
    name: str
    price: Decimal
    description: str = ""


@dataclass(frozen=True)
class Catalogue:
    """What the shop asks at a moment: the gross base price of one repair, the tax in it, and the rules in force.

    `base_maximum` is the upper end where the base price is a range.
    """

    base_price: Decimal
    base_name: str
    currency: str
    tax_rate: Decimal
    tax_name: str = "VAT"
    tax_code: str = ""
    unknown_year: int = 2020
    rules: tuple[Rule, ...] = ()
    add_ons: tuple[AddOnPrice, ...] = ()
    kind: str = "fixed"
    base_maximum: Decimal | None = None


@dataclass(frozen=True)
class Wanted:
    """What a customer asks for. `subject_ids`: the device and the nodes above it, nearest first.

    `visit` is the chosen start in the shop's own time, or None while none is chosen.
    """

    subject_ids: tuple[int, ...]
    year: int | None
    repair_type_id: int
    condition: str = "good"
    urgency: str = "standard"
    service_type: str = "in_store"
    add_ons: tuple[str, ...] = ()
    brand: str = ""
    part_grade: str = ""
    visit: datetime | None = None


@dataclass(frozen=True)
class PriceLine:
    """One step of a price as customers read it. `factor` is None where nothing was multiplied; `amount` is gross."""

    name: str
    reason: str
    factor: Decimal | None
    amount: Decimal


@dataclass(frozen=True)
class Price:
    """A price with its reasons. `total` is gross and the sum of the lines; `tax` is contained in it.

    `kind` is fixed, from (the least it can be) or range (up to `maximum`). `fired` are the rules behind the lines.
    """

    lines: tuple[PriceLine, ...]
    total: Decimal
    tax: Decimal
    currency: str
    tax_rate: Decimal = Decimal(0)
    tax_name: str = ""
    tax_code: str = ""
    kind: str = "fixed"
    maximum: Decimal | None = None
    fired: tuple[Rule, ...] = ()


def half_up(amount: Decimal, currency: str = "") -> Decimal:
    """Return the amount as it can be paid, halves upward: in whole hundredths, in whole ones of a currency like JPY."""
    return amount.quantize(CENT if decimals(currency) else ONE, rounding=ROUND_HALF_UP)


def tax_in(total: Decimal, rate: Decimal, currency: str = "") -> Decimal:
    """Return the tax contained in a gross total at a rate such as 0.2."""
    return half_up(total * rate / (1 + rate), currency)


def applies(rule: Rule, *, wanted: Wanted, year: int, at: datetime) -> bool:
    """Say whether every condition of the rule holds for this wish. `year` is that of the device."""
    return (
        (rule.repair_type_id is None or rule.repair_type_id == wanted.repair_type_id)
        and (not rule.part_grade or rule.part_grade == wanted.part_grade)
        and _fits_case(rule, wanted, year, at)
    )


def narrowed(rules: Iterable[Rule], *, wanted: Wanted, year: int, at: datetime) -> tuple[Rule, ...]:
    """The rules that hold whatever the repair and its part are: enough for all repairs of one device in one case."""
    return tuple(rule for rule in rules if _fits_case(rule, wanted, year, at))


def _fits_case(rule: Rule, wanted: Wanted, year: int, at: datetime) -> bool:
    return (
        (rule.subject_id is None or rule.subject_id in wanted.subject_ids)
        and (not rule.brand or rule.brand.casefold() == wanted.brand.casefold())
        and (not rule.condition or rule.condition == wanted.condition)
        and (not rule.urgency or rule.urgency == wanted.urgency)
        and (not rule.service_type or rule.service_type == wanted.service_type)
        and (not rule.add_on or rule.add_on in wanted.add_ons)
        and _fits_age(rule, year, at)
        and _fits_visit(rule, wanted.visit)
        and (rule.valid_from is None or rule.valid_from <= at)
        and (rule.valid_until is None or at < rule.valid_until)
    )


def _fits_age(rule: Rule, year: int, at: datetime) -> bool:
    age = at.year - year
    return (
        (rule.older_than_years is None or age > rule.older_than_years)
        and (rule.at_most_years is None or age <= rule.at_most_years)
        and (rule.year_from is None or year >= rule.year_from)
        and (rule.year_until is None or year <= rule.year_until)
    )


def _fits_visit(rule: Rule, visit: datetime | None) -> bool:
    if not rule.weekdays and rule.visit_from is None and rule.visit_until is None:
        return True
    return (
        visit is not None
        and (not rule.weekdays or visit.weekday() in rule.weekdays)
        and (rule.visit_from is None or rule.visit_from <= visit.time())
        and (rule.visit_until is None or visit.time() < rule.visit_until)
    )


def in_turn(catalogue: Catalogue, wanted: Wanted, at: datetime) -> Iterator[Rule]:
    """The rules that count for a wish, in the order in which they change the price."""
    year = wanted.year if wanted.year is not None else catalogue.unknown_year
    taken: set[str] = set()
    for rule in sorted(catalogue.rules, key=lambda rule: (rule.priority, rule.number)):
        if rule.group in taken or not applies(rule, wanted=wanted, year=year, at=at):
            continue
        if rule.group:
            taken.add(rule.group)
        yield rule
        if rule.stop:
            return


def changed(rule: Rule, running: Decimal) -> Decimal:
    """The running price after a rule; never below nothing. `round` goes to the nearest multiple, halves upward."""
    match rule.effect:
        case Effect.MULTIPLY:
            return running * rule.value
        case Effect.ADD:
            return max(Decimal(0), running + rule.value)
        case Effect.SET:
            return rule.value
        case Effect.MINIMUM:
            return max(running, rule.value)
        case Effect.ROUND:
            return (2 * running + rule.value) // (2 * rule.value) * rule.value


def build(*, catalogue: Catalogue, wanted: Wanted, at: datetime) -> Price:
    """Return the price of the wish at a moment, each rule that fired as a line, then each add-on at its own price.

    Age is the year of `at` less the year of the device (the shop's `unknown_year` without one). A range whose ends a
    rule brought together is a fixed price.
    """
    payable = partial(half_up, currency=catalogue.currency)
    with localcontext(EXACT):
        running, highest, fired, lines = _run(catalogue, wanted, at)
    total, extras = payable(running), Decimal(0)
    for add_on in catalogue.add_ons:
        if add_on.slug in wanted.add_ons:
            lines.append(PriceLine(add_on.name, add_on.description, None, payable(add_on.price)))
            extras += payable(add_on.price)
    most = None if highest is None or payable(highest) <= total else payable(highest) + extras
    return Price(
        lines=tuple(lines),
        total=total + extras,
        tax=tax_in(total + extras, catalogue.tax_rate, catalogue.currency),
        currency=catalogue.currency,
        tax_rate=catalogue.tax_rate,
        tax_name=catalogue.tax_name,
        tax_code=catalogue.tax_code,
        kind="fixed" if catalogue.kind == "range" and most is None else catalogue.kind,
        maximum=most,
        fired=tuple(fired),
    )


def _run(
    catalogue: Catalogue, wanted: Wanted, at: datetime
) -> tuple[Decimal, Decimal | None, list[Rule], list[PriceLine]]:
    """The price after the last rule and its upper end, both unrounded; the rules that fired and the lines they left."""
    payable = partial(half_up, currency=catalogue.currency)
    running, shown = catalogue.base_price, payable(catalogue.base_price)
    lines = [PriceLine(name=catalogue.base_name, reason="", factor=None, amount=shown)]
    fired, highest = [], catalogue.base_maximum
    for rule in in_turn(catalogue, wanted, at):
        running = changed(rule, running)
        highest = None if highest is None else changed(rule, highest)
        amount, shown = payable(running) - shown, payable(running)
        fired.append(rule)
        if amount or rule.effect not in QUIET:
            factor = rule.value if rule.effect == Effect.MULTIPLY else None
            lines.append(PriceLine(rule.name, rule.reason, factor, amount))
    return running, highest, fired, lines
