"""Another way to pay for an order that was to be paid online: in the shop, with the place kept for good."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from oscar.core.loading import get_model

from repairs import booking
from shop.models import OrderVisit
from shop.payments import providers
from shop.payments.starting import PAYABLE, OrderNotPayable

Order = get_model("order", "Order")


def offered(order: Any) -> bool:
    """Whether this order could be paid in the shop instead."""
    visit = order.visit
    return order.status in PAYABLE and visit.pay_by != "in_store" and "in_store" in providers.ways_of(visit.site.shop)


def pay_in_store(*, order: Any, at: datetime) -> None:
    """Let an order that waits for its payment be paid in the shop; its visit is a promise from now on.

    An attempt that is open stays as it is: should its money come after all, the ledger takes it. Doing it twice
    changes nothing. Raises OrderNotPayable.
    """
    with transaction.atomic():
        locked = Order.objects.select_for_update().get(pk=order.pk)
        rows = OrderVisit.objects.select_for_update(of=("self",)).select_related("appointment", "site__shop")
        visit = rows.get(pk=order.pk)
        if locked.status not in PAYABLE or "in_store" not in providers.ways_of(visit.site.shop):
            raise OrderNotPayable(_("This order cannot be paid in the shop any more."))
        visit.pay_by, visit.release_at = "in_store", None
        visit.save(update_fields=["pay_by", "release_at"])
        if visit.appointment is not None:
            booking.settle(appointment=visit.appointment, at=at)
