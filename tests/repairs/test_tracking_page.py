"""The page behind a tracking link: what it tells, what it never tells, and how long somebody may guess at it."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from notifications import outbox, tasks
from notifications.models import Message
from repairs import jobs, photos, tracking, workflow
from repairs.live_knocks import Misses, address_of, read_rate
from repairs.live_rows import as_json
from repairs.models import Closure, Job, JobEvent, OpeningHours, Photo
from repairs.templatetags.references import keeping
from tests.factories import SHOP_TIME, make_contact, make_staff
from tests.repairs.factories import make_job, make_visit
from tests.repairs.pictures import picture, sent

PERSONAL = "Zebedee Quux, zebedee.q@example.com, +447911987654, 14 Privet Drive"


@pytest.fixture
def job(shop: Any) -> Job:
    """A booked job with a visit, whose customer and problem are full of things to keep secret."""
    contact = make_contact(shop.site, name="Zebedee Quux", email="zebedee.q@example.com", phone="+447911987654")
    made = make_job(shop.site, shop.screen, visit=make_visit(shop.site, contact))
    Job.objects.filter(pk=made.pk).update(problem=f"My PIN is 4711. {PERSONAL}")
    made.refresh_from_db()
    return made


def add_photo(job: Job, category: str = "damage", caption: str = "", public: bool = True, at: Any = SHOP_TIME) -> Photo:
    return photos.take_in(
        site=job.site, file=sent(picture()), at=at, job=job, category=category, caption=caption, public=public
    )


def page_of(job: Job, client: Client) -> str:
    answer = client.get(tracking.link(job))
    assert answer.status_code == 200
    return answer.content.decode()


def secrets_in(text: str, shop_email: str = "hello@mendwell.example") -> list[str]:
    secrets = ("Zebedee", "Quux", "zebedee", "7911", "987654", "Privet", "4711", "PIN", "Hildegard", "Bingen", "£")
    return [word for word in secrets if word in text.replace(shop_email, "")]


def live_a_full_life(job: Job) -> None:
    """Everything that staff and post room do to a job, by somebody with a name."""
    staff = make_staff("hildegard@example.com")
    type(staff).objects.filter(pk=staff.pk).update(first_name="Hildegard", last_name="Bingen")
    staff.refresh_from_db()
    jobs.assign(job.pk, technician=staff, by=staff, at=SHOP_TIME)
    jobs.promise(job.pk, promised_at=SHOP_TIME + timedelta(days=2), by=staff, at=SHOP_TIME)
    jobs.write_note(job.pk, note=f"Called {PERSONAL}, agreed on £99", by=staff, at=SHOP_TIME)
    for to in ("received", "repairing", "testing", "ready"):
        workflow.move(job.pk, to=to, by=staff, at=SHOP_TIME, note="All well.")
    add_photo(job, caption=f"Taken at home by {PERSONAL}")
    add_photo(job, "completed", caption="New glass")
    outbox.post(
        kind="track.link", contact=job.contact, context={"customer_name": job.contact.name},
        dedupe_key=f"track.link:{job.reference}:1", at=SHOP_TIME,
    )  # fmt: skip
    tasks.drain(at=SHOP_TIME)
    job.refresh_from_db()


def test_nothing_personal_is_on_the_page_in_the_api_or_in_the_stream(job: Job, client: Client) -> None:
    live_a_full_life(job)
    page = page_of(job, client)
    assert "All well." in page
    assert "New glass" in page
    assert "What we sent you" in page
    token = tracking.token(job)
    api = client.get(f"/api/v1/repairs/{token}/").content.decode()
    events = client.get(f"/api/v1/repairs/{token}/events/").content.decode()
    columns = ("job_id", "seq", "kind", "status", "note", "at")
    stream = "".join(as_json(row) for row in JobEvent.objects.filter(public=True).values_list(*columns))
    assert "All well." in api
    assert "All well." in stream
    for text in (page, api, events, stream):
        assert secrets_in(text) == []


def test_what_was_sent_is_told_by_kind_channel_and_time_alone(job: Job, client: Client) -> None:
    workflow.move(job.pk, to="received", by=None, at=SHOP_TIME)
    assert "What we sent you" not in page_of(job, client), "what waits in the outbox was not sent yet"
    tasks.drain(at=SHOP_TIME)
    page = page_of(job, client)
    assert "We have your device" in page
    assert "E-mail:" in page
    assert "SMS:" in page
    assert Message.objects.filter(text__contains="Zebedee").exists()
    assert secrets_in(page) == []


def test_what_others_were_sent_is_not_told(job: Job, shop: Any, client: Client) -> None:
    other = make_job(shop.site, shop.screen)
    workflow.move(other.pk, to="received", by=None, at=SHOP_TIME)
    tasks.drain(at=SHOP_TIME)
    assert "What we sent you" not in page_of(job, client)


def test_only_public_photos_are_shown_and_handed_out(job: Job, shop: Any, client: Client) -> None:
    seen, hidden = add_photo(job), add_photo(job, "progress", public=False)
    others = add_photo(make_job(shop.site, shop.screen))
    page = page_of(job, client)
    assert str(seen.key) in page
    assert str(hidden.key) not in page
    for size in photos.SIZES:
        answer = client.get(f"{tracking.link(job)}photos/{seen.key}/{size}/")
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
        for other in (hidden, others):
            assert client.get(f"{tracking.link(job)}photos/{other.key}/{size}/").status_code == 404
    assert client.get(f"{tracking.link(job)}photos/{seen.key}/original/").status_code == 404
    assert client.get(f"/track/nonsense/photos/{seen.key}/image/").status_code == 404


def test_a_withdrawn_link_hands_out_no_photo(job: Job, client: Client) -> None:
    address = f"{tracking.link(job)}photos/{add_photo(job).key}/image/"
    assert client.get(address).status_code == 200
    tracking.revoke(job)
    assert client.get(address).status_code == 404


def test_before_and_after_stand_side_by_side_once_both_are_there(job: Job, client: Client) -> None:
    add_photo(job)
    assert "Before the repair" not in page_of(job, client)
    add_photo(job, "completed")
    assert "Before the repair" in page_of(job, client)
    assert "After the repair" in page_of(job, client)


def test_the_page_says_what_to_bring_and_when_the_shop_is_open(job: Job, client: Client) -> None:
    assert "What to bring" in page_of(job, client)
    assert "09:00–18:00" in page_of(job, client)
    Closure.objects.create(site=job.site, date=timezone.localdate(timezone=job.site.shopsettings.zone))
    assert "Closed" in page_of(job, client)
    OpeningHours.objects.all().delete()
    workflow.move(job.pk, to="received", by=None, at=SHOP_TIME)
    job.refresh_from_db()
    assert "What to bring" not in page_of(job, client)


def test_a_device_that_is_sent_is_not_brought(job: Job, client: Client) -> None:
    Job.objects.filter(pk=job.pk).update(hand_over="postal")
    page = page_of(job, client)
    assert "Send it to us" in page
    assert "Bring it to the shop" not in page


def strange_links(job: Job) -> dict[str, str]:
    """Links that open nothing, each for a reason of its own."""
    good = tracking.token(job)
    old = signing.dumps({"j": job.reference, "v": job.link_version - 1}, salt=tracking.SALT)
    return {
        "unknown": signing.dumps({"j": "R-NONE-NONE", "v": 1}, salt=tracking.SALT),
        "withdrawn": old,
        "forged": good[:-2] + ("AA" if good[-2:] != "AA" else "BB"),
        "other purpose": signing.dumps({"j": job.reference, "v": 1}, salt="another"),
        "reference": job.reference,
        "rubbish": "x" * 400,
    }


def test_every_link_that_opens_nothing_is_answered_alike_at_the_same_cost(
    job: Job, client: Client, django_assert_num_queries: Any
) -> None:
    answers = set()
    client.get(f"/track/{tracking.token(job)}/")  # what is read once for the process
    first = client.get("/track/none/")
    for token in strange_links(job).values():
        with django_assert_num_queries(first_cost(client)):
            answer = client.get(f"/track/{token}/")
        headers = {name: value for name, value in answer.items() if name not in ("Date", "Content-Length")}
        answers.add((answer.status_code, answer.content, str(sorted(headers.items()))))
    assert len(answers) == 1
    assert first.status_code == 404


def first_cost(client: Client) -> int:
    """How many statements a made-up link takes."""
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    with CaptureQueriesContext(connection) as found:
        client.get("/track/none/")
    return len(found)


def test_guessing_is_slowed_down_and_following_is_not(job: Job, client: Client, settings: Any) -> None:
    settings.TRACK_RATE = "3/min"
    for _ in range(20):
        assert client.get(tracking.link(job)).status_code == 200
    for number in range(3):
        assert client.get(f"/track/guess-{number}/").status_code == 404
    late = client.get("/track/guess-3/")
    assert late.status_code == 429
    assert late["Retry-After"] == "60"
    assert "That was a little fast" in late.content.decode()
    assert client.get(tracking.link(job)).status_code == 429, "a hit after many misses would tell that it was one"
    assert client.get(tracking.link(job), REMOTE_ADDR="198.51.100.7").status_code == 200


def test_photos_cannot_be_guessed_at_faster_than_pages(job: Job, client: Client, settings: Any) -> None:
    settings.TRACK_RATE = "2/min"
    photo = add_photo(job)
    for _ in range(2):
        assert client.get(f"/track/guess/photos/{photo.key}/image/").status_code == 404
    assert client.get(f"/track/guess/photos/{photo.key}/image/").status_code == 429


def test_a_limit_can_be_switched_off(job: Job, client: Client, settings: Any) -> None:
    settings.TRACK_RATE = ""
    assert {client.get(f"/track/guess-{number}/").status_code for number in range(40)} == {404}


@pytest.mark.parametrize(("text", "rate"), [("30/min", (30, 60)), ("5/h", (5, 3600)), ("", (0, 0)), (" 2/s ", (2, 1))])
def test_rates_are_read(text: str, rate: tuple[int, int]) -> None:
    assert read_rate(text) == rate


@pytest.mark.parametrize("text", ["many", "3", "3/fortnight", "-1/min", "/min"])
def test_a_rate_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no rate"):
        read_rate(text)


@pytest.mark.parametrize(
    ("forwarded", "proxies", "address"),
    [
        ("", 0, "10.0.0.9"),
        ("203.0.113.5", 0, "10.0.0.9"),  # nobody in front of us may say so
        ("203.0.113.5", 1, "203.0.113.5"),
        ("6.6.6.6, 203.0.113.5", 1, "203.0.113.5"),  # what the visitor wrote itself does not count
        ("6.6.6.6, 203.0.113.5, 10.0.0.1", 2, "203.0.113.5"),
        ("203.0.113.5", 3, "203.0.113.5"),
        ("", 2, "10.0.0.9"),
    ],
)
def test_an_address_is_the_one_that_our_own_proxies_saw(forwarded: str, proxies: int, address: str) -> None:
    assert address_of("10.0.0.9", forwarded, proxies) == address


def test_streams_remember_who_missed_without_remembering_everybody(monkeypatch: Any) -> None:
    monkeypatch.setattr("repairs.live_knocks.MOST_ADDRESSES", 5)
    monkeypatch.setattr("repairs.live_knocks.monotonic", lambda: 1000.0)
    misses = Misses("2/min")
    me = {"client": ("198.51.100.1", 1), "headers": []}
    misses.note(me)
    assert not misses.too_many(me)
    misses.note(me)
    assert misses.too_many(me)
    assert not misses.too_many({"client": ("198.51.100.2", 1), "headers": []})
    for number in range(50):
        misses.note({"client": (f"203.0.113.{number}", 1), "headers": []})
    assert len(misses.counts) == 5
    monkeypatch.setattr("repairs.live_knocks.monotonic", lambda: 1061.0)
    assert not misses.too_many(me)


def test_no_heading_breaks_inside_a_short_name_and_none_says_what_it_was_given_unescaped() -> None:
    assert keeping("Your iPhone 13 is ready", "iPhone 13") == 'Your <span class="nowrap">iPhone 13</span> is ready'
    assert keeping("Your A & B is ready", "A & B") == 'Your <span class="nowrap">A &amp; B</span> is ready'
    long = "<b>MacBook Pro 14-inch (M3)</b>"
    assert keeping(f"Your {long} is ready", long) == "Your &lt;b&gt;MacBook Pro 14-inch (M3)&lt;/b&gt; is ready"
