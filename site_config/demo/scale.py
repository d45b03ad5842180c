"""A shop with as many devices as one wants to measure, written as a pack of its own: `manage.py demo --scale 5000`.

Nothing in it is true. Brands are those that people type; series, numbers and codes are drawn by chance, the same each
time for the same number and seed. It never becomes part of the packs that Mendwell brings along.
"""

import csv
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from site_config.demo.packs import PACKS

SEED = 7
BRANDS = (
    "Apple Samsung Google OnePlus Xiaomi Huawei Honor Oppo Vivo Realme Motorola Nokia Sony LG HTC Asus Acer Lenovo"
    " Dell HP MSI Razer Microsoft Toshiba Fujitsu Panasonic Alcatel ZTE Meizu Tecno Infinix Itel Wiko Doogee Ulefone"
    " Blackview Cubot Oukitel Umidigi Fairphone Nothing Sharp Kyocera Gigabyte Medion Archos Crosscall Cat Energizer"
    " Gionee Lava Micromax Coolpad Leagoo Elephone Homtom Vernee Nubia Sagem Siemens Philips Garmin Fitbit Amazon"
    " Kobo Nintendo Sega Atari Valve"
)
SYLLABLES = "ga la xy no te ma pro max mi red mo to zen book pad vi ra ce lu on fi re va sta ri ko de zo pe xi tu"
ENDINGS = ("", "", "", " Pro", " Plus", " Max", " Ultra", " Lite", " mini", " SE", " 5G", " Pro Max", " FE", " Neo")
KINDS = ("phones", "tablets", "laptops", "desktops", "consoles", "watches")
WORK = {"Screen": 120, "Battery": 60, "Port": 80, "Camera": 90, "Speaker": 50, "Button": 45, "Data": 150, "Board": 200}
MADE_UP = "Made up for measuring; no such device exists."


@dataclass(frozen=True)
class Made:
    """One device, made up."""

    name: str
    slug: str
    brand: str
    kind: str
    year: int
    codes: str
    also_called: str


def devices(number: int, seed: int = SEED) -> Iterator[Made]:
    """So many devices: each brand with its series, numbers and endings, model codes, and a short name for some."""
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    brands, syllables = BRANDS.split(), SYLLABLES.split()
    series = {brand: ["".join(chance.sample(syllables, 3)).title() for _ in range(24)] for brand in brands}
    for place in range(number):
        brand = brands[min(int(chance.expovariate(0.07)), len(brands) - 1)]
        line, model, ending = chance.choice(series[brand]), chance.randint(1, 99), chance.choice(ENDINGS)
        letter = chance.choice("SAXMPZ")
        code = f"{brand[:2].upper()}-{letter}{100000 + place}"
        yield Made(
            name=f"{line} {letter}{model}{ending}" if place % 3 else f"{line} {model}{ending}",
            slug=f"made-{place}",
            brand=brand,
            kind=chance.choice(KINDS),
            year=chance.randint(2008, 2026),
            codes=f"{code}B {code}U" if place % 2 else code,
            also_called=f"{line[0]}{model}{ending}".lower() if place % 5 == 0 else "",
        )


def write(folder: Path, number: int, seed: int = SEED) -> Path:
    """Write the pack into this folder, which data.load can be given; what stood there is written over."""
    made = list(devices(number, seed))
    folder.mkdir(parents=True, exist_ok=True)
    files = {"shop": _shop(number), "catalogue": _catalogue(made), "words": _words(number), "forms": _FORMS}
    for name, told in {**files, "faqs": {"groups": []}}.items():
        (folder / f"{name}.json").write_text(json.dumps(told, indent=1), encoding="utf-8")
    columns = ("slug", "name", "parent", "brand", "year", "model_codes", "also_called")
    _table(
        folder / "devices.csv",
        columns,
        [(one.slug, one.name, _category(one), one.brand, one.year, one.codes, one.also_called) for one in made],
    )
    _table(folder / "prices.csv", ("repair_type", "subject", "currency", "kind", "price"), _prices(made))
    return folder


def _shop(number: int) -> dict[str, Any]:
    """The London shop's hours, money and place under a name that nobody takes for a true one."""
    told = json.loads((PACKS / "electronics-london" / "shop.json").read_text(encoding="utf-8"))
    told["details"]["name"] = f"Made-up shop of {number} devices"
    return {**told, "code": "made-up", "voucher": None}


def _category(one: Made) -> str:
    return f"made-{one.kind}-{one.brand.lower()}"


def _catalogue(made: Sequence[Made]) -> dict[str, Any]:
    categories = sorted({(_category(one), one.kind, one.brand) for one in made})
    families = [
        {"kind": "family", "slug": kind, "name": kind.title(), "sort_order": place, "description": MADE_UP}
        for place, kind in enumerate(KINDS)
    ]
    below = [
        {"kind": "category", "slug": slug, "name": f"{brand} {kind}", "parent": kind, "description": MADE_UP}
        for slug, kind, brand in categories
    ]
    repairs = [
        {"slug": f"{kind}-{work.lower()}", "name": f"{work} repair ({kind})", "subject": kind, "minutes": 60}
        for kind in KINDS
        for work in WORK
    ]
    rules = [{"name": "Older device", "value": "1.2", "reason": "Parts are harder to find.", "older_than_years": 5}]
    return {"subjects": families + below, "repair_types": repairs, "rules": rules, "add_ons": []}


def _prices(made: Sequence[Made]) -> list[tuple[object, ...]]:
    """A price of each repair for each family, and a screen of its own for each device."""
    usual = [(f"{kind}-{work.lower()}", kind, "GBP", "fixed", price) for kind in KINDS for work, price in WORK.items()]
    own = [
        (f"{one.kind}-screen", one.slug, "GBP", "fixed", 40 + (place * 7) % 300 + 0.99)
        for place, one in enumerate(made)
    ]
    return [*usual, *own]


def _table(path: Path, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *rows])


def _words(number: int) -> dict[str, Any]:
    home = {
        "title": "Made-up shop",
        "headline": f"{number} devices that do not exist",
        "introduction": "Everything here is made up, to measure how the shop behaves with a large catalogue.",
    }
    pages = [
        {"type": "ContentPage", "title": title, "slug": title.lower(), "body": f"<p>{MADE_UP}</p>"}
        for title in ("Terms", "Privacy")
    ]
    return {"images": [], "home": home, "pages": pages}


_FORMS: dict[str, Any] = {"forms": [], "screens": [], "menus": {"main": [], "footer": [], "social": []}}
