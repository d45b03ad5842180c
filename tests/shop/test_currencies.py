"""A shop that sells in several currencies: the visitor chooses, every page and answer agrees, nothing is converted."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client, RequestFactory
from django.utils import timezone

from shop import baskets, draft_currency, drafts, placement, quotes
from shop.models import AddOn, Draft, PriceRule, Quote, RepairOffer, SiteShop
from shop.products import product_for
from site_config.page_cache import PageCache
from tests.api.callers import Caller, fault
from tests.factories import SHOP_TIME, Shop
from tests.shop.browsers import open_draft
from tests.shop.orders import place, quote_for, reserved

SCREEN = "/devices/iphone-8/screen-repair/"
BATTERY = "/devices/iphone-8/battery-replacement/"
HERE = {"HTTP_ORIGIN": "http://testserver"}


@pytest.fixture
def euros(shop: Shop) -> Shop:
    """The screen costs 230 euros, 276 for the older device; the battery has no price in euros."""
    SiteShop.objects.update(more_currencies="EUR SLE")
    priced(shop, "EUR", "230")
    return shop


def priced(shop: Shop, currency: str, price: str, **more: Any) -> None:
    where = {"site": shop.site, "repair_type": shop.screen, "subject": shop.iphone}
    RepairOffer.objects.create(**where, currency=currency, price=Decimal(price), **more)
    product_for(shop.screen)


def choose(client: Client, currency: str, there: str = "/prices/", **more: Any) -> Any:
    return client.post("/currency/", {"currency": currency, "next": there}, **{**HERE, **more})


def words(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return " ".join(answer.content.decode().split())


def test_a_choice_is_kept_in_a_cookie_and_leads_back(client: Client, euros: Shop) -> None:
    answer = choose(client, "EUR", SCREEN)
    assert (answer.status_code, answer["Location"]) == (302, SCREEN)
    cookie = answer.cookies["currency"]
    assert (cookie.value, cookie["samesite"], bool(cookie["httponly"])) == ("EUR", "Lax", True)
    assert set(answer.cookies) == {"currency"}


def test_every_page_agrees_in_the_chosen_currency(client: Client, euros: Shop) -> None:
    choose(client, "EUR")
    for address in (
        "/devices/",
        "/devices/iphone-8/",
        SCREEN,
        "/prices/",
        "/services/",
        "/repairs/iphone/",
        "/find/?q=iphone+8",
    ):
        body = words(client, address)
        assert re.search(r"€2(30|76)", body), address
        assert "£" not in body, address
    records = "".join(re.findall(r'<script type="application/ld\+json">(.*?)</script>', words(client, SCREEN)))
    assert '"priceCurrency": "EUR"' in records and "276.00" in records and "GBP" not in records


def test_without_a_choice_every_page_is_in_the_shops_own(client: Client, euros: Shop) -> None:
    for address in ("/devices/iphone-8/", SCREEN, "/prices/"):
        body = words(client, address)
        assert "£" in body and "€" not in body


def test_a_repair_without_a_price_in_it_is_on_request_and_does_not_vanish(client: Client, euros: Shop) -> None:
    choose(client, "EUR")
    assert "On request in EUR" in words(client, "/devices/iphone-8/")
    body = words(client, BATTERY)
    assert "On request in EUR" in body and "choose another currency" in body
    wish: dict[str, Any] = {"site": euros.site, "device": euros.iphone_8, "answers": {}, "at": SHOP_TIME}
    with pytest.raises(quotes.PriceOnRequest, match="no price in EUR"):
        quotes.price(**wish, repair_type=euros.battery, currency="EUR")


def test_what_is_expressly_not_offered_in_a_currency_is_not_on_request_in_it(client: Client, euros: Shop) -> None:
    where = {"site": euros.site, "repair_type": euros.battery, "subject": euros.iphone}
    RepairOffer.objects.create(**where, currency="EUR", kind="not_offered")
    choose(client, "EUR")
    assert client.get(BATTERY).status_code == 404


def test_the_choice_stands_at_the_foot_only_where_there_is_one(client: Client, euros: Shop) -> None:
    body = words(client, SCREEN)
    assert re.findall(r'name="currency" value="(\w+)"', body) == ["GBP", "EUR", "SLE"]
    assert 'value="GBP" aria-current="true"' in body
    SiteShop.objects.get().save()
    SiteShop.objects.update(more_currencies="")
    SiteShop.objects.get().save()
    assert 'name="currency"' not in words(client, SCREEN)


def test_a_currency_that_the_shop_has_not_is_not_kept(client: Client, euros: Shop) -> None:
    assert "currency" not in choose(client, "BRL").cookies
    client.cookies["currency"] = "BRL"
    assert "£239.99" in words(client, SCREEN)


def test_another_site_cannot_choose_for_a_visitor(client: Client, euros: Shop) -> None:
    answer = choose(client, "EUR", HTTP_ORIGIN="https://elsewhere.example")
    assert answer.status_code == 403
    assert "currency" not in answer.cookies


@pytest.mark.parametrize("there", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", ""])
def test_a_choice_leads_to_no_other_site(client: Client, euros: Shop, there: str) -> None:
    assert choose(client, "EUR", there)["Location"] == "/"


@pytest.fixture
def kept_connection() -> Iterator[None]:
    """The requests of the test see its rows: they leave its connection open, as Django's test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("kept_connection")
def test_shared_pages_are_kept_once_for_each_currency_and_never_for_a_person(euros: Shop) -> None:
    cache = PageCache(get_wsgi_application(), versions=type("Fixed", (), {"current": lambda self: ((1, "p", 1),)})())

    def got(cookie: str) -> tuple[str, str]:
        heads: dict[str, str] = {}
        made = RequestFactory().get(SCREEN).environ | {"HTTP_HOST": "testserver", "HTTP_COOKIE": cookie}
        body = b"".join(cache(made, lambda _status, headers: heads.update(headers)))
        return heads["X-Cache"], body.decode()

    first, again = got("theme=dark"), got("currency=eur; a=b")
    assert [first[0], again[0]] == ["miss", "hit"]
    assert first[1] == again[1] and "£239.99" in first[1]
    euro, other = got("a=1; currency=EUR"), got("currency=EUR; b=2")
    assert [euro[0], other[0]] == ["miss", "hit"]
    assert euro[1] == other[1] and "€276.00" in euro[1]


def test_an_amount_of_a_rule_is_never_taken_over_into_another_currency(euros: Shop) -> None:
    shop = euros
    PriceRule.objects.create(site=shop.site, name="Parts", effect="add", value=Decimal("10"), priority=8)
    PriceRule.objects.create(site=shop.site, name="Parts in euros", effect="add", value=12, currency="EUR", priority=8)
    assert quote_for(shop).total == Decimal("249.99")
    told = quote_for(shop, currency="EUR")
    assert (told.total, [line["name"] for line in told.lines]) == (
        Decimal("288.00"),
        ["Screen repair", "Older device", "Parts in euros"],
    )


def test_an_add_on_is_sold_in_the_currency_of_its_price(euros: Shop) -> None:
    AddOn.objects.create(site=euros.site, name="Glass", slug="glass", price=Decimal("9.99"))
    AddOn.objects.create(site=euros.site, name="Glass", slug="glass-eur", price=Decimal("12.50"), currency="EUR")
    assert quote_for(euros, currency="EUR", add_ons=["glass-eur"]).total == Decimal("288.50")
    with pytest.raises(quotes.AddOnNotOffered):
        quote_for(euros, currency="EUR", add_ons=["glass"])
    caller = Caller()
    for query, slugs in (("", ["glass"]), ("?currency=EUR", ["glass-eur"]), ("?currency=SLE", [])):
        assert [row["slug"] for row in caller.get(f"add-ons/{query}").json()["items"]] == slugs


def test_a_booking_is_made_in_the_chosen_currency_and_keeps_it(client: Client, euros: Shop) -> None:
    choose(client, "EUR")
    page = client.get("/book/?device=iphone-8&repair=screen-repair").content.decode()
    assert "€276.00" in page and "£" not in page
    client.post("/book/?device=iphone-8&repair=screen-repair", {"repairs": "screen-repair", "condition": "good"})
    assert Draft.objects.get().currency == "EUR"
    del client.cookies["currency"]
    address = f"/book/{client.session[drafts.SESSION_KEY]}/"
    body = client.get(address, follow=True).content.decode()
    assert "€276.00" in body and 'value="EUR" aria-current="true"' in body


def test_a_booking_follows_to_another_currency_as_a_whole(client: Client, euros: Shop) -> None:
    draft, _token = open_draft(client, euros)
    choose(client, "EUR")
    line = draft.basket.lines.get()
    assert (line.quote_row.quote.currency, line.price_incl_tax) == ("EUR", Decimal("276.00"))
    choose(client, "GBP")
    assert draft.basket.lines.get().price_incl_tax == Decimal("239.99")
    assert Quote.objects.count() == 1


def test_a_booking_that_cannot_follow_says_why_and_stays_as_it_is(client: Client, euros: Shop) -> None:
    draft, _token = open_draft(client, euros)
    item = drafts.add_item(draft, at=timezone.now(), device=euros.iphone_13)
    drafts.answer_issue(draft, item, repair_types=[euros.battery], condition="good", problem="", at=timezone.now())
    before = set(Quote.objects.values_list("reference", flat=True))
    answer = choose(client, "EUR")
    assert "currency" not in answer.cookies
    told = [note["text"] for note in client.get("/visitor/").json()["messages"]]
    assert told == ["We have no price in EUR for Battery replacement in your booking."]
    assert set(Quote.objects.values_list("reference", flat=True)) == before
    draft.refresh_from_db()
    assert draft.currency == ""


def test_an_add_on_without_a_price_in_it_keeps_a_booking_where_it_is(euros: Shop, client: Client) -> None:
    draft, _token = open_draft(client, euros)
    glass = AddOn.objects.create(site=euros.site, name="Glass", slug="glass", price=Decimal("9.99"))
    drafts.answer_issue(
        draft, draft.items.get(), repair_types=[euros.screen], add_ons=[glass], condition="good", problem="",
        at=timezone.now(),
    )  # fmt: skip
    with pytest.raises(quotes.CurrencyNotOffered, match="Glass"):
        draft_currency.change(draft, "EUR", at=timezone.now())
    assert draft.basket.lines.get().price_incl_tax == Decimal("249.98")


def test_a_currency_that_the_shop_gave_up_leads_back_to_its_own(euros: Shop, client: Client) -> None:
    draft, _token = open_draft(client, euros)
    draft_currency.change(draft, "EUR", at=timezone.now())
    SiteShop.objects.update(more_currencies="")
    drafts.reprice(drafts.find(site=euros.site, token=_token), timezone.now())
    assert draft.basket.lines.get().price_currency == "GBP"


def test_a_basket_takes_one_currency_and_says_so(euros: Shop) -> None:
    basket = reserved(euros, quote_for(euros, currency="EUR"))
    with pytest.raises(baskets.OtherCurrency, match="another currency"):
        baskets.add_quote(basket=basket, quote=quote_for(euros), at=SHOP_TIME)


def test_baskets_of_two_currencies_that_were_merged_are_no_order(euros: Shop) -> None:
    one = reserved(euros, quote_for(euros, currency="EUR"), token="one")
    two = reserved(euros, quote_for(euros, device=euros.iphone_13), token="two")
    one.merge(two, add_quantities=False)
    with pytest.raises(baskets.OtherCurrency):
        place(baskets.find(site=euros.site, token="two", at=SHOP_TIME))
    assert baskets.OtherCurrency in placement.PROBLEMS


def test_an_order_of_the_api_is_in_the_currency_of_its_basket(euros: Shop) -> None:
    caller = Caller()
    asked = {"device": "iphone-8", "repair_type": "screen-repair", "currency": "EUR"}
    reference = caller.post("quotes/", asked).json()["reference"]
    caller.open().post("holds/", {"starts_at": caller.free()[0], "quote": reference})
    wrong = {"amount": "276.00", "currency": "GBP"}
    fault(caller.post("orders/", caller.wish(shown_total=wrong), key="one"), 409, "other_currency")
    assert caller.order()["total"] == {"amount": "276.00", "currency": "EUR"}


def test_the_api_answers_in_the_asked_currency_everywhere(euros: Shop) -> None:
    caller, euro = Caller(), {"amount": "276.00", "currency": "EUR"}
    assert caller.get("site/").json()["currencies"] == ["GBP", "EUR", "SLE"]
    listed = caller.get("devices/?q=iphone+8&currency=EUR").json()["items"]
    found = caller.get("search/?q=iphone+8&currency=EUR").json()["devices"]["items"]
    assert [row["from_price"] for row in (*listed, *found)] == [euro, euro]
    one = caller.get("devices/iphone-8/?currency=EUR").json()
    assert one["from_price"] == euro
    kinds = {row["slug"]: (row["kind"], row["price"]) for row in one["repairs"]}
    assert kinds["screen-repair"] == ("fixed", euro)
    assert kinds["battery-replacement"] == ("on_request", None)
    assert "GBP" not in json.dumps(one)


@pytest.mark.parametrize("path", ["devices/", "devices/iphone-8/", "search/?q=iphone", "add-ons/", "pages/"])
@pytest.mark.parametrize("currency", ["USD", "eur", "E"])
def test_an_unknown_currency_is_refused_by_the_api(euros: Shop, path: str, currency: str) -> None:
    mark = "&" if "?" in path else "?"
    told = fault(Caller().get(f"{path}{mark}currency={currency}"), 400, "currency_not_offered")
    assert "GBP, EUR, SLE" in told["detail"]


def test_an_unknown_currency_is_refused_with_a_quote(euros: Shop) -> None:
    asked = {"device": "iphone-8", "repair_type": "screen-repair", "currency": "USD"}
    fault(Caller().post("quotes/", asked), 400, "currency_not_offered")
