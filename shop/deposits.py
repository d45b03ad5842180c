"""How much of an order is asked for when it is booked: all of it, a deposit, or nothing yet."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from shop.models import SiteShop
from shop.payments import providers
from shop.payments.minor_units import decimals


def due_now(*, shop: SiteShop, total: Decimal, currency: str, urgent: bool, pay_by: str) -> Decimal:
    """What the customer pays with the booking, gross and rounded half up to the currency's smallest unit.

    The shop's rule says who pays a deposit and how much of the total; whoever pays in the shop owes nothing yet.
    """
    if not providers.named(pay_by).online:
        return Decimal("0.00")
    deposits = {SiteShop.DepositFor.EVERYBODY: True, SiteShop.DepositFor.URGENT: urgent}
    if shop.payment == SiteShop.Payment.ADVANCE or not deposits.get(SiteShop.DepositFor(shop.deposit_for), False):
        return total
    step = Decimal(1).scaleb(-decimals(currency))
    return (total * shop.deposit_percent / 100).quantize(step, rounding=ROUND_HALF_UP)


def terms(*, order: Any, shop: SiteShop, pay_by: str) -> dict[str, Any]:
    """What a new order's row keeps of it: `due_now`, the deposit (None: all of it, or nothing yet), and `capture`.

    Reads the pairs of line and quote that the order's creator kept as `order.sold`.
    """
    urgent = any(quote.answers.get("urgency") == "urgent" for _line, quote in order.sold)
    total = order.total_incl_tax
    asked = due_now(shop=shop, total=total, currency=order.currency, urgent=urgent, pay_by=pay_by)
    if not 0 < asked < total:
        return {"due_now": None, "capture": "now"}
    return {"due_now": asked, "capture": shop.deposit_capture}
