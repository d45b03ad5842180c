"""A form of editors in a browser, with script and without: the browser itself says where the post comes from."""

from typing import Any

import pytest
from playwright.sync_api import expect
from wagtail.models import Site

from cms.models import FormAnswer
from notifications.models import Message
from tests.cms.editors_forms import contact_form, home_of
from tests.factories import make_shop

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def fill(tab: Any) -> None:
    tab.get_by_label("Your name").fill("Ada Smith")
    tab.get_by_label("E-mail").fill("ada@example.com")
    tab.get_by_text("A repair", exact=True).click()
    tab.get_by_label("Your message").fill("My phone fell.")


def test_a_visitor_without_script_sends_a_form_and_is_not_suspected(served: str, chromium: Any) -> None:
    contact_form(home_of(make_shop().site))
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844}, locale="en-GB")
    tab = context.new_page()
    tab.goto(f"{served}/contact/")
    assert tab.locator('div:has(> [name="homepage-url"])').bounding_box()["width"] <= 1  # nobody sees the trap
    tab.get_by_role("button", name="Send").click()
    assert not FormAnswer.objects.exists()
    tab.get_by_role("link", name="Your message").click()  # from the summary to the field
    fill(tab)
    tab.get_by_role("button", name="Send").click()
    expect(tab.get_by_role("heading", name="We have your message")).to_be_visible()
    assert tab.url == f"{served}/contact/sent/"
    tab.reload()
    kept = FormAnswer.objects.get()
    assert not kept.suspected
    assert Message.objects.count() == 2
    context.close()


def test_a_page_of_another_site_cannot_send_it(served: str, chromium: Any) -> None:
    page = contact_form(home_of(make_shop().site))
    assert Site.objects.filter(root_page=page.get_parent()).exists()
    context = chromium.new_context(locale="en-GB")
    tab = context.new_page()
    elsewhere = served.replace("127.0.0.1", "localhost")
    tab.route(f"{elsewhere}/evil/", lambda route: route.fulfill(content_type="text/html", body=forged(served)))
    tab.goto(f"{elsewhere}/evil/")
    with tab.expect_navigation() as moved:
        tab.locator("button").click()
    assert moved.value.status == 403
    assert not FormAnswer.objects.exists()
    context.close()


def forged(served: str) -> str:
    """A page of somebody else that sends our form."""
    fields = {"your_name": "Eve", "e_mail": "ada@example.com", "what_is_it_about": "A repair", "your_message": "Buy"}
    inputs = "".join(f'<input name="{name}" value="{value}">' for name, value in fields.items())
    return f'<form method="post" action="{served}/contact/">{inputs}<button>Win a prize</button></form>'
