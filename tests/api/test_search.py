"""One call answers devices, repair types and questions; the list of devices tells the choices that are left."""

from collections.abc import Callable
from typing import Any

import pytest

from cms.models import FAQ
from tests.api.callers import Caller, fault
from tests.factories import Shop, subject


@pytest.fixture
def asked(shop: Shop) -> Shop:
    """The small shop with a question."""
    FAQ.objects.create(question="Do you keep my data?", answer="<p>No.</p>", live=True, locale=shop.screen.locale)
    return shop


def test_a_mistyped_wish_is_a_device_with_the_repair_that_was_asked_for(caller: Caller, asked: Shop) -> None:
    found = caller.get("search/?q=iphne%2013%20scren").json()
    assert (found["first"], found["corrected"]) == ("devices", "iphone 13 screen")
    best = found["devices"]["items"][0]
    assert (best["slug"], best["repair_type"], best["from_price"]["currency"]) == ("iphone-13", "screen-repair", "GBP")
    assert [row["slug"] for row in found["repair_types"]["items"]] == ["screen-repair"]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("iphone%2013", "devices"),
        ("iphone", "kinds"),
        ("screen%20repair", "repair_types"),
        ("do%20you%20keep%20my%20data", "faqs"),
        ("nokia%203310", "unknown"),
        ("", None),
    ],
)
def test_the_answer_says_what_answers_best(caller: Caller, asked: Shop, words: str, first: str | None) -> None:
    assert caller.get(f"search/?q={words}").json()["first"] == first


def test_a_question_comes_with_its_answer(caller: Caller, asked: Shop) -> None:
    found = caller.get("search/?q=keep%20my%20data").json()["faqs"]
    assert found == {
        "items": [{"question": "Do you keep my data?", "answer": "<p>No.</p>", "group": None}],
        "total": 1,
    }


def test_a_search_needs_its_words_and_a_limit_that_is_kept(caller: Caller, asked: Shop) -> None:
    fault(caller.get("search/"), 400, "invalid")
    fault(caller.get("search/?q=a&limit=51"), 400, "invalid")
    found = caller.get("search/?q=iphone%201&limit=1").json()["devices"]
    assert (len(found["items"]), found["total"]) == (1, 2)


def test_a_search_costs_the_same_for_one_device_and_for_twenty(
    caller: Caller, asked: Shop, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for number in range(20):
        subject("device", f"iPhone {number + 30}", f"iphone-{number + 30}", asked.iphone)
    caller.get("search/?q=iphone&limit=20")
    with django_assert_max_num_queries(5):
        caller.get("search/?q=iphone&limit=20")


def test_the_list_counts_brands_categories_and_years_of_all_that_fits(caller: Caller, shop: Shop) -> None:
    subject("device", "Agile 1", "agile-1", shop.iphone, brand="Acme", year=2020)
    facets = caller.get("devices/?limit=1&year_from=2020").json()["facets"]
    assert facets == {
        "brands": [{"name": "Acme", "count": 1}, {"name": "Apple", "count": 2}],
        "categories": [{"slug": "iphone", "name": "iPhone", "count": 3}],
        "years": [{"year": 2021, "count": 1}, {"year": 2020, "count": 2}],
    }


def test_searched_words_put_the_best_fit_first_and_filters_still_hold(caller: Caller, shop: Shop) -> None:
    subject("device", "Agile iPhone 8", "agile-8", shop.iphone, brand="Acme", year=2019)
    slugs = [row["slug"] for row in caller.get("devices/?q=iphone%208").json()["items"]]
    assert slugs == ["iphone-8", "agile-8"]
    assert [row["slug"] for row in caller.get("devices/?q=iphone%208&brand=ACME").json()["items"]] == ["agile-8"]
