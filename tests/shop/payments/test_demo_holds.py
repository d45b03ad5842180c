"""Money that the demo bank only holds: seen at the bench and by the customer, taken on arrival, let go, lapsed."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from repairs import tracking, workflow
from repairs.models import Job
from shop import cancelling
from shop.models import DemoCharge, OrderVisit, Payment
from shop.payments import ledger, starting, sweep
from tests import queue
from tests.factories import SHOP_TIME, make_staff
from tests.shop.payments.factories import make_order

pytestmark = pytest.mark.django_db
DEPOSIT = Decimal("117.00")


@pytest.fixture
def held(shop: Any, client: Client) -> Payment:
    """An order of 467.98 whose deposit the customer has approved at the bank; it is taken when the thing is here."""
    order = make_order(shop)
    OrderVisit.objects.filter(order=order).update(due_now=DEPOSIT, capture="later")
    order.visit.refresh_from_db()
    payment = starting.start(order=order, at=timezone.now(), return_url="http://testserver/back/").payment
    page = f"/demo/pay/{payment.provider_id}/"
    assert "Held for a week" in client.get(page).content.decode()
    client.post(page, {"decision": "approve"})
    queue.work_off()
    payment.refresh_from_db()
    return payment


def state(payment: Payment) -> tuple[str, str, Decimal]:
    payment.refresh_from_db()
    return payment.state, DemoCharge.objects.get().state, ledger.balance(payment.order).paid


def test_held_money_is_shown_as_held_and_taken_when_the_thing_is_here(held: Payment, client: Client) -> None:
    assert state(held) == ("authorised", "held", 0)
    job = Job.objects.get()
    assert "Your bank keeps £117.00 for us" in client.get(tracking.link(job), follow=True).content.decode()
    client.force_login(make_staff(permissions=("see_bench", "work_bench", "add_payment")))
    shown = client.get(f"/bench/jobs/{job.reference}/").content.decode()
    assert "£117.00 is promised by the bank (Demo bank)" in shown
    workflow.move(job.pk, to="received", by=None, at=timezone.now())
    queue.work_off()
    assert state(held) == ("succeeded", "approved", DEPOSIT)


def test_held_money_of_an_order_that_is_called_off_is_let_go(held: Payment) -> None:
    cancelling.cancel(order=held.order, by=None, at=SHOP_TIME, reason="customer")
    queue.work_off()
    assert state(held) == ("cancelled", "cancelled", 0)


def test_a_hold_that_lapsed_is_told_by_the_nightly_look_up(held: Payment) -> None:
    DemoCharge.objects.update(held_until=timezone.now() - timedelta(seconds=1))
    sweep.look_up_open(at=timezone.now())
    queue.work_off()
    assert state(held) == ("cancelled", "lapsed", 0)
    assert held.order.status == "awaiting-payment"
