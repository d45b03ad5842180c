"""Stripe, its own library against the stand-in over HTTP: the contract, and what is Stripe's own."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
import requests

from shop.payments.base import CancelAsk, CaptureAsk, RefundAsk, Refused, StartAsk, Unavailable
from shop.payments.stripe import Stripe
from tests.shop.payments.contract import ASK, NOW, HoldingContract
from tests.standins.faults import Fault
from tests.standins.server import STRIPE_SECRET, StandIns
from tests.standins.stripe_api import error
from tests.standins.wire import Problem

FAILED = "checkout.session.async_payment_failed"
NEWS = ("succeeded", "payment_failed", "canceled", "amount_capturable_updated", "completed", "expired")


def stripe_at(standins: StandIns, **changed: Any) -> Stripe:
    options = {
        "secret_key": "sk_test_standin",
        "publishable_key": "pk_test_standin",
        "webhook_secrets": [STRIPE_SECRET],
        "api_base": standins.address,
        "timeout": 5.0,
        "sleep": lambda seconds: None,
    }
    return Stripe(**{**options, **changed})


class StripeContract(HoldingContract):
    """The contract at the stand-in."""

    amounts = (("500", "JPY"), ("1.230", "KWD"), ("0.01", "GBP"), ("0.29", "GBP"), ("500", "ISK"))
    no_amounts = (("10.50", "JPY"), ("0.001", "GBP"), ("1.234", "KWD"), ("5.50", "ISK"), ("0.00", "GBP"), ("-1", "GBP"))

    @pytest.fixture(autouse=True)
    def bed(self, standins: StandIns, monkeypatch: pytest.MonkeyPatch) -> None:
        self.standins = standins

    def provider(self) -> Stripe:
        return stripe_at(self.standins)

    def failing(self, how: str) -> Stripe:
        self.standins.faults.add(Fault("500" if how == "unavailable" else "refuse", times=1000))
        return self.provider()

    def decide(self, provider_id: str, decision: str, ask: StartAsk = ASK) -> None:
        if decision == "cancelled":
            self.provider().cancel(CancelAsk(provider_id, ask.reference, f"let-go-{provider_id}"))
        else:
            card = "4242424242424242" if decision == "approved" else "4000000000000002"
            self.standins.do("stripe/pay", payment=provider_id, card=card)

    def hold(self, provider_id: str) -> None:
        self.standins.do("stripe/pay", payment=provider_id)

    def letter(self, provider_id: str, at: datetime) -> tuple[bytes, dict[str, str]]:
        events = self.standins.events("stripe")
        about = [one for one in events if one["data"]["object"]["id"] == provider_id and one["type"].endswith(NEWS)]
        return self.standins.post.letter("stripe", about[-1], at=at.timestamp())


class TestStripe(StripeContract):
    def test_a_page_gets_what_stripes_script_needs_and_no_secret_of_ours(self) -> None:
        started = stripe_at(self.standins, script_url="https://js.example.com/v3/", account="acct_1").start(ASK)
        assert started.redirect_url is None
        assert set(started.client) == {"client_secret", "publishable_key", "account", "script_url"}
        assert started.client["client_secret"].startswith(f"{started.provider_id}_secret_")
        assert "sk_test" not in str(started)

    def test_a_new_try_on_the_same_page_may_still_succeed(self) -> None:
        provider = self.provider()
        name = provider.start(ASK).provider_id
        self.decide(name, "declined")
        first = provider.look_up(name)
        self.decide(name, "declined")
        second = provider.look_up(name)
        assert first and second and (first.kind, second.kind) == ("failed", "failed")
        assert first.event_id != second.event_id, "each refusal is an event of its own"
        self.decide(name, "approved")
        third = provider.look_up(name)
        assert third and third.kind == "succeeded"

    def test_a_bank_that_asks_the_customer_first_reports_nothing_until_they_answer(self) -> None:
        provider = self.provider()
        name = provider.start(ASK).provider_id
        self.standins.do("stripe/pay", payment=name, card="4000002500003155")
        assert provider.look_up(name) is None
        self.standins.do("stripe/authenticate", payment=name, good=False)
        failed = provider.look_up(name)
        assert failed and failed.kind == "failed"
        self.standins.do("stripe/pay", payment=name, card="4000002500003155")
        self.standins.do("stripe/authenticate", payment=name)
        paid = provider.look_up(name)
        assert paid and paid.kind == "succeeded"

    def test_an_account_is_acted_for_in_every_call_and_told_in_every_report(self) -> None:
        provider = stripe_at(self.standins, account="acct_1")
        name = provider.start(ASK).provider_id
        self.decide(name, "approved")
        report = provider.look_up(name)
        assert report and report.account == "acct_1"
        assert provider.read_webhook(*self.letter(name, NOW), at=NOW) == [report]
        mine = provider.calls.v1.balance_transactions.list()
        assert [(row.amount, row.type) for row in mine.data] == [(46798, "charge")]
        assert self.provider().calls.v1.balance_transactions.list().data == [], "the other account has none of it"

    @pytest.mark.parametrize(
        ("key", "live"), [("sk_live_x", True), ("rk_live_x", True), ("sk_test_x", False), ("rk_test_x", False)]
    )
    def test_the_key_says_whether_money_is_real_and_so_do_the_reports(self, key: str, live: bool) -> None:
        provider = stripe_at(self.standins, secret_key=key)
        name = provider.start(ASK).provider_id
        self.decide(name, "approved")
        report = provider.look_up(name)
        assert report and (provider.live, report.live) == (live, live)

    def test_a_key_that_is_not_taken_is_no_refusal_and_is_never_shown(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(0)
        secret = "sk_test_wrong_0123456789"
        with pytest.raises(Unavailable) as caught:
            stripe_at(self.standins, secret_key=secret).start(ASK)
        assert secret not in str(caught.value) + caplog.text

    def test_no_log_holds_a_secret_of_ours_or_of_a_customer(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(0)
        self.standins.faults.add(Fault("500", times=1))
        started = self.provider().start(ASK)
        self.provider().look_up(started.provider_id)
        assert "sk_test_standin" not in caplog.text
        assert started.client["client_secret"] not in caplog.text

    def test_a_pending_refund_is_pending_until_it_is_told(self) -> None:
        provider = self.provider()
        name = provider.start(ASK).provider_id
        self.decide(name, "approved")
        self.standins.books.table("switches")["refund_state"] = "pending"
        back = provider.refund(RefundAsk(name, ASK.reference, "back-1", Decimal("1.00"), "GBP"))
        assert back.state == "pending"


class TestStripesOwnPage(StripeContract):
    """The same promises through a Checkout Session, for a browser without script."""

    def provider(self) -> Any:
        plain = stripe_at(self.standins)
        return Hosted(plain)

    def decide(self, provider_id: str, decision: str, ask: StartAsk = ASK) -> None:
        if decision == "declined":  # on Stripe's own page only a slow way to pay can fail for good
            session = self.standins.stripe.one("sessions", provider_id)
            intent = self.standins.stripe.intent_of_session(session)
            self.standins.stripe.settle(intent, decline="generic_decline")
            session.update(status="complete", url=None)
            self.standins.stripe.tell("checkout.session.async_payment_failed", session)
        else:
            super().decide(provider_id, decision, ask)

    def letter(self, provider_id: str, at: datetime) -> tuple[bytes, dict[str, str]]:
        session = self.standins.books.table("sessions")[provider_id]
        if session["status"] == "complete" and session["payment_status"] == "unpaid":
            kind = "async_payment_failed" if self.standins.events("stripe", FAILED) else "amount_capturable_updated"
            events = [one for one in self.standins.events("stripe") if one["type"].endswith(kind)]
            return self.standins.post.letter("stripe", events[-1], at=at.timestamp())
        return super().letter(provider_id, at)

    def test_webhook_and_look_up_tell_the_same_about_held_money(self) -> None:
        """The event speaks of the intent, whose name we never heard: our reference leads home."""
        provider = self.provider()
        name = self.held(provider)
        report = provider.look_up(name)
        assert provider.read_webhook(*self.letter(name, NOW), at=NOW) == [replace(report, provider_id="")]

    def test_the_customer_is_sent_to_a_page_that_takes_the_card_and_sends_them_back(self) -> None:
        started = self.provider().start(replace(ASK, cancel_url="http://testserver/other/", locale="en-GB"))
        assert started.redirect_url is not None
        assert "http://testserver/other/" in requests.get(started.redirect_url, timeout=5).text
        declined = requests.post(started.redirect_url, {"card": "4000000000009995"}, timeout=5)
        assert "insufficient funds" in declined.text
        assert self.provider().look_up(started.provider_id) is None, "the customer may try another card"
        done = requests.post(started.redirect_url, {"card": "4242424242424242"}, allow_redirects=False, timeout=5)
        assert done.headers["Location"] == ASK.return_url
        report = self.provider().look_up(started.provider_id)
        assert report and report.kind == "succeeded"

    def test_a_card_that_fails_on_the_page_is_no_failed_payment(self) -> None:
        provider = self.provider()
        name = provider.start(ASK).provider_id
        self.standins.do("stripe/pay", payment=name, card="4000000000000002")
        [report] = provider.read_webhook(
            *self.standins.letter("stripe", "payment_intent.payment_failed", at=NOW.timestamp()), at=NOW
        )
        assert (report.kind, report.reference) == ("other", ASK.reference)

    def test_both_webhooks_of_a_paid_page_are_one_event(self) -> None:
        provider = self.provider()
        self.standins.do("stripe/pay", payment=provider.start(ASK).provider_id)
        ids = set()
        for kind in ("checkout.session.completed", "payment_intent.succeeded"):
            [report] = provider.read_webhook(*self.standins.letter("stripe", kind, at=NOW.timestamp()), at=NOW)
            assert (report.kind, report.amount, report.reference) == ("succeeded", ASK.amount, ASK.reference)
            ids.add(report.event_id)
        assert len(ids) == 1


class Hosted:
    """Stripe, asked as for a browser without script."""

    def __init__(self, plain: Stripe) -> None:
        self.plain = plain

    def __getattr__(self, name: str) -> Any:
        return getattr(self.plain, name)

    def start(self, ask: StartAsk) -> Any:
        return self.plain.start(replace(ask, hosted=True))


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"code": "card_declined", "decline_code": "insufficient_funds"}, "not enough money"),
        ({"code": "expired_card"}, "expired"),
        ({"code": "card_declined", "decline_code": "stolen_card"}, "declined this payment"),
        ({"code": "card_declined", "decline_code": "a_reason_of_2031"}, "declined this payment"),
    ],
)
def test_a_refused_card_is_told_in_words_for_a_person(standins: StandIns, fault: dict[str, str], said: str) -> None:
    provider = stripe_at(standins)
    name = provider.start(replace(ASK, capture="later")).provider_id
    standins.do("stripe/pay", payment=name)

    def declined(*args: Any) -> Any:
        raise Problem(error(402, "card_error", "Your card was declined.", **fault))

    kept = standins.stripe.routes
    standins.stripe.routes = [(m, p, declined if p.endswith("/capture") else h) for m, p, h in kept]
    try:
        with pytest.raises(Refused, match=said):
            provider.capture(CaptureAsk(name, ASK.reference, "take-1", ASK.amount, "GBP"))
    finally:
        standins.stripe.routes = kept
