"""The bench: who may see it, what it shows, and that its buttons do what they say."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core import signing
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notifications.models import Message
from repairs import tracking, workflow
from repairs.models import Job
from tests.factories import make_contact, make_staff, make_user
from tests.repairs.factories import make_job

TODAY = "/bench/"
BENCH = "/bench/board/"


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


def page_of(job: Job) -> str:
    return f"/bench/jobs/{job.reference}/"


def put(job: Job, status: str, **ago: float) -> None:
    Job.objects.filter(pk=job.pk).update(status=status, status_at=timezone.now() - timedelta(**ago))


def said(answer: Any) -> str:
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


def test_who_is_not_logged_in_is_sent_to_the_door(job: Job, client: Any) -> None:
    for address in (TODAY, BENCH, page_of(job)):
        answer = client.get(address)
        assert answer.status_code == 302
        assert "login" in answer["Location"]
    assert client.post(f"{page_of(job)}move/", {"to": "received"}).status_code == 302
    job.refresh_from_db()
    assert job.status == "booked"


def test_customers_have_no_business_on_the_bench(job: Job, client: Any) -> None:
    client.force_login(make_user())
    for address in (TODAY, BENCH, page_of(job)):
        assert client.get(address).status_code == 403
    for act in ("move", "undo", "note", "assign", "promise", "revoke-link"):
        assert client.post(f"{page_of(job)}{act}/", {"to": "received"}).status_code == 403
    job.refresh_from_db()
    assert (job.status, job.last_seq, job.link_version) == ("booked", 1, 1)


def test_who_may_only_look_finds_no_button_and_cannot_push_one(job: Job, client: Any) -> None:
    client.force_login(make_staff("desk@example.com", permissions=("see_bench",)))
    assert f'action="{page_of(job)}' not in client.get(page_of(job)).content.decode()
    for address in (TODAY, BENCH):
        page = client.get(address).content.decode()
        assert "/move/" not in page
        assert "/assign/" not in page
    assert client.post(f"{page_of(job)}move/", {"to": "received"}).status_code == 403


def test_acts_are_posts(job: Job, staff: Any, client: Any) -> None:
    for act in ("move", "undo", "note", "assign", "promise", "revoke-link"):
        assert client.get(f"{page_of(job)}{act}/").status_code == 405


def test_the_board_has_a_column_for_each_status_with_its_count(shop: Any, staff: Any, client: Any) -> None:
    for status in ("booked", "ready", "ready"):
        put(make_job(shop.site, shop.screen), status)
    context = client.get(BENCH).context
    counts = {column.status: column.count for column in context["columns"]}
    assert set(counts) == set(Job.Status.values)
    assert (counts["booked"], counts["ready"], counts["testing"]) == (1, 2, 0)


def test_who_waits_longest_stands_on_top_and_is_marked(shop: Any, staff: Any, client: Any) -> None:
    young, old, stale = (make_job(shop.site, shop.screen) for _ in range(3))
    put(young, "repairing", minutes=20)
    put(old, "repairing", days=3)
    put(stale, "repairing", days=6)
    column = next(c for c in client.get(BENCH).context["columns"] if c.status == "repairing")
    assert [(card.job, card.age, card.ageing) for card in column.cards] == [
        (stale, "6 d", "stale"),
        (old, "3 d", "old"),
        (young, "20 min", ""),
    ]


def test_a_broken_promise_is_marked_until_the_job_is_ready(shop: Any, staff: Any, client: Any) -> None:
    job = make_job(shop.site, shop.screen, promised_at=timezone.now() - timedelta(hours=1))
    put(job, "repairing")
    assert ">Late</span>" in client.get(BENCH).content.decode()
    put(job, "ready")
    assert ">Late</span>" not in client.get(BENCH).content.decode()


def make_visit_now(shop: Any, *, minutes: int) -> Job:
    from repairs.models import Appointment  # noqa: PLC0415

    start = timezone.now() + timedelta(minutes=minutes)
    contact = make_contact(shop.site, email=f"v{minutes}@example.com")
    visit = Appointment.objects.create(
        site=shop.site,
        reference=f"A-{minutes}",
        contact=contact,
        starts_at=start,
        ends_at=start + timedelta(minutes=30),
        state="confirmed",
    )
    return make_job(shop.site, shop.screen, visit=visit, subject_name=f"Visit {minutes}")


@pytest.mark.parametrize("words", ["{part}", "ada", "IPHONE", "c0@example", "07911 123"])
def test_search_finds_by_part_of_the_reference_name_device_mail_and_telephone(
    job: Job, staff: Any, client: Any, words: str
) -> None:
    asked = words.format(part=job.reference[2:6].lower())
    found = client.get(BENCH, {"q": asked}).context["cards"]
    assert [card.job for card in found] == [job]


def test_a_whole_reference_as_a_scanner_reads_it_opens_its_job(job: Job, staff: Any, client: Any) -> None:
    assert client.get(BENCH, {"q": f" {job.reference.lower()} "})["Location"] == page_of(job)
    assert client.get(BENCH, {"q": "R-NONE-SUCH"}).context["cards"] == []


@pytest.mark.parametrize("words", ["nothing like it", "%", "\x00", "'; --", "x" * 5000])
def test_search_for_nonsense_is_answered_calmly(job: Job, staff: Any, client: Any, words: str) -> None:
    assert client.get(BENCH, {"q": words, "page": "-3", "status": "flying"}).status_code == 200


def test_a_full_column_is_cut_and_leads_to_pages(shop: Any, staff: Any, client: Any) -> None:
    first = make_job(shop.site, shop.screen)
    Job.objects.bulk_create(
        Job(
            site=shop.site,
            reference=f"R-BULK-{n}",
            contact=first.contact,
            subject_name="Phone",
            status="collected" if n % 2 else "ready",
            status_at=timezone.now() - timedelta(minutes=n),
            created_at=timezone.now(),
        )
        for n in range(80)
    )
    columns = {column.status: column for column in client.get(BENCH).context["columns"]}
    assert (columns["ready"].count, len(columns["ready"].cards), columns["ready"].more) == (40, 30, 10)
    assert (columns["collected"].count, len(columns["collected"].cards)) == (40, 5)
    second = client.get(BENCH, {"status": "ready", "page": 2})
    assert len(second.context["cards"]) == 15


def test_mine_shows_only_what_is_mine(job: Job, shop: Any, staff: Any, client: Any) -> None:
    make_job(shop.site, shop.screen)
    client.post(f"{page_of(job)}assign/", {"to": "me"})
    shown = client.get(BENCH, {"who": "mine"}).context["columns"]
    assert [card.job for column in shown for card in column.cards] == [job]


def test_another_sites_jobs_are_not_here(job: Job, staff: Any, client: Any) -> None:
    from wagtail.models import Site  # noqa: PLC0415

    root = Site.objects.get().root_page
    other = Site.objects.create(hostname="other.example", root_page=root)
    Job.objects.update(site=other)
    assert client.get(page_of(job)).status_code == 404
    assert sum(column.count for column in client.get(BENCH).context["columns"]) == 0


def test_the_board_takes_as_many_statements_full_as_empty(shop: Any, staff: Any, client: Any) -> None:
    first = make_job(shop.site, shop.screen)
    make_visit_now(shop, minutes=1)
    client.get(BENCH)
    with CaptureQueriesContext(connection) as few:
        client.get(BENCH)
    for n, status in enumerate(list(Job.Status.values) * 3):
        put(
            make_job(shop.site, shop.screen, visit=None if n % 2 else make_visit_now(shop, minutes=n + 2).appointment),
            status,
        )
    Job.objects.update(technician=staff)
    with CaptureQueriesContext(connection) as many:
        client.get(BENCH)
    assert len(many) == len(few) <= 24
    assert first


def test_the_job_page_takes_as_many_statements_with_a_long_history(job: Job, staff: Any, client: Any) -> None:
    client.get(page_of(job))
    with CaptureQueriesContext(connection) as few:
        client.get(page_of(job))
    for n in range(12):
        client.post(f"{page_of(job)}note/", {"note": f"Note {n}"})
    client.get(page_of(job))  # shows and clears the messages
    with CaptureQueriesContext(connection) as many:
        client.get(page_of(job))
    assert len(many) == len(few) <= 20


def test_the_job_page_shows_who_what_and_where_it_may_go(job: Job, staff: Any, client: Any) -> None:
    answer = client.get(page_of(job))
    page = answer.content.decode()
    for words in ("Ada Smith", "c0@example.com", "+44 7911 123456", "The glass is broken.", "Screen repair"):
        assert words in page
    assert (answer.context["moves"], answer.context["may_cancel"]) == ([("received", "Received")], True)
    assert tracking.find(answer.context["tracking_link"].rstrip("/").split("/")[-1]) == job
    assert "no-store" in answer["Cache-Control"]


def test_an_unknown_job_is_not_found(staff: Any, client: Any) -> None:
    assert client.get("/bench/jobs/R-NONE-SUCH/").status_code == 404
    assert client.post("/bench/jobs/R-NONE-SUCH/move/", {"to": "received"}).status_code == 404


def test_a_move_from_the_page_moves_tells_and_comes_back(job: Job, staff: Any, client: Any) -> None:
    answer = client.post(f"{page_of(job)}move/", {"to": "received", "expected": "booked", "note": "Welcome"})
    assert answer["Location"] == page_of(job)
    job.refresh_from_db()
    assert (job.status, job.events.last().by, job.events.last().note) == ("received", staff, "Welcome")
    assert Message.objects.filter(kind="job.received").exists()
    assert "Received" in said(answer)


def test_a_move_from_the_board_comes_back_to_the_board(job: Job, staff: Any, client: Any) -> None:
    answer = client.post(f"{page_of(job)}move/", {"to": "received", "expected": "booked", "back": f"{BENCH}?who=mine"})
    assert answer["Location"] == f"{BENCH}?who=mine"


@pytest.mark.parametrize("back", ["https://example.com/bench/", "//example.com/", "/bench/\\example.com", "/account/"])
def test_a_button_never_leads_off_the_bench(job: Job, staff: Any, client: Any, back: str) -> None:
    answer = client.post(f"{page_of(job)}move/", {"to": "received", "back": back})
    assert answer["Location"].startswith("/bench/")


def test_a_refused_move_says_why_and_changes_nothing(job: Job, staff: Any, client: Any) -> None:
    for given in ({"to": "ready"}, {"to": "flying"}, {}, {"to": "received", "expected": "testing"}):
        answer = client.post(f"{page_of(job)}move/", given)
        assert answer.status_code == 302
        assert said(answer)
    job.refresh_from_db()
    assert (job.status, job.last_seq) == ("booked", 1)


def test_undo_is_offered_after_a_move_and_takes_it_back(job: Job, staff: Any, client: Any) -> None:
    assert client.get(page_of(job)).context["undo_to"] == ""
    workflow.move(job.pk, to="received", by=staff, at=timezone.now())
    assert client.get(page_of(job)).context["undo_to"] == "Booked"
    client.post(f"{page_of(job)}undo/", {"expected": "received"})
    job.refresh_from_db()
    assert job.status == "booked"
    assert client.get(page_of(job)).context["undo_to"] == ""


def test_a_promise_is_meant_on_the_shops_clock(job: Job, staff: Any, client: Any) -> None:
    client.post(f"{page_of(job)}promise/", {"promised_at": "2027-07-01T15:00"})
    job.refresh_from_db()
    assert job.promised_at.isoformat() == "2027-07-01T14:00:00+00:00"
    assert "15:00" in client.get(page_of(job)).content.decode()


@pytest.mark.parametrize("moment", ["", "tomorrow", "2027-03-28T01:30", "99999-01-01T00:00"])
def test_a_promise_for_no_real_moment_is_refused(job: Job, staff: Any, client: Any, moment: str) -> None:
    answer = client.post(f"{page_of(job)}promise/", {"promised_at": moment})
    assert said(answer)
    job.refresh_from_db()
    assert job.promised_at is None


def test_notes_are_inner_unless_ticked(job: Job, staff: Any, client: Any) -> None:
    client.post(f"{page_of(job)}note/", {"note": "Inner"})
    client.post(f"{page_of(job)}note/", {"note": "Outer", "public": "on"})
    assert list(job.events.filter(kind="job.note").values_list("note", "public")) == [("Inner", False), ("Outer", True)]


def test_withdrawing_the_link_is_one_button(job: Job, staff: Any, client: Any) -> None:
    old = tracking.link(job)
    client.post(f"{page_of(job)}revoke-link/")
    assert client.get(old).status_code == 404


def test_the_board_carries_a_ticket_for_its_own_site(job: Job, shop: Any, staff: Any, client: Any) -> None:
    address = client.get(BENCH).context["live_url"]
    ticket = address.split("ticket=")[1]
    assert signing.loads(ticket, salt="mendwell.bench-live") == {"site": shop.site.pk}


def test_names_and_notes_are_shown_as_words(shop: Any, staff: Any, client: Any) -> None:
    job = make_job(shop.site, shop.screen, subject_name="<b>phone</b>", thing={"<i>serial</i>": "<u>1</u>"})
    client.post(f"{page_of(job)}note/", {"note": "<script>alert(1)</script>"})
    page = client.get(page_of(job)).content.decode() + client.get(BENCH).content.decode()
    assert "<b>phone" not in page
    assert "<i>serial" not in page
    assert "<script>alert" not in page
