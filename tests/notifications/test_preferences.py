"""What people want to hear is kept, asked at posting, and changed by one press in a mail. Guests need no say."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from notifications import kinds, outbox, preferences, tasks
from notifications.kinds import Kind
from notifications.models import Contact, Message, Preference
from notifications.preferences import OneChannelNeeded, save, wanted
from tests.factories import make_user
from tests.notifications.facts import AT, EMAIL_OPTIONS, FACTS, make_contact

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=1)


@pytest.fixture
def ada() -> Any:
    return make_user("ada@example.com")


@pytest.fixture
def contact(ada: Any) -> Contact:
    return make_contact(user=ada)


@pytest.fixture(autouse=True)
def offers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind of message that needs consent; it borrows the words of another."""
    offer = Kind("job.ready", ("email", "sms"), "marketing")
    monkeypatch.setitem(kinds.KINDS, "offer.sent", offer)


def posted(kind: str, contact: Contact) -> list[str]:
    """By which channels a message of this kind goes to the contact."""
    Message.objects.all().delete()
    outbox.post(kind=kind, contact=contact, context=FACTS, dedupe_key="once", at=AT)
    return sorted(Message.objects.values_list("channel", flat=True))


def test_without_a_word_news_come_and_offers_do_not(ada: Any, contact: Contact) -> None:
    assert wanted(ada.pk, "service", "email")
    assert wanted(ada.pk, "service", "sms")
    assert not wanted(ada.pk, "marketing", "email")
    assert posted("job.ready", contact) == ["email", "sms"]
    assert posted("offer.sent", contact) == []


def test_a_channel_that_was_switched_off_gets_no_news(ada: Any, contact: Contact) -> None:
    save(user=ada, purpose="service", channel="sms", allowed=False, at=AT)
    assert not wanted(ada.pk, "service", "sms")
    assert posted("job.ready", contact) == ["email"]
    save(user=ada, purpose="service", channel="sms", allowed=True, at=LATER)
    assert posted("job.ready", contact) == ["email", "sms"]


def test_an_offer_goes_only_where_somebody_said_yes(ada: Any, contact: Contact) -> None:
    save(user=ada, purpose="marketing", channel="email", allowed=True, at=AT)
    assert posted("offer.sent", contact) == ["email"]
    assert posted("offer.sent", make_contact(email="guest@example.com")) == []


def test_the_last_way_to_hear_of_a_repair_stays_on(ada: Any) -> None:
    save(user=ada, purpose="service", channel="sms", allowed=False, at=AT)
    with pytest.raises(OneChannelNeeded):
        save(user=ada, purpose="service", channel="email", allowed=False, at=AT)
    assert wanted(ada.pk, "service", "email")
    save(user=ada, purpose="marketing", channel="email", allowed=True, at=AT)
    save(user=ada, purpose="marketing", channel="email", allowed=False, at=AT)


def test_who_can_only_be_reached_where_it_is_switched_off_hears_all_the_same(ada: Any) -> None:
    save(user=ada, purpose="service", channel="email", allowed=False, at=AT)
    assert posted("job.ready", make_contact(user=ada, phone="")) == ["email"]
    assert posted("job.ready", make_contact(user=ada, name="Landline", phone="+442079460018")) == ["email"]
    assert posted("job.ready", make_contact(user=ada, name="Mobile")) == ["sms"]


def test_receipts_and_security_come_by_mail_whatever_was_chosen(ada: Any, contact: Contact) -> None:
    save(user=ada, purpose="service", channel="email", allowed=False, at=AT)
    assert posted("payment.settled", contact) == ["email"]
    assert posted("order.placed", contact) == ["email", "sms"]
    assert posted("track.link", contact) == ["email", "sms"]
    save(user=ada, purpose="service", channel="email", allowed=True, at=AT)
    save(user=ada, purpose="service", channel="sms", allowed=False, at=AT)
    assert posted("order.placed", contact) == ["email"]


def test_every_change_is_kept_with_its_time_and_no_change_keeps_its_old_one(ada: Any) -> None:
    save(user=ada, purpose="service", channel="sms", allowed=False, at=AT)
    save(user=ada, purpose="service", channel="sms", allowed=False, at=LATER)
    assert Preference.objects.get().changed_at == AT
    save(user=ada, purpose="service", channel="sms", allowed=True, at=LATER)
    assert Preference.objects.get().changed_at == LATER


NONE = [("receipt", "email"), ("service", "push"), ("", ""), ("\x00", "email")]


@pytest.mark.parametrize(("purpose", "channel"), NONE)
def test_nothing_else_can_be_chosen(ada: Any, purpose: str, channel: str) -> None:
    with pytest.raises(preferences.NoSuchChoice):
        save(user=ada, purpose=purpose, channel=channel, allowed=False, at=AT)


def test_asking_costs_one_statement_with_a_log_in_and_none_without(contact: Contact) -> None:
    guest = make_contact(email="guest@example.com")

    def cost(to: Contact, key: str) -> int:
        with CaptureQueriesContext(connection) as statements:
            outbox.post(kind="job.ready", contact=to, context=FACTS, dedupe_key=key, at=AT)
        return len(statements)

    cost(guest, "warm")
    assert cost(contact, "a") == cost(guest, "b") + 1


def mail_to(contact: Contact, settings: Any, kind: str = "job.ready") -> Any:
    settings.CHANNELS = {**settings.CHANNELS, "email": EMAIL_OPTIONS}
    mail.outbox.clear()
    outbox.post(kind=kind, contact=contact, context=FACTS, dedupe_key=kind, at=AT)
    tasks.drain(at=AT)
    return mail.outbox[0]


def link_of(letter: Any) -> str:
    return letter.extra_headers["List-Unsubscribe"].strip("<>").removeprefix("http://testserver")


def test_a_mail_of_news_can_be_ended_by_one_press_without_a_log_in(ada: Any, contact: Contact, settings: Any) -> None:
    letter = mail_to(contact, settings)
    address = link_of(letter)
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address in letter.body
    assert address in letter.alternatives[0][0]
    client = Client(enforce_csrf_checks=True)
    page = client.get(address)
    assert "News of a repair" in page.content.decode()
    assert page["Referrer-Policy"] == "no-referrer"
    assert wanted(ada.pk, "service", "email"), "a mail scanner that follows the link changes nothing"
    assert "Switched off" in client.post(address, {"List-Unsubscribe": "One-Click"}).content.decode()
    assert not wanted(ada.pk, "service", "email")
    assert client.post(address).status_code == 200
    assert "Switched off" in client.get(address).content.decode()


def test_the_link_explains_why_the_last_way_stays_on(ada: Any, contact: Contact, settings: Any) -> None:
    address = link_of(mail_to(contact, settings))
    save(user=ada, purpose="service", channel="sms", allowed=False, at=AT)
    answer = Client().post(address)
    assert answer.status_code == 200
    assert "has to stay on" in answer.content.decode()
    assert wanted(ada.pk, "service", "email")


def test_guests_and_receipts_carry_no_such_link(contact: Contact, settings: Any) -> None:
    assert "List-Unsubscribe" not in mail_to(make_contact(email="guest@example.com"), settings).extra_headers
    letter = mail_to(contact, settings, "payment.settled")
    assert "List-Unsubscribe" not in letter.extra_headers
    assert "unsubscribe" not in letter.body


def test_a_link_that_is_not_ours_or_whose_owner_is_gone_opens_nothing(ada: Any, client: Client) -> None:
    good = preferences.unsubscribe_link(user_id=ada.pk, purpose="service").removeprefix("http://testserver")
    assert client.get(good).status_code == 200
    for bad in (good[:-3] + "xx/", "/notifications/unsubscribe/x/", good.replace(":", ".")):
        assert client.get(bad).status_code == 404
        assert client.post(bad).status_code == 404
    ada.delete()
    assert client.post(good).status_code == 404


def test_a_link_says_nothing_of_whose_it_is(ada: Any, client: Client) -> None:
    page = client.get(preferences.unsubscribe_link(user_id=ada.pk, purpose="marketing"))
    assert "ada@" not in page.content.decode()


def test_every_kind_has_a_name_of_its_own() -> None:
    assert set(kinds.KINDS) - {"offer.sent"} <= set(kinds.TITLES)
    assert kinds.title_of("offer.sent") == "A message from us"
