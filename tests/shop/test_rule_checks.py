"""A rule that cannot be meant is refused, and one that is probably not meant is pointed out."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shop.pricing import Catalogue, Effect, Rule, Wanted, applies, in_turn
from shop.rule_checks import check, meet
from shop.rule_cover import Stock, covered

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
PHONES, IPHONE, GALAXY, IPHONE_13, GALAXY_S9 = 1, 2, 3, 4, 5
SCREEN, KEYBOARD, BATTERY = 10, 11, 12
SHOP = Stock(
    above={PHONES: None, IPHONE: PHONES, GALAXY: PHONES, IPHONE_13: IPHONE, GALAXY_S9: GALAXY, 6: None},
    repairs={SCREEN: IPHONE, KEYBOARD: 6, BATTERY: None},
    devices=((IPHONE_13, "Apple", 2021), (GALAXY_S9, "Samsung", 2018)),
    add_ons={"glass": (IPHONE, SCREEN), "backup": (None, None)},
)
PLAIN = Rule("Older device", Decimal("1.2"), priority=5, number=50)


def codes(rule: Rule, *others: Rule) -> set[str]:
    return {finding.code for finding in check(rule, others, SHOP, AT)}


def blocked(rule: Rule) -> bool:
    return any(finding.blocks for finding in check(rule, (), SHOP, AT))


def test_a_rule_in_order_is_left_alone() -> None:
    assert check(PLAIN, (), SHOP, AT) == []
    assert check(replace(PLAIN, subject_id=IPHONE, repair_type_id=SCREEN, add_on="glass"), (), SHOP, AT) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": Decimal(0)},
        {"value": Decimal("-1.2")},
        {"effect": Effect.ROUND, "value": Decimal(0)},
        {"effect": Effect.SET, "value": Decimal(-1)},
        {"effect": Effect.MINIMUM, "value": Decimal(-1)},
        {"year_from": 2021, "year_until": 2020},
        {"older_than_years": 5, "at_most_years": 5},
        {"visit_from": time(18), "visit_until": time(18)},
        {"visit_from": time(18), "visit_until": time(9)},
        {"valid_from": AT + timedelta(days=2), "valid_until": AT + timedelta(days=1)},
        {"valid_from": AT + timedelta(days=1), "valid_until": AT + timedelta(days=1)},
        {"repair_type_id": KEYBOARD, "subject_id": IPHONE_13},
        {"repair_type_id": SCREEN, "subject_id": GALAXY},
        {"add_on": "glass", "repair_type_id": BATTERY},
        {"add_on": "glass", "subject_id": GALAXY_S9},
        {"add_on": "of-another-site"},
    ],
)
def test_what_can_never_be_meant_is_refused(wrong: dict[str, Any]) -> None:
    assert blocked(replace(PLAIN, **wrong))


@pytest.mark.parametrize(
    "right",
    [
        {"year_from": 2020, "year_until": 2020},
        {"older_than_years": 2, "at_most_years": 5},
        {"effect": Effect.ADD, "value": Decimal(-5)},
        {"effect": Effect.SET, "value": Decimal(0)},
        {"repair_type_id": SCREEN, "subject_id": PHONES},
        {"repair_type_id": BATTERY, "subject_id": GALAXY_S9},
        {"add_on": "backup", "subject_id": GALAXY_S9},
    ],
)
def test_what_may_be_meant_is_not_refused(right: dict[str, Any]) -> None:
    assert not blocked(replace(PLAIN, **right))


@pytest.mark.parametrize(
    ("odd", "code"),
    [
        ({"valid_until": AT}, "past"),
        ({"brand": "Aple"}, "brand"),
        ({"brand": "apple", "subject_id": GALAXY}, "no_device"),
        ({"year_from": 2024, "older_than_years": 5}, "no_device"),
        ({"subject_id": IPHONE_13, "older_than_years": 9}, "no_device"),
    ],
)
def test_what_nothing_meets_today_is_pointed_out(odd: dict[str, Any], code: str) -> None:
    found = check(replace(PLAIN, **odd), (), SHOP, AT)
    assert [(finding.code, finding.blocks) for finding in found] == [(code, False)]


def test_a_rule_behind_one_that_always_stops_is_never_reached() -> None:
    first = replace(PLAIN, name="All iPhones", priority=1, number=1, subject_id=IPHONE, stop=True)
    assert codes(replace(PLAIN, subject_id=IPHONE_13, urgency="urgent"), first) == {"never_reached"}
    assert codes(replace(PLAIN, subject_id=PHONES), first) == set()
    assert codes(first, replace(PLAIN, subject_id=IPHONE_13)) == {"hides"}


def test_a_stop_that_its_own_group_may_silence_hides_nothing() -> None:
    rival = replace(PLAIN, name="Urgent", priority=0, number=1, group="steps", urgency="urgent", value=Decimal(2))
    stopper = replace(PLAIN, name="Stop", priority=1, number=2, group="steps", stop=True, value=Decimal(3))
    assert codes(PLAIN, rival, stopper) == set()
    assert codes(replace(PLAIN, urgency="standard"), rival, stopper) == {"never_reached"}


@pytest.mark.parametrize(
    ("wide", "narrow", "does"),
    [
        ({"weekdays": (5,)}, {}, False),
        ({"weekdays": (5,)}, {"weekdays": (5, 6)}, False),
        ({"weekdays": (5, 6)}, {"weekdays": (5,)}, True),
        ({"visit_from": time(9)}, {"visit_from": time(8)}, False),
        ({"visit_until": time(18)}, {"visit_until": time(17)}, True),
        ({"weekdays": tuple(range(7))}, {"visit_from": time(9)}, True),
        ({"visit_from": time(0)}, {"weekdays": (5,)}, True),
        ({"visit_from": time(0)}, {}, False),
        ({"part_grade": "original"}, {"part_grade": "original"}, True),
        ({"valid_until": AT}, {"valid_until": AT}, False),
        ({"older_than_years": 5}, {"older_than_years": 5}, True),
        ({"older_than_years": 5}, {"older_than_years": 4}, False),
        ({"at_most_years": 3}, {}, False),
        ({"brand": "apple"}, {"brand": "Apple"}, True),
        ({"urgency": "urgent"}, {}, False),
        ({"subject_id": PHONES}, {"subject_id": IPHONE_13}, True),
        ({"subject_id": IPHONE_13}, {"subject_id": PHONES}, False),
        ({"valid_from": AT}, {}, True),
        ({"valid_from": AT + timedelta(days=1)}, {}, False),
        ({"valid_until": AT + timedelta(days=1)}, {"valid_until": AT + timedelta(days=2)}, False),
    ],
)
def test_a_rule_covers_another_only_where_every_case_of_it_is_met(
    wide: dict[str, Any], narrow: dict[str, Any], does: bool
) -> None:
    assert covered(replace(PLAIN, **narrow), [replace(PLAIN, **wide)], SHOP, AT) is does


def test_a_rule_behind_a_wider_one_of_its_group_is_never_reached() -> None:
    wide = replace(PLAIN, name="Older than 5", priority=1, number=1, group="age", older_than_years=5)
    narrow = replace(PLAIN, group="age", older_than_years=7, value=Decimal("1.4"))
    assert codes(narrow, wide) == {"never_reached"}
    assert codes(replace(narrow, group="other"), wide) == set()
    assert codes(replace(narrow, priority=0), wide) == set()


TOGETHER: dict[str, list[dict[str, Any]]] = {
    "every condition": [{"condition": "good"}, {"condition": "fair"}, {"condition": "poor"}],
    "both urgencies": [{"urgency": "standard"}, {"urgency": "urgent"}],
    "every way to hand over": [{"service_type": "in_store"}, {"service_type": "postal"}, {"service_type": "courier"}],
    "every year": [{"year_until": 2019}, {"year_from": 2020}],
    "every age": [{"older_than_years": 5}, {"at_most_years": 5}],
    "now and later": [{"valid_until": AT + timedelta(days=9)}, {"valid_from": AT + timedelta(days=9)}],
    "two answers crossed": [{"urgency": "urgent"}, {"condition": "good"}, {"urgency": "standard", "condition": "fair"},
                            {"condition": "poor"}],
}  # fmt: skip


@pytest.mark.parametrize("parts", TOGETHER.values(), ids=TOGETHER)
@pytest.mark.parametrize("how", [{"group": "steps"}, {"stop": True}], ids=["by group", "by stop"])
def test_rules_that_hide_another_only_together_are_named(parts: list[dict[str, Any]], how: dict[str, Any]) -> None:
    late = replace(PLAIN, group="steps", subject_id=IPHONE_13)
    early = [
        replace(PLAIN, name=f"Part {number}", priority=1, number=number, subject_id=IPHONE, **{**how, **part})
        for number, part in enumerate(parts)
    ]
    other = replace(PLAIN, name="Has nothing to do with it", priority=0, number=40, value=Decimal(2))
    (found,) = check(late, [*early, other], SHOP, AT)
    assert found.code == "never_reached"
    needed = [rule.name for rule in early if rule.name != "Part 0" or parts is not TOGETHER["two answers crossed"]]
    assert all(f"“{name}”" in found.words for name in needed)
    assert "nothing to do" not in found.words
    for left_out in early[1:]:
        assert "never_reached" not in codes(late, *[rule for rule in early if rule != left_out])


def test_every_weekday_hides_what_speaks_of_hours_but_not_what_counts_without_a_visit() -> None:
    days = [replace(PLAIN, name=f"Day {n}", priority=1, number=n, group="day", weekdays=(n,)) for n in range(7)]
    assert "never_reached" in codes(replace(PLAIN, group="day", visit_from=time(9)), *days)
    assert "never_reached" not in codes(replace(PLAIN, group="day", visit_from=time(9)), *days[1:])
    assert "never_reached" not in codes(replace(PLAIN, group="day"), *days)


def test_rules_for_every_part_that_is_named_leave_the_standard_one() -> None:
    parts = [
        replace(PLAIN, name=grade, priority=1, number=n, group="part", part_grade=grade)
        for n, grade in enumerate(("original", "compatible", "refurbished"))
    ]
    assert "never_reached" not in codes(replace(PLAIN, group="part"), *parts)


def test_the_rule_that_closes_the_last_gap_is_told_what_it_hides_and_with_whose_help() -> None:
    urgent = replace(PLAIN, name="Urgent", priority=1, number=1, group="hurry", urgency="urgent")
    late = replace(PLAIN, name="Late", number=60, priority=9, group="hurry", value=Decimal(2))
    closing = replace(urgent, name="Standard", number=2, urgency="standard")
    (found,) = check(closing, [urgent, late], SHOP, AT)
    assert (found.code, "“Late”" in found.words, "“Urgent”" in found.words) == ("hides", True, True)
    hidden_before = check(closing, [urgent, replace(closing, name="Twin", number=3), late], SHOP, AT)
    assert not any("“Late”" in each.words for each in hidden_before)


@pytest.mark.parametrize(
    ("wide", "narrow", "does"),
    [
        ({}, {"currency": "EUR"}, True),
        ({"currency": "EUR"}, {}, False),
        ({"currency": "EUR"}, {"currency": "EUR"}, True),
        ({"effect": Effect.SET}, {"effect": Effect.ADD}, True),
        ({"effect": Effect.SET}, {}, False),
        ({"effect": Effect.SET}, {"currency": "EUR"}, False),
    ],
)
def test_an_amount_covers_nothing_in_another_currency(wide: dict[str, Any], narrow: dict[str, Any], does: bool) -> None:
    pair = replace(PLAIN, **narrow), [replace(PLAIN, **wide)]
    assert covered(*pair, replace(SHOP, more_currencies=True), AT) is does


@pytest.mark.parametrize(
    ("visit", "told"),
    [
        ({"weekdays": (6,)}, True),
        ({"weekdays": (5, 6)}, False),
        ({"weekdays": (5,), "visit_from": time(14)}, True),
        ({"visit_from": time(18)}, True),
        ({"visit_until": time(9)}, True),
        ({"visit_from": time(17, 30)}, False),
        ({"weekdays": (0,), "visit_from": time(12), "visit_until": time(13)}, True),
        ({}, False),
    ],
)
def test_times_at_which_the_shop_is_closed_are_pointed_out(visit: dict[str, Any], told: bool) -> None:
    monday = ((0, time(9), time(12)), (0, time(13), time(18)))
    week = (*monday, *((day, time(9), time(18)) for day in range(1, 5)), (5, time(10), time(14)))
    found = check(replace(PLAIN, **visit), (), replace(SHOP, open_hours=week), AT)
    assert [finding.code for finding in found] == (["closed"] if told else [])


@pytest.mark.parametrize("effects", [(Effect.SET, Effect.SET)])
def test_two_prices_set_for_one_case_are_pointed_out(effects: tuple[Effect, Effect]) -> None:
    one = replace(PLAIN, effect=effects[0], value=Decimal(99), urgency="urgent")
    other = replace(one, name="Other", number=60, value=Decimal(79), effect=effects[1])
    assert codes(one, other) == {"two_sets"}
    assert codes(one, replace(other, urgency="standard")) == set()
    assert codes(replace(one, group="a"), replace(other, group="a")) == {"hides"}


def test_a_least_price_that_a_later_set_undoes_is_pointed_out() -> None:
    least = replace(PLAIN, effect=Effect.MINIMUM, value=Decimal(49))
    cheap = replace(PLAIN, name="Sale", effect=Effect.SET, value=Decimal(39), priority=9, number=60)
    assert codes(least, cheap) == codes(cheap, least) == {"minimum_undone"}
    assert codes(least, replace(cheap, value=Decimal(59))) == set()
    assert codes(least, replace(cheap, priority=1)) == set()


def test_the_same_rule_twice_is_pointed_out() -> None:
    twin = replace(PLAIN, name="Twin", number=60, priority=7)
    assert codes(PLAIN, twin) == {"duplicate"}
    assert codes(PLAIN, replace(twin, value=Decimal("1.3"))) == set()


optional = st.none() | st.integers(0, 3)
rules = st.builds(
    Rule,
    name=st.just("rule"),
    value=st.just(Decimal(1)),
    priority=st.integers(0, 2),
    group=st.sampled_from(["", "", "a", "b"]),
    stop=st.booleans(),
    subject_id=st.sampled_from([None, PHONES, IPHONE, GALAXY, IPHONE_13]),
    brand=st.sampled_from(["", "", "Apple", "samsung"]),
    repair_type_id=st.sampled_from([None, SCREEN, BATTERY]),
    older_than_years=st.sampled_from([None, None, 2, 6]),
    at_most_years=st.sampled_from([None, None, 4, 9]),
    year_from=st.sampled_from([None, None, 2019, 2022]),
    year_until=st.sampled_from([None, None, 2020, 2024]),
    urgency=st.sampled_from(["", "urgent"]),
    add_on=st.sampled_from(["", "", "backup"]),
    weekdays=st.sampled_from([(), (5,), (5, 6)]),
    visit_from=st.sampled_from([None, time(9), time(17)]),
    visit_until=st.sampled_from([None, time(12), time(20)]),
    valid_from=st.sampled_from([None, AT - timedelta(days=1), AT + timedelta(days=1)]),
    valid_until=st.sampled_from([None, AT + timedelta(days=2)]),
)
trees = st.sampled_from([(IPHONE_13, IPHONE, PHONES), (GALAXY_S9, GALAXY, PHONES), ()])
wishes = st.builds(
    Wanted,
    subject_ids=trees,
    year=st.integers(2017, 2026),
    repair_type_id=st.sampled_from([SCREEN, BATTERY]),
    urgency=st.sampled_from(["standard", "urgent"]),
    add_ons=st.sampled_from([(), ("backup",)]),
    brand=st.sampled_from(["Apple", "Samsung", ""]),
    visit=st.none() | st.sampled_from([AT + timedelta(days=day, hours=hour) for day in range(7) for hour in (0, 8)]),
)
moments = st.sampled_from([AT, AT + timedelta(days=1), AT + timedelta(hours=30)])


@settings(max_examples=400)
@given(one=rules, other=rules, wanted=wishes, at=moments)
def test_a_rule_that_covers_another_applies_wherever_that_one_does(
    one: Rule, other: Rule, wanted: Wanted, at: datetime
) -> None:
    year = wanted.year or 2020
    both = [applies(rule, wanted=wanted, year=year, at=at) for rule in (one, other)]
    if covered(other, [one], SHOP, AT):
        assert both[0] or not both[1]
    if not meet(one, other, SHOP):
        assert not all(both)


@settings(max_examples=400)
@given(found=st.lists(rules, min_size=2, max_size=5), wanted=wishes, at=moments)
def test_a_rule_called_never_reached_is_never_reached(found: list[Rule], wanted: Wanted, at: datetime) -> None:
    numbered = tuple(replace(rule, number=number) for number, rule in enumerate(found, 1))
    catalogue = Catalogue(Decimal(100), "Screen", "GBP", Decimal("0.2"), rules=numbered)
    counted = list(in_turn(catalogue, wanted, at))
    for rule in numbered:
        others = [other for other in numbered if other != rule]
        if "never_reached" in {finding.code for finding in check(rule, others, SHOP, AT)}:
            assert rule not in counted


answered = st.builds(
    Rule,
    name=st.just("rule"),
    value=st.just(Decimal(1)),
    priority=st.integers(0, 2),
    group=st.just("a"),
    condition=st.sampled_from(["", "", "good", "fair", "poor"]),
    urgency=st.sampled_from(["", "", "standard", "urgent"]),
    part_grade=st.sampled_from(["", "", "", "original"]),
    weekdays=st.sampled_from([(), (), (0, 1, 2, 3, 4), (5, 6)]),
    visit_until=st.sampled_from([None, None, time(12)]),
)
EVERY_ANSWER = [
    Wanted((), 2020, SCREEN, condition=condition, urgency=urgency, part_grade=grade, visit=visit)
    for condition, urgency, grade in product(("good", "fair", "poor"), ("standard", "urgent"), ("", "original"))
    for visit in (None, *(AT.replace(hour=hour) + timedelta(days=day) for day in (0, 5) for hour in (9, 15)))
]


@settings(max_examples=300)
@given(found=st.lists(answered, min_size=2, max_size=7))
def test_whatever_no_answer_ever_reaches_is_found(found: list[Rule]) -> None:
    """Every wish there is, asked one by one: the checks find each rule of a group that never counts, and no other."""
    numbered = tuple(replace(rule, number=number) for number, rule in enumerate(found, 1))
    catalogue = Catalogue(Decimal(100), "Screen", "GBP", Decimal("0.2"), rules=numbered)
    counted = {rule for wanted in EVERY_ANSWER for rule in in_turn(catalogue, wanted, AT)}
    for rule in numbered:
        others = [other for other in numbered if other != rule]
        told = "never_reached" in {finding.code for finding in check(rule, others, SHOP, AT)}
        assert told is (rule not in counted)
