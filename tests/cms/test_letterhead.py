"""What a mail says of its shop, and the shop's colour in it, which has to be readable whatever was chosen."""

import re

import pytest

from cms.brand import READABLE, contrast, parse
from cms.letterhead import letterhead
from cms.models import ShopSettings
from notifications.models import Message
from notifications.render import render
from tests.factories import Shop
from tests.notifications.facts import FACTS

PINE, WHITE, INK = "#1f6f5c", "#ffffff", "#14212b"
NIGHT_SHEET, NIGHT_INK = "#182126", "#e8edef"
STOP = "https://shop.example/stop/"
# Accepted by the settings, and some that a file or a script could bring in unasked: yellow, mint, white.
HUES = ["#7a1fa2", "#a3261f", "#0b57d0", "#8a5300", "#000000", "#ffd400", "#62c3a8", "#ffffff"]


def ratio(one: str, other: str) -> float:
    return contrast(parse(one), parse(other))


def found(html: str, what: str) -> str:
    match = re.search(what, html, re.DOTALL)
    assert match, what
    return match[1]


def mail(shop: ShopSettings) -> str:
    facts = {**FACTS, **letterhead(shop), "unsubscribe": STOP}
    return render(kind="job.ready", channel="email", language="en-gb", context=facts).html


@pytest.mark.parametrize("hue", HUES)
def test_every_colour_of_a_mail_can_be_read_by_day_and_by_night(hue: str) -> None:
    html = mail(ShopSettings(name="Ours", brand_colour=hue))
    colour = r"(#[0-9a-f]{6})"
    bar = found(html, rf'class="bar"[^>]*background-color: ?{colour}')
    button = found(html, rf'<td bgcolor="{colour}"[^>]*><a ')
    link = found(html, rf'<a href="{STOP}" style="color: ?{colour}')
    note = found(html, rf'class="note"[^>]*background-color: ?{colour}')
    assert bar == button and PINE not in html
    assert ratio(WHITE, bar) >= READABLE
    assert ratio(link, WHITE) >= READABLE
    assert ratio(INK, note) >= READABLE
    night_link = found(html, rf"\.foot a\s*{{\s*color: ?{colour}")
    night_note = found(html, rf"\.note\s*{{\s*background-color: ?{colour}")
    assert ratio(night_link, NIGHT_SHEET) >= READABLE
    assert ratio(NIGHT_INK, night_note) >= READABLE


def test_a_shop_with_a_readable_colour_finds_that_very_colour_in_its_mails() -> None:
    assert 'bgcolor="#7a1fa2"' in mail(ShopSettings(brand_colour="#7a1fa2"))


@pytest.mark.parametrize("text", ["", "red", "#1f6f5c;}"])
def test_without_a_colour_the_house_pine_stands(text: str) -> None:
    assert f'bgcolor="{PINE}"' in mail(ShopSettings(brand_colour=text))


def test_what_is_no_colour_never_reaches_the_style_sheet() -> None:
    evil = {**FACTS, "brand": "red;} body{display:none", "brand_night": "#000"}
    html = render(kind="job.ready", channel="email", language="en-gb", context=evil).html
    assert "display:none" not in html and f'bgcolor="{PINE}"' in html


def test_a_posted_mail_carries_the_colour_and_the_number_of_its_shop(shop: Shop, client: object) -> None:
    ShopSettings.objects.filter(site=shop.site).update(brand_colour="#7a1fa2", phone="020 7946 0018")
    client.post("/accounts/login/code/", {"email": "ada@example.com"})  # type: ignore[attr-defined]
    posted = Message.objects.get().context
    assert (posted["brand"], posted["shop_phone"]) == ("#7a1fa2", "+44 20 7946 0018")
