"""A shop's own colour: whatever is accepted can be read everywhere, by day and by night."""

import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from hypothesis import assume, given
from hypothesis import strategies as st

from cms.brand import READABLE, contrast, parse, readable_colour, tones, tones_of
from cms.models import ShopSettings
from tests.factories import Shop

DAY = {"paper": "#fbfaf7", "surface": "#ffffff", "sunken": "#f3f1eb"}
NIGHT = {"paper": "#10171b", "surface": "#182126", "sunken": "#131b20"}
COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
# Most colours are refused for being light; these are the ones where it is close, or accepted.
DARK = st.tuples(st.integers(0, 150), st.integers(0, 130), st.integers(0, 255)).map(
    lambda c: f"#{c[0]:02x}{c[1]:02x}{c[2]:02x}"
)


def is_accepted(text: str) -> bool:
    try:
        readable_colour(text)
    except ValidationError:
        return False
    return True


def ratio(one: str, other: str) -> float:
    return contrast(parse(one), parse(other))


@given(COLOURS | DARK)
def test_every_accepted_colour_gives_tones_that_can_be_read(text: str) -> None:
    assume(is_accepted(text))
    found = tones(text)
    for tone, grounds in ((found.day, DAY), (found.night, NIGHT)):
        for name in ("brand", "brand-hover"):
            assert ratio(tone["on-brand"], tone[name]) >= READABLE, (text, name)
            for ground in (*grounds.values(), tone["brand-tint"]):
                assert ratio(tone[name], ground) >= READABLE, (text, name, ground)
        assert all(ratio(tone["ring"], ground) >= 3 for ground in grounds.values()), text


@given(COLOURS)
def test_the_shops_own_colour_is_the_one_by_day(text: str) -> None:
    assume(is_accepted(text))
    assert tones(text).day["brand"] == text


@pytest.mark.parametrize(
    "text", ["", "red", "#fff", "#12345", "#1234567", "1f6f5c", "#1f6f5c;}", "#１f6f5c", "#1f6f5c\n"]
)
def test_what_is_no_colour_is_refused_and_never_reaches_a_page(text: str) -> None:
    assert not is_accepted(text)
    assert tones_of(text) is None


@pytest.mark.parametrize("text", ["#ffffff", "#ffff00", "#62c3a8", "#888888"])
def test_a_colour_on_which_white_words_cannot_be_read_is_refused(text: str) -> None:
    assert not is_accepted(text)


def test_the_colour_of_the_shop_is_on_its_pages_at_once_and_off_again(shop: Shop, client: Client) -> None:
    def body() -> Any:
        page = client.get("/prices/").content.decode()
        sheets = re.findall(r'href="(/-/brand/[^"]+)"', page)
        return page + "".join(client.get(sheet).content.decode() for sheet in sheets)

    assert "--brand:" not in body()
    details = ShopSettings.for_site(shop.site)
    details.brand_colour = "#7a1fa2"
    details.full_clean()
    details.save()
    shown = body()
    assert "--brand:light-dark(#7a1fa2," in shown
    assert '<meta name="theme-color" content="#7a1fa2">' in shown
    details.brand_colour = ""
    details.save()
    assert "--brand:" not in body()
