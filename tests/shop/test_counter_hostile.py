"""Whatever is typed into a form about money at the counter: a plain answer, no crash, and nothing written."""

from typing import Any

import pytest
from django.test import Client

from repairs.models import Job
from shop.models import DayClose, LedgerEntry, Payment, PaymentEvent
from shop.payments import ledger
from tests.factories import SHOP_TIME, make_staff
from tests.shop.payments.factories import make_order

pytestmark = pytest.mark.django_db
CASHIER = (
    "see_bench", "work_bench", "add_payment", "add_refund", "view_payment", "add_dayclose", "view_reconciliation",
    "view_ledgerentry",
)  # fmt: skip
MARK = "0123456789abcdef"
NO_SUMS = ("", "NaN", "-1", "0", "1e9", "abc", "0.001", "\x00", "9" * 40, "١e3x")
NO_DAYS = ("", "0001-01-01", "9999-12-31", "2026-13-40", "\x00", "x" * 500, "1999-12-31")


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make_staff(permissions=CASHIER))
    return client


@pytest.fixture
def order(shop: Any) -> Any:
    made = make_order(shop, pay_by="in_store")
    ledger.ask(order=made, at=SHOP_TIME)
    return made


def url(step: str) -> str:
    return f"/bench/jobs/{Job.objects.get().reference}/{step}/"


@pytest.mark.parametrize("amount", NO_SUMS)
def test_what_is_no_sum_is_not_taken(desk: Client, order: Any, amount: str) -> None:
    given = {"amount": amount, "way": "cash", "note": "Typed", "once": MARK}
    answer = desk.post(url("money"), given)
    assert answer.status_code == 422 and "Typed" in answer.content.decode()
    assert not Payment.objects.exists() and LedgerEntry.objects.count() == 1


@pytest.mark.parametrize("wrong", [{"way": "gold"}, {"way": ""}, {"once": "x"}, {"note": "\x00"}, {"note": "n" * 201}])
def test_a_wrong_word_takes_nothing(desk: Client, order: Any, wrong: dict[str, str]) -> None:
    given = {"amount": "10.00", "way": "cash", "note": "", "once": MARK, **wrong}
    assert desk.post(url("money"), given).status_code == 422
    assert not Payment.objects.exists()


def test_a_currency_without_small_coins_takes_whole_sums_only(desk: Client, order: Any) -> None:
    type(order).objects.update(currency="JPY")
    answer = desk.post(url("money"), {"amount": "10.50", "way": "cash", "note": "", "once": MARK})
    assert answer.status_code == 422 and "write a whole number" in answer.content.decode()
    assert not Payment.objects.exists()


@pytest.mark.parametrize("keep", [sum_ for sum_ in NO_SUMS if sum_ != "0"])
def test_what_is_no_fee_cancels_nothing(desk: Client, order: Any, keep: str) -> None:
    answer = desk.post(url("cancel-order"), {"keep": keep, "reason": "customer", "note": "", "act": "do"})
    order.refresh_from_db()
    assert answer.status_code == 422 and order.status == "awaiting-payment"


@pytest.mark.parametrize("reason", ["", "missed", "provider", "\x00", "x" * 500])
def test_what_is_no_reason_cancels_nothing(desk: Client, order: Any, reason: str) -> None:
    answer = desk.post(url("cancel-order"), {"keep": "0", "reason": reason, "note": "", "act": "do"})
    order.refresh_from_db()
    assert answer.status_code == 422 and order.status == "awaiting-payment"


@pytest.mark.parametrize("reason", ["", " ", "\x00", "x" * 301])
def test_nothing_is_let_off_without_a_reason(desk: Client, order: Any, reason: str) -> None:
    assert desk.post(url("stop-asking"), {"reason": reason, "act": "do"}).status_code == 422
    assert not LedgerEntry.objects.filter(kind="written_off").exists()


@pytest.mark.parametrize("mark", ["", "\x00", "x" * 5000])
def test_a_mad_mark_finds_no_refund(desk: Client, order: Any, mark: str) -> None:
    ledger.take_at_counter(order=order, amount=order.total_incl_tax, by=None, at=SHOP_TIME, tender="cash")
    given = {"payment": "\x00", "amount": "1", "reason": "shop", "once": mark, "act": "do"}
    assert desk.post(url("refund"), given).status_code == 422


@pytest.mark.parametrize("counted", ["", "NaN", "abc", "\x00", "9" * 40, "1.234"])
def test_what_was_not_counted_closes_no_day(desk: Client, shop: Any, counted: str) -> None:
    given = {"counted_GBP": counted, "seen_GBP": "0.00", "close": "1"}
    assert desk.post("/bench/payments/close/", given).status_code == 422
    assert not DayClose.objects.exists()


def test_a_till_that_was_changed_in_the_page_closes_no_day(desk: Client, shop: Any) -> None:
    for seen, status in (("5.00", 200), ("NaN", 422), ("\x00", 422)):
        given = {"counted_GBP": "5.00", "seen_GBP": seen, "note": "Why", "close": "1"}
        assert desk.post("/bench/payments/close/", given).status_code == status
    assert not DayClose.objects.exists()


@pytest.mark.parametrize("day", NO_DAYS)
def test_a_mad_day_breaks_no_page(desk: Client, shop: Any, day: str) -> None:
    since = f"{day}T00:00:00+14:00"
    for address in (
        f"/bench/books/?first={day}&last={day}",
        f"/bench/payments/close/?day={day}",
        f"/bench/payments/reconciliation/?wait=demo&day={day}&since={since}&month={day}&provider={day}",
    ):
        assert desk.get(address.replace("\x00", "%00").replace("+", "%2B")).status_code == 200
    assert desk.get("/bench/books/documents.csv", {"first": day, "last": day}).status_code in {200, 302}
    answer = desk.post("/bench/payments/reconciliation/again/", {"provider": "demo", "day": day}, follow=True)
    assert "Choose a provider, and a day that has begun." in answer.content.decode()


@pytest.mark.parametrize("what", ["event", "payment", "refund", "order", ""])
@pytest.mark.parametrize("row", ["", "\x00", "-1", "9" * 24, "²", "P-NONE"])
def test_a_case_that_is_none_is_not_handled(desk: Client, shop: Any, what: str, row: str) -> None:
    answer = desk.post("/bench/payments/handled/", {"what": what, "row": row, "note": "Looked"})
    assert answer.status_code in {302, 404}


def test_a_note_of_nothing_readable_handles_no_case(desk: Client, shop: Any) -> None:
    event = PaymentEvent.objects.create(
        provider="demo", event_id="e", kind="other", state="odd", received_at=SHOP_TIME, site=shop.site
    )
    desk.post("/bench/payments/handled/", {"what": "event", "row": str(event.pk), "note": " \x00 "})
    event.refresh_from_db()
    assert event.handled_at is None
