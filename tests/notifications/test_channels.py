"""The contract of the channel door, run against every channel; then what is special about each."""

import json
import smtplib
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
import requests
from anymail.exceptions import AnymailRecipientsRefused, AnymailRequestsAPIError
from django.core import mail
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.request_validator import RequestValidator

from notifications.channels.base import Accepted, BadSignature, Outgoing, Refused, Unavailable
from notifications.channels.email import Email
from notifications.channels.sms_demo import DemoSMS
from notifications.channels.sms_twilio import PointedHttpClient, Twilio

PAYLOADS = Path(__file__).parent / "payloads"
DESCRIPTION = Path(__file__).parents[3] / "shared" / "contracts" / "twilio.json"
SID, TOKEN, SENDER = "AC" + "0" * 32, "a-token", "+15005550006"
STATUS_URL = "https://shop.example/notifications/twilio/status/"
SMS = Outgoing(key="message-7", to="+447911123456", subject="", text="Your iPhone 8 is ready.")
MAIL = Outgoing(key="message-8", to="ada@example.com", subject="Ready", text="It is ready.", html="<p>It is ready.</p>")


def payload(name: str) -> dict[str, Any]:
    """A recorded answer: {"status": HTTP status, "body": JSON}, or a callback's fields."""
    return json.loads((PAYLOADS / f"{name}.json").read_text())


class Recorded(HttpClient):
    """Answers every call with one recorded payload and keeps what it was asked."""

    def __init__(self, name: str) -> None:
        super().__init__(None, False, None)
        self.answer = payload(name)
        self.asked: list[tuple[str, str, dict[str, Any]]] = []

    def request(self, method: str, url: str, *args: Any, data: Any = None, **kwargs: Any) -> Response:
        self.asked.append((method, url, dict(data or {})))
        return Response(self.answer["status"], json.dumps(self.answer["body"]))


def twilio(name: str = "twilio_message_queued", **options: Any) -> tuple[Twilio, Recorded]:
    """The Twilio channel on a recorded answer."""
    http = Recorded(name)
    fixed = {"account_sid": SID, "auth_token": TOKEN, "sender": SENDER, "status_url": STATUS_URL, "http_client": http}
    return Twilio(**{**fixed, **options}), http


class Backend:
    """A mail backend that raises what it is told."""

    error: Exception = OSError()

    def __init__(self, **options: Any) -> None:
        pass

    def send_messages(self, messages: list[Any]) -> int:
        raise self.error


def email_failing(error: Exception) -> Email:
    Backend.error = error
    return Email(backend=f"{__name__}.Backend")


class ChannelContract:
    """What every channel promises. Subclasses give the channels and a message."""

    outgoing = SMS

    def working(self) -> Any:
        raise AssertionError

    def refusing(self) -> Any:
        raise AssertionError

    def unavailable(self) -> Any:
        raise AssertionError

    def test_it_says_who_took_the_message(self) -> None:
        channel = self.working()
        accepted = channel.send(self.outgoing)
        assert isinstance(accepted, Accepted)
        assert accepted.provider == channel.name
        assert isinstance(accepted.provider_id, str)

    def test_a_refusal_is_a_sentence_for_a_human(self) -> None:
        with pytest.raises(Refused) as refused:
            self.refusing().send(self.outgoing)
        assert len(str(refused.value).split()) >= 4

    def test_a_passing_fault_is_told_from_a_refusal(self) -> None:
        with pytest.raises(Unavailable) as fault:
            self.unavailable().send(self.outgoing)
        assert str(fault.value)

    def test_a_status_that_nobody_signed_is_not_read(self) -> None:
        with pytest.raises(BadSignature):
            self.working().read_receipts(url=STATUS_URL, body=b"MessageSid=SM1&MessageStatus=delivered", headers={})


class TestEmail(ChannelContract):
    outgoing = MAIL

    def working(self) -> Email:
        return Email()

    def refusing(self) -> Email:
        return email_failing(smtplib.SMTPRecipientsRefused({MAIL.to: (550, b"no such mailbox")}))

    def unavailable(self) -> Email:
        return email_failing(ConnectionRefusedError("refused"))


class TestDemoSMS(ChannelContract):
    def working(self) -> DemoSMS:
        return DemoSMS()

    def refusing(self) -> DemoSMS:
        return DemoSMS(fail="refused")

    def unavailable(self) -> DemoSMS:
        return DemoSMS(fail="unavailable")


class TestTwilio(ChannelContract):
    def working(self) -> Twilio:
        return twilio()[0]

    def refusing(self) -> Twilio:
        return twilio("twilio_opted_out")[0]

    def unavailable(self) -> Twilio:
        return twilio("twilio_too_many")[0]


def test_mail_has_a_text_and_an_html_part() -> None:
    Email().send(MAIL)
    sent = mail.outbox[0]
    assert (sent.subject, sent.body, sent.to) == ("Ready", "It is ready.", ["ada@example.com"])
    assert [(part.content, part.mimetype) for part in sent.alternatives] == [("<p>It is ready.</p>", "text/html")]  # type: ignore[attr-defined]


def test_a_subject_with_a_line_break_never_leaves() -> None:
    evil = Outgoing(key="message-9", to=MAIL.to, subject="Ready\r\nBcc: all@example.com", text="x")
    with pytest.raises(Refused):
        Email().send(evil)
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (smtplib.SMTPRecipientsRefused({MAIL.to: (450, b"greylisted, come back")}), Unavailable),
        (smtplib.SMTPRecipientsRefused({MAIL.to: (552, b"mailbox full")}), Refused),
        (smtplib.SMTPDataError(421, b"too busy"), Unavailable),
        (smtplib.SMTPDataError(451, b"local error"), Unavailable),
        (smtplib.SMTPDataError(554, b"no thank you"), Refused),
        (smtplib.SMTPAuthenticationError(535, b"wrong password"), Unavailable),
        (smtplib.SMTPConnectError(554, b"not now"), Unavailable),
        (smtplib.SMTPServerDisconnected("gone"), Unavailable),
        (TimeoutError("slow"), Unavailable),
        (AnymailRecipientsRefused("all refused"), Refused),
    ],
)
def test_what_a_mail_server_says_is_understood(error: Exception, meaning: type[Exception]) -> None:
    with pytest.raises(meaning):
        email_failing(error).send(MAIL)


@pytest.mark.parametrize(
    ("status", "meaning"), [(422, Refused), (401, Unavailable), (429, Unavailable), (503, Unavailable)]
)
def test_what_a_mail_provider_says_is_understood(status: int, meaning: type[Exception]) -> None:
    answer = requests.Response()
    answer.status_code = status
    answer._content = b"{}"
    with pytest.raises(meaning):
        email_failing(AnymailRequestsAPIError("no", response=answer)).send(MAIL)


@pytest.mark.parametrize(("number", "meaning"), [("+447911120000", Refused), ("+447911120001", Unavailable)])
def test_two_endings_of_numbers_fail_in_the_demo(number: str, meaning: type[Exception]) -> None:
    with pytest.raises(meaning):
        DemoSMS().send(Outgoing(key="message-1", to=number, subject="", text="x"))


def test_twilio_is_asked_in_its_own_words() -> None:
    channel, http = twilio()
    assert channel.send(SMS).provider_id == payload("twilio_message_queued")["body"]["sid"]
    ((method, url, data),) = http.asked
    assert method == "POST"
    assert url == f"https://api.twilio.com/2010-04-01/Accounts/{SID}/Messages.json"
    assert data == {"To": SMS.to, "From": SENDER, "Body": SMS.text, "StatusCallback": STATUS_URL}


def test_what_twilio_is_asked_fits_its_own_description() -> None:
    if not DESCRIPTION.exists():
        pytest.skip("Twilio's API description is not beside this checkout; the recorded payloads were checked.")
    described = json.loads(DESCRIPTION.read_text())["paths"]["/2010-04-01/Accounts/{AccountSid}/Messages.json"]["post"]
    schema = described["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
    for sender in (SENDER, "MG" + "a" * 32):
        channel, http = twilio(sender=sender)
        channel.send(SMS)
        data = http.asked[0][2]
        assert set(data) <= set(schema["properties"])
        assert set(schema["required"]) <= set(data)
    answer = described["responses"]["201"]["content"]["application/json"]["example"]
    assert set(payload("twilio_message_queued")["body"]) == set(answer)


def test_a_messaging_service_sends_in_place_of_a_number() -> None:
    channel, http = twilio(sender="MG" + "a" * 32)
    channel.send(SMS)
    assert http.asked[0][2]["MessagingServiceSid"] == "MG" + "a" * 32
    assert "From" not in http.asked[0][2]


def test_an_address_that_twilio_cannot_reach_is_not_given_as_callback() -> None:
    channel, http = twilio(status_url="http://127.0.0.1:8000/notifications/twilio/status/")
    channel.send(SMS)
    assert "StatusCallback" not in http.asked[0][2]


@pytest.mark.parametrize(
    ("name", "meaning", "words"),
    [
        ("twilio_opted_out", Refused, "STOP"),
        ("twilio_not_a_number", Refused, "not a telephone number"),
        ("twilio_unknown_refusal", Refused, "63038"),
        ("twilio_too_many", Unavailable, "20429"),
        ("twilio_wrong_key", Unavailable, "20003"),
        ("twilio_down", Unavailable, "503"),
    ],
)
def test_what_twilio_answers_is_understood(name: str, meaning: type[Exception], words: str) -> None:
    with pytest.raises(meaning, match=words):
        twilio(name)[0].send(SMS)


def test_a_national_number_never_reaches_twilio() -> None:
    channel, http = twilio()
    with pytest.raises(Refused):
        channel.send(Outgoing(key="message-1", to="07911 123456", subject="", text="x"))
    assert http.asked == []


class BrokenLine(HttpClient):
    """A line that breaks."""

    def __init__(self, error: Exception) -> None:
        super().__init__(None, False, None)
        self.error = error

    def request(self, *args: Any, **kwargs: Any) -> Response:
        raise self.error


@pytest.mark.parametrize(
    ("error", "maybe_sent"),
    [(requests.ConnectTimeout(), False), (requests.ConnectionError(), False), (requests.ReadTimeout(), True)],
)
def test_a_broken_line_says_whether_the_text_may_have_gone_out(error: Exception, maybe_sent: bool) -> None:
    with pytest.raises(Unavailable) as fault:
        twilio(http_client=BrokenLine(error))[0].send(SMS)
    assert fault.value.maybe_sent is maybe_sent


def test_twilio_can_be_pointed_at_a_stand_in_and_has_a_time_out(monkeypatch: Any) -> None:
    asked: list[tuple[str, Any]] = []

    def send(self: Any, request: Any, **options: Any) -> requests.Response:
        asked.append((request.url, options["timeout"]))
        answer = requests.Response()
        answer.status_code, answer._content = 201, json.dumps(payload("twilio_message_queued")["body"]).encode()
        return answer

    monkeypatch.setattr(requests.Session, "send", send)
    http = PointedHttpClient(base_url="http://127.0.0.1:9/twilio/", timeout=3.5)
    twilio(http_client=http)[0].send(SMS)
    assert asked == [(f"http://127.0.0.1:9/twilio/2010-04-01/Accounts/{SID}/Messages.json", 3.5)]


def signed(fields: dict[str, str], *, url: str = STATUS_URL, token: str = TOKEN) -> dict[str, Any]:
    """What Twilio posts: the body and the headers with its signature."""
    return {
        "body": urlencode(fields).encode(),
        "headers": {
            "X-Twilio-Signature": RequestValidator(token).compute_signature(url, fields),
            "Content-Type": "application/x-www-form-urlencoded",
        },
    }


@pytest.mark.parametrize(
    ("name", "status", "detail"),
    [
        ("twilio_status_delivered", "delivered", "delivered"),
        ("twilio_status_sent", "other", "sent"),
        ("twilio_status_undelivered", "failed", "30006 A landline"),
    ],
)
def test_a_status_of_twilio_is_read(name: str, status: str, detail: str) -> None:
    fields = payload(name)
    (report,) = twilio()[0].read_receipts(url=STATUS_URL, **signed(fields))
    assert (report.status, report.provider_id) == (status, fields["MessageSid"])
    assert report.event_id == f"{fields['MessageSid']}:{fields['MessageStatus']}"
    assert report.detail.startswith(detail)


@pytest.mark.parametrize(
    "change",
    [
        {"url": STATUS_URL.replace("https:", "http:")},
        {"url": STATUS_URL.replace("shop.example", "other.example")},
        {"token": "another-token"},
    ],
)
def test_a_forged_status_is_refused(change: dict[str, str]) -> None:
    posted = signed(payload("twilio_status_delivered"), **change)
    with pytest.raises(BadSignature):
        twilio()[0].read_receipts(url=STATUS_URL, **posted)


def test_a_field_added_on_the_way_breaks_the_signature() -> None:
    posted = signed(payload("twilio_status_delivered"))
    posted["body"] += b"&Extra=1"
    assert parse_qs(posted["body"].decode())["Extra"]
    with pytest.raises(BadSignature):
        twilio()[0].read_receipts(url=STATUS_URL, **posted)


def test_json_without_its_own_hash_is_refused() -> None:
    body = json.dumps(payload("twilio_status_delivered")).encode()
    signature = RequestValidator(TOKEN).compute_signature(STATUS_URL, {})
    headers = {"X-Twilio-Signature": signature, "Content-Type": "application/json"}
    with pytest.raises(BadSignature):
        twilio()[0].read_receipts(url=STATUS_URL, body=body, headers=headers)
