"""Open pages stay true: the tracking page and the bench board, in a real browser over real streams."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone

from repairs import jobs, photos, tracking, workflow
from repairs.models import Job, Photo
from tests.factories import Shop, make_contact, make_shop, make_staff
from tests.repairs.pictures import picture, sent

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PROMISED = 2_000  # milliseconds; held by the drill, for a loaded machine must not break the suite
SOON = 30_000


def open_job(shop: Shop, name: str = "iPhone 8") -> Job:
    wanted = jobs.NewJob(device=shop.iphone_8, subject_name=name)
    contact = make_contact(shop.site, email=f"{name.replace(' ', '')}@example.com")
    return jobs.open_jobs(site=shop.site, contact=contact, appointment=None, wanted=[wanted], at=timezone.now())[0]


def follow(served: str, page: Any, *, within: int) -> None:
    """Move a job on the bench and wait until its open tracking page says so."""
    job, staff = open_job(make_shop()), make_staff()
    page.goto(f"{served}/track/{tracking.token(job)}/")
    badge = page.locator("[data-live-badge][data-state=live]")
    badge.wait_for()
    before = page.locator("h1").inner_text()
    workflow.move(job.pk, to="received", by=staff, at=timezone.now(), note="On the bench by noon.")
    page.get_by_text("On the bench by noon.").first.wait_for(timeout=within)
    assert page.locator("h1").inner_text() != before
    assert badge.locator("time").count() == 1


def test_an_open_tracking_page_says_the_new_status_by_itself(served: str, page: Any):
    follow(served, page, within=SOON)


@pytest.mark.drill
def test_an_open_tracking_page_says_the_new_status_within_two_seconds(served: str, page: Any):
    follow(served, page, within=PROMISED)


def test_a_page_whose_connection_was_cut_catches_up(served: str, chromium: Any):
    job, staff = open_job(make_shop()), make_staff()
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{served}/track/{tracking.token(job)}/")
    page.locator("[data-live-badge][data-state=live]").wait_for()
    page.route("**/live/**", lambda route: route.abort())
    context.set_offline(True)
    workflow.move(job.pk, to="received", by=staff, at=timezone.now(), note="First news.")
    page.locator("[data-live-badge][data-state=offline]").wait_for()
    workflow.move(job.pk, to="diagnosing", by=staff, at=timezone.now(), note="Second news.")
    page.unroute("**/live/**")
    context.set_offline(False)
    page.get_by_text("Second news.").first.wait_for()
    page.get_by_text("First news.").first.wait_for()
    page.locator("[data-live-badge][data-state=live]").wait_for()
    context.close()


def test_an_open_board_shows_a_new_job_and_a_move_without_losing_the_keyboard(served: str, page: Any):
    shop, staff = make_shop(), make_staff()
    first = open_job(shop, "iPhone 8")
    client = Client()
    client.force_login(staff)
    cookie = client.cookies[django_settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": django_settings.SESSION_COOKIE_NAME, "value": cookie, "url": served}])
    page.goto(f"{served}/bench/board/")
    page.locator("[data-live-badge][data-state=live]").wait_for()
    page.locator("[data-card-link]").first.focus()
    open_job(shop, "iPhone 12")
    page.locator("[data-card-link]", has_text="iPhone 12").wait_for(timeout=SOON)
    assert page.evaluate("document.activeElement.textContent").strip() == "iPhone 8"
    workflow.move(first.pk, to="received", by=staff, at=timezone.now())
    page.locator("section.column", has=page.locator("#column-received")).get_by_text("iPhone 8").wait_for(timeout=SOON)


def a_photo(job: Job, category: str = "completed", caption: str = "New glass") -> Photo:
    return photos.take_in(
        site=job.site, file=sent(picture(300, 200)), at=timezone.now(), job=job, category=category, caption=caption
    )


def test_notes_photos_and_promises_come_to_an_open_page_without_it_jumping(served: str, page: Any):
    job, staff = open_job(make_shop()), make_staff()
    page.set_viewport_size({"width": 390, "height": 700})
    page.goto(f"{served}/track/{tracking.token(job)}/")
    page.locator("[data-live-badge][data-state=live]").wait_for()
    page.locator("footer").scroll_into_view_if_needed()
    page.evaluate("scrollTo(0, 240)")
    page.evaluate("window.kept = document.querySelector('h1')")
    jobs.write_note(job.pk, note="Part arrives Friday", by=staff, at=timezone.now(), public=True)
    page.get_by_text("Part arrives Friday").wait_for(timeout=SOON)
    a_photo(job)
    page.locator("[data-live-region=photos] img").first.wait_for(timeout=SOON)
    jobs.promise(job.pk, promised_at=timezone.now() + timedelta(days=1), by=staff, at=timezone.now())
    page.get_by_text("Promised for").wait_for(timeout=SOON)
    assert page.evaluate("window.kept === document.querySelector('h1')"), "the page was loaded anew"
    assert page.evaluate("scrollY") > 0


def test_photos_and_notes_of_the_time_without_a_network_are_there_afterwards(served: str, chromium: Any):
    job, staff = open_job(make_shop()), make_staff()
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{served}/track/{tracking.token(job)}/")
    page.locator("[data-live-badge][data-state=live]").wait_for()
    page.route("**/live/**", lambda route: route.abort())
    context.set_offline(True)
    workflow.move(job.pk, to="received", by=staff, at=timezone.now())
    page.get_by_text("Offline, catching up").wait_for()
    jobs.write_note(job.pk, note="Glass ordered", by=staff, at=timezone.now(), public=True)
    first, second = a_photo(job, "progress", "Opened"), a_photo(job)
    page.unroute("**/live/**")
    context.set_offline(False)
    page.get_by_text("Glass ordered").wait_for()
    for photo in (first, second):
        page.locator(f"[data-live-region=photos] [data-key='{photo.key}']").wait_for()
    page.locator("[data-live-badge][data-state=live]").wait_for()
    context.close()


def test_a_photo_opens_large_by_keyboard_and_stays_open_when_news_comes(served: str, page: Any):
    job, staff = open_job(make_shop()), make_staff()
    a_photo(job, "progress", "Opened")
    a_photo(job)
    page.goto(f"{served}/track/{tracking.token(job)}/")
    page.locator("[data-live-badge][data-state=live]").wait_for()
    page.locator("[data-lightbox]").first.focus()
    page.keyboard.press("Enter")
    dialog = page.locator("dialog[open]")
    dialog.wait_for()
    assert dialog.locator("[data-lightbox-words]").inner_text() == "Opened"
    page.keyboard.press("ArrowRight")
    assert dialog.locator("[data-lightbox-words]").inner_text() == "New glass"
    jobs.write_note(job.pk, note="All well.", by=staff, at=timezone.now(), public=True)
    page.get_by_text("All well.").wait_for(state="attached", timeout=SOON)
    assert dialog.count() == 1
    page.keyboard.press("Escape")
    assert dialog.count() == 0


def test_a_withdrawn_link_leaves_nothing_on_the_screen(served: str, chromium: Any):
    job = open_job(make_shop())
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{served}/track/{tracking.token(job)}/")
    page.locator("[data-live-badge][data-state=live]").wait_for()
    tracking.revoke(job)
    page.get_by_text("This link does not open a repair").wait_for(timeout=SOON)
    assert job.reference not in page.content()
    context.close()
