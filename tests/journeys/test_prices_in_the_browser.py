"""An owner changes prices: a rule from the first letter to the storefront, and a block pasted into the price table."""

from decimal import Decimal
from typing import Any

import pytest
from oscar.apps.order.models import Order
from playwright.sync_api import expect

from shop.models import PriceRule, RepairOffer
from tests.factories import make_shop
from tests.journeys.test_editors_in_the_browser import tab_of
from tests.journeys.test_in_the_browser import choose_a_time, describe, go_on_to_details, press

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_rule_is_written_looked_at_saved_and_asked_for_in_the_shop(served: str, chromium: Any, page: Any) -> None:
    make_shop()
    page.goto(f"{served}/devices/iphone-8/screen-repair/")
    expect(page.locator("[data-live-region=price]")).to_contain_text("£239.99")

    owner = tab_of(chromium, served, "owner")
    owner.goto(f"{served}/cms/pricerule/add/")
    owner.get_by_label("Name", exact=False).first.fill("Very old device")
    owner.get_by_label("Reason").fill("Glue and clips break on opening.")
    owner.locator("#id_value").fill("1.5")
    owner.locator("#id_older_than_years").fill("6")
    owner.get_by_role("button", name="Show what changes").click()
    expect(owner.get_by_text("Multiplies by 1.5 (+50 %) when: device older than 6 years.")).to_be_visible()
    first = owner.get_by_role("region", name="What changes").get_by_role("row").nth(1)
    expect(first).to_contain_text("iPhone 8")
    expect(first).to_contain_text("£239.99")
    expect(first).to_contain_text("£359.98")
    expect(owner.locator("#id_older_than_years")).to_have_value("6")
    assert not PriceRule.objects.filter(name="Very old device").exists()

    owner.get_by_role("button", name="Save", exact=True).first.click()
    expect(owner.locator(".messages")).to_contain_text("created")
    page.reload()
    expect(page.locator("[data-live-region=price]")).to_contain_text("£359.98")
    expect(page.get_by_text("Glue and clips break on opening.").first).to_be_visible()
    page.goto(f"{served}/prices/")
    expect(page.get_by_text("Device older than 6 years").first).to_be_attached()
    page.goto(f"{served}/devices/iphone-8/")
    expect(page.locator("main").get_by_text("£359.98").first).to_be_visible()
    assert asked_by_api(page, served) == "359.98"

    owner.goto(f"{served}/cms/pricerule/")
    owner.get_by_role("row", name="Very old device").get_by_role("checkbox").check()
    owner.get_by_label("Switch the selected rules off").click()
    owner.get_by_role("button", name="Yes, switch off").click()
    expect(owner.locator(".messages")).to_contain_text("1 rule switched off.")
    page.goto(f"{served}/devices/iphone-8/")
    expect(page.locator("main").get_by_text("£239.99").first).to_be_visible()
    page.goto(f"{served}/prices/")
    expect(page.get_by_text("Device older than 6 years")).to_have_count(0)
    assert asked_by_api(page, served) == "239.99"
    owner.context.close()


def asked_by_api(page: Any, served: str) -> str:
    """What the API says it costs: the device's list and a quote agree."""
    listed = page.request.get(f"{served}/api/v1/devices/iphone-8/").json()["repairs"]
    (price,) = [row["price"]["amount"] for row in listed if row["slug"] == "screen-repair"]
    quote = page.request.post(
        f"{served}/api/v1/quotes/",
        data={"device": "iphone-8", "repair_type": "screen-repair", "answers": {}},
    )
    assert quote.status == 201, quote.text()
    assert quote.json()["total"]["amount"] == price
    return str(price)


def test_a_rule_about_visits_made_while_somebody_books_is_told_before_anything_is_paid(served: str, page: Any) -> None:
    shop = make_shop()
    page.goto(f"{served}/devices/iphone-8/screen-repair/")
    page.locator("main a[href*='/book/?']:visible").first.click()
    describe(page)
    choose_a_time(page)
    go_on_to_details(page)
    page.locator("input[name=name]").fill("Ada Smith")
    page.locator("input[name=email]").fill("ada@example.com")
    page.locator("input[name=phone]").fill("07911 123456")
    press(page)
    page.wait_for_url("**/checkout/review/**")
    expect(page.get_by_text("£239.99").first).to_be_visible()

    PriceRule.objects.create(
        site=shop.site, name="Day visit", effect="add", value=15, weekdays=list(range(7)), priority=90
    )
    page.locator("input[name=pay_by][value=demo]").check(force=True)
    press(page)
    told = page.get_by_role("alert")
    expect(told).to_contain_text("The price depends on the time of your visit.")
    expect(told).to_contain_text("Nothing was ordered and nothing was taken.")
    assert not Order.objects.exists()

    told.get_by_role("link").click()
    page.wait_for_url("**/time/**")
    choose_a_time(page, 1)
    go_on_to_details(page)
    press(page)
    page.wait_for_url("**/checkout/review/**")
    expect(page.get_by_text("Day visit").first).to_be_visible()
    expect(page.get_by_text("£254.99").first).to_be_visible()
    page.locator("input[name=pay_by][value=demo]").check(force=True)
    press(page)
    page.wait_for_url("**/demo/pay/**")
    expect(page.get_by_text("254.99").first).to_be_visible()
    assert Order.objects.get().total_incl_tax == Decimal("254.99")


def test_a_price_that_a_rule_ties_to_the_hour_is_shown_with_the_time_that_is_chosen(served: str, page: Any) -> None:
    shop = make_shop()
    PriceRule.objects.create(
        site=shop.site, name="Early bird", effect="add", value=-20, visit_until="11:00", priority=90
    )
    page.goto(f"{served}/devices/iphone-8/screen-repair/")
    expect(page.locator("[data-live-region=price]")).to_contain_text("£239.99")
    page.locator("main a[href*='/book/?']:visible").first.click()
    describe(page)
    choose_a_time(page)  # the first of the day
    go_on_to_details(page)
    expect(page.get_by_text("£219.99").first).to_be_attached()
    expect(page.get_by_text("Early bird").first).to_be_attached()


def test_a_block_from_a_spreadsheet_is_pasted_into_the_table(served: str, chromium: Any) -> None:
    shop = make_shop()
    owner = tab_of(chromium, served, "owner")
    owner.goto(f"{served}/cms/price-table/?node={shop.iphone.pk}")
    start = owner.locator(f"[name='c-{shop.battery.pk}-{shop.iphone_13.pk}']")
    start.focus()
    owner.evaluate(
        """(text) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", text);
            const pasted = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
            document.activeElement.dispatchEvent(pasted);
        }""",
        "249\tfrom 99\n229\t-\n",
    )
    expect(owner.get_by_text("4 not saved yet")).to_be_visible()
    start.press("ArrowDown")
    owner.keyboard.press("ArrowRight")
    expect(owner.locator("td input:focus")).to_have_value("-")
    owner.get_by_role("button", name="Save prices").click()
    expect(owner.locator(".messages")).to_contain_text("4 prices saved")
    priced = RepairOffer.objects.filter(subject__kind="device").values_list("subject__name", "kind", "price")
    assert len(priced) == 4
    assert ("iPhone 13", "fixed", Decimal("249.00")) in list(priced)
    owner.context.close()
