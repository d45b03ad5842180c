"""Nobody sets money by hand: an order's status follows the ledger."""

from typing import Any

from django.utils.translation import gettext as _
from oscar.apps.order import processing
from oscar.apps.payment.exceptions import PaymentError


class EventHandler(processing.EventHandler):
    def handle_order_status_change(self, order: Any, new_status: str, note_msg: str | None = None) -> None:
        raise PaymentError(_("The status follows the money. Take a payment or give a refund instead."))

    def handle_payment_event(self, order: Any, event_type: Any, amount: Any, *args: Any, **kwargs: Any) -> None:
        raise PaymentError(_("Payments are taken and given back through the ledger, not noted here."))
