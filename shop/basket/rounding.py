"""How a discount becomes pence."""

from decimal import Decimal

from shop import pricing


def half_up(amount: Decimal, currency: str | None = None) -> Decimal:
    """Return the amount as it can be paid, as prices are rounded. Oscar passes the currency where it knows it."""
    return pricing.half_up(amount, currency or "")
