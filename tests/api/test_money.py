"""Money in the API's orders: what was due, the deposit, what goes back; for the owner alone."""

from decimal import Decimal
from typing import Any

import pytest

from shop.models import Payment, Refund, SiteShop
from shop.payments import demo_bank, refunds, returning
from tests.api.callers import Caller, fault
from tests.factories import Shop, make_user
from tests.shop.statements import counted

URGENT = {"condition": "poor", "urgency": "urgent"}


@pytest.fixture
def quarter(shop: Shop) -> Shop:
    """A quarter of urgent repairs is paid with the booking."""
    SiteShop.objects.update(deposit_for="urgent")
    return shop


def paid(caller: Caller) -> tuple[str, Payment]:
    """An urgent order of 467.98 whose deposit is paid at the demo bank."""
    number = caller.fill(**URGENT).order()["number"]
    caller.post("payments/", {"order": number}, key="pay")
    payment = Payment.objects.get(order__number=number)
    demo_bank.decide(charge_id=str(payment.provider_id), decision="approved")
    returning.settle_return(payment_reference=payment.reference, at=payment.created_at)
    return number, payment


def back(payment: Payment, amount: str) -> Refund:
    payment.refresh_from_db()
    return refunds.ask(payment=payment, amount=Decimal(amount), reason="goodwill", by=None, at=payment.created_at)


def test_an_order_says_what_was_due_and_what_is_left(quarter: Shop) -> None:
    caller = Caller()
    fresh = caller.fill(**URGENT).order()
    assert (fresh["due_today"]["amount"], fresh["deposit"]["percent"], fresh["refunds"]) == ("117.00", 25, [])
    number, _payment = paid(Caller(token=""))
    assert Payment.objects.get(order__number=number).amount == Decimal("117.00")


def test_without_a_deposit_all_of_it_is_due_or_nothing(quarter: Shop) -> None:
    calm = Caller().fill().order()
    assert (calm["deposit"], calm["due_today"]) == (None, calm["total"])
    later = Caller().fill(**URGENT).order(pay_by="in_store")
    assert (later["deposit"], later["due_today"]["amount"]) == (None, "0.00")


def test_the_owner_follows_a_refund(quarter: Shop) -> None:
    caller = Caller()
    number, payment = paid(caller)
    refund = back(payment, "17.00")
    [told] = caller.get(f"orders/{number}/").json()["refunds"]
    assert (told["state"], told["amount"]) == ("asked", {"amount": "17.00", "currency": "GBP"})
    refunds.send(refund.pk, at=payment.created_at)
    answer = caller.get(f"orders/{number}/").json()
    assert [one["state"] for one in answer["refunds"]] == ["done"]
    assert answer["balance"]["refunded"]["amount"] == "17.00"
    fault(Caller().get(f"orders/{number}/"), 404, "not_found")


def test_my_orders_show_refunds_at_no_cost_for_each(quarter: Shop) -> None:
    caller = Caller()
    _number, payment = paid(caller)
    type(payment.order).objects.update(user=(user := make_user()))
    caller.client.force_login(user)
    back(payment, "1.00")
    with counted() as few:
        [row] = caller.get("me/orders/").json()["items"]
    assert [one["state"] for one in row["refunds"]] == ["asked"]
    for _more in range(3):
        back(payment, "1.00")
    with counted() as many:
        [row] = caller.get("me/orders/").json()["items"]
    assert (len(row["refunds"]), len(many)) == (4, len(few))


def test_a_dispute_is_never_in_what_the_owner_reads(quarter: Shop) -> None:
    caller = Caller()
    number, payment = paid(caller)
    Payment.objects.filter(pk=payment.pk).update(state="disputed")
    answer: Any = caller.get(f"orders/{number}/")
    assert b"disput" not in answer.content.lower()
