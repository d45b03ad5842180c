"""Taking what a bank has promised: under one key, however often the answer is lost."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from shop.models import Payment
from shop.payments import capturing, returning, starting
from shop.payments.base import Unavailable
from tests.shop.payments.doors import doors_at
from tests.shop.payments.factories import make_order
from tests.standins.faults import Fault
from tests.standins.server import StandIns

pytestmark = pytest.mark.django_db
DEPOSIT = Decimal("117.00")
CAPTURES = {"stripe": "POST /v1/payment_intents/.*/capture", "paypal": "POST /v2/payments/authorizations/.*/capture"}
AGREES = {"stripe": ("stripe/pay", "payment"), "paypal": ("paypal/approve", "order")}


@pytest.mark.parametrize("name", CAPTURES)
def test_money_whose_taking_was_not_answered_is_taken_under_the_same_key(
    standins: StandIns, shop: Any, settings: Any, name: str
) -> None:
    doors = doors_at(standins)
    for door in doors.values():
        door["OPTIONS"]["sleep"] = lambda _seconds: None
    settings.PAYMENT_PROVIDERS = {**doors, **settings.PAYMENT_PROVIDERS}
    order, at = make_order(shop, pay_by=name), datetime.now(UTC)
    order.visit.due_now, order.visit.capture = DEPOSIT, "later"
    order.visit.save()
    payment = starting.start(order=order, at=at, return_url="http://testserver/back/").payment
    verb, what = AGREES[name]
    standins.do(verb, **{what: payment.provider_id})
    returning.settle_return(payment_reference=payment.reference, at=at)
    assert Payment.objects.get().state == "authorised"
    standins.faults.add(Fault("reset", CAPTURES[name], times=99))
    with pytest.raises(Unavailable):
        capturing.capture(payment.pk, at=at)
    standins.faults.clear()
    capturing.capture(payment.pk, at=at)
    keys = {call["key"] for call in standins.calls if call["call"].endswith("/capture")}
    assert keys == {f"{payment.reference}-capture"}
    assert Payment.objects.get().captured == DEPOSIT
