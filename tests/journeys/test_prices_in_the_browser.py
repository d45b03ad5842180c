"""An owner changes prices: a rule from the first letter to the storefront, and a block pasted into the price table."""

from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import expect

from shop.models import PriceRule, RepairOffer
from tests.factories import make_shop
from tests.journeys.test_editors_in_the_browser import tab_of

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
    expect(page.get_by_text("Device older than 6 years")).to_be_visible()
    owner.context.close()


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
