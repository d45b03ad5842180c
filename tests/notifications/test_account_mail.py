"""Log-in mails go through the outbox."""

import re
from datetime import UTC
from pathlib import Path
from typing import Any

import allauth
import pytest
from django.conf import settings
from django.core import mail
from django.template.loader import get_template, render_to_string
from django.test import Client, TestCase
from django.utils import timezone

from notifications import tasks
from notifications.models import Message
from tests.accounts import PASSWORD, app_code, code_to, confirm, log_in, mail_to, sign_up
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


ADA = "ada@example.com"


def sent_to(email: str) -> Any:
    tasks.drain()
    return next(letter for letter in reversed(mail.outbox) if letter.to == [email])


def test_a_code_stands_first_in_text_and_large_in_html(client: Client, settings: Any) -> None:
    settings.DEMO = False
    sign_up(client, ADA)
    code = code_to(ADA)
    letter = sent_to(ADA)
    assert str(letter.body).startswith(code)
    html = letter.alternatives[0].content if hasattr(letter.alternatives[0], "content") else letter.alternatives[0][0]
    assert html.count(code) == 1
    assert code not in letter.subject, "a subject shows on a locked telephone"
    assert Message.objects.get().context == {}


def test_the_reset_link_stands_first_and_once(client: Client) -> None:
    make_user(ADA)
    client.post("/accounts/password/reset/", {"email": ADA})
    link = mail_to(ADA)["link"]
    body = str(sent_to(ADA).body)
    assert body.count(link) == 1
    assert body.startswith("Choose a new password:\n" + link)


def test_every_change_of_the_account_is_told_to_its_owner(client: Client, shop: Any) -> None:
    make_user(ADA)
    log_in(client, ADA)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    subjects = []

    def told(email: str = ADA) -> None:
        subjects.append(mail_to(email)["subject"])

    new = {"oldpassword": PASSWORD, "password1": "quite-another-phrase", "password2": "quite-another-phrase"}
    client.post("/accounts/password/change/", new)
    told()
    secret = client.get("/accounts/2fa/totp/activate/").context["form"].secret
    with TestCase.captureOnCommitCallbacks(execute=True):
        client.post("/accounts/2fa/totp/activate/", {"code": app_code(secret)})
    told()
    with TestCase.captureOnCommitCallbacks(execute=True):
        client.post("/accounts/2fa/recovery-codes/generate/")
    told()
    client.post("/accounts/2fa/totp/deactivate/")
    told()
    client.post("/accounts/email/", {"email": "new@example.com", "action_add": ""})
    confirm(client, "new@example.com")
    client.post("/accounts/email/", {"email": "new@example.com", "action_primary": ""})
    told()
    client.post("/accounts/email/", {"email": ADA, "action_remove": ""})
    told("new@example.com")
    assert subjects == [
        "Your password was changed",
        "Your second factor is on",
        "You have new recovery codes",
        "Your second factor is off",
        "Your main address was changed",
        "An address was removed",
    ]
    assert "127.0.0.1" in mail_to("new@example.com")["body"]


def test_every_mail_allauth_can_write_here_is_in_our_words() -> None:
    theirs = Path(allauth.__file__).parent / "templates"
    for folder in ("account/email", "mfa/email"):
        for path in sorted((theirs / folder).glob("*_subject.txt")):
            name = path.name.removesuffix("_subject.txt")
            if name.startswith(("webauthn", "password_reset_code")):
                continue  # switched off here
            facts = {"email": ADA, "ip": "203.0.113.7", "timestamp": timezone.now(), "from_email": ADA, "to_email": ADA}
            facts |= {"zone": UTC}
            for part in ("subject", "message"):
                template = f"{folder}/{name}_{part}.txt"
                assert get_template(template).origin.name.startswith(str(settings.BASE_DIR)), template
                words = render_to_string(template, facts).strip()
                assert words and len(words) < 520, template
                assert not re.search(r"Hello from|Thank you for using|example\.com!|!|[Pp]lease|&#", words), template
