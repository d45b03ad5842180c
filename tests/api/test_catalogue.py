"""Reading the catalogue: what the public sees, how it is cached, what it costs."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from cms.models import FAQ, Subject
from tests.api.callers import ON_BOTH, Caller, fault
from tests.factories import Shop, complaint, subject


def test_categories_come_with_their_number_of_live_devices(caller: Caller, shop: Shop) -> None:
    subject("device", "iPhone X", "iphone-x", shop.iphone, brand="Apple")
    Subject.objects.filter(slug="iphone-x").update(live=False)
    found = caller.get("device-categories/").json()
    assert [(row["slug"], row["device_count"]) for row in found["items"]] == [("iphone", 3)]
    assert found["items"][0]["family"] == {"slug": "phones", "name": "Phones"}


def test_devices_are_ordered_by_brand_then_newest_first(caller: Caller, shop: Shop) -> None:
    subject("device", "Agile 1", "agile-1", shop.iphone, brand="Acme", year=2019)
    subject("device", "Agile 0", "agile-0", shop.iphone, brand="Acme")
    found = caller.get("devices/").json()
    slugs = [row["slug"] for row in found["items"]]
    assert slugs == ["agile-1", "agile-0", "iphone-13", "iphone-12", "iphone-8"]
    assert (found["total"], found["limit"], found["offset"]) == (5, 20, 0)


def test_a_device_tells_the_price_of_its_cheapest_repair(caller: Caller) -> None:
    Subject.objects.filter(slug="iphone-13").update(year=timezone.now().year)  # new in any year this runs in
    prices = {row["slug"]: row["from_price"] for row in caller.get("devices/").json()["items"]}
    assert prices["iphone-13"] == {"amount": "89.99", "currency": "GBP"}
    assert prices["iphone-8"] == {"amount": "107.99", "currency": "GBP"}


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("q=iPHONE%2013", ["iphone-13"]),
        ("q=a2633", ["iphone-13"]),
        ("q=apple%20a1863", ["iphone-8"]),
        ("q=iphone%208", ["iphone-8"]),
        ("category=phones&year_from=2020", ["iphone-13", "iphone-12"]),
        ("category=iphone&year_to=2017", ["iphone-8"]),
        ("brand=apple&limit=1&offset=1", ["iphone-12"]),
        ("q=nothing-like-it", []),
        ("q=%25", []),
    ],
)
def test_a_search_finds_what_fits(caller: Caller, query: str, slugs: list[str]) -> None:
    assert [row["slug"] for row in caller.get(f"devices/?{query}").json()["items"]] == slugs


def test_a_page_beyond_the_end_still_knows_the_total(caller: Caller) -> None:
    found = caller.get("devices/?offset=50").json()
    assert (found["items"], found["total"]) == ([], 3)


def test_a_device_lists_its_repairs_with_explained_prices(caller: Caller) -> None:
    found = caller.get("devices/iphone-8/").json()
    screen = next(row for row in found["repairs"] if row["slug"] == "screen-repair")
    assert screen["price"] == {"amount": "239.99", "currency": "GBP"}
    assert [(line["name"], line["factor"]) for line in screen["lines"]] == [
        ("Screen repair", None),
        ("Older device", "1.2"),
    ]
    assert found["model_codes"] == ["A1905", "A1863"]


def test_a_device_tells_what_often_goes_wrong_with_it(caller: Caller) -> None:
    assert caller.get("devices/iphone-8/").json()["common_issues"] == []
    complaint("The glass is cracked", Subject.objects.get(slug="iphone-8"))
    complaint("It got wet", Subject.objects.get(slug="phones"))
    assert caller.get("devices/iphone-8/").json()["common_issues"] == ["The glass is cracked", "It got wet"]


def test_a_device_that_is_not_live_is_not_found(caller: Caller) -> None:
    Subject.objects.filter(slug="iphone-8").update(live=False)
    fault(caller.get("devices/iphone-8/"), 404, "not_found")


def test_a_device_gets_the_repairs_of_its_category(caller: Caller) -> None:
    found = caller.get("repair-types/?device=iphone-8").json()
    assert {row["slug"] for row in found["items"]} == {"screen-repair", "battery-replacement", "charging-port-repair"}
    assert caller.get("repair-types/?category=unknown").json()["total"] == 0


def test_questions_come_in_the_default_language_when_there_are_no_others(caller: Caller, shop: Shop) -> None:
    from_home = FAQ(question="How long?", answer="<p>An hour.</p>", live=True, locale_id=shop.screen.locale_id)
    from_home.save()
    found = caller.get("faqs/", Accept_Language="pt-BR").json()
    assert found == {
        "items": [{"question": "How long?", "answer": "<p>An hour.</p>", "group": None, "subject": None, "from": None}],
        "total": 1,
    }


def test_questions_say_what_they_are_about_and_are_asked_for_as_the_pages_show_them(caller: Caller, shop: Shop) -> None:
    for about in (None, shop.phones, shop.iphone, shop.iphone_8, shop.iphone_13):
        name = about.name if about else "the shop"
        FAQ.objects.create(question=name, answer="x", live=True, locale=shop.screen.locale, subject=about)

    def asked(query: str = "") -> dict[str, str | None]:
        return {row["question"]: row["subject"] for row in caller.get(f"faqs/{query}").json()["items"]}

    assert asked()["iPhone 8"] == "iphone-8"
    assert asked()["the shop"] is None
    assert asked("?subject=iphone-8") == {"Phones": shop.phones.slug, "iPhone": "iphone", "iPhone 8": "iphone-8"}
    assert asked("?subject=iphone") == {"Phones": shop.phones.slug, "iPhone": "iphone"}
    assert asked("?subject=toaster") == {}
    fault(caller.get("faqs/?subject=%00"), 400, "invalid")


def test_asking_about_a_subject_costs_one_statement_more_however_many_questions_there_are(
    caller: Caller, shop: Shop, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for number in range(5):
        FAQ.objects.create(question=f"{number}?", answer="x", live=True, locale=shop.screen.locale, subject=shop.iphone)
    caller.get("faqs/")
    with django_assert_max_num_queries(3):
        caller.get("faqs/?subject=iphone-8")


@pytest.mark.parametrize("path", ["device-categories/", "devices/", "devices/iphone-8/", "repair-types/", "faqs/"])
def test_a_public_answer_is_cacheable_and_sets_no_cookie(caller: Caller, path: str) -> None:
    answer = caller.get(path)
    assert answer["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert not answer.cookies
    again = caller.get(path, If_None_Match=answer["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == answer["ETag"]


def test_a_changed_price_changes_the_etag(caller: Caller, shop: Shop) -> None:
    before = caller.get("devices/")["ETag"]
    offer = shop.screen.offers.get()
    offer.price = "59.99"
    offer.save()
    assert caller.get("devices/", If_None_Match=before).status_code == 200


@ON_BOTH
@pytest.mark.parametrize(("path", "most"), [("devices/?limit=24", 8), ("devices/iphone-8/", 9)])
def test_reading_devices_stays_in_its_budget(
    caller: Caller, shop: Shop, django_assert_max_num_queries: Callable[..., Any], path: str, most: int, database: str
) -> None:
    for number in range(24):
        subject("device", f"Phone {number}", f"phone-{number}", shop.iphone, brand="Acme", year=2000 + number)
    with django_assert_max_num_queries(most):
        assert caller.get(path).status_code == 200
