"""The calendar file of a visit, read back as a calendar program reads it."""

from datetime import timedelta
from typing import Any

import icalendar
import pytest
from django.test import Client
from django.urls import reverse

from repairs import booking, tracking
from repairs.models import Job
from tests.factories import SHOP_TIME, Shop, make_contact
from tests.repairs.factories import FIRST, make_job, make_visit


@pytest.fixture
def job(shop: Shop) -> Job:
    return make_job(shop.site, shop.screen, visit=make_visit(shop.site, make_contact(shop.site)))


def read(client: Client, job: Job) -> Any:
    answer = client.get(reverse("track-visit", args=[tracking.token(job)]))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert answer.headers["Cache-Control"] == "no-store"
    (event,) = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    return event


def test_the_file_tells_when_where_and_how_to_follow(client: Client, job: Job) -> None:
    event = read(client, job)
    assert event.decoded("dtstart") == FIRST
    assert event.to_ical().count(b"DTSTART:20261123T140000Z") == 1
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(minutes=30)
    assert "12 Coldharbour Lane, London SE5 9NR" in event["location"]
    assert tracking.link(job).rsplit(":", 2)[0] in event["description"]
    assert job.reference in event["description"]
    (alarm,) = event.walk("VALARM")
    assert alarm.decoded("trigger") == -timedelta(hours=24)


def test_a_file_opened_again_changes_the_same_entry(client: Client, job: Job) -> None:
    assert read(client, job)["uid"] == read(client, job)["uid"]
    other = make_job(job.site, job.tasks.get().repair_type, visit=job.appointment)
    assert read(client, other)["uid"] == read(client, job)["uid"]


def test_a_visit_that_was_taken_back_takes_its_entry_back(client: Client, job: Job) -> None:
    before = read(client, job)
    booking.free(appointment=job.appointment, at=SHOP_TIME)
    after = read(client, job)
    assert (after["uid"], str(after["status"])) == (before["uid"], "CANCELLED")
    assert after["sequence"] > before["sequence"]
    assert not after.walk("VALARM")


def test_the_file_holds_nothing_of_the_customer(client: Client, job: Job) -> None:
    text = client.get(reverse("track-visit", args=[tracking.token(job)])).content.decode()
    for secret in (job.contact.name, job.contact.email, str(job.contact.phone)):
        assert secret not in text


def test_strangers_and_repairs_without_a_visit_get_nothing(client: Client, shop: Shop, job: Job) -> None:
    walk_in = make_job(shop.site, shop.screen)
    tokens = ["forged", tracking.token(walk_in), tracking.token(job)[:-1] + "x"]
    tracking.revoke(job)
    for token in [*tokens, "\x00"]:
        assert client.get(f"/track/{token}/visit.ics").status_code == 404
