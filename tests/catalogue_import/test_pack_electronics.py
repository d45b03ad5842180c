"""The pack of the London electronics shop: what its files promise each other, and what its rules make of a price."""

import csv
import json
import re
from collections import Counter
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from difflib import SequenceMatcher
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from catalogue_import.rows import Pack, RuleRow
from catalogue_import.sources import tidy
from shop import pricing

PACK = Path(settings.BASE_DIR) / "fixtures" / "packs" / "electronics-london"
FACTS = Path(__file__).parents[3] / "shared" / "data"  # public lists that years were compared with; not in every place
FIRST_THIRTY = [
    "macbook",
    "macbook-pro",
    "macbook-air",
    "imac",
    "imac-pro",
    "mac-studio",
    "mac-pro",
    "mac-mini",
    "ipad-pro",
    "ipad-air",
    "ipad",
    "ipad-mini",
    "iphone-15-series",
    "iphone-14-series",
    "iphone-13-series",
    "iphone-12-series",
    "iphone-11-series",
    "iphone-x-series",
    "iphone-8-series",
    "iphone-7-series",
    "windows-laptop",
    "gaming-laptop",
    "desktop-pc",
    "gaming-pcs",
    "playstation",
    "xbox",
    "nintendo-switch",
    "samsung-galaxy",
    "google-pixel",
    "oneplus",
]
WITHOUT_PRICE = {"not_offered", "on_request"}
Row = dict[str, str]


@cache
def table(name: str) -> tuple[Row, ...]:
    with (PACK / name).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def read(name: str) -> Any:
    return json.loads((PACK / name).read_text(encoding="utf-8"))


@cache
def catalogue() -> Pack:
    return tidy.read(PACK / "catalogue.json")


@cache
def parents() -> dict[str, str]:
    """Slug: slug of the node above, empty for a family."""
    above = {row.slug: row.parent for row in catalogue().subjects}
    return above | {row["slug"]: row["parent"] for row in table("devices.csv")}


def line_of(slug: str) -> list[str]:
    """The node and those above it, nearest first."""
    found = []
    while slug:
        found.append(slug)
        slug = parents()[slug]
    return found


def offer(device: str, repair_type: str, grade: str = "") -> Row | None:
    """The price row that counts for a device: the nearest one of this grade, unless a nearer one says not offered."""
    rows = [row for row in table("prices.csv") if row["repair_type"] == repair_type]
    for node in [*line_of(device), ""]:
        here = [row for row in rows if row["subject"] == node]
        if any(row["kind"] == "not_offered" for row in here):
            return None
        if found := next((row for row in here if row["part_grade"] == grade), None):
            return found
    return None


def devices_below(subject: str) -> list[str]:
    return [row["slug"] for row in table("devices.csv") if subject in line_of(row["slug"])]


def at_import() -> datetime:
    return datetime.fromisoformat(read("rule_examples.json")["imported_at"])


def priced_rule(row: RuleRow, number: int) -> pricing.Rule:
    """A rule as the shop prices with it, slugs being given numbers by their place in the catalogue."""
    places, kinds = list(parents()), [kind.slug for kind in catalogue().repair_types]
    same = "name value reason priority group stop brand condition urgency service_type part_grade add_on weekdays"
    years = "older_than_years at_most_years year_from year_until visit_from visit_until"
    return pricing.Rule(
        **{name: getattr(row, name) for name in f"{same} {years}".split()},
        effect=pricing.Effect(row.effect),
        number=number,
        subject_id=places.index(row.subject) if row.subject else None,
        repair_type_id=kinds.index(row.repair_type) if row.repair_type else None,
        valid_from=None if row.starts_in is None else at_import() + row.starts_in,
        valid_until=None if row.ends_in is None else at_import() + row.ends_in,
    )


@cache
def rules() -> tuple[pricing.Rule, ...]:
    return tuple(priced_rule(row, number) for number, row in enumerate(catalogue().rules))


def price(example: dict[str, Any], *, without: str = "") -> Decimal:
    """What the shop asks for an example, with all of its rules or all but one."""
    answers = example["answers"]
    row = offer(example["device"], example["repair_type"], answers["part_grade"])
    assert row is not None, example
    assert row["kind"] not in WITHOUT_PRICE, example
    device = next(device for device in table("devices.csv") if device["slug"] == example["device"])
    places = list(parents())
    extras = [pricing.AddOnPrice(add.slug, add.name, add.price) for add in catalogue().add_ons]
    return pricing.build(
        catalogue=pricing.Catalogue(
            base_price=Decimal(row["price"]),
            base_name="",
            currency="GBP",
            tax_rate=Decimal("0.2"),
            rules=tuple(rule for rule in rules() if rule.name != without),
            add_ons=tuple(extras),
        ),
        wanted=pricing.Wanted(
            subject_ids=tuple(places.index(slug) for slug in line_of(example["device"])),
            year=int(device["year"]) if device["year"] else None,
            repair_type_id=[kind.slug for kind in catalogue().repair_types].index(example["repair_type"]),
            brand=device["brand"],
            add_ons=tuple(example["add_ons"]),
            visit=datetime.fromisoformat(example["visit"]) if example["visit"] else None,
            **answers,
        ),
        at=datetime.fromisoformat(example["at"]).astimezone(ZoneInfo("Europe/London")),
    ).total


def wish(device: str, repair_type: str, **answers: str) -> dict[str, Any]:
    plain = {"condition": "good", "urgency": "standard", "service_type": "in_store", "part_grade": ""}
    moment = at_import().isoformat()
    wanted: dict[str, Any] = {"device": device, "repair_type": repair_type, "answers": plain | answers}
    return wanted | {"add_ons": [], "visit": None, "at": moment}


def test_the_pack_is_as_large_as_a_real_shop() -> None:
    kinds = Counter(row.kind for row in catalogue().subjects)
    assert kinds["category"] >= 30
    assert len(table("devices.csv")) >= 120
    assert len(rules()) >= 100
    assert len(catalogue().repair_types) >= 60
    assert len(table("issues.csv")) >= 150
    assert len(read("repairs.json")["repairs"]) >= 55
    groups = read("faqs.json")["groups"]
    assert (len(groups), sum(len(group["faqs"]) for group in groups)) == (5, 25)


def test_the_thirty_categories_stand_in_their_order() -> None:
    order = {row.slug: row.sort_order for row in catalogue().subjects if row.kind == "category"}
    assert [order[slug] for slug in FIRST_THIRTY] == list(range(1, 31))


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(lambda: list(parents()), id="subjects and devices"),
        pytest.param(lambda: [row.slug for row in catalogue().repair_types], id="repair types"),
        pytest.param(lambda: [row.slug for row in catalogue().add_ons], id="add-ons"),
        pytest.param(lambda: [row.name for row in catalogue().rules], id="rules"),
        pytest.param(lambda: [(row["subject"], row["phrase"]) for row in table("issues.csv")], id="issues"),
        pytest.param(
            lambda: [(row["repair_type"], row["subject"], row["part_grade"]) for row in table("prices.csv")],
            id="prices",
        ),
    ],
)
def test_nothing_is_there_twice(names: Any) -> None:
    assert [name for name, count in Counter(names()).items() if count > 1] == []
    assert len(parents()) == len(catalogue().subjects) + len(table("devices.csv"))


def test_every_name_leads_somewhere() -> None:
    nodes, kinds = {"", *parents()}, {"", *(row.slug for row in catalogue().repair_types)}
    added = {"", *(row.slug for row in catalogue().add_ons)}
    categories = {row.slug for row in catalogue().subjects if row.kind == "category"}
    assert {row["parent"] for row in table("devices.csv")} == categories, "no device elsewhere, no category empty"
    subjects = [row.subject for row in catalogue().rules] + [row.subject for row in catalogue().repair_types]
    assert {*subjects, *(row.subject for row in catalogue().add_ons)} <= nodes
    assert {row.repair_type for row in catalogue().rules} | {row.repair_type for row in catalogue().add_ons} <= kinds
    assert {row.add_on for row in catalogue().rules} <= added
    assert {row["subject"] for row in (*table("prices.csv"), *table("issues.csv"))} <= nodes
    assert {row["repair_type"] for row in table("issues.csv")} <= kinds
    assert {row["repair_type"] for row in table("prices.csv")} == kinds - {""}
    assert {faq.get("subject", "") for group in read("faqs.json")["groups"] for faq in group["faqs"]} <= nodes


def test_a_price_fits_its_kind_and_lies_below_its_repair() -> None:
    own = {row.slug: row.subject for row in catalogue().repair_types}
    for row in table("prices.csv"):
        assert bool(row["price"]) == (row["kind"] in {"fixed", "from", "range"}), row
        assert bool(row["price_max"]) == (row["kind"] == "range"), row
        assert not row["price_max"] or Decimal(row["price_max"]) > Decimal(row["price"]), row
        assert not own[row["repair_type"]] or own[row["repair_type"]] in line_of(row["subject"]), row
    assert {row["kind"] for row in table("prices.csv")} == {"fixed", "from", "range", "on_request", "not_offered"}


SCREEN_AND_BATTERY = (
    ("screen-repair", "battery-replacement"),
    ("tablet-glass-replacement", "tablet-battery-replacement"),
    ("laptop-screen-repair", "laptop-battery-replacement"),
    ("console-screen-replacement", "console-battery-replacement"),
    ("watch-display-replacement", "watch-battery-replacement"),
)


def asked(device: str, repair_type: str, grade: str = "") -> Decimal | None:
    """The price of the list, where there is one."""
    row = offer(device, repair_type, grade)
    return Decimal(row["price"]) if row and row["price"] else None


@pytest.mark.parametrize(("screen", "battery"), SCREEN_AND_BATTERY)
def test_a_battery_is_cheaper_than_a_screen(screen: str, battery: str) -> None:
    both = [(row["slug"], asked(row["slug"], screen), asked(row["slug"], battery)) for row in table("devices.csv")]
    compared = [(slug, glass, cell) for slug, glass, cell in both if glass and cell]
    assert compared
    assert [slug for slug, glass, cell in compared if cell > glass * Decimal("0.85")] == []


@pytest.mark.parametrize("repair_type", ["screen-repair", "battery-replacement"])
def test_a_better_part_costs_more(repair_type: str) -> None:
    grades = ("compatible", "", "original")
    for device in table("devices.csv"):
        found = [price for grade in grades if (price := asked(device["slug"], repair_type, grade))]
        assert found == sorted(set(found)), device["slug"]


def test_every_repair_has_a_warranty_and_a_time() -> None:
    assert [row.slug for row in catalogue().repair_types if not row.warranty_days or not row.minutes] == []


def test_every_device_can_be_repaired_and_every_repair_is_sold() -> None:
    sold: Counter[str] = Counter()
    for device in table("devices.csv"):
        kinds = [kind.slug for kind in catalogue().repair_types if offer(device["slug"], kind.slug)]
        assert len(kinds) >= 5, device["slug"]
        sold.update(kinds)
    assert {row.slug for row in catalogue().repair_types} == set(sold)


def test_every_fact_of_a_device_names_its_source_or_says_that_it_has_none() -> None:
    told = {(row["device"], row["what"]): row for row in table("sources.csv")}
    columns = {"year": "year", "chip": "chip", "codes": "model_codes"}
    for device in table("devices.csv"):
        facts = {what: device[column] for what, column in columns.items() if device[column]} or {"year": ""}
        for what, value in facts.items():
            row = told.pop((device["slug"], what))
            assert row["value"] == value, row
            assert row["source"], row
            assert bool(row["checked"]) == (row["source"] != "unchecked"), row
    assert not told, "sources of facts that no device has"


def test_years_agree_with_the_list_they_were_taken_from() -> None:
    if not FACTS.is_dir():
        pytest.skip("the public lists are not here")
    compared = 0
    for row in table("sources.csv"):
        told = re.match(r"endoflife\.date (\w+) @\w+ \(2024-06-28\): ([\w.-]+)", row["source"])
        if told and row["what"] == "year":
            listed = json.loads((FACTS / "endoflife" / f"{told[1]}_2024-06.json").read_text())["releases"]
            released = {one["releaseCycle"]: one["releaseDate"] for one in listed}[told[2]]
            assert str(date.fromisoformat(released).year) == row["value"], row
            compared += 1
    assert compared > 50


def test_most_facts_were_compared_and_the_guide_says_how_many_were_not() -> None:
    unchecked = sum(row["source"] == "unchecked" for row in table("sources.csv"))
    assert unchecked < 250
    told = re.search(r"(\d+) of (\d+) facts are unchecked", (PACK / "README.md").read_text(encoding="utf-8"))
    assert told is not None
    assert (int(told[1]), int(told[2])) == (unchecked, len(table("sources.csv")))


def alike(texts: dict[str, str]) -> list[tuple[str, str]]:
    """Pairs of texts that say nearly the same."""
    found = []
    for (one, first), (other, second) in combinations(texts.items(), 2):
        matcher = SequenceMatcher(None, first.casefold(), second.casefold(), autojunk=False)
        if matcher.real_quick_ratio() > 0.85 and matcher.quick_ratio() > 0.85 and matcher.ratio() > 0.85:
            found.append((one, other))
    return found


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param(lambda: {row.slug: row.description for row in catalogue().subjects}, id="categories"),
        pytest.param(lambda: {row.slug: row.description for row in catalogue().repair_types}, id="repairs"),
        pytest.param(lambda: {row.slug: row.summary for row in catalogue().repair_types}, id="summaries"),
        pytest.param(lambda: {row.name: row.reason for row in catalogue().rules}, id="rules"),
        pytest.param(
            lambda: {row["phrase"] + row["subject"]: row["advice"] for row in table("issues.csv")},
            id="advice",
        ),
    ],
)
def test_every_text_is_a_sentence_of_its_own(texts: Any) -> None:
    short = [name for name, text in texts().items() if len(text.split()) < 4 or text[-1] not in ".!?"]
    assert short == []
    assert alike(texts()) == []


def test_an_issue_leads_to_a_repair_that_most_of_its_devices_have() -> None:
    for row in table("issues.csv"):
        below = devices_below(row["subject"])
        having = [device for device in below if offer(device, row["repair_type"])]
        assert len(having) * 3 >= len(below) * 2, (row["subject"], row["phrase"])


def test_the_sample_rows_are_there() -> None:
    samples = {"macbook-pro-13-inch-m3": "2024", "macbook-pro-14-inch-m3": "2023", "macbook-pro-16-inch-m3": "2023"}
    years = {row["slug"]: row["year"] for row in table("devices.csv")}
    issues = Counter(row["subject"] for row in table("issues.csv"))
    for slug, year in samples.items():
        assert (years[slug], issues[slug]) == (year, 3), slug
    effort = {row.slug: (row.minutes, row.difficulty) for row in catalogue().repair_types}
    for device, repair_type, asked, hours, difficulty in (
        ("macbook-12-inch-2017", "laptop-screen-repair", "299.99", 2, "medium"),
        ("macbook-pro-13-inch-2018", "laptop-battery-replacement", "149.99", 1, "easy"),
        ("macbook-pro-14-inch-m3", "keyboard-replacement", "199.99", 3, "hard"),
        ("macbook-pro-14-inch-m3", "logic-board-repair", "599.99", 8, "hard"),
        ("macbook-pro-14-inch-m3", "laptop-liquid-damage", "449.99", 12, "hard"),
        ("iphone-13", "screen-repair", "199.99", 1, "medium"),
        ("iphone-13", "battery-replacement", "89.99", 1, "easy"),
        ("iphone-13", "camera-repair", "149.99", 2, "medium"),
        ("iphone-13", "charging-port-repair", "119.99", 2, "medium"),
    ):
        row = offer(device, repair_type)
        assert row is not None
        assert row["price"] == asked, (device, repair_type)
        assert effort[repair_type] == (hours * 60, difficulty), repair_type


def test_every_rule_has_one_example() -> None:
    assert Counter(row["rule"] for row in read("rule_examples.json")["examples"]) == Counter(r.name for r in rules())


@pytest.mark.parametrize(
    "example", [pytest.param(row, id=row["rule"]) for row in read("rule_examples.json")["examples"]]
)
def test_a_rule_changes_the_price_of_its_example(example: dict[str, Any]) -> None:
    assert str(price(example)) == example["price_with"]
    assert str(price(example, without=example["rule"])) == example["price_without"]
    assert example["price_with"] != example["price_without"]


def test_the_worked_price_holds_on_every_day_and_at_every_visit() -> None:
    urgent = wish("iphone-8", "screen-repair", condition="poor", urgency="urgent")
    for day in range(365):
        moment = at_import() + timedelta(days=day)
        visit = moment.replace(tzinfo=None, hour=9 + day % 9, minute=30).isoformat()
        found = price(urgent | {"at": moment.isoformat(), "visit": visit if day % 2 else None})
        assert found == Decimal("467.98"), moment


def test_the_repairs_of_three_weeks_can_all_be_booked() -> None:
    repairs = read("repairs.json")["repairs"]
    days = {job["day"] for job in repairs}
    assert days == set(range(-15, 5)), "three weeks of five days, today, and what is booked"
    seats = Counter((job["day"], job["start"]) for job in repairs)
    assert max(seats.values()) <= 2, "two counters"
    for job in repairs:
        found = offer(job["device"], job["repair"], job.get("part_grade", ""))
        assert found is not None, job["name"]
        assert found["kind"] not in WITHOUT_PRICE, job["name"]
        assert set(job.get("add_ons", [])) <= {row.slug for row in catalogue().add_ons}, job["name"]
        hours = [move["hours"] for move in job.get("moves", [])]
        assert hours == sorted(hours), job["name"]
        begins = datetime.fromisoformat(f"2026-11-23T{job['start']}")
        written = hours + [message["hours"] for message in job.get("messages", [])]
        times = [(begins + timedelta(hours=each)).time() for each in written if each > 0]
        assert all(time(9) <= each <= time(18) for each in times), (job["name"], times)
        shown = [picture["file"] for picture in job.get("photos", [])]
        assert all((PACK / "photos" / f"{name}.jpg").is_file() for name in shown), job["name"]
    worked = [job for job in repairs if (job.get("condition"), job.get("urgency")) == ("poor", "urgent")]
    assert [job["device"] for job in worked] == ["iphone-8"], "the one whose price is told in the guides"


def test_the_repairs_show_what_a_bench_sees() -> None:
    repairs = read("repairs.json")["repairs"]
    where = {job["moves"][-1]["to"] for job in repairs if job.get("moves")}
    assert where == {
        "received",
        "diagnosing",
        "waiting_parts",
        "repairing",
        "testing",
        "ready",
        "collected",
        "cancelled",
    }
    ways = Counter(job.get("hand_over", "in-store") for job in repairs)
    assert min(ways["postal"], ways["courier"]) >= 5
    assert all(job["address"] for job in repairs if job.get("hand_over", "in-store") != "in-store")
    assert {job.get("urgency", "standard") for job in repairs} == {"standard", "urgent"}
    assert {job.get("condition", "good") for job in repairs} == {"good", "fair", "poor"}
    late = [job for job in repairs if job["day"] < 0 and job.get("moves") and job.get("promised") is not None]
    unfinished = {"received", "diagnosing", "waiting_parts", "repairing", "testing"}
    overdue = [
        job["name"] for job in late if job["moves"][-1]["to"] in unfinished and job["promised"] < -job["day"] * 24
    ]
    assert len(overdue) >= 3
    assert sum(len(job.get("messages", [])) for job in repairs) >= 25


def test_what_the_pages_name_is_there() -> None:
    groups = read("faqs.json")["groups"]
    known = {f"@subject:{slug}" for slug in parents()} | {f"@repair:{kind.slug}" for kind in catalogue().repair_types}
    known |= {f"@group:{group['slug']}" for group in groups}
    known |= {f"@faq:{faq['key']}" for group in groups for faq in group["faqs"] if "key" in faq}
    written = "".join((PACK / name).read_text(encoding="utf-8") for name in ("words.json", "forms.json"))
    named = set(re.findall(r"\"(@(?:subject|repair|group|faq):[a-z0-9-]+)\"", written))
    assert named
    assert named <= known


def test_words_of_customers_say_that_they_were_made_up() -> None:
    words = read("words.json")
    bodies = [body for page in (words["home"], *words["pages"]) if isinstance(body := page.get("body"), list)]
    quotes = [block["value"] for body in bodies for block in body if block["type"] == "testimonials"]
    assert quotes
    assert {value["text"] for value in quotes} == {"Examples written for this demonstration; nobody said them."}
