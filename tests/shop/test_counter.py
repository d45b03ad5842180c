"""Money over the counter: never more than is open, never twice, and only by those who may."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from repairs.models import Job
from shop.models import LedgerEntry, Payment, PaymentEvent
from shop.payments import ledger, starting
from tests.factories import SHOP_TIME, make_staff
from tests.shop.payments.factories import make_order
from tests.shop.test_inbox import at_once

pytestmark = pytest.mark.django_db
DESK = ("see_bench", "work_bench", "add_payment", "view_payment")


def take(order: Any, amount: str, **more: Any) -> Payment:
    return ledger.take_at_counter(order=order, amount=Decimal(amount), by=None, at=SHOP_TIME, **more)


@pytest.fixture
def order(shop: Any) -> Any:
    return make_order(shop, pay_by="in_store")


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make_staff(permissions=DESK))
    return client


def test_taking_all_that_is_open_pays_the_order(order: Any) -> None:
    payment = take(order, "467.98", note="Cash")
    order.refresh_from_db()
    assert (payment.provider, payment.state, payment.live, order.status) == ("in_store", "succeeded", True, "paid")
    assert LedgerEntry.objects.get(kind="paid").note == "Cash"


def test_taking_a_part_leaves_the_rest_open(order: Any) -> None:
    take(order, "100.00")
    order.refresh_from_db()
    assert (order.status, ledger.balance(order).open) == ("part-paid", Decimal("367.98"))
    take(order, "367.98")
    order.refresh_from_db()
    assert (order.status, ledger.balance(order).open) == ("paid", 0)


@pytest.mark.parametrize("amount", ["467.99", "0.00", "-1.00", "1000000.00"])
def test_no_more_than_is_open_can_be_taken(order: Any, amount: str) -> None:
    with pytest.raises(ledger.MoreThanOpen):
        take(order, amount)
    assert not Payment.objects.exists()


def test_the_attempt_that_was_waiting_for_the_counter_is_the_one_that_is_paid(order: Any) -> None:
    waiting = starting.start(order=order, at=SHOP_TIME, return_url="http://testserver/").payment
    assert take(order, "467.98").pk == waiting.pk


def test_the_same_form_sent_twice_takes_money_once(order: Any) -> None:
    first, second = (take(order, "50.00", once="0123456789abcdef") for _ in range(2))
    assert first.pk == second.pk
    assert ledger.balance(order).paid == Decimal("50.00")


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_people_taking_all_that_is_open_at_once_take_it_once(shop: Any) -> None:
    order = make_order(shop, pay_by="in_store")

    def one() -> bool:
        try:
            take(order, "467.98")
        except ledger.MoreThanOpen:
            return False
        return True

    assert sorted(at_once(*[one] * 3)) == [False, False, True]
    assert LedgerEntry.objects.filter(kind="paid").count() == 1


def test_the_jobs_page_offers_what_is_open_and_takes_it(desk: Client, order: Any) -> None:
    url = f"/bench/jobs/{Job.objects.get().reference}/"
    page = desk.get(url).content.decode()
    assert "£467.98" in page
    assert order.number in page
    once = re.search(r'name="once" value="([0-9a-f]{16})"', page)
    assert once
    sent = {"amount": "467.98", "way": "cash", "note": "Till 2", "once": once[1]}
    for _ in range(2):
        assert desk.post(f"{url}money/", sent).headers["Location"] == url
    order.refresh_from_db()
    entry = LedgerEntry.objects.get(kind="paid")
    assert (order.status, entry.note, entry.by is None) == ("paid", "Till 2", False)
    assert (entry.payment.tender, Payment.objects.count()) == ("cash", 1)
    page = desk.get(url).content.decode()
    assert "Till 2" in page and "At the counter, cash" in page
    assert 'name="once"' not in page


@pytest.mark.parametrize(
    "wrong",
    [{"amount": "467.99"}, {"amount": "NaN"}, {"amount": "1e9"}, {"amount": ""}, {"way": "iou"}, {"once": ""}],
    ids=str,
)
def test_a_wrong_form_takes_nothing_and_says_so_beside_the_field(
    desk: Client, order: Any, wrong: dict[str, str]
) -> None:
    sent = {"amount": "1.00", "way": "card", "note": "Slip 7", "once": "0123456789abcdef", **wrong}
    answer = desk.post(f"/bench/jobs/{Job.objects.get().reference}/money/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "field__error" in page and 'value="Slip 7"' in page
    assert not LedgerEntry.objects.filter(kind="paid").exists()


def test_a_technician_sees_the_money_but_cannot_take_any(client: Client, order: Any) -> None:
    client.force_login(make_staff())
    url = f"/bench/jobs/{Job.objects.get().reference}/"
    assert 'name="once"' not in client.get(url).content.decode()
    sent = {"amount": "1.00", "way": "cash", "once": "0123456789abcdef"}
    assert client.post(f"{url}money/", sent).status_code == 403
    assert client.get("/bench/payments/").status_code == 403
    assert not Payment.objects.exists()


def test_an_unknown_event_is_shown_to_staff_with_what_to_do(desk: Client, shop: Any) -> None:
    PaymentEvent.objects.create(
        provider="demo",
        event_id="evt_stray",
        kind="succeeded",
        provider_id="ch_stray",
        amount=Decimal("1.00"),
        currency="GBP",
        received_at=timezone.now(),
    )
    [row] = PaymentEvent.objects.all()
    ledger.apply(row.pk, at=timezone.now())
    page = desk.get("/bench/payments/").content.decode()
    assert "ch_stray" in page
    assert "We know no such payment." in page
    assert "Look the payment up at the provider." in page


def test_odd_money_of_an_order_is_shown_on_its_job(desk: Client, order: Any) -> None:
    payment = starting.start(order=order, at=SHOP_TIME, return_url="http://testserver/").payment
    PaymentEvent.objects.create(
        provider="demo", event_id="evt_odd", kind="succeeded", reference=payment.reference, state="odd",
        outcome="1.00 GBP came, 467.98 GBP was asked.", received_at=SHOP_TIME,
    )  # fmt: skip
    assert "1.00 GBP came" in desk.get(f"/bench/jobs/{Job.objects.get().reference}/").content.decode()


def test_the_list_of_odd_payments_is_calm_when_there_are_none(desk: Client, shop: Any) -> None:
    assert "Every payment belongs to an order" in desk.get("/bench/payments/").content.decode()
