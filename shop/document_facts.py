"""What a document says, as plain facts in the customer's language: page and PDF are made of nothing else."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from cms.sites import shop_settings
from notifications.contacts import readable_phone
from shop.basket.rounding import half_up
from shop.letting_off import let_off
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
    more: Decimal | None = None,
) -> Facts:
    """Amounts are text with two decimals, times ISO 8601. `total` is what the document is over.

    Wanted are for a receipt `payment`; for a credit note `invoice`, `credited` (above nothing) and, unless a visit was
    missed, `refund`; for an invoice that undoes a credit note `refund` and `undone`; for one over what an earlier
    `invoice` left out, `more`.
    """
    told = _heads(order)
    if kind == Document.Kind.RECEIPT and payment is not None:
        return told | _receipt(order, payment)
    if kind == Document.Kind.CREDIT_NOTE and invoice is not None and credited is not None:
        return told | _credit_note(order, refund, invoice, credited)
    if undone is not None and refund is not None:
        return told | _asked_again(order, refund, undone)
    if invoice is not None and more is not None:
        return told | _left_out(order, invoice, more, payment)
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
    lines, fee = _asked(order), _fee(order)
    changed = money.due - (fee.amount if fee else order.total_incl_tax)
    unasked = max(min(let_off(order), -changed), Decimal(0))
    taken = _("Taken off the price") if changed < 0 else _("Added to the price")
    for name, amount in ((_("Not asked for"), -unasked), (taken, changed + unasked)):
        if amount:
            lines.append({"name": name, "reason": "", "amount": str(amount), "first": False})
    return {
        "title": _("Invoice"),
        "lines": lines,
        "tax": _tax(order, _part(tax_of(order), money.due, order)),
        "total": str(money.due),
        "payments": _payments(order),
        "paid": str(money.kept),
        "open": str(money.open),
    }


def _asked(order: Any) -> list[Facts]:
    """The lines of what was sold; once the visit was missed, only its fee."""
    if fee := _fee(order):
        return _one_line(_("Fee for a missed visit"), "", fee.amount)
    return [
        {"name": line.name, "reason": line.reason, "amount": str(line.amount), "first": line.first}
        for line in lines_of(order)
    ]


def _left_out(order: Any, invoice: Document, more: Decimal, payment: Payment | None) -> Facts:
    """What an invoice left out, because it was not asked for then. Its tax is that of all less what papers told."""
    papers = Document.objects.filter(order=order).exclude(kind=Document.Kind.RECEIPT)
    told = [[(rate, -net, -tax) for rate, net, tax in _read_tax(paper)] for paper in papers]
    taxes = [_less(rate, net, tax, told) for rate, net, tax in _part(tax_of(order), balance(order).due, order)]
    words = _("What invoice %(number)s left out, asked for after all") % {"number": invoice.number}
    return {
        "title": _("Invoice"),
        "refers_to": invoice.number,
        "corrects": invoice.number,
        "lines": _one_line(words, "", more),
        "tax": _tax(order, taxes),
        "total": str(more),
        "payments": [_came(payment)] if payment else [],
        "paid": "",
        "open": "",
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
        "payments": [_came(payment)],
        "paid": str(money.kept),
        "open": str(money.open),
    }


def _credit_note(order: Any, refund: Refund | None, invoice: Document, credited: Decimal) -> Facts:
    """The tax of all credits so far, less what earlier notes said: notes over the whole invoice take back all of it.
    Invoices over what it left out count with it: a small one alone would make much of its rounding.

    Without a refund it is a missed visit's: its money goes back later, and some of it stays as the fee.
    """
    rows = _corrections(invoice)
    more = [row for row in rows if row.kind == Document.Kind.INVOICE and row.facts["refers_to"] == invoice.number]
    invoiced = [_less(*rate, [_read_tax(row) for row in more]) for rate in _read_tax(invoice)]
    reason = refund.get_reason_display() if refund else str(Refund.Reason.MISSED.label)
    told = [_read_tax(note) for note in rows if note not in more]
    before = sum((net + tax for note in told for _rate, net, tax in note), Decimal(0))  # negative, as notes are
    taxes = [_less(rate, net, tax, told) for rate, net, tax in _part(invoiced, credited - before, order)]
    return {
        "title": _("Credit note"),
        "refers_to": invoice.number,
        "corrects": invoice.number,
        "lines": _one_line(_("Credit for invoice %(number)s") % {"number": invoice.number}, reason, -credited),
        "tax": _tax(order, [(rate, -net, -tax) for rate, net, tax in taxes]),
        "total": str(-credited),
        "payments": [_went(refund)] if refund else [],
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
    """A rate's net and tax with what other papers told of it; the figures of credits are negative."""
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
    """What came and went; of a fee that we hold more than enough for, only that it is kept: the rest goes back."""
    fee, money = _fee(order), balance(order)
    if fee and money.over:
        return [{"at": fee.at.isoformat(), "way": _("Kept of what was paid"), "amount": str(money.due)}]
    rows = order.ledger.filter(kind__in=[Entry.PAID, Entry.DEPOSIT, Entry.REFUNDED, Entry.REFUND_BACK])
    return [
        {
            "at": row.at.isoformat(),
            "way": _way(row.payment) if row.payment else "",
            "amount": str(-row.amount if row.kind == Entry.REFUNDED else row.amount),
        }
        for row in rows.select_related("payment")
    ]


def _came(payment: Payment) -> Facts:
    return {"at": payment.changed_at.isoformat(), "way": _way(payment), "amount": str(payment.amount)}


def _went(refund: Refund) -> Facts:
    way = str(refund.get_tender_display()) or _way(refund.payment)
    return {"at": refund.changed_at.isoformat(), "way": way, "amount": str(-refund.amount)}


def _fee(order: Any) -> LedgerEntry | None:
    """The entry of the fee for a missed visit."""
    found: LedgerEntry | None = order.ledger.filter(kind=Entry.NO_SHOW).first()
    return found


def _way(payment: Payment) -> str:
    if payment.tender:
        return str(payment.get_tender_display())
    words = providers.words_of(payment.provider)
    return str(words.told) if words else ""
