"""What an order owes, from the rows of its books."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from shop.models import LedgerEntry

Kind = LedgerEntry.Kind
ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Balance:
    """Sums of an order, all positive, in its currency.

    `due`: what it costs by now, `credited` of its price is taken off. `paid` came, `refunded` went back, `open` may
    still be asked for, `disputed` is held back by a bank just now.
    """

    due: Decimal
    paid: Decimal
    refunded: Decimal
    open: Decimal
    currency: str
    credited: Decimal = ZERO
    disputed: Decimal = ZERO

    @property
    def kept(self) -> Decimal:
        """What we hold of it."""
        return self.paid - self.refunded

    @property
    def over(self) -> Decimal:
        """What we hold beyond what the order costs."""
        return max(self.kept - self.due, ZERO)


def balance(order: Any) -> Balance:
    """Add up an order's rows. An order that was never asked for anything owes its total, not nothing."""
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
    def of(*kinds: str) -> Decimal:
        return sum((sums.get(kind, ZERO) for kind in kinds), ZERO)

    asked = sums.get(Kind.DUE, order.total_incl_tax) + of(Kind.NO_SHOW)
    credited = of(Kind.CREDITED) - of(Kind.CREDIT_BACK)
    due = asked - of(Kind.WRITTEN_OFF) - credited
    paid, refunded = of(Kind.PAID, Kind.DEPOSIT), of(Kind.REFUNDED) - of(Kind.REFUND_BACK)
    return Balance(
        due=due,
        paid=paid,
        refunded=refunded,
        open=max(due - paid + refunded, ZERO),
        currency=order.currency,
        credited=credited,
        disputed=of(Kind.DISPUTED) - of(Kind.DISPUTE_WON, Kind.DISPUTE_LOST),
    )
