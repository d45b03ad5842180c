"""When a provider stumbles: asked again with the same key within a bounded time, and nothing is done twice."""

import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from notifications.breaker import MISSES, troubles
from shop.payments.base import CaptureAsk, RefundAsk, Refused, Unavailable
from shop.payments.patience import BOUND, LONGEST, Patience
from shop.payments.paypal_calls import Answer
from tests.shop.payments.contract import ASK, NOW
from tests.shop.payments.test_paypal import paypal_at
from tests.shop.payments.test_stripe import stripe_at
from tests.standins.faults import Fault
from tests.standins.server import StandIns
from tests.standins.wire import Response

STARTS = {"stripe": "POST /v1/payment_intents", "paypal": "POST /v2/checkout/orders"}
ROWS = {"stripe": "intents", "paypal": "orders"}
MAKERS: dict[str, Callable[..., Any]] = {"stripe": stripe_at, "paypal": paypal_at}
STUMBLES = ["409", "429", "500", "reset", "half", "garbled", "slow"]


def starts(standins: StandIns, name: str) -> list[str]:
    return [one["key"] for one in standins.calls if one["call"] == STARTS[name]]


@pytest.mark.parametrize("name", ["stripe", "paypal"])
@pytest.mark.parametrize("after", [False, True], ids=["not done", "done but not heard"])
@pytest.mark.parametrize("kind", STUMBLES)
def test_a_stumble_is_asked_again_with_the_same_key_and_one_payment_is_made(
    standins: StandIns, name: str, kind: str, after: bool
) -> None:
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        standins.finish_slow_calls()  # whoever was slow is done by then

    provider = MAKERS[name](standins, timeout=1.0 if kind == "slow" else 10.0, sleep=sleep)
    if name == "paypal":
        provider.calls.token()
    standins.faults.add(Fault(kind, STARTS[name], after=after, seconds=20.0))
    started = provider.start(ASK)
    keys = starts(standins, name)
    assert len(keys) >= 2 and set(keys) == {ASK.idempotency_key}
    assert list(standins.books.table(ROWS[name])) == [started.provider_id]
    assert len(waits) == len(keys) - 1 and all(wait > 0 for wait in waits)


@pytest.mark.parametrize("name", ["stripe", "paypal"])
@pytest.mark.parametrize("kind", ["409", "429", "500", "reset", "half", "garbled"])
def test_a_provider_that_keeps_stumbling_is_left_after_four_tries(standins: StandIns, name: str, kind: str) -> None:
    waits: list[float] = []
    provider = MAKERS[name](standins, sleep=waits.append)
    standins.faults.add(Fault(kind, STARTS[name], times=99))
    with pytest.raises(Unavailable):
        provider.start(ASK)
    assert len(starts(standins, name)) == 4
    assert [low <= wait <= 2 * low for low, wait in zip((0.25, 0.5, 1.0), waits, strict=True)] == [True] * 3


@pytest.mark.parametrize("name", ["stripe", "paypal"])
def test_one_that_never_answers_is_left_within_the_bound(standins: StandIns, name: str) -> None:
    provider = MAKERS[name](standins, timeout=0.5)
    if name == "paypal":
        provider.calls.token()
    standins.faults.add(Fault("slow", STARTS[name], times=99, seconds=20.0))
    began = time.monotonic()
    with pytest.raises(Unavailable):
        provider.start(ASK)
    assert 1 <= len(starts(standins, name)) <= 4
    assert time.monotonic() - began < 10, "one slow call alone takes 20 seconds"


@pytest.mark.parametrize("name", ["stripe", "paypal"])
def test_nobody_there_is_unavailable(standins: StandIns, name: str) -> None:
    with pytest.raises(Unavailable):
        MAKERS[name](standins, api_base="http://127.0.0.1:1").start(ASK)


@pytest.mark.parametrize("name", ["stripe", "paypal"])
def test_a_refusal_is_not_asked_again(standins: StandIns, name: str) -> None:
    standins.faults.add(Fault("refuse", STARTS[name], times=99))
    with pytest.raises(Refused):
        MAKERS[name](standins).start(ASK)
    assert len(starts(standins, name)) == 1


@pytest.mark.parametrize("kind", ["500", "reset", "half", "garbled"])
def test_a_capture_and_a_refund_whose_answer_is_lost_happen_once(standins: StandIns, kind: str) -> None:
    for name, make in MAKERS.items():
        provider = make(standins)
        payment = provider.start(replace(ASK, capture="later")).provider_id
        standins.do(f"{name}/{'pay' if name == 'stripe' else 'approve'}", **{
            "payment" if name == "stripe" else "order": payment
        })  # fmt: skip
        standins.faults.add(Fault(kind, "POST .*/authorize", after=True))
        provider.look_up(payment)
        standins.faults.clear()
        for route in (".*/capture", ".*/refunds?"):
            standins.faults.add(Fault(kind, f"POST {route}", after=True))
        taken = provider.capture(CaptureAsk(payment, ASK.reference, "take-1", ASK.amount, "GBP"))
        back = provider.refund(RefundAsk(payment, ASK.reference, "back-1", Decimal("1.00"), "GBP"))
        assert (taken.kind, back.state) == ("succeeded", "succeeded")
        for call, key in (("/capture", "take-1"), (("/refund", "/refunds"), "back-1")):
            assert {one["key"] for one in standins.calls if one["call"].endswith(call)} == {key}
    charges = standins.books.table("charges").values()
    assert [(one["amount_captured"], one["amount_refunded"]) for one in charges] == [(46798, 100)]
    assert len(standins.books.table("captures")) == len(standins.books.table("paypal_refunds")) == 1


@pytest.mark.parametrize("name", ["stripe", "paypal"])
@pytest.mark.parametrize(
    "body", [b"[]", b"null", b'"text"', b"{}", b'{"id": ""}', b'{"id": "x"}', b"<html>Sorry</html>", b""]
)
def test_an_answer_that_says_nothing_is_no_answer(
    standins: StandIns, monkeypatch: pytest.MonkeyPatch, name: str, body: bytes
) -> None:
    provider = MAKERS[name](standins)
    if name == "paypal":
        provider.calls.token()
    monkeypatch.setattr(standins.faults, "spoil", lambda fault, good: Response(200, body))
    standins.faults.add(Fault("500", f"{STARTS[name]}|.*sessions", times=99))
    for hosted in (False, True):
        with pytest.raises(Unavailable):
            provider.start(replace(ASK, hosted=hosted))


def test_stripe_may_ask_us_not_to_try_again(standins: StandIns, monkeypatch: pytest.MonkeyPatch) -> None:
    spoil = standins.faults.spoil

    def final(fault: Any, good: Any) -> Any:
        response = spoil(fault, good)
        response.headers["Stripe-Should-Retry"] = "false"
        return response

    monkeypatch.setattr(standins.faults, "spoil", final)
    standins.faults.add(Fault("500", STARTS["stripe"], times=99))
    with pytest.raises(Unavailable):
        stripe_at(standins).start(ASK)
    assert len(starts(standins, "stripe")) == 1


class Clock:
    """Time that passes only when somebody waits or works."""

    def __init__(self) -> None:
        self.now = 0.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def work(self, seconds: float) -> None:
        self.now += seconds
        raise TimeoutError


@pytest.mark.parametrize("takes", [0.0, 0.1, 3.0, 5.0, 9.9, 10.0])
def test_all_tries_and_waits_end_within_the_bound(takes: float) -> None:
    clock = Clock()
    patience = Patience(timeout=10.0, sleep=clock.sleep, clock=lambda: clock.now)
    with pytest.raises(TimeoutError):
        patience.ask(lambda: clock.work(takes), errors=TimeoutError, again=lambda error: True)
    assert clock.now <= BOUND * 10.0


def test_an_error_of_our_own_is_not_a_stumble() -> None:
    tries = []
    with pytest.raises(KeyError):
        Patience(timeout=1.0).ask(lambda: tries.append(1) or {}["x"], errors=OSError, again=lambda error: True)
    assert tries == [1]


@pytest.mark.parametrize("timeout", [0.5, 5.0, 10.0, 30.0])
def test_nobody_waits_for_a_page_longer_than_twelve_seconds(timeout: float) -> None:
    clock = Clock()
    patience = Patience(timeout=min(timeout, LONGEST), sleep=clock.sleep, clock=lambda: clock.now)
    with pytest.raises(TimeoutError):
        patience.ask(lambda: clock.work(patience.timeout), errors=TimeoutError, again=lambda error: True)
    assert clock.now <= LONGEST


@pytest.mark.parametrize("slow", [3.0, 9.9, 11.9, 12.0])
def test_looking_up_and_holding_share_the_time_of_one_page(standins: StandIns, slow: float) -> None:
    """PayPal is asked twice for money that is to be held: what the first call took, the second has not."""
    provider, clock = paypal_at(standins, timeout=10.0), Clock()
    name = provider.start(replace(ASK, capture="later")).provider_id
    standins.do("paypal/approve", order=name)
    provider.calls.clock = lambda: clock.now
    provider.calls.sleep = clock.sleep
    given: list[float] = []

    def send(method: str, path: str, *, until: float, **content: object) -> dict[str, object]:
        given.append(min(10.0, until - clock.now))
        clock.now += slow if method == "GET" else given[-1]
        if method == "GET":
            return {"id": name, "intent": "AUTHORIZE", "status": "APPROVED"}
        raise Answer(0)

    provider.calls._send = send  # type: ignore[method-assign, assignment]
    with pytest.raises(Unavailable):
        provider.look_up(name)
    assert clock.now <= LONGEST
    assert all(time > 0 for time in given)


def test_paypal_and_its_token_share_the_time_of_one_page(standins: StandIns) -> None:
    """The token comes after almost all of the time: what is left of it is all that the call may take."""
    now = iter([0.0, 0.0, 0.0, 0.0, 11.8, *[11.9] * 50])
    provider = paypal_at(standins, timeout=10.0)
    provider.calls.clock = lambda: next(now)
    standins.faults.add(Fault("slow", STARTS["paypal"], times=99, seconds=20.0))
    began = time.monotonic()
    with pytest.raises(Unavailable):
        provider.start(ASK)
    assert time.monotonic() - began < 8


@pytest.mark.parametrize("name", ["stripe", "paypal"])
@pytest.mark.parametrize("kind", ["429", "500", "reset", "half", "slow"])
def test_one_that_is_known_not_to_answer_is_not_asked_and_says_what_to_do(
    standins: StandIns, name: str, kind: str
) -> None:
    provider = MAKERS[name](standins, timeout=0.3)
    if name == "paypal":
        provider.calls.token()
    standins.faults.add(Fault(kind, STARTS[name], times=999, seconds=5.0))
    for _ in range(MISSES):
        with pytest.raises(Unavailable):
            provider.start(ASK)
    asked = len(starts(standins, name))
    with pytest.raises(Unavailable, match="Nothing was taken.*pay in the shop"):
        provider.start(ASK)
    assert len(starts(standins, name)) == asked
    assert list(troubles([name])) == [name]


def test_while_paypal_is_left_alone_its_messages_are_verified_and_end_the_rest(standins: StandIns) -> None:
    provider = paypal_at(standins)
    payment = provider.start(ASK).provider_id
    standins.do("paypal/approve", order=payment)
    for _ in range(MISSES):
        provider.calls.breaker.missed("no answer")
    with pytest.raises(Unavailable):
        provider.look_up(payment)
    body, headers = standins.letter("paypal", "CHECKOUT.ORDER.APPROVED", at=NOW.timestamp())
    assert [report.kind for report in provider.read_webhook(body, headers, at=NOW)] == ["authorised"]
    assert provider.look_up(payment) is not None


def test_strangers_letters_do_not_stop_the_calls_of_customers(standins: StandIns) -> None:
    provider = paypal_at(standins)
    payment = provider.start(ASK).provider_id
    standins.do("paypal/approve", order=payment)
    body, headers = standins.letter("paypal", "CHECKOUT.ORDER.APPROVED", at=NOW.timestamp())
    standins.faults.add(Fault("500", "POST .*/verify-webhook-signature", times=99))
    for _ in range(MISSES + 1):
        with pytest.raises(Unavailable):
            provider.read_webhook(body, headers, at=NOW)
    assert provider.look_up(payment) is not None
    assert troubles(["paypal"]) == {}


def test_a_refusal_and_a_wrong_key_are_answers(standins: StandIns) -> None:
    for provider in (stripe_at(standins, secret_key="sk_wrong"), paypal_at(standins, client_secret="wrong")):
        for _ in range(MISSES + 1):
            with pytest.raises(Unavailable):
                provider.start(ASK)
    assert troubles(["stripe", "paypal"]) == {}
