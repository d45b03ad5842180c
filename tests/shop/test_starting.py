"""Asking for money: one open attempt, one key, and nothing lost when the provider is away."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone, translation

from notifications.models import Message
from shop.models import DemoCharge, LedgerEntry, Payment
from shop.payments import demo_bank, ledger, release, returning, starting
from shop.payments.base import Refused, Started, Unavailable
from shop.payments.demo import Demo
from tests import queue
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


def closed_at_the_bank() -> int:
    """How many charges the bank has closed, once the worker has done its part."""
    queue.work_off()
    return DemoCharge.objects.filter(state="cancelled").count()


def test_asking_again_is_answered_from_the_row_without_the_bank(shop: Any, settings: Any) -> None:
    order = make_order(shop)
    first = start(order)
    failing(settings, "unavailable")
    assert start(order).redirect_url == first.redirect_url


def test_the_other_kind_of_page_is_another_attempt_and_the_first_is_closed(shop: Any) -> None:
    order = make_order(shop)
    first = start(order).payment
    second = start(order, hosted=True).payment
    first.refresh_from_db()
    assert (first.hosted, first.state, second.hosted, second.attempt) == (False, "cancelled", True, 2)
    assert closed_at_the_bank() == 1
    assert start(order, hosted=True).payment.pk == second.pk


@pytest.mark.parametrize(("age", "same"), [(timedelta(hours=23, minutes=59), True), (timedelta(hours=24), False)])
@pytest.mark.parametrize("state", ["created", "pending"])
def test_an_attempt_that_its_provider_has_forgotten_is_given_up(
    shop: Any, state: str, age: timedelta, same: bool
) -> None:
    order = make_order(shop)
    old = start(order).payment
    Payment.objects.update(state=state)
    new = starting.start(order=order, at=SHOP_TIME + age, return_url=BACK).payment
    assert (new.pk == old.pk) == same
    assert closed_at_the_bank() == (0 if same else 1)


def test_an_answer_that_comes_after_the_attempt_was_given_up_is_closed_at_the_bank(
    shop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    order, ask = make_order(shop), Demo.start

    def slow(self: Demo, asked: Any) -> Any:
        """While the bank is asked, another window asks for the other kind of page."""
        monkeypatch.setattr(Demo, "start", ask)
        start(order, hosted=True)
        return ask(self, asked)

    monkeypatch.setattr(Demo, "start", slow)
    result = start(order)
    assert (result.payment.state, result.redirect_url, dict(result.client)) == ("cancelled", None, {})
    queue.work_off()
    states = dict(DemoCharge.objects.values_list("reference", "state"))
    assert states[result.payment.reference] == "cancelled"
    assert [row.state for row in Payment.objects.order_by("pk")] == ["cancelled", "pending"]


@pytest.mark.parametrize(("language", "tag"), [("en-gb", "en-GB"), ("pt-br", "pt-BR"), ("", "en-GB")])
def test_the_bank_is_asked_in_the_customers_language_whoever_asks(
    shop: Any, monkeypatch: pytest.MonkeyPatch, language: str, tag: str
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(Demo, "start", lambda self, ask: asked.append(ask) or Started("ch_1", "/", "pending"))
    order = make_order(shop)
    type(order.visit.contact).objects.update(language=language)
    order.visit.contact.refresh_from_db()
    for active in ("en-gb", "pt-br"):
        with translation.override(active):
            start(order)
        Payment.objects.update(state="created")
    assert asked[0] == asked[1]
    assert asked[0].locale == tag


def test_who_turns_back_comes_to_our_pay_page_unless_the_caller_has_its_own(
    shop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(Demo, "start", lambda self, ask: asked.append(ask) or Started("ch_1", "/", "pending"))
    order = make_order(shop)
    for more in ({}, {"return_url": BACK}, {"return_url": BACK, "cancel_url": "http://testserver/no/"}):
        starting.start(order=order, at=SHOP_TIME, **more)
        Payment.objects.update(state="created")
    assert [one.cancel_url for one in asked] == [
        f"http://testserver/checkout/pay/{order.number}/", "", "http://testserver/no/"
    ]  # fmt: skip
    assert asked[0].return_url.startswith("http://testserver/checkout/return/P-")


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
