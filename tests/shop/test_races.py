"""Many at once: one basket becomes one order, one quote one line, one single-use voucher one discount."""

import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from oscar.core.loading import get_model

from shop import baskets, placement
from shop.models import LedgerEntry, RepairOffer, SiteShop
from shop.products import product_for
from shop.quotes import QuoteRedeemed
from tests.factories import SHOP_TIME, make_shop
from tests.shop.orders import make_voucher, place, quote_for, reserved

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
Order = get_model("order", "Order")


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What each call returned or raised, all started behind one barrier on connections of their own."""
    barrier, found = threading.Barrier(len(calls)), [None] * len(calls)

    def run(number: int, call: Callable[[], Any]) -> None:
        try:
            barrier.wait()
            found[number] = call()
        except Exception as error:  # noqa: BLE001 - what was raised is the result
            found[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number, call)) for number, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_one_basket_submitted_eight_times_at_once_is_one_order() -> None:
    shop = make_shop()
    reserved(shop)
    found = at_once(*[lambda: place(baskets.find(site=shop.site, token="a-token", at=SHOP_TIME))] * 8)
    orders = [result for result in found if isinstance(result, Order)]
    already = [result for result in found if isinstance(result, placement.AlreadyPlaced)]
    assert (len(orders), len(already)) == (1, 7), found
    assert {late.order for late in already} == set(orders)
    assert Order.objects.count() == LedgerEntry.objects.count() == 1


def test_one_quote_in_two_baskets_ordered_at_once_is_one_order() -> None:
    shop = make_shop()
    quote = quote_for(shop)
    both = [reserved(shop, quote, token=token) for token in ("one", "two")]
    found = at_once(*[lambda basket=basket: place(basket) for basket in both])
    assert sorted(type(result).__name__ for result in found) == ["Order", "QuoteRedeemed"], found
    assert isinstance(next(r for r in found if not isinstance(r, Order)), QuoteRedeemed)


def test_two_currencies_put_into_one_basket_at_once_are_one_currency() -> None:
    shop = make_shop()
    SiteShop.objects.update(more_currencies="EUR")
    where = {"site": shop.site, "repair_type": shop.screen, "subject": shop.iphone}
    RepairOffer.objects.create(**where, currency="EUR", price=Decimal("230"))
    product_for(shop.screen)
    both = [quote_for(shop, currency=currency) for currency in ("GBP", "EUR")]
    baskets.open_basket(site=shop.site, token="a-token", at=SHOP_TIME)

    def add(quote: Any) -> Any:
        basket = baskets.find(site=shop.site, token="a-token", at=SHOP_TIME)
        return baskets.add_quote(basket=basket, quote=quote, at=SHOP_TIME)

    found = at_once(*[lambda quote=quote: add(quote) for quote in both])
    assert sorted(type(result).__name__ for result in found) == ["Line", "OtherCurrency"], found
    assert baskets.find(site=shop.site, token="a-token", at=SHOP_TIME).num_lines == 1


def test_a_single_use_voucher_in_two_baskets_at_once_gives_one_discount() -> None:
    shop = make_shop()
    voucher = make_voucher(usage="Single use")
    both = [reserved(shop, token=token) for token in ("one", "two")]
    for basket in both:
        basket.vouchers.add(voucher)
    shown = Decimal("215.99")
    found = at_once(*[lambda basket=basket: place(basket, shown_total=shown) for basket in both])
    assert sorted(type(result).__name__ for result in found) == ["Order", "PriceMoved"], found
    assert voucher.applications.count() == 1


def test_two_baskets_with_one_time_left_are_one_order_each_or_refused_before() -> None:
    shop = make_shop(seats=1)
    quotes = [quote_for(shop), quote_for(shop)]
    found = at_once(*[lambda quote=quote: place(reserved(shop, quote, token=quote.reference)) for quote in quotes])
    assert sorted(type(result).__name__ for result in found) == ["Order", "SlotTaken"], found
