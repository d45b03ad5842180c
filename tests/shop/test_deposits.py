"""A deposit books the visit, the rest is asked later, and money that a bank only promised is not counted."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django_q.models import OrmQ
from hypothesis import given
from hypothesis import strategies as st

from repairs.models import Appointment, Job
from shop import deposits
from shop.models import LedgerEntry, OrderVisit, Payment, SiteShop
from shop.payments import demo_bank, ledger, release, starting, sweep
from tests import queue
from tests.factories import SHOP_TIME
from tests.shop.payments.factories import make_order
from tests.shop.test_ledger import BACK, told

pytestmark = pytest.mark.django_db
LATER = SHOP_TIME + timedelta(minutes=5)


def rule(who: str, percent: int = 25, payment: str = "choice") -> SiteShop:
    return SiteShop(deposit_for=who, deposit_percent=percent, payment=payment)


@pytest.mark.parametrize(
    ("shop_rule", "urgent", "pay_by", "asked"),
    [
        (rule("urgent"), True, "demo", "117.00"),  # 116.995, half up
        (rule("urgent"), False, "demo", "467.98"),
        (rule("everybody"), False, "demo", "117.00"),
        (rule("nobody"), True, "demo", "467.98"),
        (rule("everybody", 100), False, "demo", "467.98"),
        (rule("everybody"), True, "in_store", "0.00"),
        (rule("everybody", payment="advance"), True, "demo", "467.98"),
    ],
)
def test_who_pays_what_with_the_booking(shop_rule: SiteShop, urgent: bool, pay_by: str, asked: str) -> None:
    due = deposits.due_now(shop=shop_rule, total=Decimal("467.98"), currency="GBP", urgent=urgent, pay_by=pay_by)
    assert due == Decimal(asked)


@given(
    pence=st.integers(0, 10**9),
    percent=st.integers(1, 100),
    currency=st.sampled_from([("GBP", 2), ("JPY", 0), ("KWD", 2)]),  # our books keep hundredths, whatever the currency
)
def test_a_deposit_is_within_half_a_unit_of_its_share_and_never_more_than_the_total(
    pence: int, percent: int, currency: tuple[str, int]
) -> None:
    code, places = currency
    total = Decimal(pence).scaleb(-places)
    due = deposits.due_now(shop=rule("everybody", percent), total=total, currency=code, urgent=True, pay_by="demo")
    share = total * percent / 100
    too_little = share < Decimal(1).scaleb(-places) / 2  # a deposit of nothing books nothing: then all of it is asked
    assert due == total if too_little else abs(due - share) <= Decimal(1).scaleb(-places) / 2
    assert 0 <= due <= total
    assert due == due.quantize(Decimal(1).scaleb(-places))


@pytest.fixture
def order(shop: Any) -> Any:
    """An order of 467.98 that 117.00 books."""
    made = make_order(shop)
    OrderVisit.objects.filter(order=made).update(due_now=Decimal("117.00"))
    made.visit.refresh_from_db()
    return made


def start(order: Any) -> Payment:
    return starting.start(order=order, at=SHOP_TIME, return_url=BACK).payment


def test_the_deposit_is_asked_first_and_books_the_visit_then_the_rest(order: Any) -> None:
    payment = start(order)
    assert (payment.purpose, payment.amount) == ("deposit", Decimal("117.00"))
    told(payment)
    order.refresh_from_db()
    visit = OrderVisit.objects.get(pk=order.pk)
    assert (order.status, visit.release_at, visit.appointment.state) == (
        "part-paid", None, Appointment.State.CONFIRMED
    )  # fmt: skip
    assert LedgerEntry.objects.get(payment=payment).kind == "deposit"
    rest = start(order)
    assert (rest.purpose, rest.amount) == ("rest", Decimal("350.98"))
    told(rest)
    order.refresh_from_db()
    assert (order.status, ledger.balance(order).open) == ("paid", 0)


def test_a_promise_of_the_bank_keeps_the_visit_but_is_no_money(order: Any) -> None:
    OrderVisit.objects.filter(pk=order.pk).update(capture="later")
    order.visit.refresh_from_db()
    payment = start(order)
    event = told(payment, "authorised")
    visit = OrderVisit.objects.get(pk=order.pk)
    assert (event.state, payment.state, payment.order.status) == ("applied", "authorised", "awaiting-payment")
    assert (visit.release_at, visit.appointment.state, ledger.balance(order).paid) == (
        None, Appointment.State.CONFIRMED, 0
    )  # fmt: skip
    assert start(order).pk == payment.pk  # nothing more is asked while the bank's promise stands
    told(payment)
    assert (payment.state, payment.order.status) == ("succeeded", "part-paid")


def test_money_that_was_agreed_to_and_not_taken_is_taken_by_the_sweep(order: Any) -> None:
    payment = start(order)
    demo_bank.decide(charge_id=str(payment.provider_id), decision="approved")
    told(payment, "authorised")
    OrmQ.objects.all().delete()  # as a worker would leave it that was stopped
    assert sweep.queue_captures(at=LATER + timedelta(minutes=9)) == 0
    assert sweep.queue_captures(at=LATER + timedelta(minutes=10)) == 1
    queue.work_off()
    payment.refresh_from_db()
    assert (payment.state, ledger.balance(order).paid) == ("succeeded", Decimal("117.00"))


def test_a_promise_of_another_sum_is_shown_to_staff_and_not_taken(order: Any) -> None:
    payment = start(order)
    event = told(payment, "authorised", amount=Decimal("1.00"))
    assert (event.state, payment.state) == ("odd", "pending")


def test_a_promise_that_lapses_is_shown_to_staff(order: Any) -> None:
    OrderVisit.objects.filter(pk=order.pk).update(capture="later")
    order.visit.refresh_from_db()
    payment = start(order)
    told(payment, "authorised")
    event = told(payment, "cancelled")
    assert (event.state, payment.state, payment.order.status) == ("odd", "cancelled", "awaiting-payment")


def test_a_late_deposit_revives_a_released_order_whose_time_is_free(order: Any) -> None:
    payment = start(order)
    assert release.release(order.pk, at=SHOP_TIME + timedelta(hours=2))
    told(payment, at=SHOP_TIME + timedelta(hours=2))
    assert (payment.state, payment.order.status) == ("succeeded", "part-paid")
    assert Job.objects.get().status == "booked"
