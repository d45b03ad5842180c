"""The ledger believes nothing it has not compared, counts money once, and never goes backwards."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from notifications.models import Message
from repairs import booking
from repairs.models import Appointment, Job
from shop.models import LedgerEntry, OrderJob, Payment, PaymentEvent
from shop.payments import inbox, judging, ledger, release, starting
from shop.payments.base import Report
from tests.factories import SHOP_TIME
from tests.shop.payments.factories import make_order, order_row

pytestmark = pytest.mark.django_db
LATER = SHOP_TIME + timedelta(minutes=5)
BACK = "http://testserver/back/"
events = iter(range(1, 10_000))


@pytest.fixture
def order(shop: Any) -> Any:
    return make_order(shop)


@pytest.fixture
def payment(order: Any) -> Payment:
    return starting.start(order=order, at=SHOP_TIME, return_url=BACK).payment


def told(payment: Payment, kind: str = "succeeded", at: Any = LATER, **changed: Any) -> PaymentEvent:
    """Keep and judge one report about a payment, true but for what is changed."""
    facts = {
        "event_id": f"evt_{next(events)}",
        "kind": kind,
        "provider_id": payment.provider_id,
        "reference": payment.reference,
        "amount": payment.amount,
        "currency": payment.currency,
        "live": False,
        **changed,
    }
    provider = facts.pop("provider", payment.provider)
    [row] = inbox.keep(provider=provider, reports=[Report(**facts)], at=at)
    event = ledger.apply(row.pk, at=at)
    payment.refresh_from_db()
    payment.order.refresh_from_db()
    return event


def test_a_paid_order_has_one_settlement_and_a_confirmed_visit(payment: Payment) -> None:
    event = told(payment)
    order = payment.order
    assert (event.state, payment.state, order.status) == ("applied", "succeeded", "paid")
    assert ledger.balance(order) == ledger.Balance(
        due=Decimal("467.98"), paid=Decimal("467.98"), refunded=Decimal("0.00"), open=Decimal("0.00"), currency="GBP"
    )
    assert order.visit.appointment.state == Appointment.State.CONFIRMED
    order.visit.refresh_from_db()
    assert order.visit.release_at is None
    assert Message.objects.filter(kind="payment.settled", channel="email").count() == 1


def test_two_reports_of_a_wrong_sum_are_both_shown_to_staff_and_the_payment_stays_wrong(payment: Payment) -> None:
    first, second = told(payment, amount=Decimal("1.00")), told(payment, amount=Decimal("2.00"))
    right = told(payment)
    assert [event.state for event in (first, second, right)] == ["odd"] * 3
    assert "2.00 GBP" in second.outcome
    assert (payment.state, payment.order.status) == ("mismatch", "awaiting-payment")


def test_the_same_event_judged_ten_times_counts_once(payment: Payment) -> None:
    event = told(payment)
    for _ in range(9):
        ledger.apply(event.pk, at=LATER)
    assert LedgerEntry.objects.filter(kind="paid").count() == 1
    assert Message.objects.filter(kind="payment.settled").count() == 1


def test_ten_different_events_about_one_success_count_once(payment: Payment) -> None:
    states = [told(payment).state for _ in range(10)]
    assert states == ["applied"] + ["ignored"] * 9
    assert LedgerEntry.objects.filter(kind="paid").count() == 1


def test_money_that_was_recorded_is_not_recorded_again_by_whoever_asks(payment: Payment) -> None:
    told(payment)
    # Somebody who read the payment before it was settled, and was not held up by its lock.
    payment.state = Payment.State.PENDING
    assert ledger.settle(order=payment.order, payment=payment, at=LATER)[0] == "ignored"
    assert LedgerEntry.objects.filter(kind="paid").count() == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"amount": Decimal("467.97")},
        {"amount": Decimal("46798.00")},
        {"amount": Decimal("467.981")},
        {"amount": None},
        {"currency": "EUR"},
        {"live": True},
    ],
    ids=str,
)
def test_money_that_is_not_what_was_asked_does_not_pay(payment: Payment, changed: dict[str, Any]) -> None:
    event = told(payment, **changed)
    assert (event.state, payment.state, payment.order.status) == ("odd", "mismatch", "awaiting-payment")
    assert payment.detail
    assert not LedgerEntry.objects.filter(kind="paid").exists()


@pytest.mark.parametrize("changed", [{"reference": "P-SOMEONES"}, {"provider_id": "ch_other"}], ids=str)
def test_a_payment_under_another_name_does_not_pay(payment: Payment, changed: dict[str, Any]) -> None:
    event = told(payment, **changed)
    assert (event.state, payment.state, payment.order.status) == ("odd", "pending", "awaiting-payment")


def test_another_provider_cannot_speak_for_a_payment(payment: Payment) -> None:
    event = told(payment, provider="in_store")
    assert event.state == "received"
    assert payment.state == "pending"


def test_a_mismatch_stays_one_when_a_right_event_follows(payment: Payment) -> None:
    told(payment, amount=Decimal("1.00"))
    event = told(payment)
    assert (event.state, payment.state, payment.order.status) == ("odd", "mismatch", "awaiting-payment")


@pytest.mark.parametrize("kind", ["failed", "cancelled"])
def test_a_failure_after_a_success_changes_nothing(payment: Payment, kind: str) -> None:
    told(payment)
    event = told(payment, kind)
    assert (event.state, payment.state, payment.order.status) == ("ignored", "succeeded", "paid")


@pytest.mark.parametrize("kind", ["failed", "cancelled"])
def test_a_success_after_a_failure_pays(payment: Payment, kind: str) -> None:
    told(payment, kind)
    assert payment.order.status == "awaiting-payment"
    event = told(payment)
    assert (event.state, payment.state, payment.order.status) == ("applied", "succeeded", "paid")


def test_a_payment_we_never_noted_the_name_of_is_found_by_our_reference(payment: Payment) -> None:
    name = payment.provider_id
    Payment.objects.filter(pk=payment.pk).update(provider_id=None, state="created")
    told(payment, provider_id=name)
    assert (payment.provider_id, payment.state, payment.order.status) == (name, "succeeded", "paid")


def test_an_event_for_something_unknown_is_kept_and_becomes_odd_after_some_tries(payment: Payment) -> None:
    event = told(payment, provider_id="ch_unknown", reference="P-UNKNOWN")
    assert event.state == "received"
    for _ in range(judging.PATIENCE):
        event = ledger.apply(event.pk, at=LATER)
    assert event.state == "odd"
    assert event.outcome


def test_a_refund_that_overtakes_its_payment_waits_for_it(payment: Payment) -> None:
    early = told(payment, "refunded")
    assert (early.state, payment.state) == ("received", "pending")
    told(payment)
    assert ledger.apply(early.pk, at=LATER).state == "applied"
    payment.refresh_from_db()
    payment.order.refresh_from_db()
    assert (payment.state, payment.order.status) == ("refunded", "refunded")


def test_part_of_the_money_given_back_leaves_the_order_partly_refunded(payment: Payment) -> None:
    told(payment)
    told(payment, "refunded", amount=Decimal("100.00"))
    assert (payment.state, payment.order.status) == ("succeeded", "part-refunded")
    assert ledger.balance(payment.order).refunded == Decimal("100.00")
    assert ledger.balance(payment.order).open == 0


@pytest.mark.parametrize("amount", ["467.99", "0.00", "-1.00"])
def test_more_than_was_paid_is_never_counted_as_given_back(payment: Payment, amount: str) -> None:
    told(payment)
    event = told(payment, "refunded", amount=Decimal(amount))
    assert (event.state, payment.order.status) == ("odd", "paid")
    assert not LedgerEntry.objects.filter(kind="refunded").exists()


def test_a_second_payment_of_a_paid_order_is_recorded_and_flagged(payment: Payment) -> None:
    told(payment, "failed")
    second = starting.start(order=payment.order, at=LATER, return_url=BACK).payment
    told(second)
    event = told(payment)
    assert (event.state, payment.state, payment.order.status) == ("odd", "succeeded", "paid")
    assert ledger.balance(payment.order).over == Decimal("467.98")
    told(payment, "refunded")
    assert payment.order.status == "paid"
    assert ledger.balance(payment.order).over == 0


def test_late_money_for_a_free_time_brings_the_order_back(payment: Payment) -> None:
    late = SHOP_TIME + timedelta(hours=2)
    assert release.release_unpaid(late) == 1
    event = told(payment, at=late)
    order = payment.order
    assert (event.state, payment.state, order.status) == ("applied", "succeeded", "paid")
    assert ledger.balance(order).open == ledger.balance(order).over == 0
    assert Appointment.objects.get(order_visit=order.visit).state == Appointment.State.CONFIRMED
    assert Job.objects.get(order_row__order=order).status == Job.Status.BOOKED


def test_late_money_for_a_time_that_is_gone_is_kept_and_flagged(shop: Any, payment: Payment) -> None:
    late = SHOP_TIME + timedelta(hours=2)
    release.release_unpaid(late)
    appointment = payment.order.visit.appointment
    for _ in shop.seats:
        booking.hold(site=shop.site, starts_at=appointment.starts_at, at=late)
    event = told(payment, at=late)
    assert (event.state, payment.state, payment.order.status) == ("odd", "late", "released")
    assert ledger.balance(payment.order).over == Decimal("467.98")
    assert Job.objects.get(order_row__order=payment.order).status == Job.Status.CANCELLED
    told(payment, "refunded", at=late)
    assert (payment.state, payment.order.status) == ("refunded", "refunded")


def test_an_order_without_its_asking_row_owes_its_total(shop: Any) -> None:
    assert ledger.balance(order_row()).open == Decimal("467.98")


def test_every_order_status_is_written_by_the_ledger_through_oscars_pipeline(payment: Payment) -> None:
    told(payment)
    told(payment, "refunded")
    changes = payment.order.status_changes.order_by("pk").values_list("old_status", "new_status")
    assert list(changes) == [("awaiting-payment", "paid"), ("paid", "refunded")]
    assert OrderJob.objects.filter(order=payment.order, job__status="booked").exists()
