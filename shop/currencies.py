"""The moneys of a shop: its own, in which all its amounts are, and others with prices of their own.

Nothing is ever converted. What has no price in a currency is on request in it.
"""

from collections.abc import Iterable

from shop.models import SiteShop
from shop.pricing import Effect, Rule


def offered(shop: SiteShop) -> list[str]:
    """Every currency that the shop asks prices in, its own one first."""
    return list(dict.fromkeys([shop.currency, *shop.more_currencies.split()]))


def counting(rules: Iterable[Rule], *, own: str, currency: str) -> tuple[Rule, ...]:
    """The rules that speak of prices in a currency of a shop whose own one is `own`.

    One without a currency counts for all where it is a factor; where it is an amount, for the shop's own.
    """
    return tuple(
        rule for rule in rules if (rule.currency or (currency if rule.effect == Effect.MULTIPLY else own)) == currency
    )
