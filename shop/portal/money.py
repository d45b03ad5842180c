"""My payments: every order with what it costs, what was paid and given back, and its documents."""

from dataclasses import replace
from typing import Any

from shop import document_pages
from shop.portal import mine
from shop.portal.mine import Mine


class Payments(Mine):
    """My orders, each with its state and its sums from the ledger, ways to pay and documents."""

    template_name = "portal/payments.html"

    def facts(self, **named: Any) -> dict[str, Any]:
        """A page of orders. Four statements beside the count."""
        paged = self.paged(mine.orders(self.request.user, self.site).prefetch_related("lines"))
        rows = mine.order_rows(paged["page_obj"])
        papers = document_pages.by_order([row.order for row in rows], route="account-document")
        return paged | {"rows": [replace(row, documents=papers[row.order.pk]) for row in rows]}
