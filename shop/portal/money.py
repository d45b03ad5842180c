"""My payments: every order with what it costs, what was paid and given back, and the receipt to print."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shop.models import LedgerEntry
from shop.payments import ledger, providers
from shop.portal import mine
from shop.portal.mine import Mine
from shop.sold_lines import lines_of

Kind = LedgerEntry.Kind
LABELS: dict[str, Any] = {
    Kind.PAID: gettext_lazy("Paid"),
    Kind.DEPOSIT: gettext_lazy("Deposit paid"),
    Kind.REFUNDED: gettext_lazy("Refunded"),
    Kind.REFUND_BACK: gettext_lazy("Refund came back"),
}


@dataclass(frozen=True)
class Movement:
    """Money that came or went back: when, how, how much (negative when it went back)."""

    at: datetime
    label: str
    way: str
    amount: Decimal


class Payments(Mine):
    """My orders, each with its state and its sums from the ledger, ways to pay and papers."""

    template_name = "portal/payments.html"

    def facts(self, **named: Any) -> dict[str, Any]:
        """A page of orders. Three statements beside the count."""
        paged = self.paged(mine.orders(self.request.user, self.site).prefetch_related("lines"))
        return paged | {"rows": mine.order_rows(paged["page_obj"])}


class Receipt(Mine):
    """A receipt to print, once something was paid; 404 before, and for orders of others."""

    template_name = "portal/receipt.html"

    def facts(self, **named: Any) -> dict[str, Any]:
        """Lines, tax and what was paid."""
        orders = mine.orders(self.request.user, self.site).select_related("visit__contact", "visit__appointment")
        order = get_object_or_404(orders, number=self.kwargs["number"])
        balance = ledger.balance(order)
        if not balance.paid:
            raise Http404(_("Nothing has been paid on this order yet."))
        return {
            "order": order,
            "balance": balance,
            "kept": balance.paid - balance.refunded,
            "lines": lines_of(order),
            "movements": movements_of(order),
            "tax_name": self.tax_name(),
        }


def movements_of(order: Any) -> list[Movement]:
    """Money that really moved, oldest first. One statement."""
    entries = LedgerEntry.objects.filter(order=order, kind__in=list(LABELS)).select_related("payment")
    return [
        Movement(
            at=entry.at,
            label=str(LABELS[entry.kind]),
            way=_way(entry.payment.provider if entry.payment else ""),
            amount=-entry.amount if entry.kind == Kind.REFUNDED else entry.amount,
        )
        for entry in entries
    ]


def _way(provider: str) -> str:
    words = providers.words_of(provider) if provider else None
    return str(words.told) if words else ""
