"""Following a repair by a link: what it shows, what it never shows, and when it stops working."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.utils import timezone

from repairs import jobs, tracking, workflow
from repairs.models import Job
from tests.factories import SHOP_TIME, make_contact, make_staff
from tests.repairs.factories import make_job, make_visit

LATER = SHOP_TIME + timedelta(hours=5)


@pytest.fixture
def job(shop: Any) -> Job:
    """A booked job with a visit; its customer has a name to keep secret."""
    contact = make_contact(shop.site, name="Zebedee Quux", email="zebedee@example.com", phone="+447911987654")
    return make_job(shop.site, shop.screen, visit=make_visit(shop.site, contact))


def go(job: Job, *road: str) -> None:
    for place, to in enumerate(road):
        workflow.move(job.pk, to=to, by=None, at=LATER + timedelta(minutes=place))
    job.refresh_from_db()


def rail(job: Job) -> list[tuple[str, str]]:
    return [(step.status, step.state) for step in tracking.story(job, at=LATER).steps]


def test_a_link_leads_to_its_job_and_can_be_made_again(job: Job) -> None:
    unsigned = tracking.token(job).rsplit(":", 2)[0]  # what follows is signed anew with each second
    assert tracking.link(job).startswith(f"http://testserver/track/{unsigned}:")
    assert tracking.find(tracking.token(job)) == job


@pytest.mark.parametrize("spoil", [lambda t: t[:-1], lambda t: "x" + t, lambda t: t.replace(":", "."), lambda t: ""])
def test_a_damaged_link_opens_nothing(job: Job, spoil: Any, client: Any) -> None:
    bad = spoil(tracking.token(job))
    with pytest.raises(tracking.LinkNotGood) as refusal:
        tracking.find(bad)
    assert refusal.value.code == "not_found"
    assert client.get(f"/track/{bad}/").status_code == 404


def test_a_link_signed_for_something_else_opens_nothing(job: Job, client: Any) -> None:
    other = signing.dumps({"j": job.reference, "v": job.link_version}, salt="another.purpose")
    assert client.get(f"/track/{other}/").status_code == 404
    assert client.get(f"/track/{job.reference}/").status_code == 404


def test_a_revoked_link_opens_nothing_and_a_new_one_does(job: Job, client: Any) -> None:
    old = tracking.link(job)
    assert client.get(old).status_code == 200
    tracking.revoke(job)
    assert client.get(old).status_code == 404
    assert client.get(tracking.link(job)).status_code == 200


def test_the_story_of_a_booked_job_says_when_to_come(job: Job) -> None:
    told = tracking.story(job, at=SHOP_TIME)
    assert told.sentence == "Your iPhone 13 is booked in"
    assert told.starts_at == job.appointment.starts_at
    assert told.tasks == ("Screen repair",)
    assert told.last_seq == 1
    assert rail(job) == [
        ("booked", "now"),
        ("received", "next"),
        ("diagnosing", "next"),
        ("repairing", "next"),
        ("testing", "next"),
        ("ready", "next"),
        ("collected", "next"),
    ]


def test_the_rail_shows_only_stops_that_were_made(job: Job) -> None:
    go(job, "received", "repairing", "waiting_parts", "repairing")
    assert rail(job) == [
        ("booked", "done"),
        ("received", "done"),
        ("waiting_parts", "done"),
        ("repairing", "now"),
        ("testing", "next"),
        ("ready", "next"),
        ("collected", "next"),
    ]
    now = next(step for step in tracking.story(job, at=LATER).steps if step.state == "now")
    assert now.at == LATER + timedelta(minutes=3)


def test_a_move_that_was_taken_back_is_off_the_rail(job: Job) -> None:
    go(job, "received", "diagnosing")
    workflow.undo(job.pk, by=None, at=LATER)
    job.refresh_from_db()
    assert rail(job)[:3] == [("booked", "done"), ("received", "now"), ("diagnosing", "next")]
    assert tracking.story(job, at=LATER).events[-1].label == "Back to “Received”"


def test_a_cancelled_job_ends_where_it_ended(job: Job) -> None:
    go(job, "received", "cancelled")
    assert rail(job) == [("booked", "done"), ("received", "done"), ("cancelled", "now")]
    assert tracking.story(job, at=LATER).finished


@pytest.mark.parametrize("status", Job.Status.values)
def test_every_status_has_a_sentence_a_next_step_and_a_rail(job: Job, status: str) -> None:
    Job.objects.filter(pk=job.pk).update(status=status)
    job.refresh_from_db()
    told = tracking.story(job, at=LATER)
    assert told.sentence
    assert told.next_sentence
    assert [step.status for step in told.steps if step.state == "now"] == [status]


def everything_known(job: Job) -> list[str]:
    return ["Zebedee", "Quux", "zebedee", "example.com", "7911", "987654", "bench@"]


def test_neither_story_nor_page_names_the_customer_or_inner_notes(job: Job, client: Any) -> None:
    staff = make_staff()
    jobs.write_note(job.pk, note="Screw missing", by=staff, at=LATER)
    jobs.write_note(job.pk, note="Part arrives Friday", by=staff, at=LATER, public=True)
    jobs.assign(job.pk, technician=staff, by=staff, at=LATER)
    workflow.move(job.pk, to="received", by=staff, at=LATER, note="Thank you for coming")
    job.refresh_from_db()
    page = client.get(tracking.link(job)).content.decode()
    for text in (page, repr(tracking.story(job, at=LATER))):
        assert "Part arrives Friday" in text
        assert "Thank you for coming" in text
        assert "Screw missing" not in text
        assert [word for word in everything_known(job) if word in text.replace("hello@mendwell.example", "")] == []


def test_the_page_is_private_and_names_its_address_to_nobody(job: Job, client: Any) -> None:
    answer = client.get(tracking.link(job))
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    assert "noindex" in answer["X-Robots-Tag"]
    assert f'data-live-url="/live/{tracking.token(job)[:20]}' in answer.content.decode()


def test_the_page_shows_sentence_visit_and_zone(job: Job, client: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(timezone, "now", lambda: SHOP_TIME)
    page = client.get(tracking.link(job)).content.decode()
    assert "Your iPhone 13 is booked in" in page
    assert "Monday 23 November, 14:00" in page
    assert "GMT" in page


def test_the_page_speaks_the_customers_language(job: Job, client: Any) -> None:
    type(job.contact).objects.update(language="pt-br")
    page = client.get(tracking.link(job)).content.decode()
    assert 'lang="pt-br"' in page
    assert "novembro" in page.lower()


def test_a_finished_job_no_longer_listens(job: Job, client: Any) -> None:
    go(job, "cancelled")
    assert 'data-live-url=""' in client.get(tracking.link(job)).content.decode()


def test_hostile_words_are_shown_as_words(shop: Any, client: Any) -> None:
    job = make_job(shop.site, shop.screen, subject_name="<script>alert(1)</script> 100% %(device)s")
    workflow.move(job.pk, to="received", by=None, at=LATER, note="<img src=x onerror=alert(1)>")
    page = client.get(tracking.link(job)).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_page_takes_a_fixed_number_of_statements(job: Job, client: Any, django_assert_max_num_queries: Any) -> None:
    client.get(tracking.link(job))
    with django_assert_max_num_queries(10) as few:  # one of them: the order, whose money and papers are shown
        client.get(tracking.link(job))
    go(job, "received", "diagnosing", "waiting_parts", "repairing")
    with django_assert_max_num_queries(len(few)):
        client.get(tracking.link(job))


def test_a_visit_that_has_passed_is_said_with_what_to_do(job: Job, client: Any) -> None:
    visit = job.appointment
    visit.starts_at, visit.ends_at = timezone.now() - timedelta(hours=2), timezone.now() - timedelta(hours=1)
    visit.save()
    page = client.get(tracking.link(job)).content.decode()
    assert "We have not seen your iPhone 13 yet" in page
    assert "Your visit was on" in page
    assert "Bring it to the shop" not in page
    assert "Into my calendar" not in page
    assert tracking.has_missed(job, at=visit.ends_at)
    assert not tracking.has_missed(job, at=visit.ends_at - timedelta(minutes=1))
    Job.objects.filter(pk=job.pk).update(hand_over="courier")
    job.refresh_from_db()
    assert not tracking.has_missed(job, at=visit.ends_at), "a device that we fetch is not brought to a visit"
    workflow.move(job.pk, to="received", by=None, at=timezone.now())
    assert "Your iPhone 13 is with us" in client.get(tracking.link(job)).content.decode()


def test_a_promise_that_has_passed_is_said_as_such_until_the_device_is_ready(job: Job, client: Any) -> None:
    for status in ("received", "diagnosing", "repairing"):
        workflow.move(job.pk, to=status, by=None, at=timezone.now())
    promised = timezone.now() - timedelta(hours=3)
    Job.objects.filter(pk=job.pk).update(promised_at=promised)
    job.refresh_from_db()
    page = client.get(tracking.link(job)).content.decode()
    assert "Was promised for" in page
    assert "It takes us longer than we thought" in page
    assert not tracking.is_late(job, at=promised - timedelta(minutes=1))
    workflow.move(job.pk, to="testing", by=None, at=timezone.now())
    workflow.move(job.pk, to="ready", by=None, at=timezone.now())
    assert "promised for" not in client.get(tracking.link(job)).content.decode().lower()
