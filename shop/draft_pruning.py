"""Forgetting unfinished bookings that nobody goes on with."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from oscar.core.loading import get_model

from repairs import photos
from shop.models import Draft

Basket = get_model("basket", "Basket")

MOST_PRUNED = 200  # in one go: the work queue ends a task after a minute


def prune(at: datetime) -> int:
    """Forget drafts that nobody touched for DRAFT_DAYS, with photos and baskets when nothing was ordered. How many."""
    late = at - timedelta(days=settings.DRAFT_DAYS)
    old = list(Draft.objects.filter(changed_at__lt=late).select_related("site", "basket")[:MOST_PRUNED])
    for draft in old:
        with transaction.atomic():
            if not Draft.objects.select_for_update().filter(pk=draft.pk, changed_at__lt=late).exists():
                continue
            unused = draft.basket is not None and draft.basket.status in {Basket.OPEN, Basket.SAVED}
            for item in draft.items.all() if unused else ():
                for photo in photos.of_batch(site=draft.site, batch=photos.batch_of(item.key, "")):
                    photos.remove(photo, at=at)
            basket = draft.basket if unused else None
            draft.delete()
            if basket is not None:
                basket.delete()
    return len(old)
