"""Taking a time and a price together: the storefront's one verb before the checkout."""

from datetime import datetime
from typing import Any

from django.db import transaction

from cms.sites import Site
from repairs import booking, policies
from repairs.models import Hold
from shop import baskets
from shop.models import BasketVisit, Quote


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


def renew_time(*, basket: Any, at: datetime) -> BasketVisit | None:
    """Keep the basket's held time longer where that can be; returns the basket's visit with its hold, or None.

    A time that is gone stays gone: ask `baskets.is_kept` of the hold.
    """
    visit = baskets.visit_of(basket)
    if visit is not None:
        visit.basket = basket  # whoever asks the basket for its visit later finds the time as it is now
    if visit is not None and visit.hold is not None and visit.hold.state == Hold.State.HELD:
        try:
            booking.renew(hold=visit.hold, at=at)
        except (booking.HoldExpired, policies.NoPolicy):
            return visit
    return visit


def next_times(*, site: Site, after: datetime | None, at: datetime) -> list[datetime]:
    """A handful of free times from a moment on (or the first ones there are), for somebody who lost theirs."""
    try:
        found = booking.free_starts(site=site, at=at, first_date=at.date(), days=booking.NEXT_DAYS)
    except policies.NoPolicy:
        return []
    later = [start for start in found if after is not None and start >= after]
    return (later or found)[: booking.NEXT_STARTS + 1]


def reserve(*, site: Site, basket: Any, quote: Quote, starts_at: datetime, at: datetime) -> Any:
    """Hold a time and put the quote into the basket; all or nothing. Returns the basket line.

    Raises what `keep_time` and `baskets.add_quote` raise.
    """
    with baskets.unsaved_again_if_it_fails(basket), transaction.atomic():
        line = baskets.add_quote(basket=basket, quote=quote, at=at)
        keep_time(site=site, basket=basket, starts_at=starts_at, at=at)
    return line
