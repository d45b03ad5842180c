"""What customers see of money that goes back to them: each refund with its state in plain words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from shop.models import Refund

State = Refund.State
WORDS: dict[str, Any] = {
    State.ASKED: _("About to go back to you"),
    State.SENT: _("On its way back to you"),
    State.DONE: _("Given back to you"),
    State.FAILED: _("Did not work: we will call you"),
}


@dataclass(frozen=True)
class Back:
    """Money that goes back: how much, how far it is (`state` of Refund.State, and in `words`), and since when."""

    amount: Decimal
    currency: str
    state: str
    at: datetime

    @property
    def words(self) -> Any:
        """The state as customers read it."""
        return WORDS[self.state]


def of_order(order: Any) -> list[Back]:
    """The refunds of an order, oldest first. One statement."""
    return of_orders([order])[order.pk]


def of_orders(orders: Iterable[Any]) -> dict[int, list[Back]]:
    """The same for many orders, by their ids. One statement.

    One that failed is left out once its money was sent again: the customer need not wait for a call any more.
    """
    found: dict[int, list[Back]] = {order.pk: [] for order in orders}
    rows = Refund.objects.filter(payment__order__in=list(found)).select_related("payment").order_by("pk")
    listed = list(rows)
    tried_again = {
        failed.pk
        for failed in listed
        if failed.state == State.FAILED
        and any(row.pk > failed.pk and row.payment_id == failed.payment_id for row in listed)
    }
    for row in listed:
        if row.pk not in tried_again:
            found[row.payment.order_id].append(Back(row.amount, row.currency, row.state, row.changed_at))
    return found
