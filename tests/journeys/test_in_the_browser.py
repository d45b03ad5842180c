"""The first sale in a real browser, and a tracking page that follows the bench while it is open."""

from typing import Any

import pytest
from django.utils import timezone
from oscar.apps.order.models import Order

from notifications.models import Message
from repairs import tracking, workflow
from repairs.models import Job
from tests.factories import make_shop, make_staff
from tests.queue import work_off

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def buy(page: Any, address: str) -> None:
    """From the shop window to the demo bank, by keyboard and mouse as a visitor would."""
    page.goto(f"{address}/devices/iphone-8/screen-repair/")
    page.get_by_label("Poor").check(force=True)
    page.get_by_label("Urgent").check(force=True)
    page.get_by_text("467.98").first.wait_for()
    page.locator("main a[href*='/book/?'][href*='urgency=urgent']:visible").first.click()
    describe(page)
    choose_a_time(page)
    go_on_to_details(page)
    pay(page)


def describe(page: Any) -> None:
    """The issue step: the problem in own words, kept in passing, then onward."""
    page.locator("textarea[name=problem]").fill("The glass is cracked.")
    saved(page)
    press(page)
    page.wait_for_url("**/time/**")


def saved(page: Any) -> None:
    """Wait until the server has what was typed."""
    page.locator("[data-draft-state][data-state=saved]").wait_for()


def go_on_to_details(page: Any) -> None:
    """Past the photos, which nobody has to add."""
    page.wait_for_url("**/photos/**")
    page.goto(page.url.replace("/photos/", "/details/"))
    page.wait_for_url("**/checkout/**")


def pay(page: Any) -> None:
    """Who comes, and how it is paid."""
    page.locator("input[name=name]").fill("Ada Smith")
    page.locator("input[name=email]").fill("ada@example.com")
    page.locator("input[name=phone]").fill("07911 123456")
    press(page)
    page.wait_for_url("**/checkout/review/**")
    page.locator("input[name=pay_by][value=demo]").check(force=True)
    if page.locator("input[name=agree]").count():
        page.locator("input[name=agree]").check()
    press(page)
    page.wait_for_url("**/demo/pay/**")


def press(page: Any, form: str = "#step") -> None:
    """Press the form's visible main button; on a phone it is in the bar at the bottom."""
    inside = page.locator(f"main {form} button[type=submit]:not([name]):not(.visually-hidden):visible")
    beside = page.locator(f"main button[form={form.lstrip('#')}]:visible") if form.startswith("#") else inside
    (inside if inside.count() else beside).last.click()


def choose_a_time(page: Any, number: int = 0) -> None:
    """The second day from tomorrow, so that no time runs out while the test runs, and one of its starts."""
    page.locator("button.day").nth(2).click()
    page.locator("button.day[aria-current]").nth(0).wait_for()
    saved(page)
    page.locator(".times [name=starts_at]").nth(number).check(force=True)
    press(page)


def test_a_visitor_buys_and_the_open_tracking_page_follows_the_bench(served: str, page: Any):
    make_shop()
    buy(page, served)
    page.get_by_role("button", name="Approve").click()
    page.wait_for_url("**/checkout/thank-you/**")
    work_off()
    assert Order.objects.get().status == "paid"
    job = Job.objects.get()
    page.goto(f"{served}/track/{tracking.token(job)}/")
    page.get_by_text("Live", exact=False).first.wait_for()
    workflow.move(job.pk, to="received", by=make_staff(), at=timezone.now(), note="On the bench by noon.")
    page.get_by_text("On the bench by noon.").first.wait_for(timeout=10_000)


def test_a_tracking_page_that_lost_its_connection_catches_up(served: str, page: Any):
    make_shop()
    buy(page, served)
    page.get_by_role("button", name="Approve").click()
    page.wait_for_url("**/checkout/thank-you/**")
    job, staff = Job.objects.get(), make_staff()
    page.goto(f"{served}/track/{tracking.token(job)}/")
    page.get_by_text("Live", exact=False).first.wait_for()
    page.context.set_offline(True)
    workflow.move(job.pk, to="received", by=staff, at=timezone.now(), note="First news.")
    workflow.move(job.pk, to="diagnosing", by=staff, at=timezone.now(), note="Second news.")
    page.context.set_offline(False)
    page.get_by_text("Second news.").first.wait_for(timeout=10_000)
    page.get_by_text("First news.").first.wait_for()


def test_an_abandoned_payment_can_be_taken_up_again(served: str, page: Any):
    make_shop()
    buy(page, served)
    page.get_by_role("button", name="Abandon").click()
    page.wait_for_url("**/checkout/pay/**")
    press(page, "form[method=post]")
    page.wait_for_url("**/demo/pay/**")
    page.get_by_role("button", name="Approve").click()
    page.wait_for_url("**/checkout/thank-you/**")
    work_off()
    assert Message.objects.filter(kind="payment.settled").count() == 1
