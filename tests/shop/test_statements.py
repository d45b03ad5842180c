"""What a guest's booking costs in statements on PostgreSQL, BEGIN and COMMIT counted: one line, no offer."""

from decimal import Decimal

import pytest

from cms.models import Subject
from shop import baskets, quotes
from tests.factories import SHOP_TIME, from_prices, make_shop, subject
from tests.shop.orders import place, quote_for, reserved
from tests.shop.statements import counted

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_a_quote_takes_twelve_statements_at_most() -> None:
    shop = make_shop()
    with counted() as statements:
        device = Subject.objects.select_related("parent").get(slug="iphone-8", live=True)
        kind = type(shop.screen).objects.get(slug="screen-repair", live=True)
        quotes.issue(site=shop.site, device=device, repair_type=kind, answers={"condition": "poor"}, at=SHOP_TIME)
    assert len(statements) <= 8, "\n".join(statements)  # leaves four for site, session and transaction of the edge


def test_adding_to_a_basket_with_totals_takes_eighteen_statements_at_most() -> None:
    shop = make_shop()
    reference = quote_for(shop).reference
    with counted() as statements:
        basket = baskets.open_basket(site=shop.site, token="fresh", at=SHOP_TIME)
        baskets.add_quote(basket=basket, quote=quotes.find(shop.site, reference), at=SHOP_TIME)
        baskets.apply_offers(basket=basket)
        assert basket.total_incl_tax == Decimal("239.99")
    assert "BEGIN" in statements
    assert len(statements) <= 18, "\n".join(statements)


def test_placing_an_order_with_everything_takes_38_statements_at_most() -> None:
    shop = make_shop()
    reserved(shop)
    with counted() as statements:
        place(baskets.find(site=shop.site, token="a-token", at=SHOP_TIME), shown_total=Decimal("239.99"))
    assert {"BEGIN", "COMMIT"} <= set(statements)
    assert len(statements) <= 38, "\n".join(statements)


def test_from_prices_of_24_devices_take_two_statements() -> None:
    shop = make_shop()
    for number in range(21):
        subject("device", f"Phone {number}", f"phone-{number}", shop.iphone, year=2020)
    devices = list(Subject.objects.filter(kind="device").select_related("parent"))
    with counted() as statements:
        assert len(from_prices(site=shop.site, devices=devices, at=SHOP_TIME)) == 24
    assert len(statements) == 2, "\n".join(statements)
