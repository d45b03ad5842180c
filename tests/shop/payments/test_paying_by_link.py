"""From "in the shop" to "online now": every place that leads to the pay page, and what a tracking link lets one do."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from notifications.models import Message
from repairs import tracking
from repairs.models import Job
from shop import followups
from shop.models import OrderVisit, Payment, SiteShop
from shop.payments import ledger
from tests.factories import SHOP_TIME
from tests.shop.payments.factories import make_order
from tests.shop.payments.test_pay_page import bank, page_of, visitor

__all__ = ["bank"]
pytestmark = pytest.mark.django_db
THANKS = "/checkout/thank-you/"


@pytest.fixture
def order(bank: Any, shop: Any) -> Any:
    return make_order(shop, pay_by="in_store")


def text(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, answer.headers
    return " ".join(answer.content.decode().split())


def link() -> str:
    return f"/track/{tracking.token(Job.objects.get())}/"


def test_the_thank_you_page_of_an_order_for_the_shop_leads_to_paying_online(order: Any) -> None:
    browser = visitor(order)
    page = text(browser, THANKS)
    assert f"{page_of(order)}?online=1" in page and "Pay £467.98 online" in page
    ways = text(browser, f"{page_of(order)}?online=1")
    assert "Pay by card now" in ways and "Pay with PayPal now" in ways and "Leave it: I pay in the shop" in ways
    assert not Payment.objects.exists() and OrderVisit.objects.get().pay_by == "in_store"  # looking changes nothing
    assert browser.post(page_of(order), {"way": "stripe"}).headers["Location"] == page_of(order)
    assert browser.get(page_of(order)).context["state"] == "here"
    assert OrderVisit.objects.get().pay_by == "stripe"


@pytest.mark.parametrize("where", ["one that takes it in the shop only", "one without a provider"])
def test_a_shop_that_takes_no_money_online_leads_nowhere(order: Any, settings: Any, where: str) -> None:
    if where == "one without a provider":
        settings.PAYMENT_PROVIDERS = {"in_store": settings.PAYMENT_PROVIDERS["in_store"]}
    else:
        SiteShop.objects.update(payment="later")
    browser = visitor(order)
    for page in (THANKS, link()):
        assert "online=1" not in text(browser, page) and "/pay/" not in text(browser, page)
    assert browser.get(f"{page_of(order)}?online=1").headers["Location"] == THANKS
    followups.confirm_order(order=type(order).objects.get(pk=order.pk))
    assert "pay_link" not in Message.objects.get(kind="order.placed", channel="email").context


def test_who_holds_the_link_pays_and_comes_back_to_the_repair_and_sees_nothing_else(order: Any, bank: Any) -> None:
    stranger = Client()
    assert stranger.get(page_of(order)).status_code == 404
    assert f"{link()}pay/" in text(stranger, link())
    to_pay = stranger.get(f"{link()}pay/")
    assert to_pay.headers["Location"] == f"{page_of(order)}?online=1"
    assert "no-store" in to_pay.headers["Cache-Control"] and to_pay.headers["Referrer-Policy"] == "no-referrer"
    ways = text(stranger, to_pay.headers["Location"])
    assert "Ada Smith" not in ways and "ada@example.com" not in ways
    stranger.post(page_of(order), {"way": "stripe"})
    assert stranger.get(page_of(order)).context["state"] == "here"
    payment = Payment.objects.get()
    bank.do("stripe/pay", payment=payment.provider_id)
    assert stranger.get(reverse("checkout:return", args=[payment.reference])).headers["Location"] == link()
    assert stranger.get(page_of(order)).headers["Location"] == link()
    assert "Paid" in text(stranger, link())
    assert order.number not in stranger.get(THANKS).content.decode()
    assert "checkout_order_id" not in stranger.session


def test_an_order_that_is_open_online_leads_from_the_link_to_its_pay_page(shop: Any, bank: Any) -> None:
    order = make_order(shop, pay_by="stripe")
    stranger = Client()
    assert "Pay £467.98" in text(stranger, link())
    assert stranger.get(f"{link()}pay/").headers["Location"] == page_of(order)
    assert stranger.get(page_of(order)).context["state"] == "here"


def test_a_link_opens_its_own_order_only(order: Any, shop: Any) -> None:
    stranger = Client()
    stranger.get(f"{link()}pay/")
    other = make_order(shop, pay_by="stripe")
    for path in (page_of(other), reverse("checkout:pay-state", args=[other.number])):
        assert stranger.get(path).status_code == 404
    assert stranger.post(page_of(other), {"way": "in_store"}).status_code == 404
    assert stranger.get("/track/forged/pay/").status_code == 404


@pytest.mark.parametrize(
    ("pay_by", "words"),
    [("in_store", "Pay online now instead"), ("stripe", "Not paid yet? Pay, or choose another way")],
)
def test_the_confirmation_by_mail_leads_there_too(shop: Any, bank: Any, pay_by: str, words: str) -> None:
    order = make_order(shop, pay_by=pay_by)
    followups.confirm_order(order=order)
    sent = Message.objects.get(kind="order.placed", channel="email")
    assert sent.context["pay_link"].endswith(f"{link()}pay/") and sent.context["pay_words"] == words


def test_a_receipt_for_a_deposit_leads_to_paying_the_rest_and_one_for_all_leads_nowhere(shop: Any, bank: Any) -> None:
    order = make_order(shop, pay_by="stripe")
    ledger.take_at_counter(order=order, amount=Decimal("100.00"), by=None, at=SHOP_TIME)
    ledger.take_at_counter(order=order, amount=Decimal("367.98"), by=None, at=SHOP_TIME)
    first, last = Message.objects.filter(kind="payment.settled", channel="email").order_by("pk")
    assert first.context["pay_words"] == "Pay the rest now"
    assert "pay_link" not in last.context
