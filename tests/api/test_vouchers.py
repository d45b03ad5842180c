"""Vouchers by API: they take off the basket's total and never touch the quote."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from oscar.core.loading import get_model

from tests.api.callers import Caller, fault


@pytest.fixture
def voucher(db: None) -> Any:
    """WELCOME10: 10 % off anything, for a week."""
    everything = get_model("offer", "Range").objects.create(name="Everything", includes_all_products=True)
    offer = get_model("offer", "ConditionalOffer").objects.create(
        name="Welcome",
        offer_type="Voucher",
        condition=get_model("offer", "Condition").objects.create(range=everything, type="Count", value=1),
        benefit=get_model("offer", "Benefit").objects.create(range=everything, type="Percentage", value=10),
    )
    now = timezone.now()
    found = get_model("voucher", "Voucher").objects.create(
        name="Welcome",
        code="WELCOME10",
        usage="Multi-use",
        start_datetime=now - timedelta(days=1),
        end_datetime=now + timedelta(days=7),
    )
    found.offers.add(offer)
    return found


def test_a_voucher_takes_its_part_off_and_can_be_given_back(caller: Caller, voucher: Any) -> None:
    caller.fill(condition="poor", urgency="urgent")
    found = caller.post("basket/vouchers/", {"code": "welcome10"}).json()
    assert (found["total"]["amount"], found["vouchers"]) == ("421.18", ["WELCOME10"])
    assert found["discounts"] == [
        {"name": "Welcome", "code": "WELCOME10", "amount": {"amount": "46.80", "currency": "GBP"}}
    ]
    assert found["lines"][0]["amount"]["amount"] == "467.98"
    again = caller.post("basket/vouchers/", {"code": "WELCOME10"}).json()
    assert again["total"]["amount"] == "421.18"
    assert caller.delete("basket/vouchers/WELCOME10/").json()["total"]["amount"] == "467.98"


def test_an_order_with_a_voucher_costs_what_the_basket_showed(caller: Caller, voucher: Any) -> None:
    caller.fill(condition="poor", urgency="urgent")
    caller.post("basket/vouchers/", {"code": "WELCOME10"})
    order = caller.order()
    assert order["total"]["amount"] == "421.18"
    assert sum(Decimal(line["amount"]["amount"]) for line in order["lines"]) == Decimal("421.18")


def test_a_voucher_that_is_unknown_over_or_of_no_use_is_refused(caller: Caller, voucher: Any) -> None:
    caller.open()
    fault(caller.post("basket/vouchers/", {"code": "NOBODY"}), 422, "voucher_not_good")
    fault(caller.post("basket/vouchers/", {"code": "WELCOME10"}), 422, "voucher_not_good")
    caller.fill()
    voucher.end_datetime = timezone.now() - timedelta(hours=1)
    voucher.save()
    fault(caller.post("basket/vouchers/", {"code": "WELCOME10"}), 422, "voucher_not_good")
    assert caller.get("basket/").json()["vouchers"] == []


def test_codes_cannot_be_guessed_by_api_either(caller: Caller) -> None:
    caller.fill(condition="poor", urgency="urgent")
    for number in range(10):
        fault(caller.post("basket/vouchers/", {"code": f"GUESS{number}"}), 422, "voucher_not_good")
    fault(caller.post("basket/vouchers/", {"code": "GUESS10"}), 429, "throttled")
