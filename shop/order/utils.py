"""How an order is numbered, and what we note beside each of its lines."""

from typing import Any

from oscar.apps.order import utils
from oscar.apps.order.utils import *  # noqa: F403

from shop.references import new_reference


class OrderNumberGenerator(utils.OrderNumberGenerator):
    def order_number(self, basket: Any) -> str:
        """Random: it neither tells how much we sell nor can it be guessed. The basket's lock guards against doubles."""
        return new_reference("M")


class OrderCreator(utils.OrderCreator):
    def create_additional_line_models(self, order: Any, order_line: Any, basket_line: Any) -> None:
        """Hand the pairs to shop.placement, which writes the side rows of all lines in single statements."""
        order.sold = [*getattr(order, "sold", ()), (order_line, basket_line.quote_row.quote)]
