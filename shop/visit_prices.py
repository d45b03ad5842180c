"""Prices that depend on the time of the visit: a kept price gives way only where the time itself moves it."""

from datetime import datetime
from typing import Any

from django.db import transaction

from cms.sites import Site
from shop import baskets, facts, quotes, renewal
from shop.models import BasketLineQuote, Quote


def moves(quote: Quote, visit_at: datetime, at: datetime) -> bool:
    """Whether that time makes another price of it than the time it was given for. What cannot be had today stays."""
    wish: dict[str, Any] = {
        "site": quote.site,
        "device": quote.device,
        "repair_type": quote.repair_type,
        "answers": quote.answers,
        "add_ons": [row["slug"] for row in quote.add_ons],
        "currency": quote.currency,
        "at": at,
    }
    try:
        return quotes.price(**wish, visit_at=visit_at).lines != quotes.price(**wish, visit_at=quote.visit_at).lines
    except (quotes.NotOffered, quotes.AddOnNotOffered):
        return False


def follow(*, site: Site, basket: Any, starts_at: datetime, at: datetime) -> list[renewal.Difference]:
    """Price the basket for the time that is held for it now, and tell what changed.

    No statement where it cannot matter. Raises BasketClosed, NotForSale.
    """
    if not facts.visits_matter(site):
        return []
    told = []
    with transaction.atomic():
        baskets.lock_open(basket)
        rows = BasketLineQuote.objects.filter(line__basket=basket.pk)
        for row in rows.select_related("quote__device", "quote__repair_type", "quote__site__shop"):
            old = row.quote
            if old.visit_at != starts_at and quotes.usable(old, at) and moves(old, starts_at, at):
                fresh = renewal.again(old, at, visit_at=starts_at)
                baskets.swap_quote(basket=basket, old=old, new=fresh, at=at)
                told.append(renewal.difference(old, fresh))
    return told
