"""What a document says, as plain facts in the customer's language: page and PDF are made of nothing else."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from cms.sites import shop_settings
from notifications.contacts import readable_phone
from shop.basket.rounding import half_up
from shop.models import Document, LedgerEntry, Payment, Refund
from shop.payments import providers
from shop.payments.balance import balance
from shop.sold_lines import lines_of, tax_of

Facts = dict[str, Any]
Entry = LedgerEntry.Kind


def of(
    *,
    kind: str,
    order: Any,
    refund: Refund | None = None,
    payment: Payment | None = None,
    invoice: Document | None = None,
    credited: Decimal | None = None,
) -> Facts:
    """Amounts are text with two decimals, times ISO 8601. `total` is what the document is over."""
    told = _heads(order)
    if kind == Document.Kind.RECEIPT and payment is not None:
        return told | _receipt(order, payment)
    if kind == Document.Kind.CREDIT_NOTE and refund is not None and invoice is not None and credited is not None:
        return told | _credit_note(order, refund, invoice, credited)
    return told | _invoice(order)


def _heads(order: Any) -> Facts:
    visit = order.visit
    shop, contact = shop_settings(visit.site), visit.contact
    address = order.shipping_address
    return {
        "seller": {
            "name": shop.name,
            "address": shop.address,
            "country": shop.country,
            "phone": readable_phone(shop.phone),
            "email": shop.email,
            "tax_number": shop.tax_number,
        },
        "buyer": {
            "name": contact.name,
            "email": contact.email,
            "address": ", ".join(line for line in address.active_address_fields()) if address else "",
        },
        "order": order.number,
        "ordered_at": order.date_placed.isoformat(),
        "time_zone": shop.time_zone,
        "currency": order.currency,
        "tax_name": visit.site.shop.tax_name,
        "demo": visit.pay_by == "demo",
    }


def _invoice(order: Any) -> Facts:
    money = balance(order)
    return {
        "title": _("Invoice"),
        "lines": [
            {"name": line.name, "reason": line.reason, "amount": str(line.amount), "first": line.first}
            for line in lines_of(order)
        ],
        "tax": _tax(tax_of(order)),
        "net": str(order.total_excl_tax),
        "total": str(order.total_incl_tax),
        "payments": _payments(order),
        "paid": str(money.kept),
        "open": str(money.open),
    }


def _receipt(order: Any, payment: Payment) -> Facts:
    deposit = payment.purpose == Payment.Purpose.DEPOSIT
    money = balance(order)
    share = payment.amount / order.total_incl_tax if order.total_incl_tax else Decimal(0)
    return {
        "title": _("Receipt for a deposit") if deposit else _("Receipt"),
        "lines": [
            {
                "name": _("Deposit for order %(number)s") % {"number": order.number}
                if deposit
                else _("Payment for order %(number)s") % {"number": order.number},
                "reason": _way(payment),
                "amount": str(payment.amount),
                "first": True,
            }
        ],
        "tax": _tax(_part(tax_of(order), share, payment.amount, order.currency)),
        "net": "",
        "total": str(payment.amount),
        "payments": [{"at": payment.changed_at.isoformat(), "way": _way(payment), "amount": str(payment.amount)}],
        "paid": str(money.kept),
        "open": str(money.open),
    }


def _credit_note(order: Any, refund: Refund, invoice: Document, credited: Decimal) -> Facts:
    share = credited / order.total_incl_tax if order.total_incl_tax else Decimal(0)
    return {
        "title": _("Credit note"),
        "refers_to": invoice.number,
        "lines": [
            {
                "name": _("Credit for invoice %(number)s") % {"number": invoice.number},
                "reason": refund.get_reason_display(),
                "amount": str(-credited),
                "first": True,
            }
        ],
        "tax": _tax([(rate, -net, -tax) for rate, net, tax in _part(tax_of(order), share, credited, order.currency)]),
        "net": "",
        "total": str(-credited),
        "payments": [{"at": refund.changed_at.isoformat(), "way": _way(refund.payment), "amount": str(-refund.amount)}],
        "paid": "",
        "open": "",
    }


def _part(
    taxes: list[tuple[Decimal, Decimal, Decimal]], share: Decimal, gross: Decimal, currency: str
) -> list[tuple[Decimal, Decimal, Decimal]]:
    """A share of each rate's net and tax; the last one takes what rounding left, so that they add up to `gross`."""
    parts: list[tuple[Decimal, Decimal, Decimal]] = []
    left = gross
    for place, (rate, net, tax) in enumerate(taxes):
        whole = left if place == len(taxes) - 1 else half_up((net + tax) * share, currency)
        part = half_up(whole * rate / (1 + rate), currency)
        parts.append((rate, whole - part, part))
        left -= whole
    return parts


def _tax(taxes: list[tuple[Decimal, Decimal, Decimal]]) -> list[Facts]:
    return [
        {"rate": f"{(rate * 100).normalize():f}", "net": str(net), "tax": str(tax), "gross": str(net + tax)}
        for rate, net, tax in taxes
    ]


def _payments(order: Any) -> list[Facts]:
    rows = order.ledger.filter(kind__in=[Entry.PAID, Entry.DEPOSIT, Entry.REFUNDED, Entry.REFUND_BACK])
    return [
        {
            "at": row.at.isoformat(),
            "way": _way(row.payment) if row.payment else "",
            "amount": str(-row.amount if row.kind == Entry.REFUNDED else row.amount),
        }
        for row in rows.select_related("payment")
    ]


def _way(payment: Payment) -> str:
    words = providers.words_of(payment.provider)
    return str(words.told) if words else ""
