"""How a device gets to us and back."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from oscar.apps.shipping import methods, repository
from oscar.core import prices

from shop.basket.rounding import half_up


class HandOver(methods.Base):
    """A way to hand a device over: a gross charge, with the tax of the basket's first line in it."""

    def __init__(self, code: str, name: Any, description: Any, charge: Decimal, needs_address: bool) -> None:
        self.code, self.name, self.description = code, name, description
        self.charge, self.needs_address = charge, needs_address

    def calculate(self, basket: Any) -> prices.Price:
        quote = next((line.quote_row.quote for line in basket.all_lines()), None)
        rate, code = (quote.tax_rate, quote.tax_code) if quote else (Decimal(0), None)
        tax = half_up(self.charge * rate / (1 + rate), basket.currency)
        return prices.Price(basket.currency, self.charge - tax, incl_tax=self.charge, tax_code=code)


IN_STORE = HandOver("in-store", _("Bring it to the shop"), _("Drop it off and collect it."), Decimal("0.00"), False)
POSTAL = HandOver("postal", _("Send it by post"), _("We send it back, insured."), Decimal("6.00"), True)
COURIER = HandOver("courier", _("Courier"), _("Collected and returned at your door."), Decimal("12.00"), True)


class Repository(repository.Repository):
    methods = (IN_STORE, POSTAL, COURIER)

    def get_shipping_methods(self, basket: Any, shipping_addr: Any = None, **kwargs: Any) -> list[Any]:
        """Every way, discounted where an offer says so; a repair is no shipped product, yet it travels."""
        ways = self.get_available_shipping_methods(basket=basket, shipping_addr=shipping_addr, **kwargs)
        return self.apply_shipping_offers(basket, ways) if basket.has_shipping_discounts else list(ways)
