"""Prices are explained to the penny, whatever the rules."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.pricing import AddOnPrice, Catalogue, Rule, Wanted, build, half_up, tax_in

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
OLDER = Rule("Older device", Decimal("1.2"), priority=0, number=1, older_than_years=5)
POOR = Rule("Poor condition", Decimal("1.3"), priority=1, number=2, condition="poor")
URGENT = Rule("Urgent repair", Decimal("1.5"), priority=2, number=3, urgency="urgent")
SCREEN = Catalogue(Decimal("199.99"), "Screen repair", "GBP", Decimal("0.2"), rules=(OLDER, POOR, URGENT))
WISH = Wanted((3, 2, 1), 2017, 7, condition="poor", urgency="urgent")

money = st.decimals(min_value=0, max_value=9999, places=2)
factors = st.decimals(min_value=Decimal("0.01"), max_value=4, places=4)
rules = st.lists(
    st.builds(
        Rule,
        name=st.text(min_size=1, max_size=8),
        value=factors,
        priority=st.integers(0, 3),
        condition=st.sampled_from(["", "good", "poor"]),
        older_than_years=st.sampled_from([None, 0, 5, 20]),
    ),
    max_size=8,
).map(lambda found: tuple(replace(rule, number=number) for number, rule in enumerate(found)))

add_ons = st.lists(money, max_size=5).map(
    lambda prices: tuple(AddOnPrice(f"extra-{n}", f"Extra {n}", price) for n, price in enumerate(prices))
)


def test_the_worked_price_is_467_98_with_each_factor_named() -> None:
    price = build(catalogue=SCREEN, wanted=WISH, at=AT)
    assert price.total == Decimal("467.98")
    assert [(line.name, line.factor, line.amount) for line in price.lines] == [
        ("Screen repair", None, Decimal("199.99")),
        ("Older device", Decimal("1.2"), Decimal("40.00")),
        ("Poor condition", Decimal("1.3"), Decimal("71.99")),
        ("Urgent repair", Decimal("1.5"), Decimal("156.00")),
    ]
    assert price.tax == Decimal("78.00")


@given(base=money, found=rules, condition=st.sampled_from(["good", "poor"]), year=st.none() | st.integers(1990, 2030))
def test_lines_always_add_up_to_the_total_and_nothing_falls_below_zero(
    base: Decimal, found: tuple[Rule, ...], condition: str, year: int | None
) -> None:
    catalogue = replace(SCREEN, base_price=base, rules=found)
    price = build(catalogue=catalogue, wanted=replace(WISH, condition=condition, year=year), at=AT)
    assert sum(line.amount for line in price.lines) == price.total
    assert price.total >= 0
    assert Decimal(0) <= price.tax <= price.total
    assert all(line.amount == half_up(line.amount) for line in price.lines)


@given(base=money, found=rules)
def test_the_sequence_in_which_rules_are_read_does_not_matter(base: Decimal, found: tuple[Rule, ...]) -> None:
    there = replace(SCREEN, base_price=base, rules=found)
    back = replace(there, rules=tuple(reversed(found)))
    assert build(catalogue=there, wanted=WISH, at=AT) == build(catalogue=back, wanted=WISH, at=AT)


@given(base=money, factor=factors)
def test_the_total_is_the_unrounded_product_rounded_once(base: Decimal, factor: Decimal) -> None:
    twice = (replace(POOR, value=factor), replace(URGENT, value=factor))
    price = build(catalogue=replace(SCREEN, base_price=base, rules=twice), wanted=WISH, at=AT)
    assert price.total == half_up(base * factor * factor)


@pytest.mark.parametrize(("year", "fires"), [(2017, True), (2020, True), (2021, False), (2026, False), (2030, False)])
def test_a_device_is_older_than_five_years_only_from_the_sixth_year_on(year: int, fires: bool) -> None:
    price = build(catalogue=replace(SCREEN, rules=(OLDER,)), wanted=replace(WISH, year=year), at=AT)
    assert (price.total == Decimal("239.99")) is fires


def test_a_device_without_a_year_takes_the_shops_setting() -> None:
    old = replace(SCREEN, rules=(OLDER,), unknown_year=2015)
    assert len(build(catalogue=old, wanted=replace(WISH, year=None), at=AT).lines) == 2
    young = replace(old, unknown_year=2025)
    assert len(build(catalogue=young, wanted=replace(WISH, year=None), at=AT).lines) == 1


@pytest.mark.parametrize(
    "unmet",
    [
        {"subject_id": 99},
        {"repair_type_id": 99},
        {"condition": "fair"},
        {"urgency": "standard"},
        {"service_type": "courier"},
        {"valid_from": AT + timedelta(seconds=1)},
        {"valid_until": AT},
    ],
)
def test_one_unmet_condition_silences_a_rule(unmet: dict) -> None:
    met = Rule("All met", Decimal(2), subject_id=2, repair_type_id=7, condition="poor", urgency="urgent")
    assert len(build(catalogue=replace(SCREEN, rules=(met,)), wanted=WISH, at=AT).lines) == 2
    assert len(build(catalogue=replace(SCREEN, rules=(replace(met, **unmet),)), wanted=WISH, at=AT).lines) == 1


def test_the_tax_is_the_part_contained_in_a_gross_total() -> None:
    assert tax_in(Decimal("120.00"), Decimal("0.2")) == Decimal("20.00")
    assert tax_in(Decimal("100.00"), Decimal("0")) == Decimal("0.00")


@given(base=money, found=rules, extras=add_ons, data=st.data(), year=st.none() | st.integers(1990, 2030))
def test_add_ons_are_never_multiplied_and_the_lines_add_up_with_them(
    base: Decimal, found: tuple[Rule, ...], extras: tuple[AddOnPrice, ...], data: st.DataObject, year: int | None
) -> None:
    chosen = tuple(extra.slug for extra in extras if data.draw(st.booleans()))
    catalogue = Catalogue(base, "Screen repair", "GBP", Decimal("0.2"), rules=found, add_ons=extras)
    wanted = Wanted((1,), year, 7, condition="poor", urgency="urgent", add_ons=chosen)
    plain = build(catalogue=catalogue, wanted=replace(wanted, add_ons=()), at=AT)
    price = build(catalogue=catalogue, wanted=wanted, at=AT)
    assert sum(line.amount for line in price.lines) == price.total
    assert price.lines[: len(plain.lines)] == plain.lines
    added = price.lines[len(plain.lines) :]
    assert [(line.name, line.factor, line.amount) for line in added] == [
        (extra.name, None, extra.price) for extra in extras if extra.slug in chosen
    ]
    assert price.total - plain.total == sum(extra.price for extra in extras if extra.slug in chosen)
    assert price.tax == tax_in(price.total, Decimal("0.2"))
