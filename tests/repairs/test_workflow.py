"""Moves of a job: where it may go, who is told, how it is taken back."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_q.models import OrmQ

from notifications.models import Message
from repairs import booking, followups, jobs, workflow
from repairs.models import Appointment, Hold, Job, JobEvent, SlotCell
from repairs.workflow import Status
from tests.factories import SHOP_TIME, make_contact, make_shop, make_staff
from tests.repairs.factories import FIRST, make_job, make_visit, race

LATER = SHOP_TIME + timedelta(hours=5)
ROAD = ("received", "diagnosing", "waiting_parts", "repairing", "testing", "ready", "collected")


@pytest.fixture
def job(shop: Any) -> Job:
    """A booked job with a visit."""
    return make_job(shop.site, shop.screen, visit=make_visit(shop.site, make_contact(shop.site)))


def go(job: Job, *road: str, **more: Any) -> JobEvent:
    for place, to in enumerate(road):
        event = workflow.move(job.pk, to=to, by=None, at=LATER + timedelta(minutes=place), **more)
    job.refresh_from_db()
    return event


def kinds() -> list[str]:
    return sorted(Message.objects.values_list("kind", flat=True))


def test_a_job_goes_the_whole_road_and_every_step_is_numbered(job: Job) -> None:
    go(job, *ROAD)
    assert job.status == Status.COLLECTED
    assert job.last_seq == 8
    lines = list(job.events.values_list("seq", "kind", "status"))
    assert lines == [(n + 1, f"job.{status}", status) for n, status in enumerate(("booked", *ROAD))]


def test_the_table_names_every_status_and_leads_nowhere_unknown() -> None:
    assert set(workflow.MOVES) == set(Status)
    assert {to for moves in workflow.MOVES.values() for to in moves} <= set(Status)


FORBIDDEN = [
    (start, to) for start in Status for to in [*Status.values, "flying", ""] if to not in workflow.MOVES[start]
]


@pytest.mark.parametrize(("start", "to"), FORBIDDEN)
def test_a_move_that_is_not_in_the_table_is_refused(job: Job, start: str, to: str) -> None:
    Job.objects.filter(pk=job.pk).update(status=start)
    with pytest.raises(workflow.MoveNotAllowed) as refusal:
        workflow.move(job.pk, to=to, by=None, at=LATER)
    job.refresh_from_db()
    assert (refusal.value.code, job.status, job.last_seq) == ("move_not_allowed", start, 1)
    assert not Message.objects.exists()


def test_a_part_that_is_awaited_cannot_be_ready(job: Job) -> None:
    go(job, "received", "diagnosing", "waiting_parts")
    with pytest.raises(workflow.MoveNotAllowed):
        workflow.move(job.pk, to="ready", by=None, at=LATER)


def test_a_move_tells_the_customer_with_the_facts_frozen(job: Job) -> None:
    staff = make_staff()
    event = workflow.move(job.pk, to="received", by=staff, at=LATER, note="  Cable kept with it. ")
    assert (event.by_id, event.note, event.data) == (staff.pk, "Cable kept with it.", {"from": "booked"})
    mail = Message.objects.get(channel="email")
    assert (mail.kind, mail.to, mail.send_after) == ("job.received", "ada@example.com", LATER)
    told = mail.context
    assert told["reference"] == job.reference
    assert told["device"] == "iPhone 13"
    assert told["repair"] == "Screen repair"
    assert told["status"] == "Received"
    assert told["note"] == "Cable kept with it."
    assert told["appointment"] == "Monday 23 November 2026, 14:00 (GMT)"
    assert told["shop_address"] == "12 Coldharbour Lane, London SE5 9NR"
    assert told["link"].startswith("http://testserver/track/")


def test_the_message_speaks_the_customers_language(job: Job) -> None:
    type(job.contact).objects.filter(pk=job.contact_id).update(language="pt-br")
    go(job, "received")
    assert "novembro" in Message.objects.get(channel="email").context["appointment"].lower()


def test_a_status_is_told_once_however_often_a_job_comes_there(job: Job) -> None:
    go(job, "received", "repairing", "testing", "repairing", "testing", "ready")
    told = Message.objects.filter(channel="email").order_by("pk").values_list("kind", flat=True)
    assert list(told) == ["job.received", "job.repairing", "job.ready"]
    go(job, "repairing", "testing", "ready")
    assert list(told.all()) == ["job.received", "job.repairing", "job.ready"]


def test_undo_goes_back_one_step_and_writes_to_nobody(job: Job) -> None:
    go(job, "received", "diagnosing")
    told = kinds()
    event = workflow.undo(job.pk, by=None, at=LATER)
    job.refresh_from_db()
    assert (event.kind, event.status, event.seq) == ("job.undone", "received", 4)
    assert job.status == Status.RECEIVED
    assert kinds() == told


def test_the_same_way_again_after_undo_writes_to_nobody(job: Job) -> None:
    go(job, "received")
    told = kinds()
    workflow.undo(job.pk, by=None, at=LATER)
    go(job, "received")
    assert kinds() == told
    assert job.last_seq == 4


def test_undo_twice_goes_back_two_steps_and_then_stops(job: Job) -> None:
    go(job, "received", "diagnosing")
    workflow.undo(job.pk, by=None, at=LATER)
    workflow.undo(job.pk, by=None, at=LATER)
    job.refresh_from_db()
    assert job.status == Status.BOOKED
    with pytest.raises(workflow.MoveNotAllowed):
        workflow.undo(job.pk, by=None, at=LATER)


def test_who_acts_on_an_old_page_is_told_so(job: Job) -> None:
    go(job, "received")
    with pytest.raises(workflow.MoveNotAllowed, match="in the meantime"):
        workflow.move(job.pk, to="cancelled", by=None, at=LATER, expected="booked")
    with pytest.raises(workflow.MoveNotAllowed, match="in the meantime"):
        workflow.undo(job.pk, by=None, at=LATER, expected="booked")


def test_cancelling_a_booking_gives_its_time_back_and_undo_takes_it_again(job: Job) -> None:
    go(job, "cancelled")
    assert not SlotCell.objects.exists()
    assert Appointment.objects.get().state == Appointment.State.CANCELLED
    workflow.undo(job.pk, by=None, at=SHOP_TIME)
    job.refresh_from_db()
    assert job.status == Status.BOOKED
    assert Appointment.objects.get().state == Appointment.State.CONFIRMED
    assert SlotCell.objects.count() == 2


def test_a_cancelled_booking_whose_time_has_gone_stays_cancelled(job: Job, shop: Any) -> None:
    go(job, "cancelled")
    for _ in shop.seats:
        booking.hold(site=shop.site, starts_at=FIRST, at=SHOP_TIME)
    with pytest.raises(workflow.MoveNotAllowed):
        workflow.undo(job.pk, by=None, at=SHOP_TIME)
    job.refresh_from_db()
    assert (job.status, job.last_seq) == (Status.CANCELLED, 2)


def test_a_visit_stays_while_another_job_of_it_is_left(job: Job, shop: Any) -> None:
    other = make_job(shop.site, shop.screen, visit=job.appointment)
    go(job, "cancelled")
    assert SlotCell.objects.count() == 2
    go(other, "cancelled")
    assert not SlotCell.objects.exists()


def test_a_job_cancelled_on_the_bench_keeps_its_visit_as_it_was(job: Job) -> None:
    go(job, "received", "cancelled")
    assert Hold.objects.get().state == Hold.State.CONFIRMED


def test_a_move_takes_a_fixed_handful_of_statements(job: Job) -> None:
    with CaptureQueriesContext(connection) as first:
        go(job, "received")
    OrmQ.objects.all().delete()
    with CaptureQueriesContext(connection) as second:
        go(job, "diagnosing")
    assert len(first) <= 14
    assert len(second) <= 14


def test_followups_run_inside_the_moves_transaction(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**facts: Any) -> None:
        raise RuntimeError("the post room is shut")

    monkeypatch.setattr(followups.outbox, "post", broken)
    with pytest.raises(RuntimeError):
        workflow.move(job.pk, to="received", by=None, at=LATER)
    job.refresh_from_db()
    assert (job.status, job.last_seq, job.events.count()) == (Status.BOOKED, 1, 1)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_staff_who_move_a_job_at_once_make_one_change() -> None:
    shop = make_shop()
    job = make_job(shop.site, shop.screen)
    go(job, "received", "diagnosing")

    def move(to: str) -> JobEvent:
        return workflow.move(job.pk, to=to, by=None, at=LATER, expected="diagnosing")

    # Each of the two leads to the other, so only what everybody saw can tell that they are late.
    results = race(*[lambda to=to: move(to) for to in ("waiting_parts", "repairing") * 4])
    won = [result for result in results if isinstance(result, JobEvent)]
    lost = [result for result in results if isinstance(result, workflow.MoveNotAllowed)]
    job.refresh_from_db()
    assert (len(won), len(lost)) == (1, 7), results
    assert (job.status, job.last_seq) == (won[0].status, 4)
    assert list(job.events.values_list("seq", flat=True)) == [1, 2, 3, 4]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_notes_written_at_once_get_numbers_without_gap_or_double() -> None:
    shop = make_shop()
    job = make_job(shop.site, shop.screen)
    staff = make_staff()

    def write(n: int) -> JobEvent:
        return jobs.write_note(job.pk, note=f"note {n}", by=staff, at=LATER)

    results = race(*[lambda n=n: write(n) for n in range(8)])
    assert all(isinstance(result, JobEvent) for result in results), results
    assert sorted(event.seq for event in results) == list(range(2, 10))
