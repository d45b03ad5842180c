"""Of several ways to pay one order only one takes money, and late news of the others change nothing."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from shop.models import LedgerEntry, Payment, PaymentEvent, Refund
from shop.payments import ledger
from shop.payments.base import Unavailable
from tests import queue
from tests.shop.payments.doors import doors_at
from tests.shop.payments.test_cases import SUM, Case, no_sleep
from tests.standins.faults import Fault
from tests.standins.server import StandIns

pytestmark = pytest.mark.django_db
STARTS = {"stripe": "POST /v1/payment_intents", "paypal": "POST /v2/checkout/orders"}


@pytest.fixture(params=["stripe", "paypal"])
def case(request: Any, standins: StandIns, shop: Any, settings: Any) -> Case:
    doors = doors_at(standins)
    for door in doors.values():
        door["OPTIONS"]["sleep"] = no_sleep
    settings.PAYMENT_PROVIDERS = {**doors, **settings.PAYMENT_PROVIDERS}
    return Case(standins, shop, request.param)


def test_money_at_the_counter_closes_what_is_open_in_a_window(case: Case) -> None:
    payment = case.start()
    ledger.take_at_counter(order=case.order, amount=SUM, by=None, at=datetime.now(UTC), tender="cash")
    queue.work_off()
    payment.refresh_from_db()
    case.order.refresh_from_db()
    assert (payment.state, case.order.status) == ("cancelled", "paid")
    if case.name == "stripe":
        assert case.standins.books.table("intents")[payment.provider_id]["status"] == "canceled"
    else:  # an order of PayPal cannot be closed before it is approved: what is agreed to later is given back
        case.standins.do("paypal/approve", order=payment.provider_id)
        [approved] = case.events("CHECKOUT.ORDER.APPROVED")
        assert case.send(approved) == 200
        assert not case.standins.books.table("captures")


@pytest.mark.parametrize("case", ["stripe"], indirect=True)
def test_late_news_of_a_declined_card_do_not_take_the_promise_of_the_next_one_away(case: Case) -> None:
    case.order.visit.capture = "later"
    case.order.visit.due_now = Decimal("100.00")
    case.order.visit.save()
    payment = case.start()
    assert payment.capture == "later"
    case.standins.do("stripe/pay", payment=payment.provider_id, card="4000000000000002")
    [declined] = case.events("payment_intent.payment_failed")
    case.standins.do("stripe/pay", payment=payment.provider_id)
    [promised] = case.events("payment_intent.amount_capturable_updated")
    assert case.send(promised) == 200
    assert case.payment.state == "authorised"
    late = {**declined, "created": promised["created"]}  # both within a second
    assert case.send(late) == 200
    assert case.payment.state == "authorised"


@pytest.mark.parametrize("case", ["stripe"], indirect=True)
def test_a_fault_that_is_kept_under_a_key_does_not_lock_the_customer_out(case: Case) -> None:
    case.standins.faults.add(Fault("500", STARTS["stripe"], times=99))
    with pytest.raises(Unavailable):
        case.start()
    case.standins.faults.clear()
    case.start()
    keys = [one["key"] for one in case.standins.calls if one["call"] == STARTS["stripe"]]
    assert keys[-1] != keys[0] and len(set(keys)) == 2
    assert list(Payment.objects.order_by("pk").values_list("state", flat=True)) == ["failed", "pending"]


def test_a_provider_that_was_not_reached_is_asked_again_under_the_same_key(case: Case) -> None:
    case.standins.faults.add(Fault("reset", STARTS[case.name], times=99))
    with pytest.raises(Unavailable):
        case.start()
    case.standins.faults.clear()
    case.start()
    assert len({one["key"] for one in case.standins.calls if one["call"] == STARTS[case.name]}) == 1


def test_the_account_that_is_to_be_paid_is_kept_from_the_start(case: Case) -> None:
    assert case.start().account == {"stripe": "own", "paypal": "MENDWELLSHOP1"}[case.name]


@pytest.mark.parametrize("case", ["paypal"], indirect=True)
@pytest.mark.parametrize("first", ["PAYMENT.CAPTURE.REVERSED", "CUSTOMER.DISPUTE.RESOLVED"])
def test_a_dispute_that_is_lost_takes_the_money_once_though_paypal_reverses_the_capture_too(
    case: Case, first: str
) -> None:
    case.start()
    case.pay()
    assert case.send(case.events()[-1]) == 200
    dispute = case.dispute()
    assert case.send(case.events("CUSTOMER.DISPUTE.CREATED")[-1]) == 200
    case.standins.do("paypal/close-dispute", dispute=dispute, outcome="lost")
    case.back(str(SUM))
    told = {
        "CUSTOMER.DISPUTE.RESOLVED": case.events("CUSTOMER.DISPUTE.RESOLVED")[-1],
        "PAYMENT.CAPTURE.REVERSED": {
            **case.events("PAYMENT.CAPTURE.REFUNDED")[-1],
            "event_type": "PAYMENT.CAPTURE.REVERSED",
        },
    }
    for name in sorted(told, key=lambda name: name != first):
        assert case.send(told[name]) == 200
    assert case.payment.state == "lost"
    kinds = list(LedgerEntry.objects.values_list("kind", flat=True))
    assert "refunded" not in kinds and kinds.count("dispute_lost") == 1
    assert not Refund.objects.exists()


@pytest.mark.parametrize("case", ["paypal"], indirect=True)
def test_money_that_a_bank_takes_back_without_a_dispute_is_booked_as_gone(case: Case) -> None:
    case.start()
    case.pay()
    assert case.send(case.events()[-1]) == 200
    case.back(str(SUM))
    reversal = {**case.events("PAYMENT.CAPTURE.REFUNDED")[-1], "event_type": "PAYMENT.CAPTURE.REVERSED"}
    assert case.send(reversal) == 200
    assert case.payment.state == "refunded" and Refund.objects.get().state == "done"
    told = PaymentEvent.objects.get(kind="reversed")
    assert (told.state, told.outcome) == ("applied", "Given back.")
