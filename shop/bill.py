"""What a locked basket comes to: offers, vouchers, the charge for handing over, the total the customer saw."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _
from oscar.core.loading import get_class, get_model

from cms.models import RepairType
from cms.sites import Site
from shop import baskets, price_snapshots, pricing
from shop.models import BasketLineQuote, Quote

Basket = get_model("basket", "Basket")
Line = get_model("basket", "Line")
Selector = get_class("partner.strategy", "Selector")
StockRecord = get_model("partner", "StockRecord")
Voucher = get_model("voucher", "Voucher")
OrderTotalCalculator = get_class("checkout.calculators", "OrderTotalCalculator")
Repository = get_class("shipping.repository", "Repository")


class PriceMoved(Exception):
    """The total is not the one the customer saw; `total` is the one that holds now."""

    code = "price_moved"

    def __init__(self, message: str, total: Decimal) -> None:
        super().__init__(message)
        self.total = total


class ShippingNotOffered(Exception):
    """There is no such way to hand a device over."""

    code = "shipping_not_offered"


@dataclass(frozen=True)
class Bill:
    """What the locked basket comes to: the way to hand over, its charge and the order's total (Oscar prices)."""

    method: Any
    charge: Any
    total: Any


def _drop_used_vouchers(basket: Any, user: Any) -> None:
    """Lock the basket's vouchers in one order for everybody, and drop those that somebody else used up meanwhile."""
    prefetch_related_objects([basket], "vouchers__offers")
    vouchers = list(basket.vouchers.all())
    if not vouchers:
        return
    for voucher in Voucher.objects.select_for_update().filter(pk__in=[v.pk for v in vouchers]).order_by("pk"):
        if not voucher.is_active() or not voucher.is_available_to_user(user=user or AnonymousUser())[0]:
            basket.vouchers.remove(voucher)


def work_out(*, basket: Any, user: Any, shipping_code: str, shown_total: Decimal | None) -> Bill:
    """Work out offers, vouchers, charge and total under the locks. Raises ShippingNotOffered, PriceMoved."""
    _drop_used_vouchers(basket, user)
    baskets.apply_offers(basket=basket, user=user)
    ways = Repository().get_shipping_methods(basket=basket)
    method = next((way for way in ways if way.code == shipping_code), None)
    if method is None:
        raise ShippingNotOffered(_("Please choose how your device gets to us."))
    charge = method.calculate(basket)
    total = OrderTotalCalculator().calculate(basket, charge)
    if shown_total is not None and total.incl_tax != shown_total:
        words = {"total": total.incl_tax, "currency": total.currency}
        raise PriceMoved(_("The total has changed: it is now %(total)s %(currency)s.") % words, total.incl_tax)
    return Bill(method, charge, total)


def foretell(
    *, site: Site, wanted: Sequence[tuple[RepairType, pricing.Price]], shipping_code: str, at: datetime
) -> tuple[Bill, list[tuple[str, Decimal]]]:
    """What these prices would come to as an order of this moment, and what offers take off: by name and amount.

    Worked out by `work_out` itself on a basket that is never written. Raises NotForSale, ShippingNotOffered.
    """
    basket = Basket(pk=0)  # no row has this key; without one Oscar takes a basket for empty
    basket.strategy = Selector().strategy(at=at)
    basket.keep_lines(_lines(basket, site, wanted, at))
    found = work_out(basket=basket, user=None, shipping_code=shipping_code, shown_total=None)
    return found, [(str(row["name"]), row["discount"]) for row in basket.offer_discounts]


def _lines(basket: Any, site: Site, wanted: Sequence[tuple[RepairType, pricing.Price]], at: datetime) -> list[Any]:
    rows = StockRecord.objects.filter(
        product__repair_row__repair_type__in=[kind.pk for kind, _price in wanted], partner__shop__site=site
    ).select_related("product__repair_row", "product__product_class", "product__parent")
    stock = {(row.product.repair_row.repair_type_id, row.price_currency): row for row in rows}
    lines = []
    for place, (kind, price) in enumerate(wanted):
        sold = stock.get((kind.pk, price.currency))
        if sold is None:
            raise baskets.NotForSale(_("This repair cannot be ordered yet. Please call us."))
        line = Line(pk=-1 - place, basket=basket, product=sold.product, stockrecord=sold, quantity=1)
        line.price_currency, line.tax_code = price.currency, price.tax_code
        line.price_incl_tax, line.price_excl_tax = price.total, price.total - price.tax
        quote = Quote(repair_type=kind, valid_until=at, **price_snapshots.frozen(price))
        line.quote_row = BasketLineQuote(quote=quote)
        lines.append(line)
    return lines
