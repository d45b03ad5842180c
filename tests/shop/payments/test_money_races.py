"""Two at once, at the worst instant, through the real adapters: one payment, one settlement, one refund."""

import time
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
import requests
from django.utils import timezone

from notifications.models import Message
from shop import cancelling
from shop.models import LedgerEntry, Payment, PaymentEvent, Refund
from shop.payments import capturing, inbox, ledger, refunds, returning, starting
from tests.shop.payments.factories import make_order
from tests.shop.test_races import at_once
from tests.standins.server import STRIPE_SECRET, StandIns

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
BACK = "http://testserver/back/"
ALL = Decimal("467.98")


@pytest.fixture
def stripe(standins: StandIns, settings: Any) -> StandIns:
    options = {
        "secret_key": "sk_test_standin",
        "publishable_key": "pk_test_standin",
        "webhook_secrets": [STRIPE_SECRET],
        "api_base": standins.address,
        "timeout": 20.0,
    }
    stripe = {"stripe": {"BACKEND": "shop.payments.stripe.Stripe", "OPTIONS": options}}
    settings.PAYMENT_PROVIDERS = {**stripe, **settings.PAYMENT_PROVIDERS}
    return standins


@pytest.fixture
def order(shop: Any, stripe: StandIns) -> Iterator[Any]:
    yield make_order(shop, pay_by="stripe", at=timezone.now().replace(hour=10, minute=0, second=0, microsecond=0))


@pytest.fixture
def payment(order: Any) -> Payment:
    return starting.start(order=order, at=timezone.now(), return_url=BACK).payment


@pytest.fixture
def paid(payment: Payment, stripe: StandIns) -> Payment:
    stripe.do("stripe/pay", payment=payment.provider_id)
    returning.settle_return(payment_reference=payment.reference, at=timezone.now())
    payment.refresh_from_db()
    assert payment.state == "succeeded"
    return payment


def hear(stripe: StandIns, *kinds: str) -> None:
    """These webhooks come, and a worker judges what they say."""
    for kind in kinds:
        body, headers = stripe.letter("stripe", kind, at=time.time())
        inbox.receive(provider="stripe", body=body, headers=headers, at=timezone.now())
    for event_id in PaymentEvent.objects.values_list("pk", flat=True):
        ledger.apply(event_id, at=timezone.now())


def errors(found: list[Any]) -> list[Any]:
    return [one for one in found if isinstance(one, Exception)]


def test_a_double_click_on_pay_is_one_attempt_and_one_payment_at_stripe(order: Any, stripe: StandIns) -> None:
    click = partial(starting.start, order=order, at=timezone.now(), return_url=BACK)
    found = at_once(*[click] * 4)
    assert errors(found) == []
    assert Payment.objects.count() == len(stripe.books.table("intents")) == 1
    assert {one.payment.provider_id for one in found} == set(stripe.books.table("intents"))


def test_the_browsers_return_and_three_webhooks_at_one_instant_are_one_settlement(
    payment: Payment, stripe: StandIns
) -> None:
    stripe.do("stripe/pay", payment=payment.provider_id)
    back = partial(returning.settle_return, payment_reference=payment.reference, at=timezone.now())
    assert errors(at_once(back, *[partial(hear, stripe, "payment_intent.succeeded")] * 3, back)) == []
    assert LedgerEntry.objects.filter(kind="paid").count() == 1
    assert Message.objects.filter(kind="payment.settled", channel="email").count() == 1


def test_two_workers_that_take_promised_money_take_it_once(order: Any, stripe: StandIns) -> None:
    order.visit.due_now, order.visit.capture = Decimal("117.00"), "later"
    order.visit.save()
    payment = starting.start(order=order, at=timezone.now(), return_url=BACK).payment
    stripe.do("stripe/pay", payment=payment.provider_id)
    hear(stripe, "payment_intent.amount_capturable_updated")
    take = partial(capturing.capture, payment.pk, at=timezone.now())
    assert errors(at_once(take, take, take)) == []
    payment.refresh_from_db()
    assert (payment.state, payment.captured) == ("succeeded", Decimal("117.00"))
    assert [row["amount"] for row in stripe.books.table("balance").values()] == [11700]
    assert LedgerEntry.objects.filter(kind="deposit").count() == 1


def test_two_clicks_and_the_dashboard_give_back_no_more_than_came(paid: Payment, stripe: StandIns) -> None:
    def click() -> None:
        refund = refunds.ask(payment=paid, amount=ALL, reason=Refund.Reason.SHOP, by=None, at=timezone.now())
        refunds.send(refund.pk, at=timezone.now())

    def dashboard() -> None:
        form = {"deed": "refund", "provider": "stripe", "currency": "GBP", "sum": "467.98"}
        [charge] = stripe.books.table("charges")
        requests.post(f"{stripe.address}/_control/", {**form, "charge": charge}, timeout=20)

    found = at_once(click, click, dashboard)
    assert {type(one) for one in errors(found)} <= {refunds.MoreThanLeft}
    hear(stripe, "refund.created")
    for event in PaymentEvent.objects.filter(state="received"):
        ledger.apply(event.pk, at=timezone.now() + timedelta(minutes=1))
    assert sum(row["amount"] for row in stripe.books.table("refunds").values()) == 46798
    paid.refresh_from_db()
    back = LedgerEntry.objects.filter(kind="refunded").values_list("amount", flat=True)
    assert (sum(back), paid.returned, paid.state) == (ALL, ALL, "refunded")


def test_calling_off_while_the_money_comes_ends_with_the_money_going_back_or_shown(
    payment: Payment, stripe: StandIns
) -> None:
    stripe.do("stripe/pay", payment=payment.provider_id)
    off = partial(cancelling.cancel, order=payment.order, by=None, at=timezone.now(), reason=Refund.Reason.CUSTOMER)
    assert errors(at_once(off, partial(hear, stripe, "payment_intent.succeeded"))) == []
    payment.refresh_from_db()
    assert payment.captured == ALL
    shown = PaymentEvent.objects.filter(kind="succeeded", state="odd").exists()
    assert (payment.state, shown, payment.returned) in {("late", True, 0), ("succeeded", False, ALL)}
