"""Files go with the mail they belong to: once, as they are, and never left behind."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from notifications import attachments, outbox, tasks
from notifications.channels.base import Attachment, Outgoing
from notifications.channels.email import Email
from notifications.models import Message
from tests.notifications.facts import AT, facts_for, make_contact

pytestmark = pytest.mark.django_db
MADE: list[str] = []
PAPER = b"%PDF-1.7 \x00\xff paper"


def paper(key: str) -> tuple[str, bytes]:
    MADE.append(key)
    return "application/pdf", PAPER + key.encode()


def torn(key: str) -> tuple[str, bytes]:
    MADE.append(key)
    raise ValueError("torn")


@pytest.fixture(autouse=True)
def papers(settings: Any) -> None:
    MADE.clear()
    settings.ATTACHMENTS = {"paper": f"{__name__}.paper"}


def send(*named: dict[str, str], kind: str = "payment.settled") -> None:
    contact = make_contact()
    outbox.post(kind=kind, contact=contact, context=facts_for(kind), dedupe_key="one", at=AT, attachments=named)
    tasks.drain(at=AT)


def test_a_file_goes_with_its_mail_once_and_byte_for_byte() -> None:
    send(attachments.named("INV-1.pdf", "paper", 7), attachments.named("REC-1.pdf", "paper", 8))
    tasks.drain(at=AT + timedelta(minutes=5))
    (letter,) = mail.outbox
    found = [(file[0], file[1], file[2]) for file in letter.attachments]
    assert found == [
        ("INV-1.pdf", PAPER + b"7", "application/pdf"),
        ("REC-1.pdf", PAPER + b"8", "application/pdf"),
    ]
    written = letter.message().as_bytes()
    assert written.count(b'filename="INV-1.pdf"') == 1
    assert b"text/html" in written


def test_texts_carry_no_files() -> None:
    send(attachments.named("INV-1.pdf", "paper", 7), kind="order.placed")
    assert {row.channel: len(row.attachments) for row in Message.objects.all()} == {"email": 1, "sms": 0}
    assert MADE == ["7"]


def test_the_file_is_made_when_the_mail_goes_out_and_not_when_it_is_posted() -> None:
    contact = make_contact()
    outbox.post(
        kind="payment.settled", contact=contact, context=facts_for("payment.settled"), dedupe_key="one", at=AT,
        attachments=[attachments.named("INV-1.pdf", "paper", 7)],
    )  # fmt: skip
    assert MADE == []
    assert Message.objects.get().attachments == [{"name": "INV-1.pdf", "source": "paper:7"}]


def test_no_mail_goes_out_without_its_file_and_it_is_tried_again(settings: Any) -> None:
    settings.ATTACHMENTS = {"paper": f"{__name__}.torn"}
    send(attachments.named("INV-1.pdf", "paper", 7))
    row = Message.objects.get()
    assert (mail.outbox, row.status, row.error) == ([], "queued", "INV-1.pdf could not be made: ValueError")
    for minutes in (5, 15):  # more often than what may have gone out already would be tried
        tasks.drain(at=AT + timedelta(minutes=minutes))
    assert Message.objects.get().status == "queued"
    settings.ATTACHMENTS = {"paper": f"{__name__}.paper"}
    tasks.drain(at=AT + timedelta(hours=1))
    assert len(mail.outbox) == 1
    assert "interrupted" not in Message.objects.get().error


def test_a_kind_of_file_that_nobody_makes_is_refused_when_it_is_named() -> None:
    with pytest.raises(ImproperlyConfigured, match="stone"):
        attachments.named("a.pdf", "stone", 1)


def test_every_source_in_the_settings_is_there() -> None:
    from site_config.settings import base  # noqa: PLC0415 - the shop's own, not this test's

    assert [callable(import_string(path)) for path in base.ATTACHMENTS.values()] == [True]


def test_providers_that_anymail_knows_get_the_file_too(settings: Any) -> None:
    letter = Outgoing(
        key="message-1", to="ada@example.com", subject="Paid", text="Paid.", html="<p>Paid.</p>",
        attachments=(Attachment("INV-1.pdf", "application/pdf", PAPER),),
    )  # fmt: skip
    Email(backend="anymail.backends.test.EmailBackend").send(letter)
    (sent,) = mail.outbox
    (file,) = sent.anymail_test_params["attachments"]
    assert (file.name, file.mimetype, file.content, file.inline) == ("INV-1.pdf", "application/pdf", PAPER, False)
