"""The currency of a booking: chosen before or while it is made, one for all of it, and never converted."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from shop.draft_links import NO_LONGER, DraftNotFound
from shop.draft_prices import reprice
from shop.models import Draft
from shop.quotes import CurrencyNotOffered


def change(draft: Draft, currency: str, *, at: datetime) -> None:
    """Price the whole booking in another currency, or leave it as it is and say why.

    Raises CurrencyNotOffered where a repair or an add-on in it has no price there, DraftNotFound, BasketClosed,
    NotForSale, OtherCurrency, OtherShop.
    """
    with transaction.atomic():
        locked = Draft.objects.select_for_update().filter(pk=draft.pk).first()
        if locked is None:
            raise DraftNotFound(NO_LONGER)
        if currency == (locked.currency or draft.site.shop.currency):
            return
        locked.currency, locked.changed_at = currency, at
        locked.save(update_fields=["currency", "changed_at"])
        added = {row.name for item in locked.items.all() for row in item.add_ons.all()}
        left = [*reprice(locked, at).gone, *sorted(added - _priced_add_ons(locked))]
        if left:
            words = {"names": ", ".join(left), "currency": currency}
            raise CurrencyNotOffered(_("We have no price in %(currency)s for %(names)s in your booking.") % words)
    draft.currency = currency


def _priced_add_ons(draft: Draft) -> set[str]:
    """The names of the add-ons that lie in the draft's basket."""
    rows = draft.basket.lines.values_list("quote_row__quote__add_ons", flat=True)  # type: ignore[union-attr]
    return {row["name"] for added in rows for row in added or ()}
