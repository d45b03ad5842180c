"""The lines of an order as people read them: each step of each price, what was taken off, the way to hand over."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from shop.models import OrderLineQuote


@dataclass(frozen=True)
class SoldLine:
    """One line; `first` of a repair carries its price before the factors. `amount` is gross."""

    name: str
    reason: str
    amount: Decimal
    first: bool


def lines_of(order: Any) -> list[SoldLine]:
    """The lines add up to the order's total. One statement, two for an order without quotes."""
    lines: list[SoldLine] = []
    rows = OrderLineQuote.objects.filter(line__order=order).select_related("line", "quote").order_by("line_id")
    for row in rows:
        for place, step in enumerate(row.quote.lines):
            name = f"{row.quote.subject_name}: {step['name']}" if place == 0 else step["name"]
            lines.append(SoldLine(name, step.get("reason", ""), Decimal(step["amount"]), place == 0))
        off = row.line.line_price_incl_tax - row.quote.total
        if off:
            lines.append(SoldLine(_("Discount"), "", off, False))
    if not lines:  # an order without quotes says what it can
        lines = [SoldLine(line.title, "", line.line_price_incl_tax, True) for line in order.lines.all()]
    if order.shipping_incl_tax:
        lines.append(SoldLine(str(order.shipping_method), "", order.shipping_incl_tax, True))
    return lines


def tax_of(order: Any) -> list[tuple[Decimal, Decimal, Decimal]]:
    """Rate (0.2), net and tax of each rate in the order; what is sent has the rate of the first line. One statement."""
    sums: dict[Decimal, list[Decimal]] = {}
    rates: list[Decimal] = []
    rows = OrderLineQuote.objects.filter(line__order=order).select_related("line", "quote").order_by("line_id")
    for row in rows:
        rates.append(row.quote.tax_rate)
        pair = sums.setdefault(row.quote.tax_rate, [Decimal(0), Decimal(0)])
        pair[0] += row.line.line_price_excl_tax
        pair[1] += row.line.line_price_incl_tax - row.line.line_price_excl_tax
    if rates and order.shipping_incl_tax:
        sums[rates[0]][0] += order.shipping_excl_tax
        sums[rates[0]][1] += order.shipping_incl_tax - order.shipping_excl_tax
    return [(rate, net, tax) for rate, (net, tax) in sorted(sums.items(), reverse=True)]
