"""What a provider says moved in a time: every provider in the same words, whatever its lists look like."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from shop.models import DemoCharge
from shop.payments import demo_bank, paypal_movements, stripe_movements
from shop.payments.base import CaptureAsk, Movement, RefundAsk, StartAsk, Unavailable
from shop.payments.demo import Demo
from shop.payments.in_store import InStore
from tests.shop.payments.contract import ASK
from tests.shop.payments.test_paypal import paypal_at
from tests.shop.payments.test_stripe import stripe_at
from tests.standins.faults import Fault
from tests.standins.server import StandIns

pytestmark = pytest.mark.django_db
ASK_AT = datetime(2026, 11, 23, tzinfo=UTC)


class Counter:
    """One provider, with a customer who pays what is asked."""

    def __init__(self, door: Any, pay: Callable[[Any, str, StartAsk], None]) -> None:
        self.door, self.pay = door, pay

    def paid(self, **changed: Any) -> str:
        ask = replace(ASK, **changed)
        name: str = self.door.start(ask).provider_id
        self.pay(self.door, name, ask)
        return name

    def moved(self, *, ago: int = 1, ahead: int = 1) -> list[Movement]:
        now = datetime.now(UTC)
        found = self.door.movements(since=now - timedelta(hours=ago), until=now + timedelta(hours=ahead))
        return sorted(found, key=lambda one: (one.kind, one.amount))


def _paypal_takes(door: Any, name: str, ask: StartAsk, standins: StandIns) -> None:
    standins.do("paypal/approve", order=name)
    door.capture(CaptureAsk(name, ask.reference, f"take-{name}", ask.amount, ask.currency))


@pytest.fixture(params=["stripe", "paypal", "demo"])
def counter(request: Any, standins: StandIns) -> Counter:
    if request.param == "stripe":
        return Counter(stripe_at(standins), lambda door, name, ask: standins.do("stripe/pay", payment=name))
    if request.param == "paypal":
        return Counter(paypal_at(standins), lambda door, name, ask: _paypal_takes(door, name, ask, standins))
    bank = Demo(secret="s", origin="http://testserver")
    return Counter(bank, lambda door, name, ask: demo_bank.decide(charge_id=name, decision="approved") and None)


def test_what_was_paid_and_given_back_moved_and_what_was_only_asked_did_not(counter: Counter) -> None:
    counter.door.start(replace(ASK, idempotency_key="never-paid"))
    name = counter.paid()
    counter.door.refund(RefundAsk(name, ASK.reference, "back-1", Decimal("67.98"), "GBP"))
    back, came = counter.moved()
    assert (came.kind, came.amount, came.currency, came.provider_id) == ("came", ASK.amount, "GBP", name)
    assert (back.kind, back.amount, back.reference) == ("back", Decimal("67.98"), ASK.reference)
    assert came.reference == ASK.reference and came.id != back.id
    assert came.event_id == counter.door.look_up(name).event_id


def test_a_currency_without_cents_is_counted_in_whole_units(counter: Counter) -> None:
    counter.paid(amount=Decimal(500), currency="JPY")
    assert [(one.amount, one.currency) for one in counter.moved()] == [(Decimal(500), "JPY")]


def test_only_what_moved_in_the_time_is_told(counter: Counter) -> None:
    counter.paid()
    assert counter.moved(ago=3, ahead=-2) == []
    assert len(counter.moved()) == 1


def test_a_provider_that_does_not_answer_is_unavailable(standins: StandIns) -> None:
    standins.faults.add(Fault("500", times=1000))
    for door in (stripe_at(standins), paypal_at(standins), Demo(secret="s", origin="http://x", fail="unavailable")):
        with pytest.raises(Unavailable):
            Counter(door, lambda *args: None).moved()


def test_the_till_tells_of_no_movements() -> None:
    assert list(InStore().movements(since=ASK_AT, until=ASK_AT + timedelta(days=1))) == []


@pytest.mark.parametrize("name", ["stripe", "paypal"])
def test_fees_are_told(name: str, standins: StandIns, request: Any) -> None:
    door = stripe_at(standins) if name == "stripe" else paypal_at(standins)
    pays = _paypal_takes if name == "paypal" else (lambda door, name, ask, it: it.do("stripe/pay", payment=name))
    counter = Counter(door, lambda door, name, ask: pays(door, name, ask, standins))
    counter.paid()
    [came] = counter.moved()
    assert came.fee == counter.door.look_up(came.provider_id).fee and came.fee


def test_pages_of_stripe_are_read_to_the_end_and_no_further_than_agreed(
    standins: StandIns, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter = Counter(stripe_at(standins), lambda door, name, ask: standins.do("stripe/pay", payment=name))
    monkeypatch.setattr(stripe_movements, "PAGE", 2)
    for number in range(5):
        counter.paid(idempotency_key=f"k{number}")
    assert len({one.id for one in counter.moved()}) == 5
    monkeypatch.setattr(stripe_movements, "MOST_PAGES", 2)
    with pytest.raises(Unavailable):
        counter.moved()


def test_a_time_with_more_events_than_a_page_of_paypal_is_halved_and_nothing_is_lost(
    standins: StandIns, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter = Counter(paypal_at(standins), lambda door, name, ask: _paypal_takes(door, name, ask, standins))
    monkeypatch.setattr(paypal_movements, "PAGE", 4)
    start = datetime.now(UTC).replace(microsecond=0)
    for number in range(9):
        counter.paid(idempotency_key=f"k{number}")
    for number, event in enumerate(standins.events("paypal")):
        event["create_time"] = (start - timedelta(minutes=number)).isoformat()
    assert len({one.id for one in counter.moved()}) == 9
    for event in standins.events("paypal"):
        event["create_time"] = start.isoformat()
    with pytest.raises(Unavailable):
        counter.moved()


def test_money_that_was_held_first_moved_when_it_was_taken(standins: StandIns) -> None:
    door = stripe_at(standins)
    name = door.start(replace(ASK, capture="later")).provider_id
    standins.do("stripe/pay", payment=name)
    counter = Counter(door, lambda *args: None)
    assert counter.moved() == []
    for charge in standins.books.table("charges").values():
        charge["created"] -= 5 * 86_400
    door.capture(CaptureAsk(name, ASK.reference, "take-1", ASK.amount, "GBP"))
    assert [one.kind for one in counter.moved()] == ["came"]


def test_refunds_on_their_way_or_come_back_are_no_movements(standins: StandIns) -> None:
    counter = Counter(stripe_at(standins), lambda door, name, ask: standins.do("stripe/pay", payment=name))
    name = counter.paid()
    standins.books.table("switches")["refund_state"] = "pending"
    refund = counter.door.refund(RefundAsk(name, ASK.reference, "back-1", Decimal("1.00"), "GBP"))
    assert [one.kind for one in counter.moved()] == ["came"]
    assert counter.door.follow_up("refund", refund.refund_id) is None
    standins.do("stripe/end-refund", refund=refund.refund_id, state="failed")
    assert [one.kind for one in counter.moved()] == ["came"]
    told = counter.door.follow_up("refund", refund.refund_id)
    assert (told.kind, told.reference, told.refund_id) == ("refund_failed", ASK.reference, refund.refund_id)


def test_a_refund_that_paypal_sent_back_is_no_movement(standins: StandIns) -> None:
    counter = Counter(paypal_at(standins), lambda door, name, ask: _paypal_takes(door, name, ask, standins))
    name = counter.paid()
    counter.door.refund(RefundAsk(name, ASK.reference, "back-1", Decimal("1.00"), "GBP"))
    assert [one.kind for one in counter.moved()] == ["back", "came"]
    [refund] = standins.books.table("paypal_refunds").values()
    refund["status"] = "FAILED"
    assert [one.kind for one in counter.moved()] == ["came"]
    assert counter.door.follow_up("refund", refund["id"]).kind == "refund_failed"


def test_a_refund_through_paypal_moves_money_once_it_is_completed(standins: StandIns) -> None:
    counter = Counter(paypal_at(standins), lambda door, name, ask: _paypal_takes(door, name, ask, standins))
    name = counter.paid()
    standins.books.table("switches")["refund_state"] = "pending"
    refund = counter.door.refund(RefundAsk(name, ASK.reference, "back-1", Decimal("1.00"), "GBP"))
    assert [one.kind for one in counter.moved()] == ["came"]
    standins.books.table("paypal_refunds")[refund.refund_id]["status"] = "COMPLETED"  # and nobody was told
    back, _came = counter.moved()
    assert (back.kind, back.id, back.event_id) == ("back", refund.refund_id, f"{refund.refund_id}:refunded")


def test_a_dispute_holds_money_and_a_won_one_releases_it(standins: StandIns) -> None:
    counter = Counter(stripe_at(standins), lambda door, name, ask: standins.do("stripe/pay", payment=name))
    name = counter.paid()
    dispute = standins.do("stripe/dispute", payment=name, minor=46798)
    _came, held = counter.moved()
    assert (held.kind, held.amount, held.provider_id, held.fee) == ("held", ASK.amount, name, Decimal("15.00"))
    assert counter.door.follow_up("dispute", dispute["id"]) is None
    standins.do("stripe/close-dispute", dispute=dispute["id"], outcome="won")
    assert [one.kind for one in counter.moved()] == ["came", "held", "released"]
    assert counter.door.follow_up("dispute", dispute["id"]).kind == "dispute_won"


def test_a_question_of_a_bank_holds_nothing(standins: StandIns) -> None:
    counter = Counter(stripe_at(standins), lambda door, name, ask: standins.do("stripe/pay", payment=name))
    name = counter.paid()
    standins.do("stripe/dispute", payment=name, minor=46798)
    for dispute in standins.books.table("disputes").values():
        dispute["status"] = "warning_needs_response"
    assert [one.kind for one in counter.moved()] == ["came"]


def test_a_dispute_at_paypal_is_told_with_its_payment(standins: StandIns) -> None:
    counter = Counter(paypal_at(standins), lambda door, name, ask: _paypal_takes(door, name, ask, standins))
    name = counter.paid()
    [capture] = standins.books.table("captures")
    dispute = standins.do("paypal/dispute", capture=capture, value="467.98")
    standins.do("paypal/close-dispute", dispute=dispute["dispute_id"], outcome="won")
    held, released = counter.moved()[1:]
    assert (held.kind, held.reference, held.provider_id) == ("held", ASK.reference, name)
    assert (released.kind, released.id) == ("released", held.id)


def test_a_payment_made_past_us_is_told_without_a_reference(standins: StandIns) -> None:
    counter = Counter(stripe_at(standins), lambda door, name, ask: standins.do("stripe/pay", payment=name))
    counter.paid()
    for charge in standins.books.table("charges").values():
        charge.update(payment_intent=None, metadata={})
    [came] = counter.moved()
    assert (came.reference, came.provider_id, came.amount) == ("", "", ASK.amount)


def test_refunds_of_the_demo_bank_of_earlier_versions_are_read(db: None) -> None:
    door = Demo(secret="s", origin="http://testserver")
    name = door.start(ASK).provider_id
    demo_bank.decide(charge_id=name, decision="approved")
    DemoCharge.objects.update(refunds={"old": 250}, refunded_minor=250)
    assert [one.amount for one in Counter(door, lambda *args: None).moved()] == [Decimal("2.50"), ASK.amount]
