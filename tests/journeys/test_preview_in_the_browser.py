"""An editor's preview button shows the draft in the frontend, while the public reads what was published."""

from typing import Any

import pytest
from django.test import Client

from tests.api.content import make_pages
from tests.factories import make_shop, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def logged_in(page: Any, address: str) -> None:
    """The browser with the session of an owner."""
    client = Client()
    client.force_login(make_user("owner@example.com", is_staff=True, is_superuser=True))
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}])


def in_the_frontend(page: Any) -> Any:
    """Open the preview panel, choose the preview client, and look into the frame within its frame."""
    page.get_by_role("button", name="Toggle preview").click()
    page.frame_locator("[data-side-panel=preview] iframe").last.locator("h1").first.wait_for()
    page.locator("[data-side-panel=preview]").get_by_role("combobox").select_option("in-preview-client")
    return page.frame_locator("[data-side-panel=preview] iframe").last.frame_locator("iframe")


def test_the_preview_button_shows_a_draft_page_in_the_frontend(served: str, page: Any) -> None:
    pages = make_pages(make_shop())
    logged_in(page, served)
    page.goto(f"{served}/cms/pages/{pages['offer'].pk}/edit/")
    page.locator("#id_title").fill("Screens, soon")
    shown = in_the_frontend(page)
    shown.get_by_text("Draft: not published").wait_for()
    assert shown.get_by_role("heading", level=1).inner_text() == "Heading"
    shown.get_by_role("link", name="Screens, soon").first.wait_for()
    page.locator("#id_title").fill("Screens, sooner")
    shown.get_by_role("link", name="Screens, sooner").first.wait_for()
    public = page.context.browser.new_page()
    public.goto(f"{served}/preview-client/screens/")
    public.get_by_role("link", name="Screens", exact=True).first.wait_for()
    assert public.get_by_text("soon").count() == 0 and public.get_by_text("Draft: not published").count() == 0
    public.close()


def test_the_preview_button_shows_a_draft_device_in_the_frontend(served: str, page: Any) -> None:
    shop = make_shop()
    make_pages(shop)
    logged_in(page, served)
    page.goto(f"{served}/cms/snippets/cms/subject/edit/{shop.iphone_8.pk}/")
    page.locator("#id_name").fill("iPhone 8, soon")
    shown = in_the_frontend(page)
    shown.get_by_role("heading", name="iPhone 8, soon").wait_for()
    shown.get_by_text("Draft: not published").wait_for()
    shown.get_by_role("heading", name="Screen repair").wait_for()


def test_a_visitor_of_the_frontend_reads_on_and_writes_to_the_shop(served: str, page: Any) -> None:
    make_pages(make_shop())
    page.goto(f"{served}/preview-client/")
    page.get_by_role("heading", name="Mended well").wait_for()
    page.goto(f"{served}/preview-client/screens/")
    page.get_by_role("link", name="About us").first.click()
    page.wait_for_url("**/preview-client/about/")
    page.get_by_text("We mend.").wait_for()
    page.goto(f"{served}/preview-client/contact/")
    page.get_by_label("Your name").fill("Ada Smith")
    page.get_by_label("E-mail").fill("ada@example.com")
    page.get_by_label("A repair").check()
    page.get_by_label("Your message").fill("Do you mend watches?")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("Thank you. We answer within one working day.").wait_for()
    page.goto(f"{served}/preview-client/devices/iphone-8/")
    page.get_by_role("link", name="Book this repair").first.wait_for()
