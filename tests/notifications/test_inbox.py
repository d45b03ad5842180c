"""The demo's inbox."""

from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.core import mail
from django.test import Client

from notifications import tasks
from notifications.models import Message
from tests.notifications.facts import ACCOUNT, AT, FACTS, make_contact, post

pytestmark = pytest.mark.django_db
INBOX = "/demo/inbox/"


class Frames(HTMLParser):
    """Collects the attributes of the page's frames and all its tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.frames: list[dict[str, str | None]] = []
        self.tags: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "iframe":
            self.frames.append(dict(attrs))


def page(client: Client, query: str = "") -> str:
    response = client.get(INBOX + query)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    return response.content.decode()


def test_worker_stopped_the_inbox_is_empty_and_says_how_many_are_queued(client: Client) -> None:
    post()
    html = page(client)
    assert 'data-queued="2"' in html
    assert "2 queued" in html
    assert "data-kind" not in html


def test_worker_started_each_message_is_shown_once(client: Client) -> None:
    post()
    tasks.drain(at=AT)
    html = page(client)
    assert "data-queued" not in html
    assert html.count('data-kind="job.ready"') == 2
    assert len(mail.outbox) == 1


def test_a_mail_is_shown_as_the_customer_sees_it_in_a_frame_that_runs_nothing(client: Client) -> None:
    evil = {**FACTS, "device": '<script>alert(1)</script>" onload="alert(2)'}
    post(context=evil)
    tasks.drain(at=AT)
    html = page(client)
    parsed = Frames(html)
    (frame,) = parsed.frames
    assert "allow-scripts" not in str(frame["sandbox"]) and "allow-same-origin" not in str(frame["sandbox"])
    assert Message.objects.get(channel="email").html in str(frame["srcdoc"])
    assert "<script>alert" not in html


def test_a_text_is_shown_with_its_link(client: Client) -> None:
    post(contact=make_contact(email=""))
    tasks.drain(at=AT)
    html = page(client)
    assert 'class="inbox__bubble"' in html
    assert f'href="{FACTS["link"]}"' in html


def test_a_failed_message_says_why(client: Client) -> None:
    post(contact=make_contact(email="", phone="+447911120000"))
    tasks.drain(at=AT)
    html = page(client)
    assert 'data-status="failed"' in html
    assert "does not know this number" in html
    assert "Your iPhone 8 is ready." in html


def test_messages_are_found_by_address_channel_and_kind(client: Client) -> None:
    post(contact=make_contact())
    post(kind="account.mail", key="account.mail:1", contact=make_contact(email="bob@example.com"), context=ACCOUNT)
    tasks.drain(at=AT)
    for query, count in (
        ("?to=BOB", 1),
        ("?channel=sms", 1),
        ("?kind=job.ready", 2),
        ("?to=ada&channel=email", 1),
        ("?to=eve", 0),
    ):
        assert page(client, query).count("data-kind=") == count, query


def test_newest_come_first_and_old_ones_have_pages(client: Client) -> None:
    contact = make_contact(phone="")
    for number in range(25):
        post(key=f"{number}", contact=contact, context={"device": f"phone {number:02}"})
        tasks.drain(at=AT + timedelta(minutes=number))
    first, second = page(client), page(client, "?page=2")
    assert (first.count("data-kind="), second.count("data-kind=")) == (20, 5)
    assert first.index("phone 24") < first.index("phone 23")
    assert "phone 00" in second and "phone 00" not in first


@pytest.mark.parametrize(
    "query",
    ["?page=0", "?page=x", "?page=99999", "?to=%00%ED%A0%80", "?kind='%22%3Cscript%3E", "?channel=" + "x" * 3000],
)
def test_no_question_breaks_it(client: Client, query: str) -> None:
    assert "<script>'" not in page(client, query)
