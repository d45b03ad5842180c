"""Who pays when, as an owner sets it: only the owner, only what fits together, and what customers will read of it."""

from decimal import Decimal
from typing import Any

import pytest

from cms.models import Version
from repairs.models import BookingPolicy
from shop.models import SiteShop
from shop.price_admin import money_terms
from tests.cms.editors import person
from tests.factories import Shop

FORM = {
    "payment": "choice", "deposit_for": "urgent", "deposit_percent": "25", "deposit_capture": "now",
    "no_show_fee": "15.00", "currency": "GBP", "more_currencies": "", "tax_name": "VAT", "tax_code": "GB-standard",
    "unknown_year": "2020", "quote_valid_hours": "720", "ready_days": "", "loan_price": "",
}  # fmt: skip


def address() -> str:
    return f"/cms/siteshop/edit/{SiteShop.objects.get().pk}/"


def test_an_owner_sets_the_terms_and_prices_are_read_anew(shop: Shop) -> None:
    counter = Version.objects.filter(site=shop.site, scope="prices")
    before = counter.get().number
    answer = person("owner").post(address(), FORM)
    assert answer.status_code == 302, answer.context["form"].errors
    row = SiteShop.objects.get()
    assert (row.deposit_for, row.deposit_percent, row.no_show_fee) == ("urgent", 25, Decimal("15.00"))
    assert counter.get().number > before


def test_the_page_says_what_customers_read(shop: Shop) -> None:
    browser = person("owner")
    browser.post(address(), FORM)
    page = " ".join(browser.get(address()).content.decode().split())
    for words in (
        "An urgent repair, paid online: £25.00 today, a deposit of 25 %, and £75.00 at collection.",
        "Any other repair, paid online: £100.00 today, all of it.",
        "a missed visit costs £15.00",
    ):
        assert words in page, words


@pytest.mark.parametrize("role", ["moderator", "editor", "desk", "technician"])
def test_nobody_else_sets_them(shop: Shop, role: str) -> None:
    person(role).post(address(), FORM)
    assert SiteShop.objects.get().deposit_for == "nobody"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"payment": "advance"}, "deposit_for"),
        ({"payment": "later"}, "deposit_for"),
        ({"deposit_percent": "0"}, "deposit_percent"),
        ({"deposit_percent": "101"}, "deposit_percent"),
        ({"no_show_fee": "-1"}, "no_show_fee"),
        ({"currency": "JPY", "no_show_fee": "15.50"}, "no_show_fee"),
    ],
)
def test_terms_that_do_not_fit_together_are_refused_at_their_field(
    shop: Shop, wrong: dict[str, str], field: str
) -> None:
    answer = person("owner").post(address(), FORM | wrong)
    assert field in answer.context["form"].errors
    assert SiteShop.objects.get().deposit_for == "nobody"


@pytest.mark.parametrize(
    ("terms", "told"),
    [
        ({"payment": "advance"}, "Any repair, paid online: £100.00 today, all of it."),
        ({"payment": "later"}, "Whoever pays in the shop: nothing today"),
        (
            {"deposit_for": "everybody", "deposit_percent": 10},
            "Any repair, paid online: £10.00 today, a deposit of 10 %",
        ),
        (
            {"deposit_for": "urgent", "deposit_capture": "later"},
            "the bank keeps £25.00 (25 %) until the device is here",
        ),
    ],
)
def test_each_kind_of_terms_has_its_sentence(terms: dict[str, Any], told: str) -> None:
    assert told in "\n".join(money_terms.sample_of(SiteShop(currency="GBP", **terms)))


def test_a_promise_that_ends_before_the_visit_is_warned_of(shop: Shop) -> None:
    row = SiteShop.objects.get()
    assert money_terms.warning_of(row) == ""
    row.deposit_for, row.deposit_capture = "urgent", "later"
    assert "days ahead" in money_terms.warning_of(row)
    BookingPolicy.objects.update(horizon_days=7)
    assert money_terms.warning_of(row) == ""
