"""A repair from an editor's first letter to a customer's booking: four people, four browsers, no shell."""

import re
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import expect

from cms.models import RepairType
from tests.cms.editors import person
from tests.factories import make_shop

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def tab_of(chromium: Any, served: str, role: str) -> Any:
    """A browser in which somebody of that role is logged in."""
    cookie = person(role).cookies[settings.SESSION_COOKIE_NAME]
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": served}])
    tab = context.new_page()
    tab.set_default_timeout(45_000)
    return tab


def test_a_repair_is_written_previewed_approved_priced_and_booked(served: str, chromium: Any, page: Any) -> None:
    make_shop()
    editor = tab_of(chromium, served, "editor")
    editor.goto(f"{served}/cms/snippets/cms/repairtype/add/")
    editor.get_by_label("Name", exact=False).first.fill("Speaker repair")
    editor.get_by_label("Name", exact=False).first.blur()
    expect(editor.locator("#id_slug")).to_have_value("speaker-repair")
    editor.get_by_role("button", name="Choose device or category").click()
    editor.locator(".modal").get_by_role("link", name="iPhone 8").click()
    editor.locator("#id_summary").fill("Heard again.")
    editor.get_by_role("button", name="Toggle preview").click()
    frame = editor.frame_locator("#w-preview-iframe")
    expect(frame.get_by_text("Draft: only you see this.")).to_be_visible()
    expect(frame.get_by_role("heading", name="Speaker repair")).to_be_visible()
    editor.get_by_role("button", name="More actions").click()
    editor.get_by_role("button", name="Submit to Moderators approve").click()
    expect(editor.locator(".messages")).to_contain_text("submitted for moderation")
    assert not RepairType.objects.get(slug="speaker-repair").live

    moderator = tab_of(chromium, served, "moderator")
    moderator.goto(f"{served}/cms/")
    expect(moderator.locator("#waiting-section")).to_contain_text("draft to approve")
    moderator.get_by_role("link", name="Speaker repair").first.click()
    expect(moderator.get_by_text("It has no price yet.")).to_be_visible()
    moderator.get_by_role("link", name="Set its price").click()
    expect(moderator.locator("#id_repair_type")).to_have_value(str(RepairType.objects.get(slug="speaker-repair").pk))
    moderator.locator("#id_price").fill("69")
    moderator.get_by_role("button", name="Create").or_(moderator.get_by_role("button", name="Save")).first.click()
    expect(moderator.locator(".messages")).to_contain_text("created")
    moderator.goto(f"{served}/cms/")
    moderator.get_by_role("link", name="Speaker repair").first.click()
    moderator.get_by_role("button", name="More actions").click()
    moderator.get_by_role("button", name=re.compile("^Approve and publish$", re.I)).click()
    expect(moderator.locator(".messages")).to_contain_text("updated")

    page.goto(f"{served}/devices/iphone-8/")
    page.get_by_role("link", name="Speaker repair").click()
    expect(page.locator("[data-live-region=price]")).to_contain_text("£82.80")  # 69 x 1.2: an older device
    page.get_by_role("link", name="Book this repair").first.click()
    expect(page.get_by_role("heading", name="What is wrong with your iPhone 8?")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Speaker repair")).to_be_checked()
    for tab in (editor, moderator):
        tab.context.close()
