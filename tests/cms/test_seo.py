"""What search engines are told is what the page says, and no editor's words can break out of it."""

import json
import re
from datetime import time
from decimal import Decimal

import pytest

from cms import seo
from cms.models import ShopSettings

NASTY = '</script><script>alert(1)</script> <!-- & \u2028 "quoted" \\ ü'


def test_records_cannot_leave_their_script_element() -> None:
    text = str(seo.Head("T", "D", "/", records=({"@type": "Thing", "name": NASTY},)).data)
    assert not re.search(r"[<>&\u2028\u2029]", text)
    assert json.loads(text)["@graph"][0]["name"] == NASTY


def test_a_head_without_records_has_no_data() -> None:
    assert seo.Head("T", "D", "/", records=({}, {})).data == ""


def test_a_shop_tells_its_address_and_every_span_of_its_hours() -> None:
    shop = ShopSettings(name="Mendwell", phone="+44 1", street="12 Lane", city="London", postcode="SE5")
    spans = [(0, time(9), time(12)), (0, time(13), time(18)), (6, time(10), time(16, 30))]
    record = seo.business(shop=shop, url="https://x.example/", hours=spans)
    assert record["address"]["streetAddress"] == "12 Lane"
    assert [(h["dayOfWeek"], h["opens"], h["closes"]) for h in record["openingHoursSpecification"]] == [
        ("Monday", "09:00", "12:00"),
        ("Monday", "13:00", "18:00"),
        ("Sunday", "10:00", "16:30"),
    ]
    assert "openingHoursSpecification" not in seo.business(shop=ShopSettings(name="M"), url="/")


def test_a_price_has_two_places_and_its_currency() -> None:
    record = seo.offer(price=Decimal("90"), currency="GBP", url="/")
    assert (record["price"], record["priceCurrency"]) == ("90.00", "GBP")
    assert seo.price_span(prices=[], currency="GBP") == {}


@pytest.mark.parametrize(("text", "short"), [("<p>One</p>\n two", "One two"), ("word " * 60, None)])
def test_a_description_ends_with_a_whole_word(text: str, short: str | None) -> None:
    made = seo.shorten(text)
    assert made == short if short else (len(made) <= 160 and made.endswith("word…"))
