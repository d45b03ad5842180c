"""What the bench's pages ask for in the background: the same buttons, the same guards, the same words."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notifications.models import Message
from repairs import jobs, workflow
from repairs.bench import filters, people
from repairs.models import Job
from tests.factories import make_staff, make_user
from tests.repairs.bench_bed import BOARD, JSON, make_crowd, make_visit_job, page_of, put
from tests.repairs.factories import make_job


@pytest.fixture
def staff(shop: Any, client: Any) -> Any:
    """A technician, logged in."""
    user = make_staff()
    client.force_login(user)
    return user


@pytest.fixture
def job(shop: Any) -> Job:
    """A booked job without a visit."""
    return make_job(shop.site, shop.screen)


def shown(client: Any, **asked: str) -> set[Job]:
    return {card.job for column in client.get(BOARD, asked).context["columns"] for card in column.cards}


def test_a_script_hears_the_sentence_and_the_page_says_nothing_twice(job: Job, staff: Any, client: Any) -> None:
    answer = client.post(f"{page_of(job)}move/", {"to": "received", "expected": "booked"}, headers=JSON)
    assert (answer.status_code, answer.json()) == (200, {"said": f"{job} is now “Received”."})
    assert not list(client.get(BOARD).context["messages"])


def test_of_two_people_who_move_a_card_one_wins_and_the_other_hears_of_it(job: Job, staff: Any, client: Any) -> None:
    other = Client()
    other.force_login(make_staff("second@example.com"))
    first = client.post(f"{page_of(job)}move/", {"to": "received", "expected": "booked"}, headers=JSON)
    second = other.post(f"{page_of(job)}move/", {"to": "cancelled", "expected": "booked"}, headers=JSON)
    assert (first.status_code, second.status_code) == (200, 409)
    assert "Somebody moved this job in the meantime: it is “Received” now." in second.json()["said"]
    job.refresh_from_db()
    assert (job.status, job.last_seq) == ("received", 2)


@pytest.mark.parametrize(
    ("act", "given", "status"),
    [
        ("move", {"to": "ready"}, 409),
        ("move", {"to": "flying"}, 422),
        ("move", {"to": "received", "note": "a\x00b"}, 422),
        ("undo", {}, 409),
        ("assign", {}, 422),
        ("assign", {"to": "999999"}, 422),
        ("assign", {"to": "\x00"}, 422),
        ("note", {"note": ""}, 422),
        ("note", {"note": "x" * 4001}, 422),
        ("promise", {"promised_at": "2001-01-01T10:00"}, 409),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_changes_nothing(
    job: Job, staff: Any, client: Any, act: str, given: dict[str, str], status: int
) -> None:
    answer = client.post(f"{page_of(job)}{act}/", given, headers=JSON)
    assert answer.status_code == status
    assert answer.json()["said"]
    job.refresh_from_db()
    assert (job.status, job.last_seq, job.technician, job.promised_at) == ("booked", 1, None, None)


def test_nobody_without_the_right_acts_in_the_background_either(job: Job, client: Any) -> None:
    for user in (None, make_user(), make_staff("viewer@example.com", permissions=("see_bench",))):
        if user:
            client.force_login(user)
        answer = client.post(f"{page_of(job)}move/", {"to": "received"}, headers=JSON)
        assert answer.status_code == (403 if user else 302)
    job.refresh_from_db()
    assert job.status == "booked"


def test_acts_need_the_token_of_a_form(job: Job, staff: Any) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(staff)
    assert strict.post(f"{page_of(job)}move/", {"to": "received"}, headers=JSON).status_code == 403


def test_a_job_is_given_to_anybody_of_the_bench_and_to_nobody_else(job: Job, staff: Any, client: Any) -> None:
    colleague, customer = make_staff("tariq@example.com"), make_user("ada@example.com")
    gone = make_staff("gone@example.com")
    gone.is_active = False
    gone.save()
    for to, status, technician in (
        (str(colleague.pk), 200, colleague),
        ("nobody", 200, None),
        ("me", 200, staff),
        (str(customer.pk), 422, staff),
        (str(gone.pk), 422, staff),
    ):
        assert client.post(f"{page_of(job)}assign/", {"to": to}, headers=JSON).status_code == status
        job.refresh_from_db()
        assert job.technician == technician
    page = client.get(page_of(job)).content.decode()
    assert "tariq" in page
    assert "ada@example.com" not in page


@pytest.mark.django_db
def test_two_colleagues_of_one_name_have_addresses_of_their_own() -> None:
    names = ["Ana", "Ana", "Mine", "Łukasz", "王"]
    users = [make_user(f"{n}@example.com", first_name=name) for n, name in enumerate(names)]
    assert [person.word for person in people.named(users)] == ["ana", "ana-2", "mine-1", "ukasz", "colleague"]


def test_filters_live_in_the_address(shop: Any, staff: Any, client: Any) -> None:
    plain = make_job(shop.site, shop.screen)
    mine = make_job(shop.site, shop.screen, device=shop.iphone_13, hand_over="courier")
    jobs.assign(mine.pk, technician=staff, by=staff, at=timezone.now())
    urgent = make_job(shop.site, shop.screen, urgent=True, promised_at=timezone.now() - timedelta(hours=1))
    assert shown(client) == {plain, mine, urgent}
    assert shown(client, who="mine") == shown(client, who="bench") == shown(client, family="phones") == {mine}
    assert shown(client, hand_over="courier") == shown(client, family="iphone") == {mine}
    assert shown(client, who="nobody") == {plain, urgent}
    assert (
        shown(client, urgent="1") == shown(client, overdue="1") == shown(client, who="nobody", urgent="1") == {urgent}
    )
    assert shown(client, who="stranger") == shown(client, family="cars") == set()


@pytest.mark.parametrize("nonsense", ["\x00", "<b>", "a" * 500, "' OR 1=1", "../"])
def test_a_filter_that_makes_no_sense_is_left_out(shop: Any, staff: Any, client: Any, nonsense: str) -> None:
    job = make_job(shop.site, shop.screen)
    assert shown(client, family=nonsense, hand_over=nonsense, urgent=nonsense, show=nonsense, who="") == {job}


def test_filters_say_themselves_again_as_an_address() -> None:
    chosen = filters.read({"who": "mine", "urgent": "1", "hand_over": "by-pigeon"})
    assert (chosen.query, chosen.active, filters.Filters().query) == ("?who=mine&urgent=1", True, "")


def test_a_phone_shows_one_column_the_asked_one_or_the_first_with_work(shop: Any, staff: Any, client: Any) -> None:
    put(make_job(shop.site, shop.screen), "testing")
    assert client.get(BOARD).context["shown"] == "testing"
    assert client.get(BOARD, {"show": "ready"}).context["shown"] == "ready"


def test_a_column_counts_its_broken_promises(shop: Any, staff: Any, client: Any) -> None:
    for status in ("repairing", "repairing", "ready"):
        put(make_job(shop.site, shop.screen, promised_at=timezone.now() - timedelta(hours=1)), status)
    late = {column.status: column.late for column in client.get(BOARD).context["columns"]}
    assert (late["repairing"], late["ready"]) == (2, 0)


def test_the_board_takes_as_many_statements_with_sixty_jobs_as_with_three(shop: Any, staff: Any, client: Any) -> None:
    make_crowd(shop, staff, number=3)
    client.get(BOARD)
    with CaptureQueriesContext(connection) as few:
        client.get(BOARD)
    make_crowd(shop, staff, number=57)
    with CaptureQueriesContext(connection) as many:
        client.get(BOARD)
    assert len(many) == len(few) <= 24


def test_the_job_page_shows_what_became_of_each_message(shop: Any, staff: Any, client: Any) -> None:
    job = make_visit_job(shop, minutes=0)
    other = make_visit_job(shop, minutes=5)
    for each in (job, other):
        workflow.move(each.pk, to="received", by=staff, at=timezone.now())
    Message.objects.filter(channel="sms").update(status="failed", error="No such number.")
    sent = client.get(page_of(job)).context["messages_sent"]
    assert {(message.channel, message.status) for message, _title in sent} == {("email", "queued"), ("sms", "failed")}
    assert all(job.reference in message.dedupe_key for message, _title in sent)
    assert "No such number." in client.get(page_of(job)).content.decode()


def test_quick_promises_are_at_five_and_still_to_come(shop: Any) -> None:
    from datetime import datetime  # noqa: PLC0415
    from zoneinfo import ZoneInfo  # noqa: PLC0415

    zone = ZoneInfo("Europe/London")
    morning = datetime(2026, 3, 28, 9, 0, tzinfo=zone)
    asked = jobs.quick_promises(at=morning, zone=zone)
    assert [each.isoformat() for each in asked] == [
        "2026-03-28T17:00:00+00:00",
        "2026-03-29T17:00:00+01:00",
        "2026-03-30T17:00:00+01:00",
    ]
    assert len(jobs.quick_promises(at=morning.replace(hour=17), zone=zone)) == 2


def test_a_moment_that_is_over_cannot_be_promised(job: Job, staff: Any) -> None:
    now = timezone.now()
    with pytest.raises(jobs.PromiseInThePast):
        jobs.promise(job.pk, promised_at=now, by=staff, at=now)
    job.refresh_from_db()
    assert (job.promised_at, job.last_seq) == (None, 1)
