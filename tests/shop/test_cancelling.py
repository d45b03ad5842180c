"""Calling an order off frees its time, asks nothing more and gives back what was paid, once."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django_q.models import OrmQ

from repairs import workflow
from repairs.models import Appointment, Job
from shop import cancelling
from shop.models import Payment, Refund
from shop.payments import ledger, refunds, starting, sweep
from tests import queue
from tests.factories import SHOP_TIME
from tests.shop.payments.factories import make_order
from tests.shop.test_ledger import BACK, told

pytestmark = pytest.mark.django_db
LATER = SHOP_TIME + timedelta(minutes=5)


@pytest.fixture
def order(shop: Any) -> Any:
    return make_order(shop)


def paid(order: Any) -> Payment:
    payment = starting.start(order=order, at=SHOP_TIME, return_url=BACK).payment
    told(payment)
    order.refresh_from_db()
    return payment


def cancel(order: Any, keep: str = "0.00") -> Any:
    return cancelling.cancel(order=order, by=None, at=LATER, reason=Refund.Reason.CUSTOMER, keep=Decimal(keep))


def test_an_unpaid_order_ends_with_its_time_free_and_nothing_asked(order: Any) -> None:
    called_off = cancel(order)
    assert (called_off.status, ledger.balance(order).open) == ("cancelled", 0)
    assert Job.objects.get().status == "cancelled"
    assert Appointment.objects.get().state == Appointment.State.CANCELLED
    assert not Refund.objects.exists()


def test_a_payment_that_was_begun_is_closed_and_money_that_comes_all_the_same_is_shown_to_staff(order: Any) -> None:
    payment = starting.start(order=order, at=SHOP_TIME, return_url=BACK).payment
    cancel(order)
    payment.refresh_from_db()
    assert payment.state == "cancelled"
    event = told(payment)
    assert (event.state, payment.state, payment.order.status) == ("odd", "late", "cancelled")


def test_what_was_paid_goes_back_once(order: Any) -> None:
    paid(order)
    cancel(order)
    refund = Refund.objects.get()
    assert (refund.amount, refund.reason, refund.state) == (Decimal("467.98"), "customer", "asked")
    with pytest.raises(cancelling.NotCancellable):
        cancel(order)
    assert Refund.objects.count() == 1


def test_a_fee_stays_with_the_shop(order: Any) -> None:
    payment = paid(order)
    cancel(order, keep="20.00")
    refund = Refund.objects.get()
    told(payment, "refunded", amount=refund.amount, refund_id="re_1")
    money = ledger.balance(order)
    assert (refund.amount, money.kept, money.due, money.open) == (
        Decimal("447.98"), Decimal("20.00"), Decimal("20.00"), 0
    )  # fmt: skip


@pytest.mark.parametrize("keep", ["-0.01", "467.99"])
def test_a_fee_below_nothing_or_above_what_was_paid_is_refused(order: Any, keep: str) -> None:
    paid(order)
    with pytest.raises(refunds.MoreThanLeft):
        cancel(order, keep=keep)
    assert Job.objects.get().status == "booked"


def test_an_order_whose_thing_is_in_the_shop_is_not_called_off(order: Any) -> None:
    workflow.move(Job.objects.get().pk, to=Job.Status.RECEIVED, by=None, at=LATER)
    with pytest.raises(cancelling.NotCancellable):
        cancel(order)


def test_a_job_whose_order_was_called_off_is_not_taken_up_again(order: Any) -> None:
    paid(order)
    cancel(order)
    with pytest.raises(workflow.MoveNotAllowed, match="its money went back"):
        workflow.undo(Job.objects.get().pk, by=None, at=LATER)


def test_a_promise_for_what_was_paid_another_way_is_given_back(order: Any) -> None:
    payment = starting.start(order=order, at=SHOP_TIME, return_url=BACK).payment
    ledger.take_at_counter(order=order, amount=order.total_incl_tax, by=None, at=LATER, tender="cash")
    OrmQ.objects.all().delete()
    told(payment, "authorised")
    queue.work_off()
    payment.refresh_from_db()
    assert (payment.state, payment.captured) == ("cancelled", 0)


def test_a_promise_that_nobody_gave_back_is_never_taken_once_the_order_is_paid(order: Any) -> None:
    payment = starting.start(order=order, at=SHOP_TIME, return_url=BACK).payment
    ledger.take_at_counter(order=order, amount=order.total_incl_tax, by=None, at=LATER, tender="cash")
    told(payment, "authorised")
    OrmQ.objects.all().delete()  # the worker that was to give it back died
    sweep.run(LATER + timedelta(minutes=20))
    queue.work_off()
    payment.refresh_from_db()
    assert (payment.state, payment.captured) == ("cancelled", 0)
