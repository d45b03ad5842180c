"""An urgent repair is booked with a deposit at the demo bank: button, bank, thank-you page, mail, account."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from oscar.apps.order.models import Order

from shop.models import Payment, SiteShop
from tests.factories import make_shop
from tests.journeys.test_in_the_browser import choose_a_time, describe, go_on_to_details, press, saved
from tests.queue import work_off

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TODAY, REST = "£90.00", "£269.98"  # a quarter of 359.98: an older device, urgent


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_what_the_button_says_is_what_the_bank_asks_for(served: str, page: Any, chromium: Any, script: bool) -> None:
    make_shop()
    SiteShop.objects.update(deposit_for="urgent", no_show_fee=Decimal("15.00"))
    page.goto(f"{served}/book/?device=iphone-8&repair=screen-repair")
    describe(page)
    page.get_by_text("Urgent", exact=True).first.click()
    saved(page)
    choose_a_time(page)
    go_on_to_details(page)
    page.locator("input[name=name]").fill("Ada Smith")
    page.locator("input[name=email]").fill("ada@example.com")
    page.locator("input[name=phone]").fill("07911 123456")
    press(page)
    page.wait_for_url("**/checkout/review/**")
    tab = page if script else plain(chromium, page)

    button = tab.locator("main button[form=step]:visible, main #step button[type=submit]:visible").last
    due = tab.locator(".order-summary .totals__due td")
    assert button.inner_text().strip() == f"Book and pay {TODAY} now"
    assert due.inner_text().strip() == TODAY
    assert tab.locator(".order-summary .totals__rest td").inner_text() == REST
    tab.locator("input[name=pay_by][value=in_store]").check(force=True)
    assert button.inner_text().strip() == "Book, pay in the shop"
    assert due.inner_text().strip() == "nothing"
    assert not tab.locator(".order-summary .totals__rest").is_visible()
    tab.locator("input[name=pay_by][value=demo]").check(force=True)
    assert tab.get_by_text("a missed visit costs £15.00").is_visible()
    button.click()

    tab.wait_for_url("**/demo/pay/**")
    assert TODAY in tab.locator("main").inner_text()
    tab.get_by_role("button", name="Approve").click()
    tab.wait_for_url("**/checkout/thank-you/**")
    sums = re.sub(r"\s+", " ", tab.locator("aside.summary").inner_text())
    assert f"Deposit paid {TODAY}" in sums and f"When you collect {REST}" in sums
    work_off()
    assert any(f"Receipt: {TODAY} paid" in one.subject for one in mail.outbox)
    order = Order.objects.get()
    assert (order.status, Payment.objects.get().amount) == ("part-paid", Decimal("90.00"))
    link = tab.get_by_role("link", name=re.compile("Follow this repair")).get_attribute("href")
    tab.goto(served + re.sub(r"^https?://[^/]+", "", str(link)))
    assert f"The rest, {REST}, when you collect." in tab.locator("aside.summary").inner_text()
    if not script:
        tab.context.close()


def plain(chromium: Any, page: Any) -> Any:
    """The same visitor and the same page in a browser that runs no script."""
    context = chromium.new_context(java_script_enabled=False, locale="en-GB")
    context.add_cookies(page.context.cookies())
    tab = context.new_page()
    tab.set_default_timeout(45_000)
    tab.goto(page.url)
    return tab
