"""A guest books on a phone: by touch, with reloads, a second device, no line for a while; and by keyboard alone."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from oscar.apps.order.models import Order

from repairs.models import Job
from shop.models import Draft, DraftItem, Quote
from tests.factories import make_shop
from tests.journeys.test_in_the_browser import choose_a_time, describe, go_on_to_details, pay, press, saved

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "locale": "en-GB"}


@pytest.fixture
def phone(chromium: Any) -> Iterator[Any]:
    """A fresh visitor with a phone. A script error fails the test; a lost line may be logged."""
    context = chromium.new_context(**PHONE)
    tab = context.new_page()
    errors: list[str] = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.set_default_timeout(45_000)
    yield tab
    context.close()
    assert errors == []


def find_device(page: Any, address: str) -> None:
    """Type it, touch it."""
    page.goto(f"{address}/book/")
    page.locator("input[name=q]").type("iphone 8", delay=20)
    page.locator("[role=option][href*='device=iphone-8']").first.tap()
    page.wait_for_url("**/book/?device=iphone-8")


def total(page: Any) -> str:
    return page.locator(".order-sheet [data-live-total]").first.inner_text()


def test_a_guest_books_on_a_phone_from_the_search_to_the_confirmation(served: str, phone: Any):
    make_shop()
    find_device(phone, served)
    assert not Draft.objects.exists()
    phone.get_by_text("Screen repair").first.tap()
    phone.locator(".order-sheet").get_by_text("£239.99").first.wait_for()
    assert Draft.objects.count() == 1
    phone.get_by_text("Battery replacement").first.tap()
    phone.locator("[data-live-total]").filter(has_text="£347.98").first.wait_for(state="attached")
    phone.locator(".order-sheet summary").first.tap()
    phone.locator(".order-sheet__lines").get_by_text("Older device").first.wait_for()
    phone.locator(".order-sheet summary").first.tap()
    phone.get_by_text("Poor", exact=True).tap()
    phone.locator("[data-live-total]").filter(has_text="£452.36").first.wait_for(state="attached")
    saved(phone)
    assert "/issue/" in phone.url
    describe(phone)
    choose_a_time(phone)
    go_on_to_details(phone)
    pay(phone)
    phone.get_by_role("button", name="Approve").tap()
    phone.wait_for_url("**/checkout/thank-you/**")
    order = Order.objects.get()
    assert str(order.total_incl_tax) == "452.36"
    job = Job.objects.get()
    assert (job.problem, job.tasks.count()) == ("The glass is cracked.", 2)


def test_reload_and_back_lose_nothing(served: str, phone: Any):
    make_shop()
    phone.goto(f"{served}/book/?device=iphone-8&repair=screen-repair")
    phone.locator("textarea[name=problem]").fill("It fell into the bath.")
    saved(phone)
    phone.reload()
    assert phone.locator("textarea[name=problem]").input_value() == "It fell into the bath."
    press(phone)
    phone.wait_for_url("**/time/**")
    phone.get_by_text("Urgent", exact=True).tap()
    saved(phone)
    phone.go_back()
    assert phone.locator("textarea[name=problem]").input_value() == "It fell into the bath."
    assert phone.locator("input[value=screen-repair]").is_checked()
    phone.go_forward()
    phone.wait_for_url("**/time/**")
    assert phone.locator("input[name=urgency][value=urgent]").is_checked()
    assert DraftItem.objects.count() == Quote.objects.count() == 1


def test_what_was_typed_just_before_a_reload_is_there_again(served: str, phone: Any):
    make_shop()
    phone.goto(f"{served}/book/?device=iphone-8&repair=screen-repair")
    phone.locator("textarea[name=problem]").fill("One")
    saved(phone)
    phone.locator("textarea[name=problem]").fill("One, two")
    phone.reload()  # sooner than the script saves
    phone.wait_for_function("document.querySelector('textarea[name=problem]').value === 'One, two'")
    saved(phone)
    assert DraftItem.objects.get().problem == "One, two"


def test_what_is_typed_before_the_script_is_there_is_saved_when_it_comes(served: str, phone: Any):
    make_shop()
    held: list[Any] = []
    phone.route("**/js/draft*.js", lambda route: held.append(route))  # noqa: PLW0108 - it must be a function
    phone.goto(f"{served}/book/?device=iphone-8&repair=screen-repair", wait_until="commit")
    phone.locator("textarea[name=problem]").fill("Typed on a slow line")
    held[0].continue_()
    saved(phone)
    assert DraftItem.objects.get().problem == "Typed on a slow line"


def test_another_device_goes_on_with_the_link_and_the_last_to_write_wins(served: str, phone: Any, chromium: Any):
    make_shop()
    phone.goto(f"{served}/book/?device=iphone-8&repair=screen-repair")
    phone.locator("textarea[name=problem]").fill("From the phone")
    saved(phone)
    phone.locator("[data-draft-link]").first.tap()
    panel = phone.locator("dialog.draft-dialog")
    link = panel.locator("#id_link").input_value()
    assert panel.locator("svg").first.is_visible()
    phone.keyboard.press("Escape")
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    desk = context.new_page()
    desk.goto(link)
    desk.wait_for_url("**/time/**")
    desk.get_by_role("link", name=re.compile("Issue")).click()
    assert desk.locator("textarea[name=problem]").input_value() == "From the phone"
    desk.locator("textarea[name=problem]").fill("From the desk")
    saved(desk)
    context.close()
    phone.reload()
    assert phone.locator("textarea[name=problem]").input_value() == "From the desk"


def test_offline_everything_stays_on_the_phone_and_is_sent_when_the_line_is_back(served: str, phone: Any):
    make_shop()
    phone.goto(f"{served}/book/?device=iphone-8&repair=screen-repair")
    phone.locator("textarea[name=problem]").fill("Before")
    saved(phone)
    phone.context.set_offline(True)
    phone.locator("textarea[name=problem]").fill("Typed in the tunnel")
    phone.get_by_text("Battery replacement").first.tap()
    phone.get_by_text("Offline. Kept on this phone, sent when you are back.").wait_for()
    press(phone)  # goes nowhere, loses nothing
    assert "/issue/" in phone.url
    assert DraftItem.objects.get().problem == "Before"
    phone.context.set_offline(False)
    phone.locator("[data-live-total]").filter(has_text="£347.98").first.wait_for(state="attached")
    saved(phone)
    assert DraftItem.objects.get().problem == "Typed in the tunnel"
    phone.reload()
    assert phone.locator("textarea[name=problem]").input_value() == "Typed in the tunnel"
    assert phone.locator("input[value=battery-replacement]").is_checked()


def tab_to(page: Any, wanted: str) -> None:
    """Press Tab until the focus is on what is wanted, as somebody does who has no mouse."""
    for _press in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
    raise AssertionError(f"Tab never comes to {wanted} on {page.url}")


def test_the_whole_booking_goes_by_keyboard_alone(served: str, page: Any):
    make_shop()
    page.goto(f"{served}/book/")
    tab_to(page, "input[name=q]")
    page.keyboard.type("iphone 8")
    page.locator("[role=option][data-device=iphone-8]").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/book/?device=iphone-8")
    tab_to(page, "input[value=screen-repair]")
    page.keyboard.press("Space")
    saved(page)
    tab_to(page, "input[name=condition]")
    page.keyboard.press("ArrowDown")
    page.locator("[data-live-total]").filter(has_text="£263.99").first.wait_for(state="attached")
    saved(page)
    tab_to(page, "#step .form-actions button:not([name])")
    page.keyboard.press("Enter")
    page.wait_for_url("**/time/**")
    tab_to(page, "button.day[aria-current] ~ button.day ~ button.day")
    page.keyboard.press("Enter")
    page.locator("button.day[aria-current]:focus").wait_for()
    tab_to(page, ".times [name=starts_at]")
    page.keyboard.press("Space")
    saved(page)
    tab_to(page, "#step .form-actions button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/photos/**")
    tab_to(page, "#step .form-actions button[value=continue]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/checkout/**")
    for name, typed in (("name", "Ada Smith"), ("email", "ada@example.com"), ("phone", "07911 123456")):
        tab_to(page, f"input[name={name}]")
        page.keyboard.type(typed)
    page.keyboard.press("Enter")
    page.wait_for_url("**/checkout/review/**")
    tab_to(page, "input[name=pay_by]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    tab_to(page, "#step .form-actions button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/demo/pay/**")
    tab_to(page, "button[value=approve]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/checkout/thank-you/**")
    assert str(Order.objects.get().total_incl_tax) == "263.99"
    assert Job.objects.count() == 1


def test_a_time_of_the_last_day_cannot_be_chosen_while_another_day_is_on_its_way(served: str, page: Any):
    make_shop()
    page.goto(f"{served}/book/?device=iphone-8&repair=screen-repair")
    describe(page)
    held: list[Any] = []

    def hold(route: Any) -> None:
        held.append(route)

    page.route("**/time/", hold)
    page.locator("button.day").nth(2).click()
    page.locator(".times[inert]").wait_for()
    held[0].continue_()
    page.unroute("**/time/", hold)
    page.locator(".times:not([inert])").wait_for()
    page.locator(".times [name=starts_at]").first.check(force=True)
    press(page)
    page.wait_for_url("**/photos/**")


def test_what_is_saved_in_passing_never_undoes_the_details_that_were_sent(served: str, page: Any):
    make_shop()
    page.goto(f"{served}/book/?device=iphone-8&repair=screen-repair")
    describe(page)
    choose_a_time(page)
    go_on_to_details(page)
    page.locator("input[name=name]").fill("Ada Smith")
    page.locator("input[name=email]").fill("ada@example.com")
    cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    before = Session.objects.get(session_key=cookies["sessionid"]).session_data
    with page.expect_response(lambda answer: answer.status == 204):
        page.locator("input[name=phone]").fill("07911 123456")
    assert Session.objects.get(session_key=cookies["sessionid"]).session_data == before
    page.reload()
    assert page.locator("input[name=phone]").input_value() == "+44 7911 123456"
    press(page)
    page.wait_for_url("**/checkout/review/**")
