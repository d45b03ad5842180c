"""From, between, on request, not offered, and the choice of part: said alike wherever a customer looks."""

import json
import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from notifications.models import Message
from repairs.models import Hold
from shop import baskets, drafts, facts, quotes
from shop.counter import prices
from shop.models import AddOn, Draft, PriceRule, Quote, RepairOffer, SiteShop
from shop.storefront import price_list
from shop.templatetags.money import from_price, money, price_words
from tests.api.callers import Caller
from tests.factories import SHOP_TIME, Shop, repair_type
from tests.shop.browsers import soon
from tests.shop.orders import make_voucher, place, quote_for, reserved
from tests.shop.statements import counted

RANGE = {"kind": "range", "price": Decimal("199.99"), "price_max": Decimal("249.99")}
BOOK = "/book/?device=iphone-8&repair=screen-repair"


def screen_costs(shop: Shop, **columns: Any) -> None:
    RepairOffer.objects.filter(repair_type=shop.screen).update(**columns)


def on_request(shop: Shop) -> None:
    RepairOffer.objects.filter(repair_type=shop.screen, part_grade="").update(kind="on_request", price=None)


def add_part(shop: Shop, grade: str, price: str, **more: Any) -> RepairOffer:
    wish = {"site": shop.site, "repair_type": shop.screen, "subject": shop.iphone, "part_grade": grade} | more
    return RepairOffer.objects.create(price=Decimal(price), **wish)


def text(client: Client, address: str, **query: str) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def records(client: Client, address: str) -> list[dict[str, Any]]:
    page = client.get(address).content.decode()
    found = re.search(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', page, re.S)
    assert found
    return json.loads(found[1])["@graph"]


def service_of(client: Client) -> dict[str, Any]:
    return next(row for row in records(client, "/devices/iphone-8/screen-repair/") if row["@type"] == "Service")


def test_a_range_is_shown_with_both_ends_wherever_a_customer_looks(client: Client, shop: Shop) -> None:
    screen_costs(shop, **RANGE)
    ends = "£239.99 to £299.99"
    assert ends in text(client, "/devices/iphone-8/")
    page = text(client, "/devices/iphone-8/screen-repair/")
    assert ends in page
    assert "no more work is done before you agree" in page
    assert ends in text(client, BOOK)
    assert ends in text(client, "/find/", q="iphone 8 screen")
    offer = service_of(client)["offers"]
    bounds = {"@type": "PriceSpecification", "minPrice": "239.99", "maxPrice": "299.99", "priceCurrency": "GBP"}
    assert (offer["priceSpecification"], offer.get("price")) == (bounds, None)


def test_a_least_price_says_that_the_final_one_is_told_before_more_is_done(client: Client, shop: Shop) -> None:
    screen_costs(shop, kind="from")
    page = text(client, "/devices/iphone-8/screen-repair/")
    assert "from £239.99" in page
    assert "tell you the final price" in page
    offer = service_of(client)["offers"]
    assert offer["priceSpecification"]["minPrice"] == "239.99"
    assert "maxPrice" not in offer["priceSpecification"]


def test_a_repair_on_request_is_shown_with_a_way_to_ask(client: Client, shop: Shop) -> None:
    with counted() as before:
        text(client, "/devices/iphone-13/")
    on_request(shop)
    with counted() as statements:
        assert "Price on request" in text(client, "/devices/iphone-8/")
    assert len(statements) <= len(before), "\n".join(statements)
    page = text(client, "/devices/iphone-8/screen-repair/")
    for words in ("Price on request", "Book a diagnosis", "Ask us", "+44 20 7946 0018"):
        assert words in page
    assert "We do this as well, and price it after a look: Screen repair" in text(client, "/book/?device=iphone-8")
    assert "on request" in text(client, "/find/", q="iphone 8 screen")
    assert "Also done, priced after a look: Screen repair" in text(client, "/prices/")
    assert "Price on request" in text(client, "/services/")
    assert "offers" not in service_of(client)
    with pytest.raises(quotes.PriceOnRequest):
        quote_for(shop)


def test_what_is_on_request_for_one_kind_only_stands_in_the_list_at_the_price_of_the_others(shop: Shop) -> None:
    ipad = type(shop.iphone).objects.create(kind="category", name="iPad", slug="ipad", parent=shop.phones, live=True)
    tab = type(shop.iphone).objects.create(kind="device", name="iPad 9", slug="ipad-9", parent=ipad, live=True)
    wide = repair_type("Cleaning", "cleaning", shop.phones)
    RepairOffer.objects.create(site=shop.site, repair_type=wide, subject=shop.iphone, price=Decimal("20"))
    RepairOffer.objects.create(site=shop.site, repair_type=shop.battery, subject=ipad, price=Decimal("20"))
    RepairOffer.objects.create(site=shop.site, repair_type=wide, subject=ipad, kind="on_request", price=None)
    assert [row.repair_type for row in facts.shelf_of(site=shop.site, device=tab, at=SHOP_TIME).on_request] == [wide]
    sheet = price_list.sheets(*price_list.whole_list(site=shop.site, at=SHOP_TIME))[0]
    assert [row.price for row in sheet.rows if row.repair_type == wide] == [Decimal("20.00")]
    assert not sheet.on_request


def test_what_is_not_offered_is_nowhere(client: Client, shop: Shop) -> None:
    RepairOffer.objects.create(
        site=shop.site, repair_type=shop.screen, subject=shop.iphone_8, kind="not_offered", price=None
    )
    assert "Screen repair" not in text(client, "/devices/iphone-8/")
    assert client.get("/devices/iphone-8/screen-repair/").status_code == 404
    assert "Screen repair" in text(client, "/devices/iphone-13/")


def test_minutes_and_warranty_of_the_price_count_where_they_are_given(client: Client, shop: Shop) -> None:
    screen_costs(shop, minutes=30, warranty_days=365)
    page = text(client, "/devices/iphone-8/")
    assert "about 30 minutes" in page
    assert "365 days warranty" in page
    quote = quote_for(shop)
    assert (quote.minutes, quote.snapshot["warranty_days"]) == (30, 365)


def test_the_api_tells_kinds_and_parts_of_a_device(shop: Shop) -> None:
    screen_costs(shop, **RANGE)
    add_part(shop, "original", "300")
    RepairOffer.objects.filter(repair_type=shop.port).update(kind="on_request", price=None)
    caller = Caller()
    rows = {row["slug"]: row for row in caller.get("devices/iphone-8/").json()["repairs"]}
    screen, port = rows["screen-repair"], rows["charging-port-repair"]
    assert (screen["kind"], screen["price"]["amount"], screen["maximum"]["amount"]) == ("range", "239.99", "299.99")
    parts = [(row["part_grade"], row["price"]["amount"]) for row in screen["parts"]]
    assert parts == [("", "239.99"), ("original", "360.00")]
    assert (port["kind"], port["price"], port["lines"]) == ("on_request", None, [])
    asked = {"device": "iphone-8", "repair_type": "screen-repair", "answers": {"part_grade": "original"}}
    found = caller.post("quotes/", asked).json()
    assert (found["total"]["amount"], found["kind"], found["answers"]["part_grade"]) == ("360.00", "fixed", "original")
    refused = caller.post("quotes/", {**asked, "answers": {"part_grade": "refurbished"}})
    assert (refused.status_code, refused.json()["code"]) == (422, "part_not_offered")
    refused = caller.post("quotes/", {"device": "iphone-8", "repair_type": "charging-port-repair"})
    assert (refused.status_code, refused.json()["code"]) == (422, "price_on_request")


def test_a_customer_chooses_the_part_on_the_repairs_page_and_in_the_booking(client: Client, shop: Shop) -> None:
    add_part(shop, "compatible", "100")
    page = text(client, "/devices/iphone-8/screen-repair/", part_grade="compatible")
    assert "Compatible part" in page
    assert "£120.00" in page
    address = f"{BOOK}&part_grade=compatible"
    assert "£120.00" in text(client, address)
    client.post(address, {"repairs": "screen-repair", "condition": "good", "part:screen-repair": "compatible"})
    quote = Quote.objects.get()
    assert (quote.total, quote.answers["part_grade"]) == (Decimal("120.00"), "compatible")
    draft, at = Draft.objects.get(), timezone.now()
    item = draft.items.get()
    assert drafts.reprice(draft, at).moved == []
    RepairOffer.objects.filter(part_grade="compatible").delete()
    drafts.answer_issue(
        draft, item, repair_types=[shop.screen], part_grades=item.part_grades, condition="fair", problem="", at=at
    )
    assert "part_grade" not in Quote.objects.get().answers


def test_the_plain_part_is_the_standard_one_or_else_the_cheapest_that_has_a_price(shop: Shop) -> None:
    add_part(shop, "compatible", "100")
    assert quote_for(shop).total == Decimal("239.99")
    on_request(shop)
    assert quote_for(shop).total == Decimal("120.00")


def test_the_counter_prices_the_part_that_was_chosen(shop: Shop) -> None:
    add_part(shop, "original", "300")
    wish: dict[str, Any] = {"site": shop.site, "device": shop.iphone_8, "answers": {}, "add_ons": (), "at": SHOP_TIME}
    with counted() as statements:
        asked = prices.ask(**wish, repair_type_ids={shop.screen.pk}, parts={shop.screen.pk: "original"})
    assert asked.total == Decimal("360.00")
    assert asked.chosen[0].grade == "original"
    assert [part.grade for part in asked.chosen[0].parts] == ["", "original"]
    assert len(statements) <= 10, "\n".join(statements)


def saturday(shop: Shop) -> None:
    PriceRule.objects.create(
        site=shop.site, name="Weekend visit", effect="add", value=Decimal("10"), weekdays=list(range(7)), priority=9
    )


def test_a_chosen_time_that_costs_more_says_so_before_anything_is_paid(client: Client, shop: Shop) -> None:
    saturday(shop)
    sent = client.post(BOOK, {"repairs": "screen-repair", "condition": "good"}, follow=True)
    address, starts = sent.redirect_chain[-1][0], soon(shop).isoformat()
    page = client.post(
        address, {"urgency": "standard", "service_type": "in_store", "starts_at": starts}, follow=True
    ).content.decode()
    assert "Was £239.99, now £249.99 (Weekend visit: +£10.00)." in page
    quote = Quote.objects.get()
    assert (quote.total, quote.visit_at) == (Decimal("249.99"), Hold.objects.get().starts_at)


def test_a_time_that_changes_nothing_leaves_the_promised_price_alone(shop: Shop) -> None:
    saturday(shop)
    PriceRule.objects.filter(name="Weekend visit").update(weekdays=[], visit_from="23:00")
    caller = Caller().open()
    reference = caller.quote()
    screen_costs(shop, price=Decimal("999"))
    held = caller.post("holds/", {"starts_at": caller.free()[0], "quote": reference}).json()
    assert held["price_changes"] == []
    assert caller.get("basket/").json()["total"]["amount"] == "239.99"


def test_the_api_tells_what_a_time_does_to_the_prices_in_a_basket(shop: Shop) -> None:
    saturday(shop)
    caller = Caller().open()
    held = caller.post("holds/", {"starts_at": caller.free()[0], "quote": caller.quote()}).json()
    assert [row["difference"]["amount"] for row in held["price_changes"]] == ["10.00"]
    assert caller.get("basket/").json()["total"]["amount"] == "249.99"
    again = caller.post("holds/", {"starts_at": held["starts_at"]}).json()
    assert again["price_changes"] == []


def test_a_quote_for_a_time_counts_the_rules_about_visits(shop: Shop) -> None:
    saturday(shop)
    asked = {"device": "iphone-8", "repair_type": "screen-repair"}
    caller = Caller()
    visit = (timezone.now() + timedelta(days=3)).replace(microsecond=0)
    found = caller.post("quotes/", {**asked, "visit_at": visit.isoformat()}).json()
    assert found["total"]["amount"] == "249.99"
    assert datetime.fromisoformat(found["visit_at"]) == visit
    assert caller.post("quotes/", asked).json()["total"]["amount"] == "239.99"


def test_a_price_is_asked_for_again_by_the_api(shop: Shop) -> None:
    caller, old = Caller(), quote_for(shop, at=timezone.now() - timedelta(days=31))
    screen_costs(shop, price=Decimal("209.99"))
    answer = caller.post(f"quotes/{old.reference}/renew/")
    found = answer.json()
    assert answer.status_code == 201
    assert (found["replaces"], found["difference"]["amount"], found["usable"]) == (old.reference, "12.00", True)
    assert found["because"].startswith("Was £239.99, now £251.99")
    assert caller.post(f"quotes/{old.reference}/renew/").json()["reference"] == found["reference"]


def test_a_price_that_ran_out_in_the_basket_is_asked_for_again_there(client: Client, shop: Shop) -> None:
    quote = quote_for(shop, at=timezone.now())
    client.post(f"/quotes/{quote.reference}/", {"take": "1"})
    Quote.objects.update(valid_until=timezone.now() - timedelta(seconds=1))
    screen_costs(shop, price=Decimal("209.99"))
    assert "See today" in text(client, "/basket/")
    page = client.post("/basket/", {"renew": quote.reference}, follow=True).content.decode()
    assert "Was £239.99, now £251.99" in page
    assert "£251.99" in text(client, "/basket/")


def test_prices_in_another_currency_are_asked_by_its_name(shop: Shop) -> None:
    SiteShop.objects.update(more_currencies="EUR")
    add_part(shop, "", "230", currency="EUR")
    caller = Caller()
    rows = caller.get("devices/iphone-8/?currency=EUR").json()["repairs"]
    assert [row["price"] for row in rows] == [{"amount": "276.00", "currency": "EUR"}, None, None]
    asked = {"device": "iphone-8", "repair_type": "screen-repair", "currency": "EUR"}
    assert caller.post("quotes/", asked).json()["total"] == {"amount": "276.00", "currency": "EUR"}
    refused = caller.post("quotes/", {**asked, "currency": "USD"})
    assert (refused.status_code, refused.json()["code"]) == (400, "currency_not_offered")
    assert caller.get("devices/iphone-8/?currency=USD").status_code == 400


@pytest.mark.parametrize(
    ("currency", "english", "brazilian"),
    [
        ("GBP", "£1,234.50", "£\xa01.234,50"),
        ("EUR", "€1,234.50", "€\xa01.234,50"),
        ("USD", "US$1,234.50", "US$\xa01.234,50"),
        ("BRL", "R$1,234.50", "R$\xa01.234,50"),
        ("SLE", "SLE\xa01,234.50", "SLE\xa01.234,50"),
    ],
)
def test_each_currency_is_written_as_its_readers_write_it(currency: str, english: str, brazilian: str) -> None:
    for language, written in (("en-gb", english), ("pt-br", brazilian)):
        with override(language):
            assert money(Decimal("1234.50"), currency) == written


def test_one_price_is_the_same_on_page_api_basket_order_and_paper(client: Client, shop: Shop) -> None:
    AddOn.objects.create(site=shop.site, name="Glass", slug="glass", price=Decimal("9.99"))
    screen_costs(shop, **RANGE)
    for name, effect, value in (("Parts", "add", "3.33"), ("Least", "minimum", "200"), ("Tidy", "round", "0.05")):
        PriceRule.objects.create(site=shop.site, name=name, effect=effect, value=Decimal(value), priority=9)
    asked = {"device": "iphone-8", "repair_type": "screen-repair", "add_ons": ["glass"]}
    asked |= {"answers": {"condition": "poor"}}
    caller = Caller()
    told = caller.post("quotes/", asked).json()
    total, tax = Decimal(told["total"]["amount"]), Decimal(told["tax"]["amount"])
    assert sum(Decimal(line["amount"]["amount"]) for line in told["lines"]) == total == Decimal("325.29")
    assert tax == Decimal("54.22")
    quote = Quote.objects.get(reference=told["reference"])
    page = text(client, "/devices/iphone-8/screen-repair/", condition="poor")
    assert price_words(quotes.price(site=shop.site, device=shop.iphone_8, repair_type=shop.screen,
        answers={"condition": "poor"}, at=timezone.now())) in page  # fmt: skip
    assert f"£{total}" in text(client, f"/quotes/{quote.reference}/")
    assert f"£{tax}" in text(client, f"/quotes/{quote.reference}/print/")
    voucher, at = make_voucher(), timezone.now()
    caller.open().post("holds/", {"starts_at": caller.free()[0], "quote": quote.reference})
    assert Decimal(caller.get("basket/").json()["total"]["amount"]) == total
    less = Decimal(caller.post("basket/vouchers/", {"code": voucher.code}).json()["total"]["amount"])
    assert less == Decimal("292.76")
    order = place(baskets.find(site=shop.site, token=caller.token, at=at), at=at)
    line = order.lines.get()
    assert (order.total_incl_tax, line.line_price_incl_tax, quote.total) == (less, less, total)
    assert sum(row.amount for row in order.discounts.all()) == total - less
    assert f"{less:,}" in json.dumps([row.context for row in Message.objects.all()])
    assert Decimal(Quote.objects.get(pk=quote.pk).snapshot["catalogue"]["base_price"]) == Decimal("199.99")


def test_without_a_voucher_the_order_is_the_price_and_its_tax(shop: Shop) -> None:
    screen_costs(shop, **RANGE)
    quote = quote_for(shop, answers={"condition": "poor"})
    order = place(reserved(shop, quote))
    line = order.lines.get()
    assert (order.total_incl_tax, order.total_tax) == (quote.total, quote.tax)
    assert line.line_price_incl_tax - line.line_price_excl_tax == quote.tax


def test_from_price_says_from_of_a_fixed_one_and_both_ends_of_a_range(shop: Shop) -> None:
    assert (from_price(quote_for(shop)), price_words(quote_for(shop))) == ("from £239.99", "£239.99")
    assert (from_price(None), price_words(None)) == ("", "")
