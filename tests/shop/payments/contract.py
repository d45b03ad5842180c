"""What every payment provider must do, however its bank speaks. A provider's test subclasses this and says how."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from shop.payments.base import (
    BadSignature,
    CancelAsk,
    CaptureAsk,
    PaymentProvider,
    RefundAsk,
    Refunded,
    Refused,
    StartAsk,
    Unavailable,
)

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
ASK = StartAsk(
    reference="P-23456789",
    idempotency_key="MW-1001-1",
    amount=Decimal("467.98"),
    currency="GBP",
    description="Order MW-1001",
    return_url="http://testserver/back/",
    customer_email="ada@example.com",
)


@pytest.mark.django_db
class ProviderContract:
    """Subclass it, name the provider, and say how a signed message and a failing provider are made."""

    @abstractmethod
    def provider(self) -> PaymentProvider:
        """The provider, well and answering."""

    def test_it_is_a_payment_provider(self) -> None:
        assert isinstance(self.provider(), PaymentProvider)

    def test_starting_names_the_payment(self) -> None:
        started = self.provider().start(ASK)
        assert 0 < len(started.provider_id) <= 120
        somewhere_to_go = started.redirect_url is not None or bool(started.client)
        assert somewhere_to_go == (started.state == "pending")

    def test_starting_again_with_the_same_key_is_the_same_payment(self) -> None:
        assert self.provider().start(ASK) == self.provider().start(ASK)

    def test_other_payments_have_other_names(self) -> None:
        other = replace(ASK, reference="P-ABCDEFGH", idempotency_key="MW-1002-1")
        assert self.provider().start(ASK).provider_id != self.provider().start(other).provider_id

    def test_a_payment_nobody_has_decided_on_reports_nothing(self) -> None:
        assert self.provider().look_up(self.provider().start(ASK).provider_id) is None

    def test_an_unknown_payment_reports_nothing(self) -> None:
        assert self.provider().look_up("nobody") is None

    @pytest.mark.parametrize("headers", [{}, {"Demo-Signature": ""}, {"Stripe-Signature": "t=1,v1=00"}], ids=str)
    @pytest.mark.parametrize("body", [b"", b"{}", b"\xff", b"[" * 5000], ids=["empty", "json", "bytes", "deep"])
    def test_what_is_not_signed_is_a_bad_signature(self, body: bytes, headers: Mapping[str, str]) -> None:
        with pytest.raises(BadSignature):
            self.provider().read_webhook(body, headers, at=NOW)

    def test_what_was_never_taken_cannot_be_given_back(self) -> None:
        started = self.provider().start(ASK)
        for name in (started.provider_id, "nobody"):
            with pytest.raises(Refused):
                self.provider().refund(RefundAsk(name, ASK.reference, "back-1", Decimal("1.00"), "GBP"))

    def test_what_nobody_approved_cannot_be_taken(self) -> None:
        name = self.provider().start(ASK).provider_id
        for one in (name, "nobody"):
            with pytest.raises(Refused):
                self.provider().capture(CaptureAsk(one, ASK.reference, f"take-{one}", ASK.amount, "GBP"))


class OnlineContract(ProviderContract):
    """What providers that speak to us must do besides."""

    # What can be paid with them, and what their currencies do not have.
    amounts: tuple[tuple[str, str], ...] = (("500", "JPY"), ("1.234", "KWD"), ("0.01", "GBP"), ("0.29", "GBP"))
    no_amounts: tuple[tuple[str, str], ...] = (("10.50", "JPY"), ("0.001", "GBP"), ("1.2345", "KWD"))

    @abstractmethod
    def failing(self, how: str) -> PaymentProvider:
        """The provider, told to be "unavailable" or "refused"."""

    @abstractmethod
    def decide(self, provider_id: str, decision: str, ask: StartAsk = ASK) -> None:
        """Let the customer have "approved" (and the money be taken), "declined" or "cancelled" at the provider."""

    @abstractmethod
    def letter(self, provider_id: str, at: datetime) -> tuple[bytes, dict[str, str]]:
        """The webhook that tells what became of the payment, signed at a moment."""

    @pytest.mark.parametrize(
        ("decision", "kind"), [("approved", "succeeded"), ("declined", "failed"), ("cancelled", "cancelled")]
    )
    def test_webhook_and_look_up_tell_the_same_about_an_outcome(self, decision: str, kind: str) -> None:
        provider = self.provider()
        name = provider.start(ASK).provider_id
        self.decide(name, decision)
        report = provider.look_up(name)
        assert report is not None
        assert (report.kind, report.provider_id, report.reference) == (kind, name, ASK.reference)
        assert (report.amount, report.currency, report.live) == (ASK.amount, ASK.currency, provider.live)
        assert provider.read_webhook(*self.letter(name, NOW), at=NOW) == [report]

    @pytest.mark.parametrize(("how", "error"), [("unavailable", Unavailable), ("refused", Refused)])
    def test_a_failing_provider_raises_the_doors_two_errors_and_no_others(
        self, how: str, error: type[Exception]
    ) -> None:
        name = self.provider().start(ASK).provider_id
        broken: Any = self.failing(how)
        back = RefundAsk(name, ASK.reference, "back-1", Decimal("1.00"), "GBP")
        take = CaptureAsk(name, ASK.reference, "take-1", ASK.amount, "GBP")
        for call in (
            lambda: broken.start(ASK),
            lambda: broken.look_up(name),
            lambda: broken.refund(back),
            lambda: broken.capture(take),
            lambda: broken.cancel(CancelAsk(name, ASK.reference, "let-go-1")),
        ):
            with pytest.raises(error):
                call()

    def test_no_more_is_given_back_than_was_taken_and_each_key_once(self) -> None:
        provider = self.provider()
        name = provider.start(ASK).provider_id
        self.decide(name, "approved")

        def back(key: str, amount: str) -> Refunded:
            return provider.refund(RefundAsk(name, ASK.reference, key, Decimal(amount), "GBP"))

        assert back("back-1", "400.00") == back("back-1", "400.00")
        assert back("back-1", "400.00").state == "succeeded"
        for amount in ("67.99", "0.00", "-1.00"):
            with pytest.raises(Refused):
                back("back-2", amount)
        assert back("back-3", "67.98") != back("back-1", "400.00")
        with pytest.raises(Refused):
            back("back-4", "0.01")

    def test_a_refund_that_is_asked_about_again_is_the_one_that_went(self) -> None:
        provider = self.provider()
        name = provider.start(ASK).provider_id
        self.decide(name, "approved")
        ask = RefundAsk(name, ASK.reference, "back-1", Decimal("1.00"), "GBP")
        with pytest.raises(Refused):
            provider.refund(replace(ask, only_look=True))
        went = provider.refund(ask)
        assert provider.refund(replace(ask, again=True)) == provider.refund(replace(ask, only_look=True)) == went

    def test_an_amount_survives_the_way_there_and_back_in_every_currency(self) -> None:
        provider = self.provider()
        for number, (amount, currency) in enumerate(self.amounts):
            ask = replace(ASK, amount=Decimal(amount), currency=currency, idempotency_key=f"MW-1001-{number}")
            name = provider.start(ask).provider_id
            self.decide(name, "approved", ask)
            report = provider.look_up(name)
            assert report is not None
            assert (report.amount, report.currency) == (Decimal(amount), currency)

    def test_an_amount_the_currency_does_not_have_is_refused(self) -> None:
        for amount, currency in self.no_amounts:
            with pytest.raises(Refused):
                self.provider().start(replace(ASK, amount=Decimal(amount), currency=currency))

    def test_a_payment_that_was_let_go_is_cancelled_and_a_paid_one_is_not(self) -> None:
        provider = self.provider()
        name = provider.start(ASK).provider_id
        let_go = provider.cancel(CancelAsk(name, ASK.reference, "let-go-1"))
        assert (let_go.kind, let_go.provider_id, let_go.reference) == ("cancelled", name, ASK.reference)
        paid = provider.start(replace(ASK, idempotency_key="MW-1001-2")).provider_id
        self.decide(paid, "approved")
        assert provider.cancel(CancelAsk(paid, ASK.reference, "let-go-2")) == provider.look_up(paid)

    def test_taking_what_was_paid_answers_with_what_was_paid(self) -> None:
        provider = self.provider()
        name = provider.start(ASK).provider_id
        self.decide(name, "approved")
        taken = provider.capture(CaptureAsk(name, ASK.reference, "take-2", ASK.amount, "GBP"))
        assert taken == provider.look_up(name)

    def test_the_same_key_for_other_money_is_refused(self) -> None:
        self.provider().start(ASK)
        with pytest.raises(Refused):
            self.provider().start(replace(ASK, amount=Decimal("1.00")))


class HoldingContract(OnlineContract):
    """What providers must do that can hold money and take it later."""

    @abstractmethod
    def hold(self, provider_id: str) -> None:
        """Let the customer agree, so that the money can be held."""

    def held(self, provider: PaymentProvider, key: str = "MW-2001-1") -> str:
        name = provider.start(replace(ASK, capture="later", idempotency_key=key)).provider_id
        self.hold(name)
        return name

    def test_money_is_held_until_it_is_taken_and_taken_once(self) -> None:
        provider = self.provider()
        name = self.held(provider)
        report = provider.look_up(name)
        assert report is not None
        assert (report.kind, report.amount, report.reference) == ("authorised", ASK.amount, ASK.reference)
        taken = provider.capture(CaptureAsk(name, ASK.reference, "take-1", ASK.amount, "GBP"))
        assert (taken.kind, taken.amount, taken.provider_id) == ("succeeded", ASK.amount, name)
        for key in ("take-1", "take-2"):
            assert provider.capture(CaptureAsk(name, ASK.reference, key, ASK.amount, "GBP")) == taken
        assert provider.look_up(name) == taken

    def test_less_may_be_taken_than_was_held_and_never_more(self) -> None:
        provider = self.provider()
        name = self.held(provider)
        with pytest.raises(Refused):
            provider.capture(CaptureAsk(name, ASK.reference, "take-1", Decimal("467.99"), "GBP"))
        taken = provider.capture(CaptureAsk(name, ASK.reference, "take-2", Decimal("100.00"), "GBP"))
        assert (taken.kind, taken.amount) == ("succeeded", Decimal("100.00"))

    def test_held_money_that_is_let_go_cannot_be_taken(self) -> None:
        provider = self.provider()
        name = self.held(provider)
        assert provider.cancel(CancelAsk(name, ASK.reference, "let-go-1")).kind == "cancelled"
        assert provider.cancel(CancelAsk(name, ASK.reference, "let-go-2")).kind == "cancelled"
        with pytest.raises(Refused):
            provider.capture(CaptureAsk(name, ASK.reference, "take-1", ASK.amount, "GBP"))

    def test_webhook_and_look_up_tell_the_same_about_held_money(self) -> None:
        provider = self.provider()
        name = self.held(provider)
        report = provider.look_up(name)
        assert provider.read_webhook(*self.letter(name, NOW), at=NOW) == [report]

    def test_a_look_up_knows_the_fee(self) -> None:
        provider = self.provider()
        name = provider.start(ASK).provider_id
        self.decide(name, "approved")
        report = provider.look_up(name)
        assert report is not None and report.fee is not None and report.at is not None
        assert Decimal(0) < report.fee < ASK.amount
