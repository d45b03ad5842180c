"""A technician's day in two real browsers: by keyboard, by hand, and seen live by a colleague."""

import contextlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from notifications.models import Message
from repairs import jobs, workflow
from repairs.models import Appointment, Job
from tests.factories import Shop, make_contact, make_shop, make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SOON = 30_000


def visitor(shop: Shop, name: str) -> Job:
    """A job whose customer is expected now."""
    now = timezone.now()
    contact = make_contact(shop.site, email=f"{name.replace(' ', '').lower()}@example.com")
    visit = Appointment.objects.create(
        site=shop.site,
        reference=f"A-{name}",
        contact=contact,
        starts_at=now,
        ends_at=now + timedelta(minutes=30),
        state="confirmed",
    )
    task = jobs.NewTask(repair_type=shop.screen, name="Screen repair", minutes=60)
    wanted = jobs.NewJob(device=shop.iphone_8, subject_name=name, problem="Fell on the stairs.", tasks=[task])
    return jobs.open_jobs(site=shop.site, contact=contact, appointment=visit, wanted=[wanted], at=now)[0]


@pytest.fixture
def log_in(served: str, chromium: Any) -> Iterator[Callable[..., Any]]:
    """Opens a browser of its own for a member of staff, who logs in at the door that everybody uses."""
    contexts: list[Any] = []
    errors: list[str] = []

    def enter(email: str, **more: Any) -> Any:
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 800}, "locale": "en-GB", **more})
        contexts.append(context)
        tab = context.new_page()
        tab.set_default_timeout(30_000)
        tab.on("pageerror", lambda error: errors.append(str(error)))
        tab.goto(f"{served}/accounts/login/?next=/bench/")
        tab.fill("input[name=login]", email)
        tab.fill("input[name=password]", "a-good-pass-phrase")
        tab.click("main form button[type=submit]")
        tab.locator("[data-live-badge][data-state=live]").wait_for()
        return tab

    yield enter
    for context in contexts:
        context.close()
    assert errors == []


def column(page: Any, status: str) -> Any:
    return page.locator(f"[data-column={status}]")


def status_of(job: Job) -> str:
    job.refresh_from_db()
    return job.status


def ready(page: Any) -> None:
    """Wait until the board listens to news and to hands."""
    page.locator("[data-live-badge][data-state=live]").wait_for()
    page.locator("[data-board-frame][data-can-drag]").wait_for()


def open_board(page: Any, served: str) -> None:
    page.goto(f"{served}/bench/board/")
    ready(page)


def drag(page: Any, job: Job, status: str) -> None:
    """Take the card of a job by hand and let it go over a column."""
    # Right after another drag there are two: the card, and its picture on the way back.
    card = page.locator(f"[data-card][data-key='{job.reference}']").last.bounding_box()
    there = column(page, status).bounding_box()
    page.mouse.move(card["x"] + 40, card["y"] + 14)
    page.mouse.down()
    page.mouse.move(card["x"] + 60, card["y"] + 30)
    page.mouse.move(there["x"] + there["width"] / 2, there["y"] + 60, steps=6)
    page.mouse.up()


def test_a_technicians_day(served: str, log_in: Callable[..., Any], shots: str) -> None:
    shop = make_shop()
    make_staff("tariq@example.com")
    make_staff("ana@example.com")
    job = visitor(shop, "iPhone 8")
    page, colleague = log_in("tariq@example.com"), log_in("ana@example.com")

    # Today: the first visitor is here, taken in without a mouse.
    page.keyboard.press("ArrowDown")
    page.keyboard.press("m")
    page.keyboard.press("Enter")
    page.locator(".visit[data-state=here]").wait_for()
    assert status_of(job) == "received"
    colleague.get_by_text(f"tariq moved {job.reference} to “Received”").first.wait_for(timeout=SOON)
    colleague.locator(".visit[data-state=here]").wait_for(timeout=SOON)

    # The board by keyboard: mine, and on to the next column.
    page.keyboard.press("b")
    page.wait_for_url("**/bench/board/")
    ready(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("a")
    page.get_by_text(f"{job} is yours.").wait_for()
    page.keyboard.press("m")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    column(page, "repairing").locator(f"[data-key='{job.reference}']").wait_for()
    page.get_by_text("is now “Being repaired”").wait_for()
    assert status_of(job) == "repairing"
    assert page.evaluate("document.activeElement.id") == f"job-{job.reference}"

    # By hand: a column that cannot be is refused in words, the next one takes the card, undo takes it back.
    drag(page, job, "collected")
    page.get_by_text("A job that is “Being repaired” cannot become “Collected”.").wait_for()
    column(page, "repairing").locator(f"[data-key='{job.reference}']").wait_for()
    drag(page, job, "testing")
    column(page, "testing").locator(f"[data-key='{job.reference}']").wait_for()
    page.get_by_text("is now “Being tested”").wait_for()
    assert status_of(job) == "testing"
    page.keyboard.press("u")
    column(page, "repairing").locator(f"[data-key='{job.reference}']").wait_for()
    page.get_by_text("is “Being repaired” again").wait_for()  # the card goes there before the server has said yes
    assert status_of(job) == "repairing"
    page.screenshot(path=f"{shots}/bench-board.png")

    # The job: a note that the customer sees, a promise, ready, collected.
    page.locator(f"#job-{job.reference}").focus()
    page.keyboard.press("Enter")
    page.locator("[data-job]").wait_for()
    page.get_by_label("Write a note").fill("New glass is in.")
    page.locator("#note-public").check(force=True)
    page.get_by_role("button", name="Write down").click()
    page.get_by_text("Noted for the customer.").wait_for()
    page.locator(".job__quick button").last.click()
    page.get_by_text("The customer sees the new time on the tracking page.").wait_for()
    for word in ("Being tested", "Ready"):
        page.get_by_role("button", name=word, exact=True).click()
        page.locator(".job__state .badge", has_text=word).wait_for()
    page.screenshot(path=f"{shots}/bench-job.png")
    job.refresh_from_db()
    assert (job.promised_at is not None, job.events.filter(kind="job.note", public=True).count()) == (True, 1)
    assert Message.objects.filter(dedupe_key__startswith=f"job:{job.reference}:ready").exists()
    page.get_by_role("button", name="Collected", exact=True).click()
    page.get_by_text("This job is finished.").wait_for()
    colleague.get_by_text(f"tariq moved {job.reference} to “Collected”").first.wait_for(timeout=SOON)
    page.locator("[data-live-badge][data-state=live]").wait_for()
    page.keyboard.press("u")
    page.locator(".job__state .badge", has_text="Ready").wait_for()
    assert status_of(job) == "ready"


def test_two_people_at_one_card_one_wins_and_the_other_hears_of_it(log_in: Callable[..., Any], served: str) -> None:
    shop, ana = make_shop(), make_staff("ana@example.com")
    make_staff("tariq@example.com")
    job = visitor(shop, "iPhone 12")
    page = log_in("tariq@example.com")
    page.route("**/live/**", lambda route: route.abort())  # before it opens: a stream that runs cannot be cut off
    page.goto(f"{served}/bench/board/")
    page.locator("[data-board-frame][data-can-drag]").wait_for()
    page.route("**/bench/board/", lambda route: route.abort())  # this screen stays as it was
    workflow.move(job.pk, to="cancelled", by=ana, at=timezone.now())
    refusal = page.get_by_text("Somebody moved this job in the meantime: it is “Cancelled” now.")
    for _ in range(3):  # the board may shift under the hand while it notices that it is cut off
        drag(page, job, "received")
        with contextlib.suppress(PlaywrightTimeout):
            refusal.first.wait_for(timeout=6_000)
            break
    refusal.first.wait_for()
    assert status_of(job) == "cancelled"
    page.unroute("**/bench/board/")
    page.unroute("**/live/**")
    page.reload()
    column(page, "cancelled").locator("[data-count]", has_text="1").wait_for()


def test_a_lost_connection_moves_nothing_and_says_so(log_in: Callable[..., Any], served: str) -> None:
    shop = make_shop()
    make_staff("tariq@example.com")
    job = visitor(shop, "iPhone 13")
    page = log_in("tariq@example.com")
    open_board(page, served)
    page.context.set_offline(True)
    drag(page, job, "received")
    page.get_by_text("The connection is gone: nothing was moved.").wait_for()
    column(page, "booked").locator(f"[data-key='{job.reference}']").wait_for()
    page.context.set_offline(False)
    workflow.move(job.pk, to="received", by=None, at=timezone.now())
    column(page, "received").locator(f"[data-key='{job.reference}']").wait_for(timeout=SOON)


def test_a_finger_held_on_a_card_drags_it_and_one_that_swipes_does_not(log_in: Callable[..., Any], served: str) -> None:
    shop = make_shop()
    make_staff("tariq@example.com")
    job = visitor(shop, "iPhone 13")
    page = log_in("tariq@example.com", has_touch=True)
    open_board(page, served)
    card = page.locator(f"[data-card][data-key='{job.reference}']").bounding_box()
    there = column(page, "received").bounding_box()
    start = {"x": card["x"] + 40, "y": card["y"] + 14}
    end = {"x": there["x"] + 60, "y": there["y"] + 60}
    fingers = page.context.new_cdp_session(page)

    def touch(kind: str, *points: dict[str, float]) -> None:
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    touch("touchStart", start)
    touch("touchMove", {"x": start["x"], "y": start["y"] + 200})  # a swipe along the column
    touch("touchEnd")
    assert status_of(job) == "booked"
    # On a slow machine the swipe may have held long enough to lift the card; it lies again before the next touch.
    page.locator("[data-board]:not([data-dragging-now])").wait_for()
    page.locator(".job-card--ghost").wait_for(state="detached")
    touch("touchStart", start)
    page.locator("[data-board][data-dragging-now]").wait_for()
    touch("touchMove", {"x": start["x"] + 20, "y": start["y"] + 20})
    touch("touchMove", end)
    page.locator("[data-column=received][data-over]").wait_for()  # a hand lets go where it sees that the card may lie
    touch("touchEnd")
    column(page, "received").locator(f"[data-key='{job.reference}']").wait_for()
    page.get_by_text("is now “Received”").wait_for()
    assert status_of(job) == "received"


def test_a_new_booking_is_announced_and_rings_only_where_it_was_asked_for(log_in: Callable[..., Any]) -> None:
    shop = make_shop()
    make_staff("tariq@example.com")
    page = log_in("tariq@example.com")
    switch = page.locator("[data-sound]")
    assert switch.get_attribute("aria-pressed") == "false"
    switch.click()
    page.reload()
    page.locator("[data-live-badge][data-state=live]").wait_for()
    assert switch.get_attribute("aria-pressed") == "true"
    page.evaluate(
        "() => { window.rings = 0; const start = OscillatorNode.prototype.start;"
        "OscillatorNode.prototype.start = function (at) { window.rings += 1; return start.call(this, at); } }"
    )
    visitor(shop, "iPhone 8")
    page.locator(".toast", has_text="New booking: iPhone 8").wait_for(timeout=SOON)
    page.wait_for_function("window.rings === 2")


def test_a_technician_works_with_a_phone(log_in: Callable[..., Any], served: str, shots: str) -> None:
    shop = make_shop()
    make_staff("tariq@example.com")
    job = visitor(shop, "iPhone 8")
    page = log_in("tariq@example.com", viewport={"width": 390, "height": 844}, has_touch=True)
    page.get_by_role("button", name="Arrived").click()
    page.locator(".visit[data-state=here]").wait_for()
    page.get_by_role("navigation", name="Bench").get_by_role("link", name="Board").click()
    page.get_by_role("link", name="Received 1").click()
    page.locator(f"#job-{job.reference}").click()
    page.get_by_role("button", name="Being diagnosed").click()
    page.locator(".job__state .badge", has_text="Being diagnosed").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.screenshot(path=f"{shots}/bench-phone.png")
    assert status_of(job) == "diagnosing"
