"""Fifty thousand devices as a very large catalogue would have them, made up anew and the same each time."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

DEVICES = 50_000
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


def devices(number: int = DEVICES) -> Iterator[Made]:
    """So many devices: each brand with its series, numbers and endings, model codes, and a short name for some."""
    chance = random.Random(number)
    brands, syllables = BRANDS.split(), SYLLABLES.split()
    series = {brand: ["".join(chance.sample(syllables, 3)).title() for _ in range(24)] for brand in brands}
    for place in range(number):
        brand = brands[min(int(chance.expovariate(0.07)), len(brands) - 1)]
        line, model, ending = chance.choice(series[brand]), chance.randint(1, 99), chance.choice(ENDINGS)
        letter = chance.choice("SAXMPZ")
        name = f"{line} {letter}{model}{ending}" if place % 3 else f"{line} {model}{ending}"
        code = f"{brand[:2].upper()}-{letter}{100000 + place}"
        yield Made(
            name=name,
            slug=f"made-{place}",
            brand=brand,
            kind=chance.choice(KINDS),
            year=chance.randint(2008, 2026),
            codes=f"{code}B {code}U" if place % 2 else code,
            also_called=f"{line[0]}{model}{ending}".lower() if place % 5 == 0 else "",
        )


def typed(made: list[Made], number: int) -> Iterator[str]:
    """What people type for some of these: every beginning on the way, with typing errors, codes and complaints."""
    chance = random.Random(7)
    count = 0
    while count < number:
        one = chance.choice(made)
        whole = chance.choice(
            (
                f"{one.brand} {one.name}",
                one.name,
                f"{mistyped(one.name, chance)}",
                f"{mistyped(one.brand, chance)} {one.name}",
                one.codes.split()[0],
                f"{one.name} {chance.choice(('screen', 'batery', 'charging port', 'cracked glass', 'water damage'))}",
                f"{one.name.replace(' ', '')}",
            )
        )[:80]
        for end in range(2, len(whole) + 1, chance.choice((1, 2, 3))):
            yield whole[:end]
            count += 1


def mistyped(text: str, chance: random.Random) -> str:
    """The text with one letter left out, doubled, or swapped with the next."""
    place = chance.randrange(max(len(text) - 1, 1))
    return chance.choice(
        (
            text[:place] + text[place + 1 :],
            text[: place + 1] + text[place:],
            text[:place] + text[place + 1 : place + 2] + text[place] + text[place + 2 :],
        )
    )
