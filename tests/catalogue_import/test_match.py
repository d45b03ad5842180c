"""Which device, and which repair, a text means."""

import pytest

from catalogue_import import match_repairs
from catalogue_import.match import SURE, Named, Names, label_of
from catalogue_import.match_repairs import Offered

NAMES = Names(
    [
        Named("iphone-13", "iPhone 13", "Apple", 2021, "A2633 A2482"),
        Named("iphone-13-pro", "iPhone 13 Pro", "Apple", 2021, "A2638"),
        Named("iphone-se-2", "iPhone SE (2nd generation)", "Apple", 2020),
        Named("ipad-8", "iPad (8th generation)", "Apple", 2020, "A2270"),
        Named("galaxy-s22", "Galaxy S22", "Samsung", 2022),
        Named("air-2020", "MacBook Air 13 (2020)", "Apple", 2020),
        Named("air-2022", "MacBook Air 13 (2022)", "Apple", 2022),
        Named("pixel-7", "Pixel 7", "Google", 2022, also_called="Cheetah"),
        Named("nokia-c1-plus", "Nokia C1 Plus", "Nokia"),
    ]
)
OFFERED = [
    Offered("screen-repair", "Screen repair"),
    Offered("battery-replacement", "Battery replacement"),
    Offered("camera-repair", "Camera repair"),
    Offered("charging-port-repair", "Charging port repair"),
]


@pytest.mark.parametrize(
    ("text", "brand", "slug"),
    [
        ("iPhone13", "", "iphone-13"),
        ("iphne 13 pro", "", "iphone-13-pro"),
        ("Apple iPhone 13 Pro", "Apple Inc.", "iphone-13-pro"),
        ("iPhone SE (第二代)", "", "iphone-se-2"),
        ("iPhone SE 2", "Apple iPhone", "iphone-se-2"),
        ("iPad 8 (2020) (A2270 A2428 A2429 A2430)", "Apple iPad", "ipad-8"),
        ("S22", "Samsung", "galaxy-s22"),
        ("Samsung Galaxy S22", "", "galaxy-s22"),
        ("MacBook Air 13 (2022)", "", "air-2022"),
        ("A2633", "", "iphone-13"),
        ("cheetah", "Google", "pixel-7"),
    ],
)
def test_a_device_is_found_under_the_names_people_give_it(text: str, brand: str, slug: str):
    found = NAMES.find(text=text, brand=brand)
    assert (found[0].slug, found[0].confidence >= SURE) == (slug, True)


@pytest.mark.parametrize(
    ("text", "brand"),
    [
        ("iPhone 13 Pro Max", ""),
        ("iPhone 14", "Apple"),
        ("iPhone 13 mini", "Apple"),
        ("Galaxy S22 Ultra", "Samsung"),
        ("iPhone 13", "Samsung"),
        ("MacBook Air 13 (2021)", "Apple"),
        ("Nokia C01 Plus", "Nokia"),
    ],
)
def test_numbers_brands_years_and_words_like_pro_are_never_overlooked(text: str, brand: str):
    assert not [one for one in NAMES.find(text=text, brand=brand) if one.confidence >= SURE]


def test_two_that_fit_equally_are_both_doubtful():
    found = NAMES.find(text="MacBook Air 13")
    assert {one.slug for one in found} == {"air-2020", "air-2022"}
    assert all(one.confidence < SURE for one in found)


def test_a_label_gives_up_its_codes_and_its_year():
    label = label_of("iPad 8 (2020) (A2270 A2428)")
    assert (label.name, label.codes, label.year) == ("iPad 8 (2020)", ("A2270", "A2428"), 2020)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Screen Replacement", "screen-repair"), ("Displaytausch", "screen-repair"), ("Troca de tela", "screen-repair"),
        ("displayModule", "screen-repair"), ("螢幕維修", "screen-repair"), ("Akkutausch", "battery-replacement"),
        ("Batterij", "battery-replacement"), ("電池更換", "battery-replacement"), ("Ladebuchse", "charging-port-repair"),
    ],
)  # fmt: skip
def test_a_repair_is_found_in_many_languages(text: str, slug: str):
    found = match_repairs.find(text, OFFERED)
    assert (found[0].slug, found[0].confidence >= SURE) == (slug, True)


@pytest.mark.parametrize("text", ["Rear camera", "frontGlass", "Back glass", "Speaker", "other", "Screen protector"])
def test_another_part_is_never_taken_for_it_silently(text: str):
    assert not [one for one in match_repairs.find(text, OFFERED) if one.confidence >= SURE]


SHOP = Names(
    [
        Named("zenbook", "ZenBook 14 (UX430)", "Asus", 2017, "UX430UA UX430UN"),
        Named("iphone-se-1", "iPhone SE (1st generation)", "Apple", 2016, "A1662 A1723"),
    ]
)
TABLETS = [
    Offered("tablet-battery", "Tablet battery replacement"),
    Offered("stick-drift", "Stick drift repair", also_called="joycon drift"),
    Offered("tablet-port", "Tablet charging port repair"),
]


def test_a_name_that_says_less_is_taken_when_its_codes_agree_and_a_code_inside_a_name_is_asked():
    assert SHOP.find(text="iPhone SE", brand="Apple", codes=["A1662", "A1723"])[0].confidence >= SURE
    assert all(one.confidence < SURE for one in SHOP.find(text="iPhone SE", brand="Apple"))
    (asked,) = SHOP.find(text="ZenBook UX430UA", brand="Asus")
    assert (asked.slug, asked.confidence < SURE) == ("zenbook", True)


@pytest.mark.parametrize(
    ("text", "slug", "sure"),
    [
        ("Battery", "tablet-battery", True),
        ("Battery replacement (iPad)", "tablet-battery", True),
        ("Wymiana baterii", "tablet-battery", True),
        ("Joy-Con Drift Repair", "stick-drift", True),
        ("Charging port cleaning/repair", "tablet-port", False),
        ("Battery and charging port", "tablet-battery", False),
    ],
)
def test_the_kind_of_device_may_be_said_or_not_and_what_says_more_is_asked(text: str, slug: str, sure: bool):
    found = match_repairs.find(text, TABLETS)
    assert found[0].slug == slug
    assert (found[0].confidence >= SURE) == sure
