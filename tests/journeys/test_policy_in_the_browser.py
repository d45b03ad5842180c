"""A browser refuses nothing on our pages: every kind of page is opened and none breaks its own policy.

The `page` fixture fails on every error of the console, so all browser tests look for this; here are the pages that no
other opens, and what only a browser can tell.
"""

from typing import Any

import pytest

from cms.models import ShopSettings
from cms.versions import bump
from repairs.models import Job
from tests.api.content import make_pages
from tests.factories import Shop, make_shop, make_user
from tests.journeys.test_in_the_browser import buy

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

COLOUR = "#7a1f5c"
WATCH = """document.addEventListener("securitypolicyviolation", (event) =>
  console.error("refused", event.effectiveDirective, event.blockedURI, event.sourceFile, event.lineNumber));"""
PUBLIC = ("/", "/prices/", "/devices/iphone-8/", "/devices/iphone-8/screen-repair/", "/book/", "/track/", "/api/docs/")
STAFF = (
    "/bench/", "/bench/board/", "/bench/new/", "/bench/messages/", "/demo/inbox/", "/account/", "/accounts/security/",
    "/dashboard/", "/dashboard/orders/", "/dashboard/vouchers/create/", "/django-admin/", "/cms/", "/cms/pages/",
    "/cms/reports/site-history/", "/cms/images/add/",
)  # fmt: skip


def a_bank_elsewhere(settings: Any, address: str) -> str:
    """The demo bank on another origin than the shop, as real providers are. Gives that origin."""
    there = address.replace("127.0.0.1", "localhost")
    demo = settings.PAYMENT_PROVIDERS["demo"]
    options = {**demo["OPTIONS"], "origin": there}
    settings.PAYMENT_PROVIDERS = {**settings.PAYMENT_PROVIDERS, "demo": {**demo, "OPTIONS": options}}
    return there


def paint(shop: Shop) -> None:
    """Give the shop a colour of its own."""
    ShopSettings.objects.update_or_create(site=shop.site, defaults={"brand_colour": COLOUR})
    bump("content")


def test_no_page_does_what_its_policy_refuses(served: str, page: Any) -> None:
    shop = make_shop()
    about = make_pages(shop)["about"]
    paint(shop)
    make_user("owner@example.com", is_staff=True, is_superuser=True)
    page.add_init_script(WATCH)
    for path in PUBLIC:
        page.goto(served + path)
    buy(page, served)
    page.goto(f"{served}/accounts/login/")
    page.fill("input[name=login]", "owner@example.com")
    page.fill("input[name=password]", "a-good-pass-phrase")
    page.locator("main form:has(input[name=password]) button[type=submit]:visible").last.click()
    page.wait_for_url(lambda url: "/accounts/login/" not in url)
    for path in STAFF:
        page.goto(served + path)
    page.goto(f"{served}/bench/jobs/{Job.objects.get().reference}/")
    page.goto(f"{served}/cms/pages/{about.pk}/edit/")
    page.get_by_role("button", name="Toggle preview").click()
    page.frame_locator("[data-side-panel=preview] iframe").last.locator("h1").first.wait_for()


def test_a_shops_own_colour_is_on_its_pages(served: str, page: Any) -> None:
    paint(make_shop())
    page.goto(f"{served}/prices/")
    tone = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--brand')")
    assert COLOUR in tone


def test_placing_an_order_leads_on_to_a_bank_on_another_origin(served: str, page: Any, settings: Any) -> None:
    """chromium asks the page of the form, not only the one that redirects."""
    there = a_bank_elsewhere(settings, served)
    make_shop()
    buy(page, served)
    assert page.url.startswith(f"{there}/demo/pay/")


def test_a_script_from_elsewhere_does_not_run(served: str, page: Any, chromium: Any) -> None:
    make_shop()
    there = served.replace("127.0.0.1", "localhost")
    context = chromium.new_context()
    tab = context.new_page()
    tab.goto(f"{served}/prices/")
    tab.evaluate(
        """address => { window.met = "";
          document.addEventListener("securitypolicyviolation", (event) => { window.met = event.effectiveDirective; });
          const script = document.createElement("script"); script.src = address; document.head.append(script); }""",
        f"{there}/static/mendwell/js/theme.js",
    )
    tab.wait_for_function("window.met === 'script-src-elem'")
    context.close()
