"""Paying through the API: what a headless frontend is given, and what it cannot choose."""

from typing import Any

import pytest

from shop.models import Payment
from tests.api.callers import Caller, fault
from tests.shop.payments.conftest import serving, standins  # noqa: F401 - fixtures
from tests.shop.payments.doors import doors_at
from tests.standins.server import StandIns

pytestmark = pytest.mark.django_db(transaction=True)
FRONT = "https://front.example"


@pytest.fixture
def bank(standins: StandIns, settings: Any) -> StandIns:  # noqa: F811
    settings.PAYMENT_PROVIDERS = {**doors_at(standins), **settings.PAYMENT_PROVIDERS}
    settings.ALLOWED_ORIGINS = [FRONT]
    return standins


def pay(caller: Caller, number: str, key: str = "pay", **more: Any) -> Any:
    return caller.post("payments/", {"order": number, **more}, key=key)


def test_a_frontend_is_given_what_its_card_form_needs(caller: Caller, bank: StandIns) -> None:
    number = caller.fill().order(pay_by="stripe")["number"]
    found = pay(caller, number).json()
    [intent] = bank.books.table("intents").values()
    assert (found["state"], found["purpose"], found["redirect_url"]) == ("pending", "full", None)
    assert found["client"] == {
        "client_secret": intent["client_secret"],
        "publishable_key": "pk_test_standin",
        "script_url": f"{bank.address}/v3/",
    }
    bank.do("stripe/pay", payment=intent["id"])
    assert caller.get(f"payments/{found['reference']}/").json()["state"] == "succeeded"


def test_a_browser_without_script_gets_stripes_own_page_and_its_two_ways_back(caller: Caller, bank: StandIns) -> None:
    number = caller.fill().order(pay_by="stripe")["number"]
    back = {"return_url": f"{FRONT}/paid", "cancel_url": f"{FRONT}/pay"}
    found = pay(caller, number, hosted=True, **back).json()
    [session] = bank.books.table("sessions").values()
    assert (found["redirect_url"], found["client"]) == (session["url"], {})
    assert (session["success_url"], session["cancel_url"]) == (back["return_url"], back["cancel_url"])


def test_a_customer_who_turns_back_without_a_cancel_url_lands_where_they_would_return(
    caller: Caller, bank: StandIns
) -> None:
    number = caller.fill().order(pay_by="paypal")["number"]
    pay(caller, number, return_url=f"{FRONT}/paid")
    [page] = bank.books.table("pages").values()
    assert page == {"return_url": f"{FRONT}/paid", "cancel_url": f"{FRONT}/paid"}


def test_paypal_is_a_link_to_approve_and_money_that_is_agreed_to_is_taken(caller: Caller, bank: StandIns) -> None:
    number = caller.fill().order(pay_by="stripe")["number"]
    pay(caller, number)
    found = pay(caller, number, key="other", provider="paypal").json()
    assert found["provider"] == "paypal"
    assert found["redirect_url"] == found["client"]["approve_url"]
    bank.do("paypal/approve", order=Payment.objects.get(provider="paypal").provider_id)
    assert caller.get(f"payments/{found['reference']}/").json()["state"] == "succeeded"
    assert caller.get(f"orders/{number}/").json()["status"] == "paid"


def test_money_that_the_bank_keeps_for_later_is_told_as_promised(caller: Caller, bank: StandIns) -> None:
    number = caller.fill().order(pay_by="stripe")["number"]
    reference = pay(caller, number).json()["reference"]
    Payment.objects.update(state="authorised", capture="later")
    assert caller.get(f"payments/{reference}/").json()["state"] == "authorised"
    assert caller.get(f"orders/{number}/").json()["payment"]["next"] == "wait"
    again = pay(caller, number, key="again").json()
    assert (again["reference"], again["redirect_url"], again["client"]) == (reference, None, {})


@pytest.mark.parametrize(
    "more",
    [
        {"amount": "0.01"},
        {"amount": {"amount": "0.01", "currency": "GBP"}},
        {"currency": "JPY"},
        {"client": {"client_secret": "mine"}},
        {"hosted": "perhaps"},
        {"provider": ["paypal"]},
    ],
)
def test_a_caller_chooses_no_amount_and_sends_no_secret(caller: Caller, bank: StandIns, more: Any) -> None:
    number = caller.fill().order(pay_by="stripe")["number"]
    assert pay(caller, number, **more).status_code == 400
    assert not Payment.objects.exists() and not bank.books.table("intents")


@pytest.mark.parametrize("way", ["barter", "in_store"])
def test_a_way_to_pay_that_the_shop_does_not_offer_is_refused(caller: Caller, bank: StandIns, way: str) -> None:
    number = caller.fill().order(pay_by="stripe")["number"]
    shop = Payment._meta.get_field("site").related_model.objects.get().shop
    type(shop).objects.update(payment="advance")
    fault(pay(caller, number, provider=way), 422, "way_to_pay_not_offered")
    assert not Payment.objects.exists()


@pytest.mark.parametrize("name", ["return_url", "cancel_url"])
def test_nobody_is_sent_to_a_foreign_address(caller: Caller, bank: StandIns, name: str) -> None:
    number = caller.fill().order(pay_by="stripe")["number"]
    fault(pay(caller, number, **{name: "https://evil.example/"}), 422, "return_url_not_allowed")
