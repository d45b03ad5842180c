"""From an order to its money and back through the real adapters: Stripe's library and our PayPal client over HTTP."""

import time
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import requests
from django.test import Client

from shop.models import LedgerEntry, Payment, PaymentEvent
from shop.payments import returning, starting
from tests import queue
from tests.shop.payments.doors import doors_at
from tests.shop.payments.factories import make_order
from tests.standins.faults import Fault
from tests.standins.server import StandIns

pytestmark = pytest.mark.django_db


@pytest.fixture
def providers(standins: StandIns, settings: Any) -> StandIns:
    settings.PAYMENT_PROVIDERS = {**doors_at(standins), **settings.PAYMENT_PROVIDERS}
    return standins


@pytest.fixture
def started(providers: StandIns, shop: Any, request: Any) -> starting.StartResult:
    """An order that waits for its money, at Stripe unless the test says otherwise."""
    order = make_order(shop, pay_by=getattr(request, "param", "stripe"))
    hosted = order.visit.pay_by == "stripe"
    return starting.start(order=order, at=datetime.now(UTC), return_url="http://testserver/back/", hosted=hosted)


def send(client: Client, provider: str, event: dict[str, Any], standins: StandIns) -> int:
    body, headers = standins.post.letter(provider, event, at=time.time())
    answer = client.post(
        f"/payments/{provider}/webhook/", body, content_type=headers.pop("Content-Type"), headers=headers
    )
    queue.work_off()
    return answer.status_code


def test_a_customer_pays_on_stripes_page_and_every_webhook_in_any_order_counts_once(
    providers: StandIns, started: starting.StartResult, client: Client
) -> None:
    assert started.redirect_url
    requests.post(started.redirect_url, {"card": "4242424242424242"}, allow_redirects=False, timeout=5)
    for event in [*providers.events("stripe")[::-1], *providers.events("stripe")]:
        assert send(client, "stripe", event, providers) == 200
    payment = Payment.objects.select_related("order").get()
    assert (payment.state, payment.order.status) == ("succeeded", "paid")
    assert LedgerEntry.objects.filter(kind="paid").count() == 1
    assert not PaymentEvent.objects.filter(kind="succeeded", state="odd").exists()


def test_a_customer_comes_back_before_any_webhook(providers: StandIns, started: starting.StartResult) -> None:
    assert started.redirect_url
    requests.post(started.redirect_url, {"card": "4242424242424242"}, allow_redirects=False, timeout=5)
    settled = returning.settle_return(payment_reference=started.payment.reference, at=datetime.now(UTC))
    assert settled.state == "succeeded"


def test_a_refund_made_in_the_dashboard_shows_on_the_order(
    providers: StandIns, started: starting.StartResult, client: Client
) -> None:
    assert started.payment.provider_id
    providers.do("stripe/pay", payment=started.payment.provider_id)
    providers.do("stripe/refund", payment=started.payment.provider_id, minor=1000)
    for event in providers.events("stripe"):
        send(client, "stripe", event, providers)
    order = Payment.objects.select_related("order").get().order
    assert order.status == "part-refunded"
    assert [row.amount for row in LedgerEntry.objects.filter(kind="refunded")] == [Decimal("10.00")]


@pytest.mark.parametrize("started", ["paypal"], indirect=True)
def test_a_message_that_paypal_cannot_verify_now_is_asked_for_again_and_nothing_is_kept(
    providers: StandIns, started: starting.StartResult, client: Client
) -> None:
    providers.do("paypal/approve", order=started.payment.provider_id)
    [event] = providers.events("paypal")
    providers.faults.add(Fault("500", "POST /v1/notifications/.*"))
    assert send(client, "paypal", event, providers) == 503
    assert not PaymentEvent.objects.exists()
    assert send(client, "paypal", event, providers) == 200
    assert [event.kind for event in PaymentEvent.objects.order_by("pk")] == ["authorised", "succeeded"]
    assert Payment.objects.select_related("order").get().order.status == "paid"  # taken as soon as it was agreed


def test_a_message_that_nobody_signed_is_turned_away(providers: StandIns, client: Client) -> None:
    for provider in ("stripe", "paypal"):
        answer = client.post(f"/payments/{provider}/webhook/", b'{"id": "evt_1"}', content_type="application/json")
        assert answer.status_code == 400
    assert not PaymentEvent.objects.exists()
