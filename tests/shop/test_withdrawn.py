"""A repair that an editor takes off the site while it lies in a basket: the kept price holds, and words say so."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from shop import baskets, quotes
from shop.models import BasketLineQuote, Quote
from tests.factories import Shop
from tests.shop.test_wizard import at, begun

WORDS = "No longer offered to others."
GONE = "Screen repair is not offered any more"


def basket(client: Client) -> str:
    return client.get("/basket/").content.decode()


@pytest.fixture
def chosen(client: Client, shop: Shop) -> Quote:
    """A browser with a screen repair in its basket."""
    begun(client, repairs=["screen-repair"])
    assert WORDS not in basket(client)
    return Quote.objects.get()


def test_the_basket_survives_with_its_price_and_says_so(client: Client, chosen: Quote, shop: Shop) -> None:
    shop.screen.unpublish()
    body = basket(client)
    assert WORDS in body and "Screen repair" in body and "Remove" in body
    assert BasketLineQuote.objects.get().quote == chosen
    quotes.check(chosen, timezone.now())


def test_a_device_that_is_taken_off_the_site_is_said_too(client: Client, chosen: Quote, shop: Shop) -> None:
    shop.iphone_8.unpublish()
    assert WORDS in basket(client)


def test_nothing_new_is_quoted_for_it(chosen: Quote, shop: Shop) -> None:
    shop.screen.unpublish()
    with pytest.raises(quotes.NotOffered):
        quotes.issue(site=shop.site, device=shop.iphone_8, repair_type=shop.screen, answers={}, at=timezone.now())


def test_it_can_be_taken_out(client: Client, chosen: Quote, shop: Shop) -> None:
    shop.screen.unpublish()
    client.post("/basket/", {"remove": chosen.reference})
    assert not BasketLineQuote.objects.exists()


def test_once_the_price_has_run_out_it_is_taken_out_by_name(client: Client, chosen: Quote, shop: Shop) -> None:
    shop.screen.unpublish()
    Quote.objects.filter(pk=chosen.pk).update(valid_until=timezone.now() - timedelta(minutes=1))
    page = client.get(at("draft-issue", client, chosen.item), follow=True).content.decode()
    assert not BasketLineQuote.objects.exists()
    assert GONE in page or GONE in client.get("/visitor/").content.decode()


def test_who_changes_an_answer_is_told_by_name_what_went(client: Client, chosen: Quote, shop: Shop) -> None:
    shop.screen.unpublish()
    answers = {"repairs": ["battery-replacement"], "condition": "poor"}
    page = client.post(at("draft-issue", client, chosen.item), answers, follow=True).content.decode()
    assert [row.quote.repair_type for row in BasketLineQuote.objects.all()] == [shop.battery]
    assert GONE in page or GONE in client.get("/visitor/").content.decode()


def test_an_api_basket_keeps_its_price_as_well(shop: Shop) -> None:
    now = timezone.now()
    quote = quotes.issue(site=shop.site, device=shop.iphone_8, repair_type=shop.screen, answers={}, at=now)
    held = baskets.open_basket(site=shop.site, token="fresh", at=now)
    baskets.add_quote(basket=held, quote=quote, at=now)
    shop.screen.unpublish()
    again = baskets.find(site=shop.site, token="fresh", at=now)
    assert again.total_incl_tax == quote.total
