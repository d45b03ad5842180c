"""The demo payment: a provider like any other, and a bank page that a visitor cannot mistake for a real one."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from shop.models import DemoCharge, PaymentEvent
from shop.payments import demo_bank, ledger, starting
from shop.payments.base import BadSignature, CaptureAsk, RefundAsk, Refused, StartAsk
from shop.payments.demo import Demo
from tests import queue
from tests.factories import SHOP_TIME
from tests.shop.payments.contract import ASK, NOW, HoldingContract
from tests.shop.payments.factories import make_order

SECRET = "a-shared-secret"


class TestDemo(HoldingContract):
    def provider(self) -> Demo:
        return Demo(secret=SECRET, origin="http://testserver/")

    def failing(self, how: str) -> Demo:
        return Demo(secret=SECRET, origin="http://testserver", fail=how)

    def decide(self, provider_id: str, decision: Any, ask: StartAsk = ASK) -> None:
        demo_bank.decide(charge_id=provider_id, decision=decision)

    def hold(self, provider_id: str) -> None:
        demo_bank.decide(charge_id=provider_id, decision="approved")

    def letter(self, provider_id: str, at: datetime) -> tuple[bytes, dict[str, str]]:
        event = demo_bank.outcome(DemoCharge.objects.get(pk=provider_id))
        assert event is not None
        return demo_bank.signed(event, secret=SECRET, at=at)

    def test_a_look_up_knows_the_fee(self) -> None:
        """This bank keeps nothing for itself."""
        provider = self.provider()
        name = provider.start(ASK).provider_id
        self.decide(name, "approved")
        report = provider.look_up(name)
        assert report is not None and report.fee is None

    def test_a_hold_lapses_after_a_week_and_cannot_be_taken_then(self) -> None:
        provider = self.provider()
        for day, kind in ((6, "authorised"), (7, "cancelled")):
            name = provider.start(replace(ASK, capture="later", idempotency_key=f"held-{day}")).provider_id
            demo_bank.decide(charge_id=name, decision="approved", at=timezone.now() - timedelta(days=day))
            report = provider.look_up(name)
            assert report is not None and report.kind == kind
        with pytest.raises(Refused):
            provider.capture(CaptureAsk(name, ASK.reference, "take-1", ASK.amount, "GBP"))

    def test_what_is_only_held_cannot_be_given_back_and_no_more_than_was_taken(self) -> None:
        provider = self.provider()
        name = self.held(provider)
        with pytest.raises(Refused):
            provider.refund(RefundAsk(name, ASK.reference, "back-1", Decimal("1.00"), "GBP"))
        provider.capture(CaptureAsk(name, ASK.reference, "take-1", Decimal("100.00"), "GBP"))
        with pytest.raises(Refused):
            provider.refund(RefundAsk(name, ASK.reference, "back-2", Decimal("100.01"), "GBP"))
        assert provider.refund(RefundAsk(name, ASK.reference, "back-3", Decimal("100.00"), "GBP")).state == "succeeded"

    def test_held_money_moves_on_the_day_it_is_taken_and_as_much_as_was_taken(self) -> None:
        provider = self.provider()
        name = self.held(provider)
        DemoCharge.objects.update(created_at=timezone.now() - timedelta(days=3))
        hour = timedelta(hours=1)
        until = timezone.now() + hour
        assert list(provider.movements(since=NOW - timedelta(days=99), until=until)) == []
        provider.capture(CaptureAsk(name, ASK.reference, "take-1", Decimal("100.00"), "GBP"))
        [came] = provider.movements(since=until - 2 * hour, until=until)
        assert (came.kind, came.amount, came.provider_id) == ("came", Decimal("100.00"), name)

    @pytest.mark.parametrize(("seconds", "good"), [(-301, False), (-300, True), (300, True), (301, False)])
    def test_a_signature_holds_for_five_minutes_either_way(self, seconds: int, good: bool) -> None:
        provider = self.provider()
        name = provider.start(ASK).provider_id
        self.decide(name, "approved")
        body, headers = self.letter(name, NOW + timedelta(seconds=seconds))
        if good:
            assert provider.read_webhook(body, headers, at=NOW)
        else:
            with pytest.raises(BadSignature):
                provider.read_webhook(body, headers, at=NOW)

    def test_only_the_first_decision_counts(self) -> None:
        name = self.provider().start(ASK).provider_id
        for decision in ("declined", "approved", "cancelled"):
            self.decide(name, decision)
        assert DemoCharge.objects.get().state == "declined"

    def test_a_refund_is_told_with_what_went_back_this_time(self) -> None:
        name = self.provider().start(ASK).provider_id
        self.decide(name, "approved")
        demo_bank.refund(charge_id=name, key="one", minor=100, at=NOW)
        demo_bank.refund(charge_id=name, key="two", minor=250, at=NOW)
        event = demo_bank.refund_outcome(DemoCharge.objects.get(), "two")
        [report] = self.provider().read_webhook(*demo_bank.signed(event, secret=SECRET, at=NOW), at=NOW)
        assert (report.kind, report.amount) == ("refunded", Decimal("2.50"))


@pytest.mark.django_db
class TestBankPage:
    def url(self, shop: Any) -> str:
        payment = starting.start(order=make_order(shop), at=SHOP_TIME, return_url="http://testserver/back/").payment
        return f"/demo/pay/{payment.provider_id}/"

    def test_it_says_that_it_is_no_bank_and_what_is_asked(self, shop: Any, client: Client) -> None:
        page = client.get(self.url(shop)).content.decode()
        for words in ("This is not a real bank", "Mendwell London", "£467.98", "Approve", "Decline", "Abandon"):
            assert words in page

    @pytest.mark.parametrize(
        ("choice", "state", "status"),
        [
            ("approve", "succeeded", "paid"),
            ("decline", "failed", "awaiting-payment"),
            ("abandon", "cancelled", "awaiting-payment"),
        ],
    )
    def test_a_choice_goes_back_to_the_shop_and_the_worker_brings_the_news(
        self, shop: Any, client: Client, choice: str, state: str, status: str
    ) -> None:
        url = self.url(shop)
        assert client.post(url, {"decision": choice}).headers["Location"] == "/back/"
        queue.work_off()
        payment = DemoCharge.objects.get().reference
        from_us = ledger.Payment.objects.select_related("order").get(reference=payment)
        assert (from_us.state, from_us.order.status) == (state, status)
        assert PaymentEvent.objects.get().state == "applied"
        assert "answered already" in client.get(url).content.decode()

    def test_something_else_than_a_choice_is_refused(self, shop: Any, client: Client) -> None:
        assert client.post(self.url(shop), {"decision": "steal"}).status_code == 400
        assert DemoCharge.objects.get().state == "open"

    def test_a_choice_needs_the_pages_own_form(self, shop: Any) -> None:
        assert Client(enforce_csrf_checks=True).post(self.url(shop), {"decision": "approve"}).status_code == 403

    def test_an_unknown_charge_is_not_found(self, client: Client, shop: Any) -> None:
        assert client.get("/demo/pay/ch_nobody/").status_code == 404

    def test_there_is_no_bank_outside_the_demo(self, shop: Any, client: Client, settings: Any) -> None:
        url = self.url(shop)
        settings.DEMO = False
        assert client.get(url).status_code == 404
        assert client.post(url, {"decision": "approve"}).status_code == 404


@pytest.mark.parametrize("path", ["//evil.example/", "/\\evil.example/", "///evil.example/x"])
def test_the_bank_sends_nobody_to_another_host_by_a_second_slash(client: Client, shop: Any, path: str) -> None:
    payment = starting.start(order=make_order(shop), at=SHOP_TIME, return_url=f"http://testserver{path}").payment
    answer = client.post(f"/demo/pay/{payment.provider_id}/", {"decision": "approve"})
    assert answer.status_code == 302
    assert answer["Location"][:1] == "/" and answer["Location"][1:2] not in {"/", "\\"}
