"""What we gave up is closed at its provider in the end, though the task that does it was lost or nobody answered."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from django_q.models import OrmQ

from shop.counter import odd
from shop.models import Payment, PaymentEvent
from shop.payments import attempts, capturing, starting, sweep
from shop.payments.base import CancelAsk, Report, Unavailable
from shop.payments.demo import Demo
from tests.factories import SHOP_TIME
from tests.shop.payments.factories import make_order
from tests.shop.test_ledger import BACK, told

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def given_up(shop: Any) -> Payment:
    """A payment that was given up; the task that should close it at the bank was lost."""
    payment = starting.start(order=make_order(shop), at=SHOP_TIME, return_url=BACK).payment
    attempts.abandon(payment.order, payment, at=SHOP_TIME, why="Another way.")
    OrmQ.objects.all().delete()
    return payment


def bank(monkeypatch: pytest.MonkeyPatch, kind: Any) -> list[str]:
    """The bank answers each wish to close a payment with this kind of report; None: not at all."""
    asked: list[str] = []

    def cancel(self: Demo, ask: CancelAsk) -> Report:
        asked.append(ask.idempotency_key)
        if kind is None:
            raise Unavailable("No answer.")
        return Report(f"{ask.provider_id}:{kind}", kind, ask.provider_id, ask.reference, None, "", False)

    monkeypatch.setattr(Demo, "cancel", cancel)
    return asked


def sweep_until(at: datetime, end: datetime, *, each: timedelta = timedelta(minutes=10)) -> None:
    """The sweep goes round, and the worker does what it queued; a task that fails is lost."""
    while at < end:
        sweep.queue_closings(at=at)
        if OrmQ.objects.all().delete()[0]:
            with suppress(Unavailable):
                capturing.let_go(Payment.objects.get().pk, at=at)
        at += each


def test_a_lost_task_is_queued_again_until_the_bank_says_that_it_is_closed(
    given_up: Payment, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = bank(monkeypatch, "cancelled")
    assert sweep.queue_closings(at=SHOP_TIME + timedelta(minutes=9)) == 0, "the task itself has its time first"
    sweep_until(SHOP_TIME + timedelta(minutes=10), SHOP_TIME + DAY)
    given_up.refresh_from_db()
    assert (given_up.state, given_up.close_at) == ("cancelled", None)
    assert asked == [f"{given_up.reference}-cancel"], "asked once, under the key of the lost task"


def test_a_bank_that_never_answers_is_asked_less_and_less_often_and_then_staff_are_shown_it(
    given_up: Payment, monkeypatch: pytest.MonkeyPatch, shop: Any
) -> None:
    asked = bank(monkeypatch, None)
    sweep_until(SHOP_TIME, SHOP_TIME + DAY)
    assert len(asked) == 7
    sweep_until(SHOP_TIME + DAY, SHOP_TIME + 9 * DAY, each=DAY / 12)
    assert len(asked) == capturing.MOST_CLOSINGS
    [case] = odd.events_about([given_up])
    assert (case.event.kind, case.event.state, case.todo.where) == ("not_closed", "odd", "job")
    assert "provider's site" in case.advice


def test_money_that_came_after_all_ends_the_asking(given_up: Payment, monkeypatch: pytest.MonkeyPatch) -> None:
    told(given_up)
    asked = bank(monkeypatch, "cancelled")
    sweep_until(SHOP_TIME + timedelta(minutes=10), SHOP_TIME + DAY)
    given_up.refresh_from_db()
    assert (asked, given_up.state, given_up.close_at) == ([], "succeeded", None)


def test_what_the_customer_agreed_to_after_all_is_not_closed_by_an_old_wish(given_up: Payment) -> None:
    told(given_up, "authorised")
    assert (given_up.state, given_up.close_at) == ("authorised", None)


def test_a_payment_of_another_mode_is_not_asked_about(given_up: Payment, monkeypatch: pytest.MonkeyPatch) -> None:
    Payment.objects.filter(pk=given_up.pk).update(live=True)
    asked = bank(monkeypatch, "cancelled")
    sweep_until(SHOP_TIME + timedelta(minutes=10), SHOP_TIME + DAY)
    given_up.refresh_from_db()
    assert (asked, given_up.close_at) == ([], None)
    assert not PaymentEvent.objects.filter(kind="not_closed").exists()
