"""How a discount becomes pence."""

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def half_up(amount: Decimal, currency: str | None = None) -> Decimal:
    """Return the amount in whole hundredths, halves upward. Oscar passes the currency; all of ours have two places."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)
