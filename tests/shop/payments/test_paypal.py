"""PayPal over HTTP at the stand-in: the contract, and what is PayPal's own."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
import requests

from shop.payments.base import CancelAsk, CaptureAsk, RefundAsk, Refused, StartAsk, Unavailable
from shop.payments.paypal import PayPal
from tests.shop.payments.contract import ASK, NOW, HoldingContract
from tests.standins.faults import Fault
from tests.standins.server import WEBHOOK_ID, StandIns
from tests.standins.wire import Response

NEWS = ("CAPTURE.COMPLETED", "CAPTURE.DENIED", "REVERSED", "AUTHORIZATION.CREATED", "AUTHORIZATION.VOIDED")
TOKEN = "POST /v1/oauth2/token"


def paypal_at(standins: StandIns, **changed: Any) -> PayPal:
    options = {
        "client_id": "standin",
        "client_secret": "a-client-secret",
        "webhook_id": WEBHOOK_ID,
        "api_base": standins.address,
        "timeout": 5.0,
        "sleep": lambda seconds: None,
    }
    return PayPal(**{**options, **changed})


def asked(standins: StandIns, call: str) -> int:
    return sum(one["call"] == call for one in standins.calls)


class TestPayPal(HoldingContract):
    amounts = (("500", "JPY"), ("500", "HUF"), ("0.01", "GBP"), ("0.29", "GBP"))
    no_amounts = (("10.50", "JPY"), ("10.50", "HUF"), ("0.001", "GBP"), ("1.234", "KWD"), ("0.00", "GBP"))

    @pytest.fixture(autouse=True)
    def bed(self, standins: StandIns) -> None:
        self.standins = standins

    def provider(self) -> PayPal:
        return paypal_at(self.standins)

    def failing(self, how: str) -> PayPal:
        self.standins.faults.add(Fault("500" if how == "unavailable" else "refuse", "(?!.*token).*", times=1000))
        return self.provider()

    def decide(self, provider_id: str, decision: str, ask: StartAsk = ASK) -> None:
        self.standins.do("paypal/approve", order=provider_id, fate="denied" if decision == "declined" else "good")
        if decision == "cancelled":
            self.standins.do("paypal/lapse", order=provider_id)
        else:
            key = f"take-{provider_id}"
            self.provider().capture(CaptureAsk(provider_id, ask.reference, key, ask.amount, ask.currency))

    def hold(self, provider_id: str) -> None:
        self.standins.do("paypal/approve", order=provider_id)
        self.provider().look_up(provider_id)

    def letter(self, provider_id: str, at: datetime) -> tuple[bytes, dict[str, str]]:
        told = [one for one in self.standins.events("paypal") if one["event_type"].endswith(NEWS)]
        return self.standins.post.letter("paypal", told[-1], at=at.timestamp())

    def test_the_customer_goes_to_paypal_and_comes_back_to_us(self) -> None:
        started = self.provider().start(replace(ASK, cancel_url="http://testserver/other/", locale="pt-BR"))
        assert started.redirect_url == started.client["approve_url"]
        assert "467.98 GBP" in requests.get(started.redirect_url, timeout=5).text
        form = {"token": started.provider_id, "choice": "cancel"}
        turned = requests.post(started.redirect_url, form, allow_redirects=False, timeout=5)
        assert turned.headers["Location"].startswith("http://testserver/other/?token=")
        agreed = requests.post(started.redirect_url, {**form, "choice": "good"}, allow_redirects=False, timeout=5)
        assert agreed.headers["Location"].startswith(f"{ASK.return_url}?token={started.provider_id}")

    def test_an_approved_order_is_authorised_and_moves_no_money_until_it_is_captured(self) -> None:
        provider = self.provider()
        name = provider.start(ASK).provider_id
        self.standins.do("paypal/approve", order=name)
        approved = provider.look_up(name)
        assert approved and (approved.kind, approved.amount) == ("authorised", ASK.amount)
        [told] = provider.read_webhook(
            *self.standins.letter("paypal", "CHECKOUT.ORDER.APPROVED", at=NOW.timestamp()), at=NOW
        )
        assert told == approved
        assert self.standins.events("paypal", "PAYMENT.CAPTURE.COMPLETED") == []
        taken = provider.capture(CaptureAsk(name, ASK.reference, "take-1", ASK.amount, "GBP"))
        assert taken.kind == "succeeded"

    def test_only_the_sum_that_was_approved_is_taken(self) -> None:
        provider = self.provider()
        name = provider.start(ASK).provider_id
        self.standins.do("paypal/approve", order=name)
        for amount, currency in (("467.97", "GBP"), ("467.98", "EUR")):
            with pytest.raises(Refused):
                provider.capture(CaptureAsk(name, ASK.reference, f"take-{amount}", Decimal(amount), currency))
        assert self.standins.books.table("captures") == {}

    def test_a_capture_that_somebody_else_made_meanwhile_is_looked_up(self) -> None:
        provider = self.provider()
        name = provider.start(ASK).provider_id
        self.standins.do("paypal/approve", order=name)
        kept = provider.look_up
        seen = [kept(name)]
        rival = paypal_at(self.standins)
        provider.look_up = lambda order: seen.pop() if seen else kept(order)  # type: ignore[method-assign]
        first = rival.capture(CaptureAsk(name, ASK.reference, "rival", ASK.amount, "GBP"))
        assert provider.capture(CaptureAsk(name, ASK.reference, "take-1", ASK.amount, "GBP")) == first
        assert len(self.standins.books.table("captures")) == 1

    def test_a_funding_source_that_fails_is_told_in_words_for_a_person(self) -> None:
        provider = self.provider()
        name = provider.start(ASK).provider_id
        self.standins.do("paypal/approve", order=name, fate="declined")
        with pytest.raises(Refused, match="could not charge"):
            provider.capture(CaptureAsk(name, ASK.reference, "take-1", ASK.amount, "GBP"))
        assert provider.look_up(name) is None, "the customer may choose another one at PayPal"

    def test_a_transfer_that_takes_days_is_decided_later(self) -> None:
        provider = self.provider()
        name = provider.start(ASK).provider_id
        self.standins.do("paypal/approve", order=name, fate="pending")
        ask = CaptureAsk(name, ASK.reference, "take-1", ASK.amount, "GBP")
        assert provider.capture(ask).kind == "other"
        assert provider.look_up(name) is None
        [capture] = self.standins.books.table("captures")
        self.standins.do("paypal/decide", capture=capture, status="COMPLETED")
        report = provider.look_up(name)
        assert report and report.kind == "succeeded"
        assert provider.read_webhook(*self.letter(name, NOW), at=NOW) == [report]

    def test_a_hold_is_placed_once_however_often_it_is_looked_up(self) -> None:
        name = self.held(self.provider())
        self.provider().look_up(name)
        assert len(self.standins.books.table("holds")) == 1

    def test_an_approved_order_that_is_to_be_held_says_nothing_before_it_is(self) -> None:
        provider = self.provider()
        name = provider.start(replace(ASK, capture="later")).provider_id
        self.standins.do("paypal/approve", order=name)
        letter = self.standins.letter("paypal", "CHECKOUT.ORDER.APPROVED", at=NOW.timestamp())
        [report] = provider.read_webhook(*letter, at=NOW)
        assert report.kind == "other"

    @pytest.mark.parametrize("currency", ["KWD", "ISK", "XYZ"])
    def test_a_currency_that_paypal_does_not_take_is_refused_in_words_and_never_sent(self, currency: str) -> None:
        with pytest.raises(Refused, match=f"PayPal does not take {currency}"):
            self.provider().start(replace(ASK, currency=currency, amount=Decimal("10")))
        assert self.standins.calls == []

    def test_a_name_from_outside_cannot_lead_to_another_address(self) -> None:
        assert self.provider().look_up("../../v1/oauth2/token") is None
        assert self.standins.violations == ["GET /v2/checkout/orders/../../v1/oauth2/token is not served here"]
        self.standins.violations.clear()


def test_our_token_follows_nobody_to_another_address(standins: StandIns, monkeypatch: pytest.MonkeyPatch) -> None:
    away = Response(307, headers={"Location": f"{standins.address}/v2/checkout/orders/ELSEWHERE"})
    monkeypatch.setattr(standins.faults, "spoil", lambda fault, good: away)
    standins.faults.add(Fault("500", "GET /v2/checkout/orders/HERE", times=99))
    with pytest.raises(Unavailable):
        paypal_at(standins).look_up("HERE")
    assert asked(standins, "GET /v2/checkout/orders/ELSEWHERE") == 0


class TestToken:
    def test_it_is_asked_for_once_and_kept(self, standins: StandIns) -> None:
        provider = paypal_at(standins)
        for number in range(3):
            provider.start(replace(ASK, idempotency_key=f"MW-{number}"))
        assert asked(standins, TOKEN) == 1

    def test_it_is_renewed_shortly_before_it_lapses(self, standins: StandIns) -> None:
        standins.books.table("switches")["token_seconds"] = 600
        provider = paypal_at(standins)
        now = [1000.0]
        provider.calls.clock = lambda: now[0]
        for seconds, tokens in ((0, 1), (479, 1), (481, 2)):
            now[0] = 1000.0 + seconds
            provider.look_up("nobody")
            assert asked(standins, TOKEN) == tokens

    def test_one_that_is_not_taken_any_more_is_renewed_and_the_call_made_again(self, standins: StandIns) -> None:
        provider = paypal_at(standins)
        provider.look_up("nobody")
        standins.books.table("tokens").clear()
        assert provider.start(ASK).state == "pending"
        assert asked(standins, TOKEN) == 2

    def test_keys_that_are_not_taken_are_no_refusal_and_are_never_shown(
        self, standins: StandIns, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(0)
        provider = paypal_at(standins, client_secret="wrong-0123456789")
        with pytest.raises(Unavailable) as caught:
            provider.start(ASK)
        assert "wrong-0123456789" not in str(caught.value) + caplog.text + repr(provider.calls)

    def test_a_token_is_never_shown(self, standins: StandIns, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(0)
        provider = paypal_at(standins)
        provider.start(ASK)
        assert provider.calls.token() not in caplog.text + repr(provider.calls)


def test_the_same_key_gives_the_same_answer_so_other_money_is_seen_by_us(standins: StandIns) -> None:
    """PayPal itself would answer with the first order and say nothing."""
    provider = paypal_at(standins)
    provider.start(ASK)
    for changed in (replace(ASK, amount=Decimal("1.00")), replace(ASK, currency="EUR")):
        with pytest.raises(Refused):
            provider.start(changed)
    assert len(standins.books.table("orders")) == 1


def test_real_money_moves_at_the_live_address_only() -> None:
    for base, live in (("https://api-m.paypal.com", True), ("https://api-m.sandbox.paypal.com", False)):
        assert PayPal(client_id="a", client_secret="b", webhook_id="c", api_base=base).live is live


def test_what_is_held_is_voided_by_letting_go_and_paid_money_goes_back_by_refund_only(standins: StandIns) -> None:
    provider = paypal_at(standins)
    name = provider.start(replace(ASK, capture="later")).provider_id
    standins.do("paypal/approve", order=name)
    report = provider.cancel(CancelAsk(name, ASK.reference, "let-go-1"))
    assert (report.kind, report.amount) == ("cancelled", ASK.amount)
    assert [hold["status"] for hold in standins.books.table("holds").values()] == ["VOIDED"]
    with pytest.raises(Refused):
        provider.refund(RefundAsk(name, ASK.reference, "back-1", Decimal("1.00"), "GBP"))
