"""Whether a line can still be ordered: its quote decides."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from oscar.apps.partner.availability import *  # noqa: F403
from oscar.apps.partner.availability import Base


class QuoteAvailability(Base):
    code = "available"
    message = _("Available")

    def __init__(self, quote: Any, at: datetime) -> None:
        self.quote, self.at = quote, at

    def is_purchase_permitted(self, quantity: int) -> tuple[bool, Any]:
        if quantity > 1:
            return False, _("each price counts for one repair")
        if self.quote.redeemed_order_id is not None:
            return False, _("this price has already been used")
        if self.at >= self.quote.valid_until:
            return False, _("this price is no longer kept, please ask again")
        return True, ""
