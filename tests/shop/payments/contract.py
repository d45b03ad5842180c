"""What every payment provider must do, however its bank speaks. A provider's test subclasses this and says how."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from shop.payments.base import BadSignature, PaymentProvider, RefundAsk, Refused, StartAsk, Unavailable

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
        assert (started.redirect_url is None) == (started.state == "at_counter")

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


class OnlineContract(ProviderContract):
    """What providers that speak to us must do besides."""

    @abstractmethod
    def failing(self, how: str) -> PaymentProvider:
        """The provider, told to be "unavailable" or "refused"."""

    @abstractmethod
    def decide(self, provider_id: str, decision: str) -> None:
        """Let the customer have "approved", "declined" or "cancelled" the payment at the provider."""

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
        ask = RefundAsk(name, ASK.reference, "back-1", Decimal("1.00"), "GBP")
        for call in (lambda: broken.start(ASK), lambda: broken.look_up(name), lambda: broken.refund(ask)):
            with pytest.raises(error):
                call()

    def test_no_more_is_given_back_than_was_taken_and_each_key_once(self) -> None:
        provider = self.provider()
        name = provider.start(ASK).provider_id
        self.decide(name, "approved")

        def back(key: str, amount: str) -> str:
            return provider.refund(RefundAsk(name, ASK.reference, key, Decimal(amount), "GBP"))

        assert back("back-1", "400.00") == back("back-1", "400.00")
        for amount in ("67.99", "0.00", "-1.00"):
            with pytest.raises(Refused):
                back("back-2", amount)
        assert back("back-3", "67.98") != back("back-1", "400.00")
        with pytest.raises(Refused):
            back("back-4", "0.01")

    @pytest.mark.parametrize(
        ("amount", "currency"), [("500", "JPY"), ("1.234", "KWD"), ("0.01", "GBP"), ("0.29", "GBP")]
    )
    def test_an_amount_survives_the_way_there_and_back_in_every_currency(self, amount: str, currency: str) -> None:
        provider = self.provider()
        name = provider.start(replace(ASK, amount=Decimal(amount), currency=currency)).provider_id
        self.decide(name, "approved")
        report = provider.look_up(name)
        assert report is not None
        assert (report.amount, report.currency) == (Decimal(amount), currency)

    @pytest.mark.parametrize(("amount", "currency"), [("10.50", "JPY"), ("0.001", "GBP"), ("1.2345", "KWD")])
    def test_an_amount_the_currency_does_not_have_is_refused(self, amount: str, currency: str) -> None:
        with pytest.raises(Refused):
            self.provider().start(replace(ASK, amount=Decimal(amount), currency=currency))

    def test_the_same_key_for_other_money_is_refused(self) -> None:
        self.provider().start(ASK)
        with pytest.raises(Refused):
            self.provider().start(replace(ASK, amount=Decimal("1.00")))
