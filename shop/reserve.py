"""Taking a time and a price together: the storefront's one verb before the checkout."""

from datetime import datetime
from typing import Any

from django.db import transaction

from cms.sites import Site
from repairs import booking
from repairs.models import Hold
from shop import baskets
from shop.models import Quote


def keep_time(*, site: Site, basket: Any, starts_at: datetime, at: datetime) -> Hold:
    """Hold a time for a saved basket and return the hold. One it held before is given back; the same one is kept.

    Raises BasketClosed, SlotTaken (the old time is then still held) and SlotNotOffered.
    """
    with transaction.atomic():
        baskets.lock_open(basket)
        visit = baskets.visit_of(basket)
        old = visit.hold if visit else None
        wanted = (site.pk, starts_at)
        if old is not None and (old.site_id, old.starts_at) == wanted and baskets.is_kept(old, at):
            return old
        replaces = old if old is not None and old.state == Hold.State.HELD else None
        hold = booking.hold(site=site, starts_at=starts_at, at=at, replaces=replaces)
        baskets.attach_hold(basket=basket, hold=hold, at=at)
    return hold


def reserve(*, site: Site, basket: Any, quote: Quote, starts_at: datetime, at: datetime) -> Any:
    """Hold a time and put the quote into the basket; all or nothing. Returns the basket line.

    Raises what `keep_time` and `baskets.add_quote` raise.
    """
    with baskets.unsaved_again_if_it_fails(basket), transaction.atomic():
        line = baskets.add_quote(basket=basket, quote=quote, at=at)
        keep_time(site=site, basket=basket, starts_at=starts_at, at=at)
    return line
