"""Amounts as providers count them: whole numbers of a currency's smallest unit (ISO 4217, where they do not differ)."""

from collections.abc import Mapping
from decimal import Decimal

DECIMALS = {
    **dict.fromkeys(
        (
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ),
        0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}


def decimals(currency: str, table: Mapping[str, int] = DECIMALS) -> int:
    """How many places after the point a currency has: 2, but 0 for JPY and 3 for KWD. A provider may have its own."""
    return table.get(currency.upper(), 2)


def to_minor(amount: Decimal, currency: str, table: Mapping[str, int] = DECIMALS) -> int:
    """467.98 GBP -> 46798. Raises ValueError for an amount the currency cannot express, such as 10.50 JPY."""
    minor = amount.scaleb(decimals(currency, table))
    if minor != minor.to_integral_value():
        raise ValueError(f"{amount} cannot be paid in {currency}.")
    return int(minor)


def from_minor(minor: int, currency: str, table: Mapping[str, int] = DECIMALS) -> Decimal:
    """46798 GBP -> 467.98, exactly."""
    return Decimal(minor).scaleb(-decimals(currency, table))
