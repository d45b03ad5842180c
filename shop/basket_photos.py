"""Pictures of what lies in a basket, until it becomes an order: the one way in for the storefront and the API."""

from datetime import datetime
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _
from oscar.core.loading import get_model

from cms.sites import Site
from repairs import photos
from repairs.models import Photo
from shop.baskets import BasketClosed
from shop.models import BasketVisit, Draft, Quote

Basket = get_model("basket", "Basket")


class NotInBasket(Exception):
    """This price is not in the basket, so its pictures have no place in it."""

    code = "not_found"


def batch_for(basket_id: int, quote: Quote) -> str:
    """The key of pictures of a quote's thing. A quote's reference may be shared, its pictures stay in their basket."""
    return photos.batch_of(quote.item, f"{basket_id}.{quote.reference}")


def things(basket: Any) -> dict[str, Quote]:
    """The basket's things by the key that their pictures carry, each with the first of its quotes."""
    found: dict[str, Quote] = {}
    for line in basket.all_lines():
        quote = line.quote_row.quote
        found.setdefault(batch_for(basket.pk, quote), quote)
    return found


def batch_in(basket: Any, reference: str) -> str:
    """The key for pictures of what this quote of the basket is about. Raises NotInBasket."""
    wanted = reference.replace("\x00", "").strip().upper()
    for line in basket.all_lines():
        quote = line.quote_row.quote
        if quote.reference == wanted:
            return batch_for(basket.pk, quote)
    raise NotInBasket(_("This price is not in the basket. Put it there first."))


def add(*, site: Site, basket: Any, batch: str, file: File, at: datetime, caption: str = "") -> Photo:
    """Keep a picture of a thing in the basket, so that it comes to the thing's job with the order.

    Raises BasketClosed (the order was quicker; nothing is kept) and what `photos.take_in` raises.
    """
    _refuse_closed(basket)
    photo = photos.take_in(site=site, file=file, at=at, batch=batch, caption=caption)
    try:
        with transaction.atomic():
            # Placing locks this row too: either it sees our flag, or we see that it is over.
            _refuse_closed(basket, lock=True)
            visit, _new = BasketVisit.objects.get_or_create(basket_id=basket.pk, defaults={"site": site})
            if not visit.has_photos:
                BasketVisit.objects.filter(pk=visit.pk).update(has_photos=True)
    except BaseException:
        photos.remove(photo, at=at)
        raise
    return photo


def remove(*, basket: Any, photo: Photo, at: datetime) -> None:
    """Take a picture away again. Raises BasketClosed: from then on it belongs to the repair."""
    with transaction.atomic():
        _refuse_closed(basket, lock=True)
        photos.remove(photo, at=at)


def _refuse_closed(basket: Any, *, lock: bool = False) -> None:
    rows = Basket.objects.filter(pk=basket.pk, status__in=[Basket.OPEN, Basket.SAVED])
    if not (rows.select_for_update() if lock else rows).exists():
        raise BasketClosed(_("This booking has been placed. Bring or send us further pictures with your reference."))


def count(draft: Draft | None) -> int:
    """How many pictures were added to the things of a draft; none without a draft. One statement or two."""
    if draft is None:
        return 0
    batches = [photos.batch_of(item.key, "") for item in draft.items.all()]
    return sum(len(kept) for kept in photos.of_batches(site=draft.site, batches=batches).values())
