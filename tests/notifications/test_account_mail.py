"""Log-in mails go through the outbox."""

import re

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client

from notifications import tasks
from notifications.models import Message
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_a_password_reset_is_posted_by_the_request_and_sent_by_the_worker(client: Client) -> None:
    make_user("ada@example.com")
    answer = client.post("/accounts/password/reset/", {"email": "ada@example.com"}, headers={"host": "localhost"})
    assert answer.status_code == 302
    assert mail.outbox == []
    row = Message.objects.get()
    assert (row.kind, row.to, row.contact_id) == ("account.mail", "ada@example.com", None)
    assert tasks.drain() == 1
    (sent,) = mail.outbox
    assert sent.to == ["ada@example.com"]
    links = re.findall(r"https?://\S+/password/reset/key/\S+", str(sent.body))
    ours = settings.HEADLESS_FRONTEND_URLS["account_reset_password_from_key"].partition("{key}")[0]
    assert links and all(link.startswith(ours) for link in links), "from PUBLIC_ORIGIN, never from the Host header"
    assert "localhost" not in ours
    row.refresh_from_db()
    assert row.context == {}


def test_an_unknown_address_is_answered_alike_and_makes_no_contact(client: Client) -> None:
    answer = client.post("/accounts/password/reset/", {"email": "nobody@example.com"})
    assert answer.status_code == 302
    assert {row.contact_id for row in Message.objects.all()} <= {None}


def test_every_mail_is_one_of_its_own(client: Client) -> None:
    make_user("ada@example.com")
    for _ in range(2):
        client.post("/accounts/password/reset/", {"email": "ada@example.com"})
    assert Message.objects.count() == 2
