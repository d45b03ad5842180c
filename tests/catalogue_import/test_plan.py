"""The pure diff."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue_import.plan import PlanNotPossible, build, key_of
from catalogue_import.rows import Pack, PriceRow, RepairTypeRow, RuleRow, SubjectRow

PHONES = SubjectRow("family", "phones", "Phones")
IPHONE = SubjectRow("category", "iphone", "iPhone", "phones")
SCREEN = RepairTypeRow("screen", "Screen", "iphone")
PRICE = PriceRow("screen", "iphone", "GBP", Decimal("10"))
RULE = RuleRow("Older", Decimal("1.2"), starts_in=timedelta(days=-3))
PACK = Pack((PHONES, IPHONE), (SCREEN,), (PRICE,), (RULE,))
FOUND = {key_of(row): row for row in PACK.rows()}


def test_an_empty_catalogue_gets_every_row_in_an_order_that_can_be_written():
    plan = build(pack=PACK, found={})
    assert [change.row for change in plan.changes] == [PHONES, IPHONE, SCREEN, PRICE, RULE]


def test_what_is_there_already_is_left_alone():
    plan = build(pack=PACK, found=FOUND)
    assert (plan.changes, plan.unchanged) == ((), 5)


def test_a_change_names_the_fields_that_differ():
    pack = replace(PACK, prices=(replace(PRICE, price=Decimal("12")),))
    assert [str(change) for change in build(pack=pack, found=FOUND).changes] == [
        "change price screen iphone GBP: price"
    ]


def test_the_same_number_written_otherwise_is_no_change():
    pack = replace(PACK, prices=(replace(PRICE, price=Decimal("10.00")),))
    assert build(pack=pack, found=FOUND).changes == ()


def test_the_moving_dates_of_a_rule_are_no_change():
    assert build(pack=replace(PACK, rules=(replace(RULE, starts_in=None),)), found=FOUND).changes == ()


def test_every_fault_is_listed_at_once():
    pack = Pack((replace(IPHONE, parent="tablets"),), (SCREEN, SCREEN), (replace(PRICE, repair_type="port"),))
    with pytest.raises(PlanNotPossible) as said:
        build(pack=pack, found={})
    assert [part in str(said.value) for part in ("'tablets'", "there twice", "'port'")] == [True] * 3


def test_a_parent_that_only_the_database_has_is_good_enough():
    assert build(pack=Pack((IPHONE,)), found={key_of(PHONES): PHONES}).changes[0].row == IPHONE


@given(st.lists(st.sampled_from(PACK.rows()), unique=True))
def test_rows_found_and_rows_planned_are_always_the_whole_pack(found: list):
    plan = build(pack=PACK, found={key_of(row): row for row in found})
    assert len(plan.changes) + plan.unchanged == len(PACK.rows())
    assert {change.row for change in plan.changes}.isdisjoint(found)
