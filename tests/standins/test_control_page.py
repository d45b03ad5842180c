"""The stand-ins' dashboard: what a provider's own people would do, by hand."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from shop.payments.base import Unavailable
from tests.shop.payments.contract import ASK
from tests.shop.payments.test_paypal import paypal_at
from tests.shop.payments.test_stripe import stripe_at
from tests.standins.server import StandIns


@pytest.fixture
def standins() -> Iterator[StandIns]:
    with StandIns() as it:
        yield it


def shown(standins: StandIns) -> str:
    return requests.get(f"{standins.address}/_control/", timeout=5).text


def press(standins: StandIns, **told: str) -> str:
    """What the page shows after a button."""
    return requests.post(f"{standins.address}/_control/", told, timeout=5).text


def test_an_empty_dashboard_says_what_to_do(standins: StandIns) -> None:
    assert "No payment yet" in shown(standins)


def test_money_is_refunded_and_disputed_at_stripe(standins: StandIns) -> None:
    payment = stripe_at(standins).start(ASK).provider_id
    assert "Refund</button>" not in shown(standins), "nothing came yet"
    standins.do("stripe/pay", payment=payment)
    [charge] = standins.books.table("charges")
    about = {"provider": "stripe", "charge": charge, "currency": "GBP"}
    assert "no such sum" in press(standins, deed="refund", sum="467.99", **about)
    assert "no such sum" in press(standins, deed="refund", sum="much", **about)
    assert 'value="367.98"' in press(standins, deed="refund", sum="100", **about)
    assert "Customer wins" in press(standins, deed="dispute", **about)
    [dispute] = standins.books.table("disputes")
    assert "Dispute: lost" in press(standins, deed="close", provider="stripe", dispute=dispute, outcome="lost")


def test_money_is_refunded_and_disputed_at_paypal(standins: StandIns) -> None:
    from_paypal = paypal_at(standins)
    order = from_paypal.start(ASK).provider_id
    standins.do("paypal/approve", order=order, fate="pending")
    requests.post(
        f"{standins.address}/v2/checkout/orders/{order}/capture",
        headers={"Authorization": f"Bearer {from_paypal.calls.token()}", "Content-Type": "application/json"},
        timeout=5,
    )
    [capture] = standins.books.table("captures")
    about = {"provider": "paypal", "charge": capture, "currency": "GBP"}
    assert "The transfer arrives" in shown(standins)
    assert "Open a dispute" in press(standins, deed="decide", status="COMPLETED", **about)
    assert "partially refunded" in press(standins, deed="refund", sum="1", **about)
    assert "cannot be done" in press(standins, deed="refund", sum="467.98", **about)


@pytest.mark.parametrize("state", ["down", "lost"])
def test_a_provider_that_is_down_stays_down_until_it_is_well(standins: StandIns, state: str) -> None:
    provider: Any = stripe_at(standins, sleep=lambda seconds: None)
    press(standins, deed="health", **{"is": state})
    for _ in range(2):
        with pytest.raises(Unavailable):
            provider.start(ASK)
    press(standins, deed="health", **{"is": "well"})
    assert provider.start(ASK).provider_id


def test_how_webhooks_and_refunds_come_is_switched(standins: StandIns) -> None:
    press(standins, deed="post", mode="never")
    page = press(standins, deed="refunds", state="pending")
    assert standins.post.mode == "never"
    assert standins.books.table("switches") == {"refund_state": "pending"}
    assert page.count('aria-pressed="true"') == 3
