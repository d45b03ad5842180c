"""What random stories of money brought to light (tests/drills/test_money_orders.py), each as a small test."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from repairs import workflow
from repairs.models import Job
from shop.models import LedgerEntry, Payment, PaymentEvent, Refund
from shop.payments import ledger, refunds, release, starting, sweep
from shop.payments.base import CaptureAsk, Refunded
from shop.payments.demo import Demo
from tests import queue
from tests.factories import SHOP_TIME
from tests.shop.payments.contract import ASK
from tests.shop.payments.factories import make_order
from tests.shop.payments.test_paypal import paypal_at
from tests.shop.test_ledger import BACK, LATER, told
from tests.standins.server import StandIns

pytestmark = pytest.mark.django_db
TEN = Decimal("10.00")


@pytest.fixture
def payment(shop: Any) -> Payment:
    return starting.start(order=make_order(shop), at=SHOP_TIME, return_url=BACK).payment


@pytest.fixture
def paid(payment: Payment) -> Payment:
    told(payment)
    return payment


def with_provider(payment: Payment) -> Decimal:
    """What our books say the provider has of us."""
    rows = LedgerEntry.objects.filter(payment=payment)
    return sum((row.amount * ((row.debit == "provider") - (row.credit == "provider")) for row in rows), Decimal(0))


def test_a_refund_that_is_told_of_after_it_came_back_moved_nothing(paid: Payment) -> None:
    first = told(paid, "refund_failed", amount=TEN, refund_id="re_1")
    event = told(paid, "refunded", amount=TEN, refund_id="re_1")
    assert (first.state, event.state) == ("received", "applied"), "the failure waits for what failed"
    ledger.apply(first.pk, at=LATER)
    again = told(paid, "refunded", amount=TEN, refund_id="re_1")
    paid.refresh_from_db()
    assert (again.state, paid.returned, with_provider(paid)) == ("ignored", 0, Decimal("467.98"))


def test_a_failure_that_waited_too_long_is_not_undone_by_what_it_waited_for(paid: Payment) -> None:
    first = told(paid, "refund_failed", amount=TEN, refund_id="re_1")
    PaymentEvent.objects.filter(pk=first.pk).update(state="odd")
    assert told(paid, "refunded", amount=TEN, refund_id="re_1").state == "ignored"
    assert not Refund.objects.exists()


def test_somebody_elses_refund_that_failed_is_not_ours_of_the_same_sum(paid: Payment) -> None:
    ours = refunds.ask(payment=paid, amount=TEN, reason=Refund.Reason.GOODWILL, by=None, at=LATER)
    told(paid, "refund_failed", amount=TEN, refund_id="re_of_the_dashboard")
    ours.refresh_from_db()
    assert ours.state == "asked"


def test_an_answer_that_says_again_what_has_failed_since_is_old_news(paid: Payment, monkeypatch: Any) -> None:
    ours = refunds.ask(payment=paid, amount=TEN, reason=Refund.Reason.GOODWILL, by=None, at=LATER)
    failure = told(paid, "refund_failed", amount=TEN, refund_id="re_1")
    PaymentEvent.objects.filter(pk=failure.pk).update(state="odd")
    monkeypatch.setattr(Demo, "refund", lambda *args: Refunded("re_1", "succeeded"))
    refunds.send(ours.pk, at=LATER)
    ours.refresh_from_db()
    paid.refresh_from_db()
    assert (ours.state, paid.returned, with_provider(paid)) == ("failed", 0, Decimal("467.98"))


def test_a_dispute_is_held_back_in_the_currency_in_which_the_money_came(payment: Payment) -> None:
    told(payment, currency="EUR")
    told(payment, "dispute_opened", currency="EUR", refund_id="dp_1")
    held = LedgerEntry.objects.get(kind="disputed")
    assert (held.amount, held.currency, with_provider(payment)) == (Decimal("467.98"), "EUR", 0)
    told(payment, "dispute_won", currency="EUR", refund_id="dp_1")
    assert LedgerEntry.objects.get(kind="dispute_won").currency == "EUR"


def test_a_dispute_over_real_money_touches_no_test_payment(paid: Payment) -> None:
    assert told(paid, "dispute_opened", live=True, refund_id="dp_1").state == "odd"
    assert not LedgerEntry.objects.filter(kind="disputed").exists()


def test_a_promise_for_a_released_order_is_given_back_and_not_taken_when_its_task_was_lost(payment: Payment) -> None:
    told(payment, "authorised")
    release.release(payment.order_id, at=SHOP_TIME + timedelta(minutes=61))
    Payment.objects.filter(pk=payment.pk).update(state="authorised")
    at = SHOP_TIME + timedelta(minutes=90)
    assert (sweep.queue_captures(at=at), sweep.queue_promises(at=at), sweep.queue_promises(at=at)) == (0, 1, 0)


def test_a_deposit_whose_thing_came_is_taken_by_the_sweep_when_its_task_was_lost(payment: Payment) -> None:
    Payment.objects.filter(pk=payment.pk).update(capture="later")
    told(payment, "authorised")
    at = SHOP_TIME + timedelta(minutes=30)
    assert sweep.queue_captures(at=at) == 0, "the thing is not here yet"
    workflow.move(Job.objects.get().pk, to=Job.Status.RECEIVED, by=None, at=at)
    before = len(queue.waiting())
    assert sweep.queue_captures(at=at) == 1
    assert len(queue.waiting()) == before + 1


def test_a_transfer_through_paypal_that_takes_days_has_not_failed() -> None:
    with StandIns() as standins:
        paypal = paypal_at(standins)
        name = paypal.start(ASK).provider_id
        standins.do("paypal/approve", order=name, fate="pending")
        ask = CaptureAsk(name, ASK.reference, "take-1", ASK.amount, "GBP")
        assert [paypal.capture(ask).kind, paypal.capture(ask).kind] == ["other", "other"]
        [capture] = standins.books.table("captures")
        standins.do("paypal/decide", capture=capture, status="COMPLETED")
        assert paypal.capture(ask).kind == "succeeded"
