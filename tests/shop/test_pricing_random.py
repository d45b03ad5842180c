"""Ten thousand random prices, each worked out again by a plain computation that shares no line with the first."""

import random
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from math import floor
from typing import Any

import pytest

from shop.price_snapshots import keep, replay
from shop.pricing import AddOnPrice, Catalogue, Effect, Price, Rule, Wanted, build

CASES = 10_000
AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
FRIDAY = AT.replace(day=27, minute=15, tzinfo=None)  # a visit is in the shop's own time
VISITS = [None, *(FRIDAY.replace(day=day, hour=hour) for day in (27, 28, 29, 30) for hour in (8, 12, 17, 18))]
# Cents in the smallest coin; thousandths, as a dinar has, are not priced.
COINS = {"GBP": 1, "EUR": 1, "USD": 1, "BRL": 1, "SLE": 1, "JPY": 100, "KWD": 1}
GRADES = ["", "original", "compatible", "refurbished"]


def in_cents(amount: Fraction, step: int = 1) -> int:
    """Halves upward, to the cent or to as many cents as the smallest coin has."""
    return floor(amount * 100 / step + Fraction(1, 2)) * step


def holds(rule: Rule, wanted: Wanted, year: int, at: datetime) -> bool:
    """The conditions of a rule one by one, as an owner reads them."""
    unmet = []
    for asked, answer in (
        (rule.condition, wanted.condition),
        (rule.urgency, wanted.urgency),
        (rule.service_type, wanted.service_type),
        (rule.part_grade, wanted.part_grade),
        (rule.brand.lower(), wanted.brand.lower()),
    ):
        unmet.append(asked != "" and asked != answer)
    unmet.append(rule.subject_id is not None and wanted.subject_ids.count(rule.subject_id) == 0)
    unmet.append(rule.repair_type_id is not None and wanted.repair_type_id != rule.repair_type_id)
    unmet.append(rule.add_on != "" and wanted.add_ons.count(rule.add_on) == 0)
    age = at.year - year
    unmet.append(rule.older_than_years is not None and not age > rule.older_than_years)
    unmet.append(rule.at_most_years is not None and age > rule.at_most_years)
    unmet.append(rule.year_from is not None and year < rule.year_from)
    unmet.append(rule.year_until is not None and year > rule.year_until)
    unmet.append(rule.valid_from is not None and at < rule.valid_from)
    unmet.append(rule.valid_until is not None and at >= rule.valid_until)
    speaks_of_visit = len(rule.weekdays) > 0 or rule.visit_from is not None or rule.visit_until is not None
    if speaks_of_visit and wanted.visit is None:
        unmet.append(True)
    elif speaks_of_visit and wanted.visit is not None:
        day, minute = wanted.visit.isoweekday() - 1, wanted.visit.hour * 60 + wanted.visit.minute
        unmet.append(len(rule.weekdays) > 0 and day not in rule.weekdays)
        unmet.append(rule.visit_from is not None and minute < rule.visit_from.hour * 60)
        unmet.append(rule.visit_until is not None and minute >= rule.visit_until.hour * 60)
    return not any(unmet)


def after(effect: str, value: Fraction, running: Fraction) -> Fraction:
    if effect == "multiply":
        return running * value
    if effect == "add":
        return running + value if running + value > 0 else Fraction(0)
    if effect == "set":
        return value
    if effect == "minimum":
        return value if running < value else running
    whole = 0
    while Fraction(2 * whole + 1, 2) * value <= running:  # the multiple whose upper neighbour is nearer, or as near
        whole += max(1, floor((running / value - whole) / 2))
    return whole * value


def plainly(catalogue: Catalogue, wanted: Wanted, at: datetime) -> tuple[list[tuple[str, int]], int, int, int | None]:
    """The lines by name and pence, total, tax and upper end in pence: in fractions, rule by rule."""
    year, step = wanted.year or catalogue.unknown_year, COINS[catalogue.currency]
    waiting = [rule for rule in catalogue.rules if holds(rule, wanted, year, at)]
    running, highest = Fraction(catalogue.base_price), Fraction(catalogue.base_maximum or 0)
    lines, groups = [(catalogue.base_name, in_cents(running, step))], []
    while waiting:
        rule = min(waiting, key=lambda row: row.priority * 1000 + row.number)
        waiting.remove(rule)
        if rule.group != "" and rule.group in groups:
            continue
        groups.append(rule.group)
        before = in_cents(running, step)
        running, highest = (after(rule.effect.value, Fraction(rule.value), end) for end in (running, highest))
        change = in_cents(running, step) - before
        if rule.effect.value in ("multiply", "add") or change != 0:
            lines.append((rule.name, change))
        if rule.stop:
            break
    top = in_cents(highest, step)
    for extra in catalogue.add_ons:
        if extra.slug in wanted.add_ons:
            lines.append((extra.name, in_cents(Fraction(extra.price), step)))
            top += in_cents(Fraction(extra.price), step)
    total = sum(pence for _name, pence in lines)
    rate = Fraction(catalogue.tax_rate)
    tax = in_cents(Fraction(total, 100) * rate / (1 + rate), step)
    return lines, total, tax, top if catalogue.base_maximum is not None and top > total else None


def some(dice: random.Random, value: Any, often: float = 0.25) -> Any:
    """The value, or nothing of its sort."""
    if dice.random() < often:
        return value
    return None if not isinstance(value, (str, tuple)) else type(value)()


def random_rule(dice: random.Random, number: int) -> Rule:
    effect = dice.choice([*Effect, Effect.MULTIPLY, Effect.MULTIPLY])
    value = {
        Effect.MULTIPLY: Decimal(dice.randint(1, 30000)) / 10000,
        Effect.ADD: Decimal(dice.randint(-9000, 9000)) / 100,
        Effect.SET: Decimal(dice.randint(0, 40000)) / 100,
        Effect.MINIMUM: Decimal(dice.randint(0, 40000)) / 100,
        Effect.ROUND: Decimal(dice.choice(["0.05", "0.99", "1", "5", "9.95", "10"])),
    }[effect]
    return Rule(
        name=f"Rule {number}",
        value=value,
        effect=effect,
        reason=some(dice, "Because."),
        priority=dice.randint(0, 4),
        number=number,
        group=some(dice, dice.choice("AB"), 0.4),
        stop=dice.random() < 0.06,
        subject_id=some(dice, dice.randint(1, 4)),
        brand=some(dice, dice.choice(["Apple", "apple", "Fairphone"]), 0.15),
        repair_type_id=some(dice, dice.randint(7, 8), 0.15),
        older_than_years=some(dice, dice.randint(0, 9)),
        at_most_years=some(dice, dice.randint(0, 9)),
        year_from=some(dice, dice.randint(2014, 2024), 0.15),
        year_until=some(dice, dice.randint(2016, 2026), 0.15),
        condition=some(dice, dice.choice(["good", "fair", "poor"])),
        urgency=some(dice, dice.choice(["standard", "urgent"])),
        service_type=some(dice, dice.choice(["in_store", "postal", "courier"]), 0.15),
        part_grade=some(dice, dice.choice(GRADES[1:]), 0.15),
        add_on=some(dice, "glass", 0.1),
        weekdays=some(dice, tuple(sorted(dice.sample(range(7), dice.randint(1, 4))))),
        visit_from=some(dice, time(dice.choice([8, 12, 17])), 0.1),
        visit_until=some(dice, time(dice.choice([12, 17, 18])), 0.1),
        valid_from=some(dice, AT + timedelta(days=dice.randint(-2, 1)), 0.15),
        valid_until=some(dice, AT + timedelta(days=dice.randint(0, 2)), 0.15),
    )


@cache
def random_cases() -> list[tuple[Catalogue, Wanted]]:
    dice, found = random.Random(20261123), []
    for _ in range(CASES):
        kind = dice.choice(["fixed", "from", "range"])
        base = Decimal(dice.randint(0, 60000)) / 100
        catalogue = Catalogue(
            base_price=base,
            base_name="Screen repair",
            currency=dice.choice([*COINS]),
            tax_rate=Decimal(dice.choice(["0", "0.2", "0.055", "0.1925"])),
            unknown_year=dice.randint(2016, 2024),
            rules=tuple(random_rule(dice, number) for number in dice.sample(range(1, 30), dice.randint(0, 8))),
            add_ons=(AddOnPrice("glass", "Glass", Decimal("9.99")), AddOnPrice("box", "Box", Decimal("4.50"))),
            kind=kind,
            base_maximum=base + Decimal(dice.randint(1, 30000)) / 100 if kind == "range" else None,
        )
        wanted = Wanted(
            subject_ids=tuple(dice.sample(range(1, 5), 3)),
            year=dice.choice([None, *range(2014, 2027)]),
            repair_type_id=7,
            condition=dice.choice(["good", "fair", "poor"]),
            urgency=dice.choice(["standard", "urgent"]),
            service_type=dice.choice(["in_store", "postal", "courier"]),
            add_ons=tuple(dice.sample(["glass", "box"], dice.randint(0, 2))),
            brand=dice.choice(["", "APPLE", "Fairphone"]),
            part_grade=dice.choice(GRADES),
            visit=dice.choice(VISITS),
        )
        found.append((catalogue, wanted))
    return found


def shown(price: Price) -> tuple[list[tuple[str, int]], int, int, int | None]:
    top = None if price.maximum is None else int(price.maximum * 100)
    return [(row.name, int(row.amount * 100)) for row in price.lines], int(price.total * 100), int(price.tax * 100), top


def test_ten_thousand_random_prices_agree_with_a_second_computation_to_the_penny() -> None:
    fired, kinds = set(), set()
    for catalogue, wanted in random_cases():
        price = build(catalogue=catalogue, wanted=wanted, at=AT)
        assert shown(price) == plainly(catalogue, wanted, AT), (catalogue, wanted)
        assert sum(line.amount for line in price.lines) == price.total
        assert (price.kind == "range") == (price.maximum is not None)
        fired |= {(rule.effect, bool(rule.group), rule.stop) for rule in price.fired}
        kinds |= {(price.kind, price.currency, wanted.part_grade)}
    assert len(fired) == len(Effect) * 4  # every effect was seen with and without a group, and with and without a stop
    assert len(kinds) == 3 * len(COINS) * len(GRADES)


def test_each_of_them_is_worked_out_again_from_what_was_kept_of_it() -> None:
    for catalogue, wanted in random_cases():
        price = build(catalogue=catalogue, wanted=wanted, at=AT)
        assert replay(keep(catalogue=catalogue, wanted=wanted, at=AT, price=price)) == price


# Their product is 1 less 10 to the minus 32: a sum that is kept in 28 digits loses the difference.
A_HAIR_LESS = [Decimal(n) / 10_000 for n in (99, 101, 10_001, 17, 5_882_353, 158_497, 903_169, 69_857)]


@pytest.mark.parametrize("rounding", [(), (Rule("In pounds", Decimal(1), Effect.ROUND, number=99),)])
def test_a_hair_less_than_half_is_rounded_down_however_long_the_row_of_factors(rounding: tuple[Rule, ...]) -> None:
    base = Decimal("1.00") if rounding else Decimal("0.01")
    factors = [Decimal("0.5"), *A_HAIR_LESS]
    rules = tuple(Rule(f"Rule {number}", value, number=number) for number, value in enumerate(factors)) + rounding
    price = build(catalogue=Catalogue(base, "Base", "GBP", Decimal(0), rules=rules), wanted=Wanted((), None, 7), at=AT)
    assert price.total == 0
