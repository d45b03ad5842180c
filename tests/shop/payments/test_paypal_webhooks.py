"""What PayPal sends us: believed only when PayPal itself says that it sent these very bytes."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from shop.payments.base import BadSignature, CaptureAsk, RefundAsk, Report, Unavailable
from shop.payments.paypal import PayPal
from tests.shop.payments.contract import ASK, NOW
from tests.shop.payments.test_paypal import asked, paypal_at
from tests.standins.faults import Fault
from tests.standins.post import paypal_signature
from tests.standins.server import WEBHOOK_ID, StandIns

VERIFY = "POST /v1/notifications/verify-webhook-signature"
EVENT = {"id": "WH-1", "event_type": "PAYMENT.PAYOUTSBATCH.SUCCESS", "resource": {}}
# As PayPal writes it: spaces, escapes and order are theirs, and reading and writing it again would change them.
BODY = (
    b'{ "id":"WH-1",  "event_type":"PAYMENT.PAYOUTSBATCH.SUCCESS", "n": 1.50, "w":"\\u00a3 \xc2\xa3", "resource":{} }\n'
)


def letter(
    standins: StandIns, body: bytes = BODY, *, at: datetime = NOW, **changed: str
) -> tuple[bytes, dict[str, str]]:
    _, headers = standins.post.paypal_letter(EVENT, at=at.timestamp())
    sent, name = headers["PayPal-Transmission-Time"], headers["PayPal-Transmission-Id"]
    headers["PayPal-Transmission-Sig"] = paypal_signature(name, sent, WEBHOOK_ID, body.strip())
    return body, {**headers, **{f"PayPal-{key.replace('_', '-')}": value for key, value in changed.items()}}


class TestWhoSentIt:
    @pytest.fixture(autouse=True)
    def bed(self, standins: StandIns) -> Iterator[None]:
        self.standins = standins
        self.paypal = paypal_at(standins)
        yield

    def read(self, message: tuple[bytes, dict[str, str]], at: datetime = NOW) -> list[Report]:
        return self.paypal.read_webhook(*message, at=at)

    def refused_before_asking(self, message: tuple[bytes, dict[str, str]]) -> None:
        with pytest.raises(BadSignature):
            self.read(message)
        assert asked(self.standins, VERIFY) == 0

    def test_the_event_is_verified_in_the_very_bytes_in_which_it_came(self) -> None:
        assert self.read(letter(self.standins))[0].event_id == "WH-1"
        [call] = [one for one in self.standins.calls if one["call"] == VERIFY]
        assert call["body"].endswith(f'"webhook_event": {BODY.decode()}}}')
        assert json.loads(call["body"])["webhook_id"] == WEBHOOK_ID

    def test_a_body_that_was_changed_or_encoded_again_is_turned_away(self) -> None:
        _, headers = letter(self.standins)
        for body in (BODY.replace(b"1.50", b"1.51"), json.dumps(json.loads(BODY)).encode()):
            with pytest.raises(BadSignature):
                self.read((body, headers))

    def test_a_forged_signature_is_turned_away(self) -> None:
        with pytest.raises(BadSignature, match="did not send"):
            self.read(letter(self.standins, Transmission_Sig="sForged"))

    def test_a_message_for_another_webhook_is_turned_away(self) -> None:
        self.paypal.webhook_id = "0AB12345CD678901E"
        with pytest.raises(BadSignature):
            self.read(letter(self.standins))

    @pytest.mark.parametrize("status", ["FAILURE", "success", "", None, "SUCCESSFUL", True])
    def test_nothing_but_success_is_success(self, status: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(self.paypal.calls, "once", lambda *args, **more: {"verification_status": status})
        with pytest.raises(BadSignature):
            self.read(letter(self.standins))

    @pytest.mark.parametrize("kind", ["500", "429", "409", "reset", "half", "garbled", "slow"])
    def test_when_paypal_does_not_answer_they_send_it_again(self, kind: str) -> None:
        self.paypal = paypal_at(self.standins, timeout=0.3 if kind == "slow" else 5.0)
        self.paypal.calls.token()
        self.standins.faults.add(Fault(kind, VERIFY, seconds=2.0))
        with pytest.raises(Unavailable):
            self.read(letter(self.standins))
        assert asked(self.standins, VERIFY) == 1, "they send it again: no need to ask twice meanwhile"

    def test_a_signature_that_paypal_cannot_read_is_turned_away(self) -> None:
        self.standins.faults.add(Fault("refuse", VERIFY))
        with pytest.raises(BadSignature):
            self.read(letter(self.standins))

    def test_the_same_message_again_is_the_same_event(self) -> None:
        message = letter(self.standins)
        assert self.read(message) == self.read(message)

    @pytest.mark.parametrize(
        "address",
        [
            "https://evil.example/cert",
            "http://api.paypal.com/cert",
            "https://api.paypal.com.evil.example/cert",
            "https://notpaypal.com/cert",
            "https://evil.example#.paypal.com/",
            "https://evil.example\\.paypal.com/cert",
            "https://api.paypal.com@evil.example/cert",
            "https://evil@api.paypal.com/cert",
            "https://[::1/cert",
            "file:///etc/passwd",
            "//api.paypal.com/cert",
            "nonsense",
        ],
    )
    def test_a_certificate_from_elsewhere_is_turned_away_and_nobody_is_asked(self, address: str) -> None:
        self.refused_before_asking(letter(self.standins, Cert_Url=address))

    @pytest.mark.parametrize("host", ["api.paypal.com", "api.sandbox.paypal.com"])
    def test_a_certificate_of_paypals_is_good(self, host: str) -> None:
        assert self.read(letter(self.standins, Cert_Url=f"https://{host}/v1/notifications/certs/CERT-1"))

    def test_a_certificate_of_the_server_we_were_pointed_at_is_good(self) -> None:
        assert self.read(letter(self.standins, Cert_Url=f"{self.standins.address}/cert"))
        self.standins.calls.clear()
        self.refused_before_asking(letter(self.standins, Cert_Url="http://127.0.0.1:1/cert"))

    @pytest.mark.parametrize(
        ("age", "good"),
        [
            (timedelta(minutes=-5), True),
            (timedelta(minutes=-5, seconds=-1), False),
            (timedelta(days=3), True),  # they send it again for three days
            (timedelta(days=3, hours=1, seconds=1), False),
            (timedelta(days=30), False),
        ],
    )
    def test_a_message_may_be_as_old_as_paypal_sends_it_again(self, age: timedelta, good: bool) -> None:
        message = letter(self.standins, at=NOW - age)
        if good:
            assert self.read(message)
        else:
            self.refused_before_asking(message)

    @pytest.mark.parametrize(
        "missing", ["Transmission-Id", "Transmission-Time", "Transmission-Sig", "Cert-Url", "Auth-Algo"]
    )
    def test_a_message_without_one_of_its_headers_is_turned_away(self, missing: str) -> None:
        body, headers = letter(self.standins)
        del headers[f"PayPal-{missing}"]
        self.refused_before_asking((body, headers))

    def test_a_time_that_is_none_is_turned_away(self) -> None:
        self.refused_before_asking(letter(self.standins, Transmission_Time="soon"))

    @pytest.mark.parametrize(
        "body", [b"", b"[]", b"null", b"{}", b"{", b"[" * 5000, b"\xff\xfe{\x00", b'{"id":"WH-1"},"webhook_id":"mine"']
    )
    def test_what_is_no_event_is_turned_away_and_nobody_is_asked(self, body: bytes) -> None:
        self.refused_before_asking((body, letter(self.standins)[1]))


class TestWhatItSays:
    @pytest.fixture(autouse=True)
    def bed(self, standins: StandIns) -> None:
        self.standins = standins
        self.paypal: PayPal = paypal_at(standins)
        self.name = self.paypal.start(ASK).provider_id
        standins.do("paypal/approve", order=self.name)
        self.paypal.capture(CaptureAsk(self.name, ASK.reference, "take-1", ASK.amount, "GBP"))
        [self.capture] = standins.books.table("captures")

    def told(self, kind: str) -> Report:
        return self.read(self.standins.events("paypal", kind)[-1])

    def read(self, event: dict[str, Any]) -> Report:
        [report] = self.paypal.read_webhook(*self.standins.post.letter("paypal", event, at=NOW.timestamp()), at=NOW)
        return report

    def test_a_refund_of_ours_is_told_with_its_name(self) -> None:
        back = self.paypal.refund(RefundAsk(self.name, ASK.reference, "back-1", Decimal("2.50"), "GBP"))
        report = self.told("PAYMENT.CAPTURE.REFUNDED")
        assert (report.kind, report.amount, report.refund_id) == ("refunded", Decimal("2.50"), back.refund_id)
        assert report.reference == ASK.reference

    @pytest.mark.parametrize(
        ("status", "kind"),
        [("PENDING", "refund_pending"), ("FAILED", "refund_failed"), ("CANCELLED", "refund_failed")],
    )
    def test_a_refund_is_believed_only_when_it_is_completed(self, status: str, kind: str) -> None:
        self.standins.books.table("switches")["refund_state"] = status.lower()
        self.standins.do("paypal/refund", capture=self.capture, value="1.00")
        report = self.told("PAYMENT.CAPTURE.REFUNDED")
        [name] = self.standins.books.table("paypal_refunds")
        assert (report.kind, report.refund_id, report.amount) == (kind, name, Decimal("1.00"))
        self.standins.do("paypal/end-refund", refund=name, status="COMPLETED")
        done = self.told("PAYMENT.CAPTURE.REFUNDED")
        assert (done.kind, done.refund_id) == ("refunded", name)
        assert done.event_id != report.event_id

    def test_a_refund_made_on_paypals_site_finds_its_payment(self) -> None:
        self.standins.do("paypal/refund", capture=self.capture, value="1.00")
        report = self.told("PAYMENT.CAPTURE.REFUNDED")
        assert (report.kind, report.amount) == ("refunded", Decimal("1.00"))
        assert (report.provider_id, report.reference) == (self.name, ASK.reference)

    @pytest.mark.parametrize(
        ("outcome", "kind"),
        [("won", "dispute_won"), ("lost", "dispute_lost"), ("RESOLVED_WITH_PAYOUT", "dispute_won"), ("NEW", "other")],
    )
    def test_a_dispute_is_told_when_it_opens_and_when_it_is_decided(self, outcome: str, kind: str) -> None:
        dispute = self.standins.do("paypal/dispute", capture=self.capture, value="467.98")
        opened = self.told("CUSTOMER.DISPUTE.CREATED")
        assert (opened.kind, opened.amount, opened.reference) == ("dispute_opened", ASK.amount, ASK.reference)
        self.standins.do("paypal/close-dispute", dispute=dispute["dispute_id"], outcome=outcome)
        assert self.told("CUSTOMER.DISPUTE.RESOLVED").kind == kind

    def test_when_paypal_cannot_say_whose_refund_it_is_they_send_it_again(self) -> None:
        self.standins.do("paypal/refund", capture=self.capture, value="1.00")
        self.standins.faults.add(Fault("500", "GET /v2/payments/captures/.*", times=10))
        with pytest.raises(Unavailable):
            self.told("PAYMENT.CAPTURE.REFUNDED")

    @pytest.mark.parametrize("resource", [None, [], "text", {}, {"purchase_units": 5}, {"purchase_units": [None]}])
    @pytest.mark.parametrize(
        "kind",
        [
            "CHECKOUT.ORDER.APPROVED",
            "PAYMENT.CAPTURE.COMPLETED",
            "PAYMENT.CAPTURE.TELEPORTED",
            "CUSTOMER.DISPUTE.RESOLVED",
        ],
    )
    def test_what_we_do_not_know_is_kept_as_other_and_never_a_crash(self, kind: str, resource: Any) -> None:
        report = self.read({"id": "WH-9", "event_type": kind, "create_time": "soon", "resource": resource})
        assert (report.kind, report.event_id) == ("other", "WH-9")

    def test_fields_that_are_new_to_us_change_nothing(self) -> None:
        event = self.standins.events("paypal", "PAYMENT.CAPTURE.COMPLETED")[-1]
        strange = {**event["resource"], "quantum": {"spin": [1]}, "links": "none", "seller_protection": 4}
        assert self.read({**event, "resource": strange, "mood": "new"}) == self.read(event)

    @pytest.mark.parametrize("value", ["a lot", "", None, [], {}])
    def test_an_amount_that_is_no_number_is_no_amount(self, value: Any) -> None:
        event = self.standins.events("paypal", "PAYMENT.CAPTURE.COMPLETED")[-1]
        money = {"currency_code": "GBP", "value": value}
        report = self.read({**event, "resource": {**event["resource"], "amount": money}})
        assert (report.kind, report.amount) == ("succeeded", None)

    def test_the_fee_is_told(self) -> None:
        report = self.told("PAYMENT.CAPTURE.COMPLETED")
        assert report.fee == Decimal("13.87")
        assert report == replace(report, fee=None), "a look-up that knows less tells the same fact"
