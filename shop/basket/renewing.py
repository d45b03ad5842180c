"""Asking again for a price that ran out in the basket."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest

from shop import baskets, drafts, renewal
from shop.models import Draft


def renew(request: HttpRequest, *, reference: str, draft: Draft | None, at: datetime) -> None:
    """Put today's price in the place of the one that ran out, and say what changed. Raises what taking out raises."""
    basket: Any = request.basket  # type: ignore[attr-defined]
    lines = [] if basket.is_empty else basket.all_lines()
    quote = next((line.quote_row.quote for line in lines if line.quote_row.quote.reference == reference), None)
    if quote is None:
        return
    if draft is not None and quote.item is not None:
        told = drafts.reprice(draft, at).moved
    else:
        fresh, moved = renewal.renew(quote, at)
        baskets.swap_quote(basket=basket, old=quote, new=fresh, at=at)
        told = [moved]
    for moved in told:
        messages.info(request, f"{moved.repair}: {moved.words}")
