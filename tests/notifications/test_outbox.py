"""Posting, claiming and sending."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django_q.models import OrmQ

from notifications import claims, outbox, tasks
from notifications.channels.base import Accepted, Outgoing, Refused, Unavailable
from notifications.kinds import KINDS, UnknownPlaceholder
from notifications.models import Message
from notifications.outbound import MOST_TRIES, WAITS
from tests.notifications.facts import AT, EMAIL_OPTIONS, facts_for, make_contact, post
from tests.queue import waiting, work_off

pytestmark = pytest.mark.django_db
Status = Message.Status


class Scripted:
    """A channel that does what the test wrote into `script`, call by call, and notes whom it wrote to."""

    name = "scripted"
    script: list[Exception | Callable[[], None] | None] = []
    calls: list[Outgoing] = []

    def send(self, outgoing: Outgoing) -> Accepted:
        self.calls.append(outgoing)
        act = self.script.pop(0) if self.script else None
        if isinstance(act, BaseException):
            raise act
        if act:
            act()
        return Accepted(self.name, f"id-{outgoing.key}")

    def read_receipts(self, **said: Any) -> list[Any]:
        return []


@pytest.fixture
def scripted(settings: Any) -> type[Scripted]:
    """Mail goes to the scripted channel."""
    Scripted.script, Scripted.calls = [], []
    settings.CHANNELS = {**settings.CHANNELS, "email": {"BACKEND": f"{__name__}.Scripted", "OPTIONS": {}}}
    return Scripted


class WorkerKilled(BaseException):
    """Stands for a kill -9: nothing of ours catches it."""


def only() -> Message:
    return Message.objects.get()


def test_one_row_for_each_channel_that_reaches_the_customer() -> None:
    post()
    assert {(row.channel, row.to) for row in Message.objects.all()} == {
        ("email", "ada@example.com"),
        ("sms", "+447911123456"),
    }
    assert set(Message.objects.values_list("status", flat=True)) == {Status.QUEUED}


def test_a_landline_gets_no_text() -> None:
    post(contact=make_contact(phone="+442079460018"))
    assert [row.channel for row in Message.objects.all()] == ["email"]


def test_posting_twice_makes_one_message() -> None:
    contact = make_contact()
    post(contact=contact)
    post(contact=contact)
    assert Message.objects.count() == 2


def test_going_back_a_status_and_forth_again_says_nothing_twice() -> None:
    contact = make_contact()
    post(contact=contact, key="job:MW-1:ready")
    tasks.drain(at=AT)
    post(contact=contact, key="job:MW-1:ready", at=AT + timedelta(hours=1))
    tasks.drain(at=AT + timedelta(hours=1))
    assert len(mail.outbox) == 1


def test_posting_costs_two_statements_and_one_task_per_transaction() -> None:
    contact = make_contact()
    with CaptureQueriesContext(connection) as seen, transaction.atomic():
        post(contact=contact)
    ours = [query["sql"] for query in seen if "SAVEPOINT" not in query["sql"]]
    assert len(ours) == 2, ours
    post(kind="job.received", key="job:1:received", contact=contact)
    assert waiting() == ["notifications.tasks.drain"]


def test_nothing_is_queued_when_the_change_is_taken_back() -> None:
    contact = make_contact()
    try:
        with transaction.atomic():
            post(contact=contact)
            raise DatabaseError
    except DatabaseError:
        pass
    assert not Message.objects.exists()
    assert not OrmQ.objects.exists()
    post(contact=contact)
    assert OrmQ.objects.count() == 1


def test_facts_are_frozen_when_posted_and_shown_when_sent() -> None:
    facts = dict(facts_for("job.ready"))
    post(context=facts)
    facts["device"] = "Pixel 6"
    tasks.drain(at=AT)
    assert "iPhone 8" in mail.outbox[0].body
    assert "Pixel" not in mail.outbox[0].body


def test_a_fact_that_no_template_shows_is_refused_by_name() -> None:
    with pytest.raises(UnknownPlaceholder, match="password"):
        post(context={"password": "x"})


def test_text_that_a_database_cannot_keep_is_mended() -> None:
    post(context={"note": "a\x00b\ud800", "total": None})
    assert Message.objects.first().context == {"note": "ab?", "total": ""}  # type: ignore[union-attr]


def test_worker_stopped_the_outbox_shows_n_queued_and_started_it_sends_each_once() -> None:
    contact = make_contact()
    for number in range(4):
        post(key=f"job:{number}:ready", contact=contact)
    assert outbox.queued() == outbox.queued(at=AT) == 8
    assert mail.outbox == []
    assert tasks.drain(at=AT) == 8
    assert outbox.queued() == 0
    assert len(mail.outbox) == 4
    assert tasks.drain(at=AT + timedelta(days=1)) == 0
    assert len(mail.outbox) == 4


def test_the_age_of_the_queue_is_known() -> None:
    contact = make_contact(phone="")
    assert outbox.waiting_since(at=AT) is None
    post(key="1", contact=contact)
    post(key="2", contact=contact, send_after=AT + timedelta(hours=1))
    assert outbox.waiting_since(at=AT + timedelta(hours=2)) == AT
    tasks.drain(at=AT)
    assert outbox.waiting_since(at=AT) is None


def test_a_later_message_waits_for_its_time_and_wakes_nobody() -> None:
    post(kind="job.collected", send_after=AT + timedelta(hours=2))
    assert waiting() == []
    assert tasks.drain(at=AT + timedelta(minutes=119)) == 0
    assert tasks.drain(at=AT + timedelta(hours=2)) == 1


def test_what_is_longest_due_goes_first() -> None:
    contact = make_contact(phone="")
    for hours in (2, 0, 1):
        post(
            key=f"{hours}",
            contact=contact,
            context={"device": f"phone {hours}"},
            send_after=AT + timedelta(hours=hours),
        )
    tasks.drain(at=AT + timedelta(hours=3))
    assert [message.subject for message in mail.outbox] == [f"Your phone {hours} is ready" for hours in range(3)]


def test_the_row_keeps_what_was_said_and_who_took_it() -> None:
    post()
    tasks.drain(at=AT)
    row = Message.objects.get(channel="email")
    assert row.status == Status.SENT
    assert row.sent_at == AT
    assert row.attempts == 1
    assert row.provider == "email"
    assert row.subject == mail.outbox[0].subject
    assert row.text and row.html.startswith("<!DOCTYPE html>")


def test_a_repeat_carries_the_same_message_id_and_no_loop_is_started() -> None:
    post(contact=make_contact(phone=""))
    tasks.drain(at=AT)
    headers = mail.outbox[0].extra_headers
    assert headers["Message-ID"] == f"<message-{only().pk}@mendwell.example>"
    assert headers["Auto-Submitted"] == "auto-generated"


def test_unavailable_is_tried_again_later_and_later_and_then_given_up(scripted: type[Scripted]) -> None:
    post(contact=make_contact(phone=""))
    at = AT
    for tries, wait in enumerate(WAITS, start=1):
        scripted.script = [Unavailable("The line is busy.")]
        assert tasks.drain(at=at) == 0
        row = only()
        assert (row.status, row.attempts, row.error) == (Status.QUEUED, tries, "The line is busy.")
        assert row.send_after == at + timedelta(minutes=wait)
        assert tasks.drain(at=row.send_after - timedelta(seconds=1)) == 0
        at = row.send_after
    scripted.script = [Unavailable("The line is busy.")]
    tasks.drain(at=at)
    assert only().status == Status.FAILED
    assert "The line is busy." in only().error
    assert len(scripted.calls) == MOST_TRIES
    assert list(WAITS) == sorted(set(WAITS))


def test_refused_is_not_tried_again_and_says_why(scripted: type[Scripted]) -> None:
    scripted.script = [Refused("There is no such mailbox.")]
    post(contact=make_contact(phone=""))
    tasks.drain(at=AT)
    tasks.drain(at=AT + timedelta(days=3))
    assert (only().status, only().error) == (Status.FAILED, "There is no such mailbox.")
    assert len(scripted.calls) == 1


def test_one_broken_message_does_not_stop_the_others(scripted: type[Scripted]) -> None:
    scripted.script = [ValueError("a bug of ours")]
    contact = make_contact(phone="")
    post(key="1", contact=contact)
    post(key="2", contact=contact)
    assert tasks.drain(at=AT) == 1
    assert sorted(Message.objects.values_list("status", flat=True)) == [Status.QUEUED, Status.SENT]
    scripted.script = [ValueError("a bug of ours")]
    tasks.drain(at=AT + timedelta(hours=1))
    assert Message.objects.filter(status=Status.FAILED, error__contains="a bug of ours").count() == 1


def test_a_kind_without_template_fails_by_name_and_alone() -> None:
    contact = make_contact(phone="")
    post(key="1", contact=contact)
    Message.objects.update(kind="job.vanished")
    post(key="2", contact=contact)
    assert tasks.drain(at=AT) == 1
    assert "job.vanished" in Message.objects.get(status=Status.FAILED).error


def test_a_worker_killed_while_sending_makes_one_duplicate_at_most(scripted: type[Scripted]) -> None:
    post(contact=make_contact(phone=""))
    at = AT
    for _kill in range(4):
        scripted.script = [WorkerKilled()]  # type: ignore[list-item]
        try:
            tasks.drain(at=at)
        except WorkerKilled:
            assert only().status == Status.SENDING
        at += timedelta(hours=1)
    assert len(scripted.calls) == 2
    assert (only().status, only().error, only().attempts) == (Status.FAILED, outbox.GIVEN_UP, 2)


def test_a_second_copy_is_logged_as_such(scripted: type[Scripted]) -> None:
    post(contact=make_contact(phone=""))
    scripted.script = [WorkerKilled()]  # type: ignore[list-item]
    with pytest.raises(WorkerKilled):
        tasks.drain(at=AT)
    assert tasks.drain(at=AT + claims.LEASE - timedelta(seconds=1)) == 0, "the claim still stands"
    assert tasks.drain(at=AT + claims.LEASE) == 1
    assert (only().status, only().error) == (Status.SENT, outbox.SECOND)


def test_rows_claimed_by_a_dead_worker_but_not_begun_are_neither_lost_nor_counted() -> None:
    contact = make_contact(phone="")
    for number in range(3):
        post(key=f"{number}", contact=contact)
    for hours in range(3):
        assert len(outbox.claim(at=AT + timedelta(hours=hours))) == 3
    assert tasks.drain(at=AT + timedelta(hours=3)) == 3
    assert set(Message.objects.values_list("status", "attempts", "error")) == {(Status.SENT, 1, "")}


def test_a_slow_worker_whose_claim_ran_out_sends_nothing(scripted: type[Scripted]) -> None:
    post(contact=make_contact(phone=""))
    (slow,) = outbox.claim(at=AT)
    later = AT + claims.LEASE
    (quick,) = outbox.claim(at=later)
    assert not outbox.deliver(slow, at=later)
    assert outbox.deliver(quick, at=later)
    assert not outbox.deliver(slow, at=later)
    assert len(scripted.calls) == 1


def test_no_transaction_is_open_while_a_provider_is_called(scripted: type[Scripted]) -> None:
    depth = len(connection.savepoint_ids)
    seen: list[int] = []
    scripted.script = [lambda: seen.append(len(connection.savepoint_ids))]
    post(contact=make_contact(phone=""))
    tasks.drain(at=AT)
    assert seen == [depth]


def test_a_long_queue_is_handed_on_before_the_worker_is_ended(scripted: type[Scripted], monkeypatch: Any) -> None:
    clock = iter(range(0, 100_000, 9))
    monkeypatch.setattr(tasks, "monotonic", lambda: next(clock))
    contact = make_contact(phone="")
    for number in range(8):
        post(key=f"{number}", contact=contact)
    OrmQ.objects.all().delete()
    assert tasks.drain(at=AT) == 4
    assert outbox.queued() == 4
    assert not Message.objects.filter(status=Status.SENDING).exists()
    assert tasks.drain(at=AT) == 4


def test_a_line_that_is_down_does_not_hold_the_worker(scripted: type[Scripted]) -> None:
    contact = make_contact(phone="")
    for number in range(10):
        post(key=f"{number}", contact=contact)
    scripted.script = [Unavailable("The line is down.")] * 10
    assert tasks.drain(at=AT) == 0
    assert len(scripted.calls) == tasks.MOST_MISSES
    assert Message.objects.filter(status=Status.QUEUED).count() == 10
    assert outbox.queued(at=AT) == 10 - tasks.MOST_MISSES
    scripted.script = []
    assert tasks.drain(at=AT + timedelta(minutes=1)) == 10


def test_the_queued_task_does_the_sending() -> None:
    post()
    assert mail.outbox == []
    assert work_off() == 1
    assert len(mail.outbox) == 1
    assert waiting() == []


def test_words_that_open_an_account_do_not_stay_in_the_log() -> None:
    assert KINDS["account.mail"].secret
    post(kind="account.mail", key="account.mail:1")
    with override_settings(DEMO=False):
        tasks.drain(at=AT)
    row = only()
    assert "/reset/abc/" in mail.outbox[0].body
    assert row.subject == "Reset your password"
    assert (row.context, row.text, row.html) == ({}, "", "")


def test_a_channel_that_is_not_configured_is_waited_for(settings: Any) -> None:
    settings.CHANNELS = {}
    post(contact=make_contact(phone=""))
    tasks.drain(at=AT)
    assert (only().status, only().error) == (Status.QUEUED, "CHANNELS has no entry 'email'.")
    settings.CHANNELS = {"email": EMAIL_OPTIONS}
    assert tasks.drain(at=AT + timedelta(hours=1)) == 1


def test_a_refused_address_stays_out_of_the_log(scripted: type[Scripted], caplog: pytest.LogCaptureFixture) -> None:
    scripted.script = [Refused("550 ada@example.com is unknown")]
    post("account.mail")
    tasks.drain(at=AT)
    assert "ada@example.com" in Message.objects.get(channel="email").error
    assert "failed" in caplog.text
    assert "ada@example.com" not in caplog.text
