"""What Stripe sends us: believed only when one of our secrets signed it in these minutes, and read without a crash."""

import json
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from shop.payments.base import BadSignature, RefundAsk, Report, Unavailable
from shop.payments.stripe import Stripe
from tests.shop.payments.contract import ASK, NOW
from tests.shop.payments.test_stripe import stripe_at
from tests.standins.faults import Fault
from tests.standins.post import stripe_signature
from tests.standins.server import STRIPE_SECRET, StandIns

STAMP = int(NOW.timestamp())
BODY = b'{"id": "evt_1", "object": "event", "type": "payout.paid", "livemode": false, "data": {"object": {}}}'
RE_ENCODED = json.dumps(json.loads(BODY), separators=(",", ":")).encode()
REAL = stripe_signature(BODY, STAMP, STRIPE_SECRET)


def provider(**changed: Any) -> Stripe:
    """Reading a webhook asks nobody, but for whose refund or dispute it is."""
    options = {"secret_key": "sk_test_x", "publishable_key": "pk_test_x", "webhook_secrets": [STRIPE_SECRET]}
    return Stripe(**{**options, **changed})


def read(header: str | None, body: bytes = BODY, at: datetime = NOW, **changed: Any) -> list[Report]:
    headers = {} if header is None else {"Stripe-Signature": header}
    return provider(**changed).read_webhook(body, headers, at=at)


def stamped(seconds: int) -> str:
    return f"t={STAMP + seconds},v1={stripe_signature(BODY, STAMP + seconds, STRIPE_SECRET)}"


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_a_signature_of_these_minutes_is_believed(seconds: int) -> None:
    assert read(stamped(seconds))[0].event_id == "evt_1"


@pytest.mark.parametrize(
    ("header", "body"),
    [
        pytest.param(None, BODY, id="no header"),
        pytest.param("", BODY, id="empty header"),
        pytest.param("nonsense", BODY, id="no parts"),
        pytest.param(f"v1={REAL}", BODY, id="no time"),
        pytest.param(f"t={STAMP}", BODY, id="no signature"),
        pytest.param(f"t=soon,v1={REAL}", BODY, id="no number"),
        pytest.param(f"t=²{STAMP},v1={REAL}", BODY, id="odd digits"),
        pytest.param(f"t={'9' * 40},v1={REAL}", BODY, id="endless time"),
        pytest.param(f"t={STAMP},v1={'0' * 64}", BODY, id="forged"),
        pytest.param(f"t={STAMP},v1=öäü", BODY, id="not ascii"),
        pytest.param(f"t={STAMP},v1={stripe_signature(BODY, STAMP, 'whsec_other')}", BODY, id="wrong secret"),
        pytest.param(f"t={STAMP},v1={stripe_signature(BODY, STAMP, '')}", BODY, id="empty secret"),
        pytest.param(f"t={STAMP + 1},v1={REAL}", BODY, id="time changed"),
        pytest.param(stamped(-301), BODY, id="301 s old"),
        pytest.param(stamped(-86_400), BODY, id="a day old"),
        pytest.param(stamped(301), BODY, id="301 s ahead"),
        pytest.param(stamped(86_400), BODY, id="a day ahead"),
        pytest.param(f"t={STAMP},v0={REAL}", BODY, id="v0 only"),
        pytest.param(f"t={STAMP},v1={REAL}", BODY.replace(b"false", b"true"), id="body changed"),
        pytest.param(f"t={STAMP},v1={REAL}", RE_ENCODED, id="body encoded again"),
        pytest.param(f"t={STAMP},v1={REAL}", BODY + b" ", id="a space more"),
        pytest.param(f"t={STAMP},v1={REAL}", b"\xff" + BODY, id="not text"),
    ],
)
def test_anything_else_is_a_bad_signature(header: str | None, body: bytes) -> None:
    with pytest.raises(BadSignature):
        read(header, body)


def test_while_secrets_change_both_are_good_and_a_former_one_is_not() -> None:
    assert read(stamped(0), webhook_secrets=["whsec_new", STRIPE_SECRET])
    assert read(f"t={STAMP},v1={'0' * 64},v1={REAL}"), "Stripe signs with both then"
    with pytest.raises(BadSignature):
        read(stamped(0), webhook_secrets=["whsec_new"])


def test_without_a_secret_nothing_is_believed() -> None:
    for secrets in ([], [""], [" "]):
        with pytest.raises(BadSignature):
            read(f"t={STAMP},v1={stripe_signature(BODY, STAMP, ''.join(secrets))}", webhook_secrets=secrets)


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{}", b'{"id": ""}', b"{", b"[" * 5000, b'{"id": "x"'])
def test_what_is_signed_but_no_event_is_turned_away(body: bytes) -> None:
    with pytest.raises(BadSignature):
        read(f"t={STAMP},v1={stripe_signature(body, STAMP, STRIPE_SECRET)}", body)


def signed(event: dict[str, Any], **changed: Any) -> Report:
    body = json.dumps(event).encode()
    [report] = read(f"t={STAMP},v1={stripe_signature(body, STAMP, STRIPE_SECRET)}", body, **changed)
    return report


INTENT = {"id": "pi_1", "object": "payment_intent", "amount": 500, "currency": "gbp", "metadata": {"reference": "P-1"}}


@pytest.mark.parametrize(
    ("kind", "thing"),
    [
        ("payment_intent.teleported", INTENT),
        ("payment_intent.succeeded", {**INTENT, "status": "half_paid"}),
        ("payment_intent.succeeded", {**INTENT, "status": None}),
        ("payment_intent.processing", {**INTENT, "status": "processing"}),
        ("checkout.session.completed", {"id": "cs_1", "object": "checkout.session", "status": "melted"}),
        ("refund.updated", {"id": "re_1", "object": "refund", "status": "thinking"}),
        ("charge.dispute.closed", {"id": "dp_1", "object": "dispute", "status": "undecided"}),
        ("charge.dispute.closed", "dp_1"),
        ("payment_intent.succeeded", []),
        ("payment_intent.succeeded", None),
        (None, {"metadata": [1]}),
    ],
)
def test_what_we_do_not_know_is_kept_as_other_and_never_a_crash(kind: Any, thing: Any) -> None:
    report = signed({"id": "evt_9", "object": "event", "type": kind, "livemode": True, "data": {"object": thing}})
    assert (report.kind, report.event_id, report.live, report.amount) == ("other", "evt_9", True, None)


@pytest.mark.parametrize("data", [None, {}, [], "text"])
def test_an_event_without_anything_in_it_is_other(data: Any) -> None:
    assert signed({"id": "evt_9", "type": "payment_intent.succeeded", "data": data}).kind == "other"


def test_fields_that_are_new_to_us_change_nothing() -> None:
    paid = {**INTENT, "status": "succeeded", "amount_received": 500}
    event = {"id": "evt_1", "type": "payment_intent.succeeded", "livemode": False, "data": {"object": paid}}
    strange = {**paid, "quantum": {"spin": [1, {"up": None}]}, "latest_charge": {"id": "ch_1", "odd": []}}
    assert signed({**event, "data": {"object": strange, "more": 1}, "mood": "new"}) == signed(event)


@pytest.mark.parametrize("minor", ["500", 5.5, None, [], True])
def test_an_amount_that_is_no_whole_number_is_no_amount(minor: Any) -> None:
    paid = {**INTENT, "status": "succeeded", "amount_received": minor}
    report = signed({"id": "evt_1", "type": "payment_intent.succeeded", "data": {"object": paid}})
    assert (report.kind, report.amount) == ("succeeded", None)


def test_account_and_mode_are_the_events_own_and_not_our_settings() -> None:
    paid = {**INTENT, "status": "succeeded", "amount_received": 500, "livemode": False}
    event = {"id": "evt_1", "type": "payment_intent.succeeded", "livemode": True, "account": "acct_other"}
    report = signed({**event, "data": {"object": paid}}, account="acct_ours")
    assert (report.live, report.account) == (True, "acct_other")


class TestMoneyThatGoesBack:
    @pytest.fixture(autouse=True)
    def bed(self, standins: StandIns) -> None:
        self.standins = standins
        self.stripe = stripe_at(standins)
        self.name = self.stripe.start(ASK).provider_id
        standins.do("stripe/pay", payment=self.name)

    def told(self, kind: str) -> Report:
        [report] = self.stripe.read_webhook(*self.standins.letter("stripe", kind, at=NOW.timestamp()), at=NOW)
        return report

    def test_a_refund_of_ours_is_told_with_its_name_and_nobody_is_asked_whose_it_is(self) -> None:
        back = self.stripe.refund(RefundAsk(self.name, ASK.reference, "back-1", Decimal("2.50"), "GBP"))
        self.standins.calls.clear()
        report = self.told("refund.created")
        assert (report.kind, report.amount, report.refund_id) == ("refunded", Decimal("2.50"), back.refund_id)
        assert (report.provider_id, report.reference) == (self.name, ASK.reference)
        assert self.standins.calls == []

    def test_a_refund_made_in_the_dashboard_finds_its_payment(self) -> None:
        self.standins.do("stripe/refund", payment=self.name, minor=100)
        report = self.told("refund.created")
        assert (report.kind, report.amount, report.provider_id) == ("refunded", Decimal("1.00"), self.name)
        assert report.reference == ASK.reference
        assert self.told("charge.refunded").kind == "other", "the same money is told of once"

    def test_a_refund_that_fails_later_is_told(self) -> None:
        self.standins.books.table("switches")["refund_state"] = "pending"
        back = self.stripe.refund(RefundAsk(self.name, ASK.reference, "back-1", Decimal("2.50"), "GBP"))
        assert (back.state, self.told("refund.created").kind) == ("pending", "refund_pending")
        self.standins.do("stripe/end-refund", refund=back.refund_id, state="failed")
        report = self.told("refund.failed")
        assert (report.kind, report.refund_id, report.amount) == ("refund_failed", back.refund_id, Decimal("2.50"))

    @pytest.mark.parametrize(("outcome", "kind"), [("won", "dispute_won"), ("lost", "dispute_lost")])
    def test_a_dispute_is_told_when_it_opens_and_when_it_is_decided(self, outcome: str, kind: str) -> None:
        dispute = self.standins.do("stripe/dispute", payment=self.name, minor=46798)
        opened = self.told("charge.dispute.created")
        assert (opened.kind, opened.amount, opened.reference) == ("dispute_opened", ASK.amount, ASK.reference)
        self.standins.do("stripe/close-dispute", dispute=dispute["id"], outcome=outcome)
        closed = self.told("charge.dispute.closed")
        assert (closed.kind, closed.provider_id) == (kind, self.name)
        assert opened.event_id != closed.event_id

    def test_a_bank_that_only_asks_is_told_apart_until_it_takes_the_money(self) -> None:
        dispute = self.standins.do("stripe/dispute", payment=self.name, minor=46798, inquiry=True)
        assert self.told("charge.dispute.created").kind == "inquiry_opened"
        self.standins.do("stripe/escalate", dispute=dispute["id"])
        taken = self.told("charge.dispute.funds_withdrawn")
        assert (taken.kind, taken.event_id) == ("dispute_opened", f"{dispute['id']}:dispute_opened")
        assert taken.fee == Decimal("15.00")

    def test_an_inquiry_that_ends_well_is_no_dispute_won(self) -> None:
        dispute = self.standins.do("stripe/dispute", payment=self.name, minor=46798, inquiry=True)
        self.standins.do("stripe/close-dispute", dispute=dispute["id"], outcome="warning_closed")
        assert self.told("charge.dispute.closed").kind == "inquiry_closed"

    def test_when_stripe_cannot_say_whose_refund_it_is_they_send_it_again(self) -> None:
        self.standins.do("stripe/refund", payment=self.name, minor=100)
        self.standins.faults.add(Fault("500", "GET /v1/payment_intents/.*", times=10))
        with pytest.raises(Unavailable):
            self.told("refund.created")

    def test_a_refund_on_stripes_own_page_finds_its_payment_by_our_reference(self) -> None:
        hosted = self.stripe.start(replace(ASK, hosted=True, reference="P-HOSTED", idempotency_key="MW-7")).provider_id
        self.standins.do("stripe/pay", payment=hosted)
        self.standins.do("stripe/refund", payment=hosted, minor=100)
        report = self.told("refund.created")
        assert (report.provider_id, report.reference) == ("", "P-HOSTED")
        back = self.stripe.refund(RefundAsk(hosted, "P-HOSTED", "back-9", Decimal("1.00"), "GBP"))
        report = self.told("refund.created")
        assert (report.provider_id, report.refund_id) == (hosted, back.refund_id)
