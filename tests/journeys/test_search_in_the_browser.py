"""The device search as a combobox: by keyboard, announced, and as a plain form without script."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.factories import make_shop

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_mistyped_wish_is_chosen_with_the_keyboard_alone(served: str, page: Any) -> None:
    make_shop()
    page.goto(f"{served}/devices/")
    field = page.get_by_role("combobox", name="Which device needs mending?")
    field.press_sequentially("iphne 13 scren")
    option = page.get_by_role("option", name="iPhone 13")
    expect(option).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.locator("[data-device-status]")).to_contain_text("1 answer")
    field.press("Escape")
    expect(field).to_have_attribute("aria-expanded", "false")
    field.press("ArrowDown")
    expect(option).to_be_visible()
    field.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == option.get_attribute("id")
    field.press("Enter")
    page.wait_for_url("**/devices/iphone-13/screen-repair/")


def test_a_page_may_keep_the_choice_for_itself(served: str, page: Any) -> None:
    make_shop()
    page.goto(f"{served}/devices/")
    page.evaluate(
        """document.addEventListener("device:chosen", (event) => {
            event.preventDefault(); document.title = JSON.stringify(event.detail); })"""
    )
    page.get_by_role("combobox").press_sequentially("a2633")
    page.get_by_role("option", name="iPhone 13").click()
    expect(page).to_have_title('{"device":"iphone-13","repair":"","name":"iPhone 13"}')
    assert page.url.endswith("/devices/")


def test_the_search_is_a_form_without_script(served: str, chromium: Any) -> None:
    make_shop()
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{served}/devices/")
    page.get_by_role("searchbox").fill("iphne 8")
    page.get_by_role("button", name="Find it").click()
    page.get_by_role("link", name="iPhone 8").click()
    assert page.url.endswith("/devices/iphone-8/")
    context.close()
