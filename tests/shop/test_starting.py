"""Asking for money: one open attempt, one key, and nothing lost when the provider is away."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from notifications.models import Message
from shop.models import DemoCharge, LedgerEntry, Payment
from shop.payments import demo_bank, ledger, release, returning, starting
from shop.payments.base import Refused, Unavailable
from tests.factories import SHOP_TIME
from tests.shop.payments.factories import make_order
from tests.shop.test_inbox import at_once

pytestmark = pytest.mark.django_db
BACK = "http://testserver/back/"


def start(order: Any, **more: Any) -> starting.StartResult:
    return starting.start(order=order, at=SHOP_TIME, return_url=BACK, **more)


def failing(settings: Any, how: str) -> None:
    spec = settings.PAYMENT_PROVIDERS["demo"]
    spec = {**spec, "OPTIONS": {**spec["OPTIONS"], "fail": how}}
    settings.PAYMENT_PROVIDERS = {**settings.PAYMENT_PROVIDERS, "demo": spec}


def test_a_payment_is_asked_for_what_is_open_and_sends_the_customer_to_the_bank(shop: Any, settings: Any) -> None:
    result = start(make_order(shop))
    charge = DemoCharge.objects.get()
    assert result.redirect_url == f"{settings.PAYMENT_PROVIDERS['demo']['OPTIONS']['origin']}/demo/pay/{charge.pk}/"
    assert (result.payment.state, result.payment.amount, result.payment.live) == ("pending", Decimal("467.98"), False)
    assert (charge.amount_minor, charge.reference, charge.return_url) == (46798, result.payment.reference, BACK)


def test_asking_again_while_an_attempt_is_open_is_the_same_attempt(shop: Any) -> None:
    order = make_order(shop)
    first, second = start(order), start(order)
    assert (first.payment.pk, first.redirect_url) == (second.payment.pk, second.redirect_url)
    assert DemoCharge.objects.count() == 1


def test_a_new_try_after_a_refusal_is_a_new_attempt(shop: Any) -> None:
    order = make_order(shop)
    first = start(order).payment
    demo_bank.decide(charge_id=str(first.provider_id), decision="declined")
    assert returning.settle_return(payment_reference=first.reference, at=SHOP_TIME).state == "failed"
    second = start(order).payment
    assert (first.attempt, second.attempt) == (1, 2)
    assert DemoCharge.objects.count() == 2


def test_an_abandoned_payment_can_be_tried_again(shop: Any) -> None:
    order = make_order(shop)
    first = start(order).payment
    demo_bank.decide(charge_id=str(first.provider_id), decision="cancelled")
    assert returning.settle_return(payment_reference=first.reference, at=SHOP_TIME).state == "cancelled"
    assert start(order).payment.pk != first.pk


def test_a_bank_that_does_not_answer_loses_nothing_and_the_next_try_is_the_same_attempt(
    shop: Any, settings: Any
) -> None:
    order = make_order(shop)
    kept = settings.PAYMENT_PROVIDERS
    failing(settings, "unavailable")
    with pytest.raises(Unavailable):
        start(order)
    settings.PAYMENT_PROVIDERS = kept
    assert start(order).payment.attempt == 1
    assert Payment.objects.count() == 1


def test_an_answer_lost_on_its_way_is_repeated_for_the_same_key(shop: Any) -> None:
    order = make_order(shop)
    first = start(order).payment
    Payment.objects.update(state="created", provider_id=None)
    assert start(order).payment.provider_id == first.provider_id
    assert DemoCharge.objects.count() == 1


def test_a_refusal_ends_the_attempt_with_the_reason(shop: Any, settings: Any) -> None:
    order = make_order(shop)
    failing(settings, "refused")
    with pytest.raises(Refused):
        start(order)
    payment = Payment.objects.get()
    assert (payment.state, payment.detail) == ("failed", "The demo bank was told to refuse.")


def test_a_changed_open_sum_ends_the_old_attempt_and_asks_anew(shop: Any) -> None:
    order = make_order(shop)
    old = start(order).payment
    ledger.take_at_counter(order=order, amount=Decimal("100.00"), by=None, at=SHOP_TIME)
    new = start(order).payment
    old.refresh_from_db()
    assert (old.state, new.amount) == ("cancelled", Decimal("367.98"))


def test_an_order_of_nothing_is_settled_at_once_without_any_bank(shop: Any) -> None:
    order = make_order(shop, total="0.00")
    result = start(order)
    order.refresh_from_db()
    assert (result.redirect_url, result.payment.state, order.status) == (None, "succeeded", "paid")
    assert not DemoCharge.objects.exists()
    with pytest.raises(starting.OrderNotPayable):
        start(order)


def test_paying_in_the_shop_leaves_the_order_open(shop: Any) -> None:
    order = make_order(shop, pay_by="in_store")
    result = start(order)
    order.refresh_from_db()
    assert (result.redirect_url, result.payment.state, order.status) == (None, "pending", "awaiting-payment")


def test_a_released_order_cannot_be_paid_for(shop: Any) -> None:
    order = make_order(shop)
    release.release_unpaid(SHOP_TIME + timedelta(hours=2))
    with pytest.raises(starting.OrderNotPayable):
        start(order)
    assert not Payment.objects.exists()


def test_a_payment_is_never_started_inside_a_transaction(shop: Any) -> None:
    order = make_order(shop)
    with transaction.atomic(), pytest.raises(RuntimeError):
        start(order)


def test_a_return_is_settled_by_what_the_bank_says_not_by_coming_back(shop: Any) -> None:
    payment = start(make_order(shop)).payment
    assert returning.settle_return(payment_reference=payment.reference, at=SHOP_TIME).state == "pending"
    demo_bank.decide(charge_id=str(payment.provider_id), decision="approved")
    for _ in range(3):
        assert returning.settle_return(payment_reference=payment.reference, at=SHOP_TIME).state == "succeeded"
    assert LedgerEntry.objects.filter(kind="paid").count() == 1
    assert Message.objects.filter(kind="payment.settled").count() == 1


def test_a_bank_that_is_away_on_return_leaves_the_payment_open_not_failed(shop: Any, settings: Any) -> None:
    payment = start(make_order(shop)).payment
    demo_bank.decide(charge_id=str(payment.provider_id), decision="approved")
    failing(settings, "unavailable")
    assert returning.settle_return(payment_reference=payment.reference, at=SHOP_TIME).state == "pending"


def test_a_return_for_an_unknown_payment_is_not_found(shop: Any) -> None:
    with pytest.raises(returning.PaymentNotFound):
        returning.settle_return(payment_reference="P-NOBODYS", at=SHOP_TIME)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_four_starts_at_once_open_one_payment_at_the_bank(shop: Any) -> None:
    order = make_order(shop, at=timezone.now().replace(hour=10, minute=0, second=0, microsecond=0))
    results = at_once(*[lambda: start(order)] * 4)
    assert len({result.redirect_url for result in results}) == 1
    assert (Payment.objects.count(), DemoCharge.objects.count()) == (1, 1)
