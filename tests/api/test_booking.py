"""From a quote to a paid order, call by call."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from notifications.models import Message
from repairs.models import Hold, Job, Photo, SlotCell
from shop.models import PriceRule, Quote
from shop.payments import demo_bank
from tests.api.callers import ON_BOTH, Caller, fault
from tests.factories import Shop

MINUTE = timedelta(minutes=1)


def charge_of(started: dict[str, Any]) -> str:
    return started["redirect_url"].rstrip("/").rsplit("/", 1)[1]


def test_a_quote_explains_the_worked_price(caller: Caller) -> None:
    answer = caller.post(
        "quotes/",
        {
            "device": "iphone-8",
            "repair_type": "screen-repair",
            "answers": {"condition": "poor", "urgency": "urgent"},
            "problem": "Dropped.",
        },
    )
    found = answer.json()
    assert answer.status_code == 201
    assert found["total"] == {"amount": "467.98", "currency": "GBP"}
    assert found["tax"] == {"amount": "78.00", "currency": "GBP"}
    assert [(line["name"], line["factor"], line["amount"]["amount"]) for line in found["lines"]] == [
        ("Screen repair", None, "199.99"),
        ("Older device", "1.2", "40.00"),
        ("Poor condition", "1.3", "71.99"),
        ("Urgent repair", "1.5", "156.00"),
    ]
    assert caller.get(answer["Location"]).json() == found


def test_a_quote_does_not_repeat_the_customers_words(caller: Caller) -> None:
    asked = {"device": "iphone-8", "repair_type": "screen-repair", "problem": "My PIN is 4711"}
    answer = caller.post("quotes/", asked)
    assert b"4711" not in caller.get(answer["Location"]).content


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"device": "iphone-8", "repair_type": "no-such-thing"}, "not_offered"),
        ({"device": "no-such-device", "repair_type": "screen-repair"}, "not_offered"),
        ({"repair_type": "screen-repair"}, "not_offered"),
        ({"device": "iphone-8", "repair_type": "screen-repair", "answers": {"urgency": "now"}}, "answer_not_known"),
    ],
)
def test_what_we_do_not_offer_gets_no_price(caller: Caller, asked: dict[str, Any], code: str) -> None:
    fault(caller.post("quotes/", asked), 422, code)
    assert not Quote.objects.exists()


def test_free_times_are_told_in_utc_and_on_the_shops_clock(caller: Caller) -> None:
    found = caller.get("slots/?first_date=2026-06-15&days=1").json()
    assert (found["time_zone"], found["visit_minutes"]) == ("Europe/London", 30)
    soon = caller.get("slots/?days=3").json()["items"]
    assert soon
    assert all(slot["starts_at"].endswith("Z") for slot in soon)


def test_a_hold_is_kept_for_the_basket_and_can_be_given_back(caller: Caller) -> None:
    caller.open()
    start = caller.free()[0]
    kept = caller.post("holds/", {"starts_at": start})
    assert kept.status_code == 201
    assert caller.get("basket/").json()["hold"] | {"price_changes": []} == kept.json()
    assert caller.delete(f"holds/{kept.json()['reference']}/").status_code == 204
    assert caller.get("basket/").json()["hold"] is None
    assert not SlotCell.objects.exists()


def test_a_hold_is_kept_longer_by_who_holds_it_and_not_for_ever(caller: Caller) -> None:
    caller.fill()
    held = Hold.objects.get()
    until, path = held.expires_at, f"holds/{held.reference}/renew/"
    Hold.objects.update(expires_at=until - 5 * MINUTE, created_at=held.created_at - 5 * MINUTE)
    renewed = caller.post(path)
    assert renewed.status_code == 200
    assert set(renewed.json()) == {"reference", "starts_at", "ends_at", "expires_at"}
    held.refresh_from_db()
    assert held.expires_at is not None and held.expires_at >= until
    assert renewed.json()["expires_at"] == f"{held.expires_at:%Y-%m-%dT%H:%M:%SZ}"
    assert caller.post(path).json() == renewed.json()  # at once: nothing changes
    fault(Caller().open().post(path), 404, "not_found")
    fault(Caller().post(path), 401, "basket_token_needed")
    fault(caller.post("holds/H-NONE/renew/"), 404, "not_found")
    assert caller.get(path).status_code == 405
    end = timezone.now() + MINUTE
    Hold.objects.update(created_at=timezone.now() - 60 * MINUTE, expires_at=end)
    assert caller.post(path).json()["expires_at"] == f"{end:%Y-%m-%dT%H:%M:%SZ}"  # four spans: kept, but no longer
    Hold.objects.update(expires_at=timezone.now())
    fault(caller.post(path), 409, "hold_expired")


def test_a_hold_that_became_a_visit_or_was_given_back_is_not_renewed(caller: Caller) -> None:
    caller.fill()
    reference = Hold.objects.get().reference
    caller.delete(f"holds/{reference}/")
    fault(caller.post(f"holds/{reference}/renew/"), 409, "hold_expired")


def test_renewing_a_hold_stays_in_its_budget(caller: Caller, django_assert_max_num_queries: Callable[..., Any]) -> None:
    caller.fill()
    path = f"holds/{Hold.objects.get().reference}/renew/"
    Hold.objects.update(expires_at=timezone.now() + MINUTE)
    with django_assert_max_num_queries(10):
        assert caller.post(path).status_code == 200


def test_choosing_another_time_gives_the_first_one_back(caller: Caller) -> None:
    caller.open()
    first, second = caller.free()[:2]
    caller.post("holds/", {"starts_at": first})
    caller.post("holds/", {"starts_at": second})
    assert Hold.objects.filter(state=Hold.State.HELD).count() == 1
    assert caller.get("basket/").json()["hold"]["starts_at"] == second


def test_a_taken_time_answers_with_the_next_free_ones(caller: Caller) -> None:
    start = caller.free()[0]
    for _seat in range(2):
        assert Caller().open().post("holds/", {"starts_at": start}).status_code == 201
    found = fault(caller.open().post("holds/", {"starts_at": start}), 409, "slot_taken")
    assert found["next_starts"]
    assert start not in found["next_starts"]
    assert caller.post("holds/", {"starts_at": found["next_starts"][0]}).status_code == 201


@pytest.mark.parametrize("start", ["2020-01-01T10:00:00Z", "2026-11-23T10:07:00Z", "2999-12-31T23:45:00Z"])
def test_a_time_that_is_not_offered_is_refused(caller: Caller, start: str) -> None:
    fault(caller.open().post("holds/", {"starts_at": start}), 422, "slot_not_offered")


def test_a_quote_is_in_the_basket_once_however_often_it_is_added(caller: Caller) -> None:
    caller.open()
    quote = caller.quote()
    caller.post("basket/lines/", {"quote": quote})
    again = caller.post("basket/lines/", {"quote": quote}).json()
    assert [line["quote"] for line in again["lines"]] == [quote]
    assert again["total"] == {"amount": "239.99", "currency": "GBP"}
    assert caller.delete(f"basket/lines/{quote}/").json()["lines"] == []


@pytest.mark.parametrize("gone", ["iphone_8", "screen"])
def test_a_basket_says_which_repair_is_no_longer_offered(caller: Caller, shop: Shop, gone: str) -> None:
    caller.fill()
    (line,) = caller.get("basket/").json()["lines"]
    assert line["withdrawn"] is False
    getattr(shop, gone).unpublish()
    (line,) = caller.get("basket/").json()["lines"]
    assert line["withdrawn"] is True


def test_an_expired_quote_cannot_be_put_into_a_basket(caller: Caller) -> None:
    quote = caller.quote()
    Quote.objects.update(valid_until=timezone.now() - timedelta(seconds=1))
    fault(caller.open().post("basket/lines/", {"quote": quote}), 410, "quote_expired")


def test_a_quote_keeps_its_price_when_prices_rise(caller: Caller) -> None:
    caller.open()
    quote = caller.quote()
    PriceRule.objects.filter(name="Older device").update(value=Decimal("9"))
    assert caller.post("basket/lines/", {"quote": quote}).json()["total"]["amount"] == "239.99"


def test_a_basket_becomes_an_order_with_a_repair_to_follow(caller: Caller) -> None:
    caller.fill(condition="poor", urgency="urgent")
    found = caller.order()
    assert (found["status"], found["total"]["amount"]) == ("awaiting-payment", "467.98")
    assert found["payment"]["next"] == "start"
    repair = found["repairs"][0]
    assert caller.get(f"orders/{found['number']}/").json() == found
    story = caller.get(f"repairs/{repair['tracking_token']}/").json()
    assert (story["reference"], story["status"], story["last_seq"]) == (repair["reference"], "booked", 1)
    assert story["live"]["url"].endswith(f"/live/{repair['tracking_token']}/")
    assert b"ada@example.com" not in caller.get(f"repairs/{repair['tracking_token']}/").content


def test_a_repair_tells_what_its_page_tells(caller: Caller) -> None:
    token = caller.fill().order()["repairs"][0]["tracking_token"]
    job = Job.objects.get()
    for public in (True, True, False):
        Photo.objects.create(site=job.site, job=job, public=public, image="a.webp", thumbnail="b.webp", width=1,
                             height=1, size=1, created_at=timezone.now())  # fmt: skip
    Message.objects.update(status=Message.Status.SENT, sent_at=timezone.now())
    Message.objects.create(
        site=job.site, contact=job.contact, kind="job.ready", channel="email", dedupe_key="job:another:1",
        status=Message.Status.SENT, sent_at=timezone.now(), send_after=timezone.now(), created_at=timezone.now(),
    )  # fmt: skip
    found = caller.get(f"repairs/{token}/").json()
    assert found["photos"] == 2
    assert found["next_sentence"].startswith("Bring it to the shop")
    assert sorted((row["title"], row["channel"], row["by"]) for row in found["told"]) == [
        ("Your repair is booked", "email", "E-mail"),
        ("Your repair is booked", "sms", "SMS"),
    ]
    assert "ada@example.com" not in str(found)


def test_following_a_repair_stays_in_its_budget(
    caller: Caller, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    token = caller.fill().order()["repairs"][0]["tracking_token"]
    caller.get(f"repairs/{token}/")
    with django_assert_max_num_queries(7):
        caller.get(f"repairs/{token}/")


def test_events_after_a_number_are_only_the_new_ones(caller: Caller) -> None:
    token = caller.fill().order()["repairs"][0]["tracking_token"]
    assert [row["seq"] for row in caller.get(f"repairs/{token}/events/").json()["items"]] == [1]
    assert caller.get(f"repairs/{token}/events/?after=1").json() == {"items": [], "last_seq": 1}


def test_a_total_that_moved_is_not_ordered(caller: Caller) -> None:
    caller.fill()
    wish = caller.wish(shown_total={"amount": "1.00", "currency": "GBP"})
    assert fault(caller.post("orders/", wish, key="a"), 409, "price_moved")["total"] == "239.99"
    fault(caller.post("orders/", caller.wish(shown_total={"amount": "239.99", "currency": "EUR"}), key="b"), 409,
          "other_currency")  # fmt: skip


def test_the_same_basket_twice_is_one_order(caller: Caller) -> None:
    number = caller.fill().order()["number"]
    wish = caller.wish(shown_total={"amount": "239.99", "currency": "GBP"})
    assert fault(caller.post("orders/", wish, key="another"), 409, "already_placed")["order"] == number


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"customer": {"name": "Ada"}}, 422, "contact_needed"),
        ({"customer": {"name": "Ada", "email": "not an address"}}, 422, "contact_not_usable"),
        ({"shipping_method": "balloon"}, 422, "shipping_not_offered"),
        ({"pay_by": "seashells"}, 422, "way_to_pay_not_offered"),
    ],
)
def test_an_order_that_lacks_something_is_refused_and_the_basket_stays(
    caller: Caller, change: dict[str, Any], status: int, code: str
) -> None:
    caller.fill()
    fault(caller.post("orders/", caller.wish(**change), key="a"), status, code)
    assert caller.order()["status"] == "awaiting-payment"


def test_sending_needs_an_address(caller: Caller) -> None:
    caller.fill()
    wish = caller.wish(shipping_method="postal", shown_total={"amount": "245.99", "currency": "GBP"})
    fault(caller.post("orders/", wish, key="a"), 422, "address_needed")


def test_an_order_without_a_time_or_without_lines_is_refused(caller: Caller) -> None:
    caller.open()
    fault(caller.post("orders/", caller.wish(), key="a"), 409, "basket_empty")
    caller.post("basket/lines/", {"quote": caller.quote()})
    fault(caller.post("orders/", caller.wish(), key="a"), 409, "no_time_chosen")


@pytest.mark.django_db(transaction=True)
def test_a_payment_is_started_once_and_settles_when_the_client_comes_back(caller: Caller) -> None:
    number = caller.fill().order()["number"]
    started = caller.post("payments/", {"order": number}, key="pay").json()
    assert started["state"] == "pending"
    again = caller.post("payments/", {"order": number}, key="pay again").json()
    assert (again["reference"], again["redirect_url"]) == (started["reference"], started["redirect_url"])
    demo_bank.decide(charge_id=charge_of(started), decision="approved")
    assert caller.get(f"payments/{started['reference']}/").json()["state"] == "succeeded"
    order = caller.get(f"orders/{number}/").json()
    assert (order["status"], order["payment"]["next"], order["appointment"]["state"]) == (
        "paid", "nothing", "confirmed",
    )  # fmt: skip
    fault(caller.post("payments/", {"order": number}, key="once more"), 409, "order_not_payable")
    assert Message.objects.filter(kind="payment.settled").exists()


@pytest.mark.django_db(transaction=True)
def test_nobody_is_sent_back_to_a_foreign_address(caller: Caller, settings: Any) -> None:
    number = caller.fill().order()["number"]
    body = {"order": number, "return_url": "https://evil.example/back"}
    fault(caller.post("payments/", body, key="a"), 422, "return_url_not_allowed")
    settings.ALLOWED_ORIGINS = ["https://evil.example"]
    assert caller.post("payments/", body, key="a").status_code == 201


def test_an_order_paid_in_the_shop_says_so(caller: Caller) -> None:
    found = caller.fill().order(pay_by="in_store")
    assert found["payment"]["next"] == "at_counter"
    assert found["appointment"]["state"] == "confirmed"


BUDGETS = {"quote": 12, "add": 18, "place": 38}


@ON_BOTH
def test_pricing_adding_and_placing_stay_in_their_budgets(
    caller: Caller, shop: Shop, django_assert_max_num_queries: Callable[..., Any], database: str
) -> None:
    caller.open()
    asked = {"device": "iphone-8", "repair_type": "screen-repair", "answers": {}}
    with django_assert_max_num_queries(BUDGETS["quote"]):
        quote = caller.post("quotes/", asked).json()["reference"]
    with django_assert_max_num_queries(BUDGETS["add"]):
        assert caller.post("basket/lines/", {"quote": quote}).status_code == 201
    caller.post("holds/", {"starts_at": caller.free()[0]})
    wish = caller.wish()
    with django_assert_max_num_queries(BUDGETS["place"]):
        assert caller.post("orders/", wish, key=str(uuid4())).status_code == 201
