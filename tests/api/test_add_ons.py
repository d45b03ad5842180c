"""What may be added to a repair, what was agreed to: both asked and answered by the API."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from wagtail.models import Page

from cms.models import ShopSettings
from cms.terms import current
from repairs.models import Job
from shop.models import AddOn, OrderVisit, Quote
from tests.api.callers import V1, Caller, fault
from tests.factories import Shop

ADD_ONS = "add-ons/"


@pytest.fixture
def glass(shop: Shop) -> AddOn:
    """A screen protector for iPhones, with a screen repair only."""
    return AddOn.objects.create(
        site=shop.site, name="Screen protector", slug="screen-protector", price=Decimal("12.50"),
        subject=shop.iphone, repair_type=shop.screen, description="Fitted while it is open.",
    )  # fmt: skip


@pytest.fixture
def box(shop: Shop) -> AddOn:
    """A backup with anything."""
    return AddOn.objects.create(site=shop.site, name="Backup", slug="backup", price=Decimal("20"), sort_order=1)


def slugs(answer: Any) -> list[str]:
    return [row["slug"] for row in answer.json()["items"]]


def test_add_ons_are_listed_for_the_repair_of_the_device(caller: Caller, glass: AddOn, box: AddOn) -> None:
    assert slugs(caller.get(f"{ADD_ONS}?device=iphone-8&repair_type=screen-repair")) == ["screen-protector", "backup"]
    assert slugs(caller.get(f"{ADD_ONS}?device=iphone-8&repair_type=battery-replacement")) == ["backup"]
    assert slugs(caller.get(ADD_ONS)) == ["backup"]
    (first, _second) = caller.get(f"{ADD_ONS}?device=iphone-8&repair_type=screen-repair").json()["items"]
    assert first == {
        "slug": "screen-protector",
        "name": "Screen protector",
        "description": "Fitted while it is open.",
        "price": {"amount": "12.50", "currency": "GBP"},
    }


def test_what_is_not_sold_any_more_is_not_listed(caller: Caller, box: AddOn) -> None:
    box.active = False
    box.save()
    assert slugs(caller.get(ADD_ONS)) == []


@pytest.mark.parametrize("query", ["device=no-such", "repair_type=no-such", "device=iphone-8&repair_type=x"])
def test_what_we_do_not_repair_has_no_add_ons(caller: Caller, query: str) -> None:
    fault(caller.get(f"{ADD_ONS}?{query}"), 422, "not_offered")


@pytest.mark.parametrize("query", ["device=%00", "repair_type=" + "x" * 141, "device=a/b"])
def test_a_strange_question_is_400(caller: Caller, query: str) -> None:
    fault(caller.get(f"{ADD_ONS}?{query}"), 400, "invalid")


def test_a_quote_adds_them_at_their_own_price_and_says_so(caller: Caller, glass: AddOn, box: AddOn) -> None:
    asked = {
        "device": "iphone-8",
        "repair_type": "screen-repair",
        "answers": {"condition": "poor", "urgency": "urgent"},
        "add_ons": ["backup", "screen-protector", "backup"],
    }
    found = caller.post("quotes/", asked).json()
    assert found["add_ons"] == [
        {"slug": "screen-protector", "name": "Screen protector"},
        {"slug": "backup", "name": "Backup"},
    ]
    assert [(line["name"], line["factor"], line["amount"]["amount"]) for line in found["lines"][-2:]] == [
        ("Screen protector", None, "12.50"),
        ("Backup", None, "20.00"),
    ]
    assert found["total"]["amount"] == "500.48"  # 467.98 as ever, and 32.50
    assert sum(Decimal(line["amount"]["amount"]) for line in found["lines"]) == Decimal("500.48")
    assert caller.get(f"quotes/{found['reference']}/").json() == found


def test_add_ons_come_to_the_bench_with_the_order(caller: Caller, glass: AddOn) -> None:
    caller.open()
    asked = {"device": "iphone-8", "repair_type": "screen-repair", "add_ons": ["screen-protector"]}
    quote = caller.post("quotes/", asked).json()["reference"]
    caller.post("holds/", {"starts_at": caller.free()[0], "quote": quote})
    assert caller.order()["total"]["amount"] == "252.49"
    assert Job.objects.get().extras == ["Screen protector"]


@pytest.mark.parametrize("wrong", [["no-such"], ["screen-protector"]])
def test_an_add_on_that_does_not_fit_is_refused(caller: Caller, glass: AddOn, wrong: list[str]) -> None:
    asked = {"device": "iphone-8", "repair_type": "battery-replacement", "add_ons": wrong}
    fault(caller.post("quotes/", asked), 422, "add_on_not_offered")
    assert not Quote.objects.exists()


@pytest.mark.parametrize("junk", [None, "backup", {"a": 1}, ["\x00"], [["backup"]], [{}], ["x" * 141], ["a"] * 21])
def test_add_ons_may_be_anything_without_an_error_of_ours(caller: Caller, junk: Any) -> None:
    fault(caller.post("quotes/", {"repair_type": "screen-repair", "add_ons": junk}), 400, "invalid")


def test_an_add_on_costs_a_quote_one_statement(
    caller: Caller, glass: AddOn, django_assert_max_num_queries: Any
) -> None:
    asked = {"device": "iphone-8", "repair_type": "screen-repair", "answers": {}, "add_ons": ["screen-protector"]}
    with django_assert_max_num_queries(12):
        assert caller.post("quotes/", asked).status_code == 201


@pytest.fixture
def terms(shop: Shop) -> str:
    """The shop publishes terms; their version."""
    root = shop.site.root_page
    page = root.add_child(instance=Page(title="Terms of repair", slug="terms-of-repair", live=True))
    page.last_published_at = datetime(2026, 11, 21, tzinfo=UTC)
    page.save()
    ShopSettings.objects.filter(site=shop.site).update(terms_page=page)
    shop.site.refresh_from_db()
    return current(shop.site).terms_version


def test_a_shop_without_terms_asks_for_nothing(caller: Caller) -> None:
    assert caller.get("terms/").json() == {
        "terms_version": "", "privacy_version": "", "terms": None, "privacy": None,
    }  # fmt: skip
    found = caller.fill().order()
    assert (found["terms_version"], found["agreed_at"]) == ("", None)


def test_the_version_that_was_agreed_to_is_kept_with_the_order(caller: Caller, terms: str) -> None:
    told = caller.get("terms/").json()
    assert told["terms_version"] == terms
    assert told["terms"]["url"].startswith("http://testserver/")
    found = caller.fill().order(terms_version=terms)
    assert found["terms_version"] == terms
    assert found["agreed_at"]
    assert OrderVisit.objects.get().terms_version == terms


def test_without_the_terms_or_with_old_ones_nothing_is_ordered(caller: Caller, terms: str) -> None:
    caller.fill()
    fault(caller.post("orders/", caller.wish(), key="a"), 422, "terms_not_agreed")
    fault(caller.post("orders/", caller.wish(terms_version=""), key="b"), 422, "terms_not_agreed")
    found = fault(caller.post("orders/", caller.wish(terms_version="terms@1"), key="c"), 409, "terms_changed")
    assert found["terms_version"] == terms
    fault(caller.post("orders/", caller.wish(terms_version=7), key="d"), 400, "invalid")
    assert not OrderVisit.objects.exists()


def test_terms_are_public_and_known_by_their_tag(caller: Caller, terms: str) -> None:
    answer = caller.get("terms/")
    again = caller.client.get(f"{V1}terms/", HTTP_IF_NONE_MATCH=answer["ETag"])
    assert again.status_code == 304
