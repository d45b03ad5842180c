"""Booking without a script: problem, price kept, time held; nothing is lost on the way."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from repairs import booking
from repairs.models import BookingPolicy, Hold
from shop.models import BasketVisit, Quote
from shop.wizard.days import as_days, chosen_day
from tests.factories import SHOP_TIME, Shop

LONDON = ZoneInfo("Europe/London")
BOOK = "/book/?device=iphone-8&repair=screen-repair&condition=poor"
FILLED = {"condition": "poor", "urgency": "urgent", "service_type": "in_store", "problem": "Dropped on the stairs"}


def quoted(client: Client, **more: str) -> Quote:
    """A quote from the form, as a visitor gets it."""
    page = client.post(BOOK, {**FILLED, **more})
    quote = Quote.objects.latest("pk")
    assert page.status_code == 302
    assert page["Location"] == f"/book/{quote.reference}/"
    return quote


def free(shop: Shop) -> list[Any]:
    now = timezone.now()
    return booking.free_starts(site=shop.site, at=now, first_date=now.date(), days=5)


def test_the_form_keeps_the_price_with_the_customers_own_words(client: Client, shop: Shop) -> None:
    quote = quoted(client)
    assert str(quote.total) == "467.98"
    assert quote.problem == "Dropped on the stairs"
    assert quote.device == shop.iphone_8


def test_a_wrong_answer_is_said_and_nothing_typed_is_lost(client: Client, shop: Shop) -> None:
    page = client.post(BOOK, {**FILLED, "condition": "melted"})
    body = page.content.decode()
    assert page.status_code == 200
    assert "Something still needs a look" in body
    assert "Dropped on the stairs" in body
    assert not Quote.objects.exists()


@pytest.mark.parametrize(
    "address", ["/book/", "/book/?device=iphone-8", "/book/?device=toaster&repair=screen-repair", "/book/?repair=%00"]
)
def test_booking_what_is_not_offered_is_not_found(client: Client, shop: Shop, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", ["/book/Q-NOTHING/", "/book/%00/"])
def test_an_unknown_price_is_not_found(client: Client, shop: Shop, address: str) -> None:
    assert client.get(address).status_code == 404


def test_a_chosen_time_is_held_and_the_price_lies_in_the_basket(client: Client, shop: Shop) -> None:
    quote, start = quoted(client), free(shop)[3]
    page = client.post(f"/book/{quote.reference}/", {"starts_at": start.isoformat()})
    assert page.status_code == 302
    assert page["Location"] == "/basket/"
    visit = BasketVisit.objects.select_related("hold").get()
    assert visit.hold is not None
    assert visit.hold.starts_at == start
    body = client.get("/basket/").content.decode()
    for words in (
        "Screen repair",
        "iPhone 8",
        "£467.98",
        "Urgent repair",
        "Dropped on the stairs",
        "Kept for you until",
    ):
        assert words in body
    assert client.get("/visitor/").json()["basket_count"] == 1


def test_a_time_somebody_else_was_faster_for_shows_the_next_free_ones(client: Client, shop: Shop) -> None:
    quote, start = quoted(client), free(shop)[3]
    for _ in shop.seats:
        booking.hold(site=shop.site, starts_at=start, at=timezone.now())
    page = client.post(f"/book/{quote.reference}/", {"starts_at": start.isoformat()})
    body = page.content.decode()
    assert page.status_code == 409
    assert "has just been taken" in body
    assert "Next free times" in body
    assert quote.reference in body
    assert body.count('name="starts_at"') > 5


@pytest.mark.parametrize(
    "text", ["", "tomorrow", "2026-11-24", "2026-11-24T10:00", "9999-12-31T23:59:59+00:00", "\x00"]
)
def test_a_time_that_is_none_is_refused_in_words(client: Client, shop: Shop, text: str) -> None:
    quote = quoted(client)
    page = client.post(f"/book/{quote.reference}/", {"starts_at": text})
    assert page.status_code == 200
    assert 'role="alert"' in page.content.decode()
    assert not Hold.objects.exists()


def test_a_price_that_ran_out_can_be_asked_for_again_with_the_same_answers(client: Client, shop: Shop) -> None:
    quote = quoted(client)
    Quote.objects.update(valid_until=timezone.now() - timedelta(minutes=1))
    for page in (client.get(f"/book/{quote.reference}/"), client.post(f"/book/{quote.reference}/", {"starts_at": "x"})):
        body = page.content.decode()
        assert "This price has run out" in body
        assert "condition=poor&amp;urgency=urgent" in body
    assert not Hold.objects.exists()


def test_a_second_repair_is_offered_the_visit_that_is_kept_already(client: Client, shop: Shop) -> None:
    start = free(shop)[3]
    client.post(f"/book/{quoted(client).reference}/", {"starts_at": start.isoformat()})
    second = quoted(client, condition="good")
    assert "The time you have already" in client.get(f"/book/{second.reference}/").content.decode()
    client.post(f"/book/{second.reference}/", {"starts_at": start.isoformat()})
    assert Hold.objects.count() == 1
    assert client.get("/visitor/").json()["basket_count"] == 2


def test_days_are_days_of_the_shop_and_parts_of_the_day_are_named() -> None:
    late = SHOP_TIME.replace(month=7, hour=23, minute=30)  # half past midnight of the next day in London
    days = as_days([late, late + timedelta(hours=14)], zone=LONDON, first=date(2026, 7, 23), days=3)
    assert [day.count for day in days] == [0, 2, 0]
    assert [(str(part), [f"{start.local:%H:%M}" for start in starts]) for part, starts in days[1].parts] == [
        ("Morning", ["00:30"]),
        ("Afternoon", ["14:30"]),
    ]
    assert chosen_day(days, "") is days[1]
    assert chosen_day(days, "2026-07-25") is days[2]
    assert chosen_day(days, "nonsense") is days[1]


def test_going_back_to_change_the_repair_keeps_what_was_written(client: Client, shop: Shop) -> None:
    quote = quoted(client)
    body = client.get(f"/book/{quote.reference}/").content.decode()
    again = f"{BOOK}&urgency=urgent&service_type=in_store&quote={quote.reference}"
    assert again.replace("&", "&amp;") in body
    assert "Dropped on the stairs" in client.get(again).content.decode()
    assert client.get(f"{BOOK}&quote=Q-NOTHING").status_code == 200


def test_a_shop_without_rules_of_booking_says_that_no_time_is_free(client: Client, shop: Shop) -> None:
    quote = quoted(client)
    BookingPolicy.objects.all().delete()
    assert client.get(f"/book/{quote.reference}/").status_code == 200
    page = client.post(f"/book/{quote.reference}/", {"starts_at": timezone.now().isoformat()})
    assert page.status_code == 200
    assert "when it can be booked" in page.content.decode()
