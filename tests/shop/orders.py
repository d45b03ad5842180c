"""Steps on the way to an order, for tests: a reserved basket, a placed order, an offer, a voucher."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from oscar.apps.offer.models import Benefit, Condition, ConditionalOffer, Range
from oscar.apps.voucher.models import Voucher

from shop import baskets, placement, quotes, reserve
from shop.models import Quote
from tests.factories import SHOP_TIME, Shop

ADA = placement.Customer(name="Ada Smith", email="ada@example.com", phone="+447911123456", language="en-gb")
TOMORROW = SHOP_TIME + timedelta(days=1)


def quote_for(shop: Shop, **more: Any) -> Quote:
    wish = {"device": shop.iphone_8, "repair_type": shop.screen, "answers": {}, "at": SHOP_TIME} | more
    return quotes.issue(site=shop.site, **wish)


def reserved(
    shop: Shop, *wanted: Quote, token: str = "a-token", starts_at: datetime = TOMORROW, at: datetime = SHOP_TIME
) -> Any:
    """A token's basket with these quotes (one for the iPhone 8's screen by default) and a held time."""
    basket = baskets.open_basket(site=shop.site, token=token, at=at)
    for quote in wanted or (quote_for(shop),):
        reserve.reserve(site=shop.site, basket=basket, quote=quote, starts_at=starts_at, at=at)
    return baskets.find(site=shop.site, token=token, at=at)


def place(basket: Any, **more: Any) -> Any:
    wish: dict[str, Any] = {
        "customer": ADA,
        "pay_by": "demo",
        "shipping_code": "in-store",
        "address": None,
        "shown_total": None,
        "at": SHOP_TIME,
    }
    return placement.place(basket=basket, **{**wish, **more})


def make_offer(*, percent: str, least: int = 1, kind: str = ConditionalOffer.SITE, **more: Any) -> ConditionalOffer:
    everything, _ = Range.objects.get_or_create(name="Everything", defaults={"includes_all_products": True})
    return ConditionalOffer.objects.create(
        name=f"{percent} % off from {least} {kind}",
        offer_type=kind,
        exclusive=False,
        condition=Condition.objects.create(range=everything, type=Condition.COUNT, value=least),
        benefit=Benefit.objects.create(range=everything, type=Benefit.PERCENTAGE, value=Decimal(percent)),
        **more,
    )


def make_voucher(code: str = "WELCOME10", percent: str = "10", usage: str = Voucher.MULTI_USE) -> Voucher:
    """A voucher around the real clock: Oscar reads the clock itself when it asks whether a voucher is active."""
    voucher = Voucher.objects.create(
        name=code,
        code=code,
        usage=usage,
        start_datetime=datetime(2000, 1, 1, tzinfo=SHOP_TIME.tzinfo),
        end_datetime=datetime(2100, 1, 1, tzinfo=SHOP_TIME.tzinfo),
    )
    voucher.offers.add(make_offer(percent=percent, kind=ConditionalOffer.VOUCHER))
    return voucher
