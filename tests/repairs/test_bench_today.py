"""Today: everything that somebody who opens the shop has to know, and nothing of another shop."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Site

from repairs import jobs
from repairs.bench import today
from repairs.models import Job
from tests.factories import make_staff
from tests.repairs.bench_bed import TODAY, make_crowd, make_visit_job, page_of, put
from tests.repairs.factories import make_job

NOON = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0)


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """Today at noon, so that no test depends on the hour at which it runs."""
    monkeypatch.setattr(timezone, "now", lambda: NOON)
    return NOON


@pytest.fixture
def staff(shop: Any, client: Any) -> Any:
    """A technician, logged in."""
    user = make_staff()
    client.force_login(user)
    return user


def group(client: Any, key: str) -> list[Job]:
    return [card.job for card in client.get(TODAY).context["groups"][key].cards]


def test_visits_stand_in_the_order_of_the_day_and_say_who_is_here(
    shop: Any, noon: datetime, staff: Any, client: Any
) -> None:
    soon = make_visit_job(shop, minutes=60)
    missed = make_visit_job(shop, minutes=-200)
    late = make_visit_job(shop, minutes=-60)
    here = put(make_visit_job(shop, minutes=-120), "received")
    make_visit_job(shop, minutes=60 * 24)
    make_visit_job(shop, minutes=30, state="cancelled")
    page = client.get(TODAY)
    shown = [(visit.card.job, visit.state) for visit in page.context["visits"]]
    assert shown == [(missed, "missed"), (here, "here"), (late, "late"), (soon, "soon")]
    assert "Did not come" in page.content.decode()


def test_one_click_takes_a_visitor_in(shop: Any, noon: datetime, staff: Any, client: Any) -> None:
    job = make_visit_job(shop, minutes=0)
    assert f'action="{page_of(job)}move/"' in client.get(TODAY).content.decode()
    answer = client.post(f"{page_of(job)}move/", {"to": "received", "expected": "booked", "back": TODAY})
    assert answer["Location"] == TODAY
    job.refresh_from_db()
    assert job.status == "received"
    assert [visit.state for visit in client.get(TODAY).context["visits"]] == ["here"]


def test_a_promise_for_today_and_a_broken_one_are_listed_the_oldest_first(
    shop: Any, noon: datetime, staff: Any, client: Any
) -> None:
    def promised(hours: float, status: str = "repairing") -> Job:
        job = make_job(shop.site, shop.screen, promised_at=noon + timedelta(hours=hours))
        return put(job, status)

    today_, overdue = promised(5), promised(-30)
    promised(30), promised(-1, "ready"), promised(-1, "collected")
    assert group(client, "due") == [overdue, today_]
    numbers = client.get(TODAY).context["numbers"]
    assert (numbers["overdue"], numbers["due_today"], numbers["ready"]) == (1, 1, 1)


def test_who_keeps_us_waiting_is_listed(shop: Any, noon: datetime, staff: Any, client: Any) -> None:
    forgotten = put(make_job(shop.site, shop.screen), "ready", days=3)
    put(make_job(shop.site, shop.screen), "ready", days=1)
    unpaid = make_visit_job(shop, minutes=600, state="provisional")
    never_came = make_visit_job(shop, minutes=-60 * 48)
    make_visit_job(shop, minutes=-60 * 24 * 40)
    assert set(group(client, "customer")) == {forgotten, unpaid, never_came}


def test_parts_nobodys_and_my_jobs_have_their_lists(shop: Any, noon: datetime, staff: Any, client: Any) -> None:
    parts = put(make_job(shop.site, shop.screen), "waiting_parts", days=4)
    mine = put(make_job(shop.site, shop.screen), "repairing")
    jobs.assign(mine.pk, technician=staff, by=staff, at=noon)
    put(make_job(shop.site, shop.screen), "booked")
    assert (group(client, "parts"), group(client, "free"), group(client, "mine")) == ([parts], [parts], [mine])
    assert "for 4 d" in client.get(TODAY).content.decode()


def test_a_long_list_says_how_many_more_there_are(shop: Any, noon: datetime, staff: Any, client: Any) -> None:
    for _ in range(today.ROWS + 2):
        put(make_job(shop.site, shop.screen), "waiting_parts")
    found = client.get(TODAY).context["groups"]["parts"]
    assert (len(found.cards), found.count, found.more) == (today.ROWS, today.ROWS + 2, 2)


def test_the_day_is_the_shops_day_not_the_worlds(shop: Any) -> None:
    from zoneinfo import ZoneInfo  # noqa: PLC0415

    late = datetime(2026, 7, 1, 23, 30, tzinfo=ZoneInfo("UTC"))
    day = today.day_of(late, ZoneInfo("Europe/London"))
    assert (day.start.isoformat(), day.end.isoformat()) == ("2026-07-02T00:00:00+01:00", "2026-07-03T00:00:00+01:00")


def test_another_shops_day_is_not_told_here(shop: Any, noon: datetime, staff: Any, client: Any) -> None:
    make_visit_job(shop, minutes=10)
    Job.objects.update(site=Site.objects.create(hostname="other.example", root_page=Site.objects.get().root_page))
    context = client.get(TODAY).context
    assert (context["visits"], context["news"], set(context["numbers"].values())) == ([], [], {0})


def test_what_happened_lately_is_told_with_who(shop: Any, staff: Any, client: Any) -> None:
    job = make_job(shop.site, shop.screen)
    Job.objects.filter(pk=job.pk).update(subject_name="Old camera")
    jobs.assign(job.pk, technician=staff, by=staff, at=timezone.now())
    client.post(f"{page_of(job)}move/", {"to": "received"})
    client.post(f"{page_of(job)}undo/")
    words = [item.words for item in client.get(TODAY).context["news"]]
    assert f"bench moved {job.reference} to “Received”" in words
    assert f"bench took {job.reference} back to “Booked”" in words
    assert f"bench gave {job.reference} to bench" in words
    assert {item.kind for item in client.get(TODAY).context["news"] if not item.own} == {"job.booked"}


def test_today_takes_as_many_statements_with_sixty_jobs_as_with_three(shop: Any, staff: Any, client: Any) -> None:
    make_crowd(shop, staff, number=3)
    client.get(TODAY)
    with CaptureQueriesContext(connection) as few:
        client.get(TODAY)
    make_crowd(shop, staff, number=57)
    with CaptureQueriesContext(connection) as many:
        client.get(TODAY)
    assert len(many) == len(few) <= 20
