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
Tax = tuple[Decimal, Decimal, Decimal]  # the rate (0.2), net, tax
Entry = LedgerEntry.Kind


def of(
    *,
    kind: str,
    order: Any,
    refund: Refund | None = None,
    payment: Payment | None = None,
    invoice: Document | None = None,
    credited: Decimal | None = None,
    undone: Document | None = None,
) -> Facts:
    """Amounts are text with two decimals, times ISO 8601. `total` is what the document is over.

    Wanted are for a receipt `payment`; for a credit note `refund`, `invoice` and `credited` (above nothing); for an
    invoice that undoes a credit note `refund` and `undone`.
    """
    told = _heads(order)
    if kind == Document.Kind.RECEIPT and payment is not None:
        return told | _receipt(order, payment)
    if kind == Document.Kind.CREDIT_NOTE and refund is not None and invoice is not None and credited is not None:
        return told | _credit_note(order, refund, invoice, credited)
    if undone is not None and refund is not None:
        return told | _asked_again(order, refund, undone)
    return told | _invoice(order)


def _heads(order: Any) -> Facts:
    visit = order.visit
    shop, contact = shop_settings(visit.site), visit.contact
    address = order.shipping_address
    return {
        "seller": {
            "name": shop.name,
            "legal_name": shop.legal_name,
            "company_number": shop.company_number,
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
        "small_print": shop.document_footer.strip(),
    }


def _invoice(order: Any) -> Facts:
    """Over what the order costs by now: what was taken off its price before there was an invoice is a line of it."""
    money = balance(order)
    lines = [
        {"name": line.name, "reason": line.reason, "amount": str(line.amount), "first": line.first}
        for line in lines_of(order)
    ]
    if changed := money.due - order.total_incl_tax:
        name = _("Taken off the price") if changed < 0 else _("Added to the price")
        lines.append({"name": name, "reason": "", "amount": str(changed), "first": False})
    return {
        "title": _("Invoice"),
        "lines": lines,
        "tax": _tax(order, _part(tax_of(order), money.due, order)),
        "total": str(money.due),
        "payments": _payments(order),
        "paid": str(money.kept),
        "open": str(money.open),
    }


def _receipt(order: Any, payment: Payment) -> Facts:
    deposit = payment.purpose == Payment.Purpose.DEPOSIT
    words = _("Deposit for order %(number)s") if deposit else _("Payment for order %(number)s")
    money = balance(order)
    return {
        "title": _("Receipt for a deposit") if deposit else _("Receipt"),
        "lines": _one_line(words % {"number": order.number}, _way(payment), payment.amount),
        "tax": _tax(order, _part(tax_of(order), payment.amount, order)),
        "total": str(payment.amount),
        "payments": [{"at": payment.changed_at.isoformat(), "way": _way(payment), "amount": str(payment.amount)}],
        "paid": str(money.kept),
        "open": str(money.open),
    }


def _credit_note(order: Any, refund: Refund, invoice: Document, credited: Decimal) -> Facts:
    """The tax of all credits so far, less what earlier notes said: notes over the whole invoice take back all of it."""
    invoiced = _read_tax(invoice)
    told = [_read_tax(note) for note in _corrections(invoice)]
    before = sum((net + tax for note in told for _rate, net, tax in note), Decimal(0))  # negative, as notes are
    taxes = [_less(rate, net, tax, told) for rate, net, tax in _part(invoiced, credited - before, order)]
    return {
        "title": _("Credit note"),
        "refers_to": invoice.number,
        "corrects": invoice.number,
        "lines": _one_line(
            _("Credit for invoice %(number)s") % {"number": invoice.number}, refund.get_reason_display(), -credited
        ),
        "tax": _tax(order, [(rate, -net, -tax) for rate, net, tax in taxes]),
        "total": str(-credited),
        "payments": [{"at": refund.changed_at.isoformat(), "way": _way(refund.payment), "amount": str(-refund.amount)}],
        "paid": "",
        "open": "",
    }


def _asked_again(order: Any, refund: Refund, note: Document) -> Facts:
    """The opposite of a credit note, for money that came back to us."""
    words = _("Credit note %(number)s no longer holds: the money came back to us") % {"number": note.number}
    return {
        "title": _("Invoice"),
        "refers_to": note.number,
        "corrects": note.facts["refers_to"],
        "lines": _one_line(words, "", -note.total),
        "tax": _tax(order, [(rate, -net, -tax) for rate, net, tax in _read_tax(note)]),
        "total": str(-note.total),
        "payments": [{"at": refund.changed_at.isoformat(), "way": _way(refund.payment), "amount": str(refund.amount)}],
        "paid": "",
        "open": "",
    }


def _one_line(name: str, reason: str, amount: Decimal) -> list[Facts]:
    return [{"name": name, "reason": reason, "amount": str(amount), "first": True}]


def _corrections(invoice: Document) -> list[Document]:
    rows = Document.objects.filter(order=invoice.order_id).exclude(pk=invoice.pk)
    return [row for row in rows if row.facts.get("corrects", row.facts.get("refers_to")) == invoice.number]


def _read_tax(document: Document) -> list[Tax]:
    rows = document.facts["tax"]
    return [(Decimal(row["rate"]) / 100, Decimal(row["net"]), Decimal(row["tax"])) for row in rows]


def _part(taxes: list[Tax], gross: Decimal, order: Any) -> list[Tax]:
    """The share of each rate in `gross`; the last one takes what rounding left, so that they add up to it."""
    whole = sum((net + tax for _rate, net, tax in taxes), Decimal(0))
    if not whole:
        return taxes
    parts: list[Tax] = []
    left = gross
    for place, (rate, net, tax) in enumerate(taxes):
        mine = left if place == len(taxes) - 1 else half_up((net + tax) * gross / whole, order.currency)
        taxed = half_up(tax * gross / whole, order.currency)
        parts.append((rate, mine - taxed, taxed))
        left -= mine
    return parts


def _less(rate: Decimal, net: Decimal, tax: Decimal, told: list[list[Tax]]) -> Tax:
    """What is left of a rate's net and tax after what corrections, whose figures are negative, told of it."""
    mine = [(one[1], one[2]) for note in told for one in note if one[0] == rate]
    return rate, net + sum((one[0] for one in mine), Decimal(0)), tax + sum((one[1] for one in mine), Decimal(0))


def _tax(order: Any, taxes: list[Tax]) -> list[Facts]:
    """Nothing for a shop that has no tax number and asks for no tax."""
    if not shop_settings(order.visit.site).tax_number and not any(rate for rate, _net, _tax in taxes):
        return []
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
    if payment.tender:
        return str(payment.get_tender_display())
    words = providers.words_of(payment.provider)
    return str(words.told) if words else ""
