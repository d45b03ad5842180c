"""What an order owes, from the rows of its ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from shop.models import LedgerEntry

Kind = LedgerEntry.Kind
ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Balance:
    """Sums of an order, all positive, in its currency. `open` may still be asked for, `over` is too much."""

    due: Decimal
    paid: Decimal
    refunded: Decimal
    open: Decimal
    currency: str

    @property
    def over(self) -> Decimal:
        """What we hold beyond what the order costs."""
        return max(self.paid - self.refunded - self.due, ZERO)


def balance(order: Any) -> Balance:
    """Add up an order's ledger. An order that was never asked for anything owes its total, not nothing."""
    return balances([order])[order.pk]


def balances(orders: Sequence[Any]) -> dict[int, Balance]:
    """The same for many orders, by their ids. One statement."""
    sums: dict[int, dict[str, Decimal]] = {order.pk: {} for order in orders}
    rows = LedgerEntry.objects.filter(order__in=list(sums)).order_by()
    for order_id, kind, amount in rows.values_list("order", "kind", "amount"):
        entry = sums[order_id]
        entry[kind] = entry.get(kind, ZERO) + amount  # added here, because SQLite adds up in binary
    return {order.pk: _balance(order, sums[order.pk]) for order in orders}


def _balance(order: Any, sums: dict[str, Decimal]) -> Balance:
    asked = sums.get(Kind.DUE, order.total_incl_tax) + sums.get(Kind.WRITTEN_OFF, ZERO)
    paid, refunded = sums.get(Kind.PAID, ZERO), -sums.get(Kind.REFUNDED, ZERO)
    return Balance(due=asked, paid=paid, refunded=refunded, open=max(asked - paid, ZERO), currency=order.currency)
