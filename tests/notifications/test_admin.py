"""The log of the post room."""

import pytest
from django.test import Client

from notifications import tasks
from notifications.models import Message
from tests.factories import make_user
from tests.notifications.facts import AT, make_contact, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client: Client) -> Client:
    user = make_user("boss@example.com")
    user.is_staff = user.is_superuser = True
    user.save()
    client.force_login(user)
    return client


def test_staff_see_why_a_message_did_not_arrive(boss: Client) -> None:
    post(contact=make_contact(email="", phone="+447911120000"))
    tasks.drain(at=AT)
    page = boss.get("/django-admin/notifications/message/").content.decode()
    assert "The demo network does not know this number." in page


def test_nobody_sees_the_facts_of_a_message_or_changes_it(boss: Client) -> None:
    post(kind="account.mail", key="account.mail:1")
    row = Message.objects.get()
    page = boss.get(f"/django-admin/notifications/message/{row.pk}/change/")
    assert page.status_code == 200
    assert "/reset/abc/" not in page.content.decode()
    assert (
        boss.post(f"/django-admin/notifications/message/{row.pk}/change/", {"to": "eve@example.com"}).status_code == 403
    )
    assert boss.get("/django-admin/notifications/message/add/").status_code == 403


def test_contacts_are_read_only(boss: Client) -> None:
    contact = make_contact()
    assert "Ada Byron" in boss.get("/django-admin/notifications/contact/?q=ada").content.decode()
    assert boss.post(f"/django-admin/notifications/contact/{contact.pk}/delete/", {"post": "yes"}).status_code == 403
