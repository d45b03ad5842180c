"""What providers tell us later."""

from typing import Any

import pytest
from django.test import Client

from notifications import tasks
from notifications.models import Message, Receipt
from tests.notifications.facts import AT, make_contact, post
from tests.notifications.test_channels import SENDER, SID, TOKEN, Recorded, payload, signed

pytestmark = pytest.mark.django_db
URL = "https://shop.example/notifications/twilio/status/"
Status = Message.Status


@pytest.fixture
def twilio_on(settings: Any) -> None:
    """The shop sends by Twilio and is reached at https://shop.example behind a proxy."""
    options = {"account_sid": SID, "auth_token": TOKEN, "sender": SENDER, "status_url": URL}
    options["http_client"] = Recorded("twilio_message_queued")  # type: ignore[assignment]
    settings.PUBLIC_ORIGIN = "https://shop.example"
    settings.CHANNELS = {
        **settings.CHANNELS,
        "sms": {"BACKEND": "notifications.channels.sms_twilio.Twilio", "OPTIONS": options},
    }


def call_back(client: Client, name: str, *, url: str = URL, token: str = TOKEN) -> int:
    posted = signed(payload(name), url=url, token=token)
    response = client.post(
        "/notifications/twilio/status/",
        posted["body"],
        content_type="application/x-www-form-urlencoded",
        headers={"X-Twilio-Signature": posted["headers"]["X-Twilio-Signature"]},
    )
    return response.status_code


def sent_text() -> Message:
    post(kind="job.ready", contact=make_contact(email=""))
    assert tasks.drain(at=AT) == 1
    return Message.objects.get()


def test_a_delivered_text_is_known_to_be_so(client: Client, twilio_on: None) -> None:
    row = sent_text()
    assert (row.status, row.provider) == (Status.SENT, "twilio")
    assert call_back(client, "twilio_status_sent") == 204
    assert call_back(client, "twilio_status_delivered") == 204
    row.refresh_from_db()
    assert row.status == Status.DELIVERED


def test_a_text_that_did_not_arrive_says_why(client: Client, twilio_on: None) -> None:
    row = sent_text()
    call_back(client, "twilio_status_undelivered")
    row.refresh_from_db()
    assert row.status == Status.FAILED
    assert "landline" in row.error
    tasks.drain(at=AT)
    assert Message.objects.get().attempts == 1, "not tried again"


def test_a_repeated_and_a_late_word_change_nothing(client: Client, twilio_on: None) -> None:
    row = sent_text()
    for name in (
        "twilio_status_delivered",
        "twilio_status_delivered",
        "twilio_status_sent",
        "twilio_status_undelivered",
    ):
        assert call_back(client, name) == 204
    row.refresh_from_db()
    assert row.status == Status.DELIVERED
    assert Receipt.objects.count() == 3


def test_a_word_that_overtakes_our_own_note_is_not_lost(client: Client, twilio_on: None) -> None:
    assert call_back(client, "twilio_status_delivered") == 204
    assert Receipt.objects.get().message_id is None
    assert sent_text().status == Status.DELIVERED
    assert Receipt.objects.get().message_id


@pytest.mark.parametrize(
    "change", [{"token": "wrong"}, {"url": URL.replace("https", "http")}, {"url": "https://other.example/"}]
)
def test_a_forged_word_is_refused(client: Client, twilio_on: None, change: dict[str, str]) -> None:
    row = sent_text()
    assert call_back(client, "twilio_status_delivered", **change) == 403
    row.refresh_from_db()
    assert row.status == Status.SENT
    assert not Receipt.objects.exists()


def test_the_address_that_counts_is_ours_and_not_the_proxys(client: Client, twilio_on: None) -> None:
    sent_text()
    client.defaults["HTTP_HOST"] = "127.0.0.1"
    assert call_back(client, "twilio_status_delivered") == 204


def test_without_twilio_nobody_is_believed(client: Client) -> None:
    assert call_back(client, "twilio_status_delivered") == 403
    assert client.get("/notifications/twilio/status/").status_code == 405
