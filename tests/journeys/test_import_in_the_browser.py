"""An owner imports a price list: sends it, corrects it, reviews it, writes it, and takes it back."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from catalogue_import.models import ImportRun
from cms.models import Subject
from shop.models import RepairOffer
from tests.factories import make_shop
from tests.journeys.test_editors_in_the_browser import tab_of
from tests.queue import work_off

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# As shops keep them: a title above the header, a column nobody needs, a typing error, commas for points.
MATRIX = """Price list, autumn
;;;;;
Brand;Device;Screen;Battery;Shelf number;Customer
Apple;iPhone 13;209,50;85,00;50;Jo Example
Apple;iPohne 12;179,00;79,00;62;Jo Example
Apple;iPhone 8;129,00;-59,00;98;Sam Example
"""


def test_a_price_list_is_sent_corrected_reviewed_written_and_taken_back(
    served: str, chromium: Any, page: Any, tmp_path: Path, shots: str
) -> None:
    make_shop()
    file = tmp_path / "prices-autumn.csv"
    file.write_bytes(MATRIX.encode("windows-1252"))
    storefront = f"{served}/devices/iphone-13/screen-repair/"
    page.goto(storefront)
    expect(page.locator("[data-live-region=price]")).to_contain_text("£199.99")

    owner = tab_of(chromium, served, "owner")
    owner.goto(f"{served}/cms/imports/")
    expect(owner.get_by_text("Nothing was imported yet")).to_be_visible()
    owner.get_by_label("Choose a file, or drop it here").set_input_files(file)
    owner.get_by_role("button", name="Read the file").click()
    expect(owner.get_by_role("definition").filter(has_text="semicolon")).to_be_visible()
    expect(owner.get_by_text("Jo Example")).to_have_count(0)
    expect(owner.get_by_label("Shelf number")).to_have_value("price_of")  # the wrong guess
    owner.get_by_label("Shelf number").select_option("")
    owner.get_by_label("Currency of all prices").fill("gbp")
    owner.screenshot(path=f"{shots}/import-columns.png", full_page=True)
    owner.get_by_role("button", name="Check what would change").click()
    expect(owner.get_by_role("heading", name="Waiting for its turn")).to_be_visible()
    work_off()
    expect(owner.get_by_role("heading", name="What would change")).to_be_visible()  # the page looked by itself

    owner.get_by_role("group", name="Apple iPohne 12").get_by_label("It is iPhone 12").check()
    owner.screenshot(path=f"{shots}/import-doubts.png", full_page=True)
    owner.get_by_role("button", name="Keep my answers").click()
    owner.get_by_role("button", name="Check again").click()
    work_off()
    expect(owner.get_by_role("link", name="New 5")).to_be_visible()
    owner.get_by_role("link", name="Refused 1").click()
    expect(owner.get_by_role("row").nth(1)).to_contain_text("Battery")
    assert not RepairOffer.objects.filter(subject__kind="device").exists()

    owner.get_by_role("link", name="Write this...").click()
    expect(owner.get_by_text("5 new")).to_be_visible()
    owner.get_by_role("button", name="Write it now").click()
    work_off()
    expect(owner.get_by_role("heading", name="What was written")).to_be_visible()
    owner.screenshot(path=f"{shots}/import-written.png", full_page=True)
    page.goto(storefront)
    expect(page.locator("[data-live-region=price]")).to_contain_text("£209.50")
    assert not Subject.objects.filter(name__contains="iPohne").exists()

    owner.get_by_role("link", name="Take it back...").click()
    owner.get_by_role("button", name="Take it back now").click()
    work_off()
    expect(owner.get_by_role("heading", name="What was taken back")).to_be_visible()
    page.goto(storefront)
    expect(page.locator("[data-live-region=price]")).to_contain_text("£199.99")
    assert ImportRun.objects.get().status == "undone"
    owner.context.close()
