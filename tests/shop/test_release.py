"""Orders nobody paid are let go once, and a payment in the same instant wins or comes late, never both."""

from datetime import timedelta
from decimal import Decimal
from threading import Event
from typing import Any

import pytest

from notifications.models import Message
from repairs import booking, workflow
from repairs.models import Appointment, Job, SlotCell
from shop.models import LedgerEntry, OrderVisit, Payment
from shop.payments import demo_bank, ledger, release, returning, starting
from tests.factories import SHOP_TIME
from tests.shop.payments.factories import make_order
from tests.shop.test_inbox import at_once

pytestmark = pytest.mark.django_db
LATE = SHOP_TIME + timedelta(minutes=61)
BACK = "http://testserver/back/"


def test_an_unpaid_order_is_released_with_its_time_and_its_jobs(shop: Any) -> None:
    order = make_order(shop)
    assert release.release_unpaid(LATE) == 1
    order.refresh_from_db()
    assert order.status == "released"
    assert ledger.balance(order).open == 0
    assert LedgerEntry.objects.get(kind="written_off").amount == Decimal("467.98")
    assert Appointment.objects.get().state == Appointment.State.CANCELLED
    assert not SlotCell.objects.exists()
    assert Job.objects.get().status == Job.Status.CANCELLED
    assert Message.objects.filter(kind="order.released").count() == 1


def test_releasing_again_does_nothing_more(shop: Any) -> None:
    make_order(shop)
    assert [release.release_unpaid(LATE) for _ in range(3)] == [1, 0, 0]
    assert LedgerEntry.objects.filter(kind="written_off").count() == 1


def test_an_order_is_not_released_before_its_time(shop: Any) -> None:
    order = make_order(shop)
    assert release.release_unpaid(SHOP_TIME + timedelta(minutes=59)) == 0
    order.refresh_from_db()
    assert order.status == "awaiting-payment"


def test_an_order_that_is_paid_in_the_shop_is_never_released(shop: Any) -> None:
    make_order(shop, pay_by="in_store")
    assert release.release_unpaid(SHOP_TIME + timedelta(days=30)) == 0


def test_a_partly_paid_order_is_not_released(shop: Any) -> None:
    order = make_order(shop)
    ledger.take_at_counter(order=order, amount=Decimal("10.00"), by=None, at=SHOP_TIME)
    assert release.release_unpaid(LATE) == 0
    order.refresh_from_db()
    assert order.status == "part-paid"


def test_an_order_whose_device_is_in_the_shop_is_kept(shop: Any) -> None:
    order = make_order(shop)
    workflow.move(Job.objects.get().pk, to="received", by=None, at=SHOP_TIME)
    assert release.release_unpaid(LATE) == 0
    order.refresh_from_db()
    assert (order.status, order.visit.appointment.state) == ("awaiting-payment", "provisional")
    assert OrderVisit.objects.get().release_at is None


def test_one_order_that_cannot_be_released_does_not_keep_the_others(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, good = make_order(shop), make_order(shop)
    free = booking.free

    def fail_once(*, appointment: Appointment, at: Any) -> bool:
        if appointment.pk == broken.visit.appointment_id:
            raise RuntimeError("this one is broken")
        return free(appointment=appointment, at=at)

    monkeypatch.setattr("repairs.booking.free", fail_once)
    assert release.release_unpaid(LATE) == 1
    broken.refresh_from_db()
    good.refresh_from_db()
    assert (broken.status, good.status) == ("awaiting-payment", "released")


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_release_and_a_payment_at_once_leave_a_paid_order_with_its_time(shop: Any) -> None:
    order = make_order(shop)
    payment = starting.start(order=order, at=SHOP_TIME, return_url=BACK).payment
    demo_bank.decide(charge_id=str(payment.provider_id), decision="approved")
    at_once(
        lambda: release.release_unpaid(LATE),
        lambda: returning.settle_return(payment_reference=payment.reference, at=LATE),
        lambda: release.release_unpaid(LATE),
    )
    order.refresh_from_db()
    assert (order.status, Payment.objects.get().state) == ("paid", "succeeded")
    assert order.visit.appointment.state == Appointment.State.CONFIRMED
    assert Job.objects.get().status == Job.Status.BOOKED
    assert LedgerEntry.objects.filter(kind="paid").count() == 1
    assert ledger.balance(order).open == ledger.balance(order).over == 0


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_an_order_released_by_two_workers_at_once_is_released_once(shop: Any) -> None:
    make_order(shop)
    assert sum(at_once(*[lambda: release.release_unpaid(LATE)] * 3)) == 1
    assert LedgerEntry.objects.filter(kind="written_off").count() == 1
    assert Message.objects.filter(kind="order.released").count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_payment_that_comes_in_the_middle_of_a_release_waits_for_its_end(
    shop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = make_order(shop)
    payment = starting.start(order=order, at=SHOP_TIME, return_url=BACK).payment
    demo_bank.decide(charge_id=str(payment.provider_id), decision="approved")
    in_the_middle, paid, write_off = Event(), Event(), ledger.write_off

    def slowly(**facts: Any) -> None:
        in_the_middle.set()
        paid.wait(timeout=1)  # in vain: the payment cannot come before the release is over
        write_off(**facts)

    def pay() -> None:
        in_the_middle.wait(timeout=20)
        returning.settle_return(payment_reference=payment.reference, at=LATE)
        paid.set()

    monkeypatch.setattr(ledger, "write_off", slowly)
    at_once(lambda: release.release_unpaid(LATE), pay)
    order.refresh_from_db()
    assert (order.status, Payment.objects.get().state) == ("paid", "succeeded")
    assert order.visit.appointment.state == Appointment.State.CONFIRMED
    assert ledger.balance(order).open == ledger.balance(order).over == 0


def test_an_order_that_was_paid_since_it_was_listed_is_not_released(shop: Any) -> None:
    order = make_order(shop)
    assert not release.release(order.pk, at=SHOP_TIME + timedelta(minutes=59))
    ledger.take_at_counter(order=order, amount=Decimal("467.98"), by=None, at=LATE)
    assert not release.release(order.pk, at=LATE)
    order.refresh_from_db()
    assert order.status == "paid"
