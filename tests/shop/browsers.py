"""A browser on its way to an order: a price and a time in its basket, with or without a draft."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.signing import Signer
from django.test import Client
from django.utils import timezone
from oscar.core.loading import get_class, get_model

from repairs import booking
from shop import baskets, drafts
from shop import reserve as reserving
from shop.models import Draft, Quote
from tests.factories import Shop
from tests.shop.orders import quote_for

Basket = get_model("basket", "Basket")
Selector = get_class("partner.strategy", "Selector")


def soon(shop: Shop) -> Any:
    """A free time. Not the very first one: that runs out while the test runs, when the clock passes half an hour."""
    now = timezone.now()
    starts = booking.free_starts(site=shop.site, at=now, first_date=now.date() + timedelta(days=1), days=5)
    return starts[1]


def carry(client: Client, basket: Any) -> None:
    """Give the basket to the browser, by its cookie or by who is logged in."""
    user_id = client.session.get("_auth_user_id")
    if user_id:
        Basket.objects.filter(pk=basket.pk).update(owner=user_id)
    else:
        client.cookies[settings.OSCAR_BASKET_COOKIE_OPEN] = Signer().sign(basket.pk)


def reserve(client: Client, shop: Shop, **wish: Any) -> Quote:
    """A fresh price and a held time in the browser's basket, without a draft."""
    now = timezone.now()
    quote = quote_for(shop, at=now, **wish)
    basket = Basket.objects.create()
    basket.strategy = Selector().strategy(at=now)
    reserving.reserve(site=shop.site, basket=basket, quote=quote, starts_at=soon(shop), at=now)
    carry(client, basket)
    return quote


def open_draft(client: Client, shop: Shop, *, service_type: str = "in_store") -> tuple[Draft, str]:
    """A draft of this browser with a screen repair for an iPhone 8 and a held time, and its token."""
    now = timezone.now()
    draft, token = drafts.start(site=shop.site, at=now)
    item = drafts.add_item(draft, at=now, device=shop.iphone_8)
    drafts.answer_issue(draft, item, repair_types=[shop.screen], condition="good", problem="Cracked.", at=now)
    drafts.answer_service(draft, urgency="standard", service_type=service_type, at=now)
    reserving.keep_time(site=shop.site, basket=draft.basket, starts_at=soon(shop), at=now)
    carry(client, draft.basket)
    session = client.session
    session[drafts.SESSION_KEY] = token
    session.save()
    draft.refresh_from_db()
    return draft, token


def hold_of(draft: Draft) -> Any:
    """The time held for a draft."""
    visit = baskets.visit_of(draft.basket)
    return visit.hold if visit else None
