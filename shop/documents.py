"""Invoices, receipts and credit notes: numbered without gaps, frozen when they are issued, never changed.

A number is taken under the lock of its series in the transaction that writes the document: what is rolled back gives
its number back, and two at once wait for each other.
"""

import hashlib
import json
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation

from cms.sites import shop_settings
from notifications import attachments
from shop import document_facts, document_pdf
from shop.models import Document, DocumentSeries, LedgerEntry, Payment, Refund
from shop.payments.balance import balance

Kind = Document.Kind
PREFIXES = {Kind.INVOICE: "INV", Kind.RECEIPT: "REC", Kind.CREDIT_NOTE: "CRN"}


def after_payment(*, order: Any, payment: Payment, **facts: Any) -> None:
    """Money came: a receipt for it, and the invoice once nothing is open any more."""
    at = payment.changed_at
    issue(kind=Kind.RECEIPT, order=order, key=_receipt_key(payment), at=at, payment=payment)
    _invoice(order, at=at, key=_more_key(order, payment.reference), payment=payment)


def after_let_off(*, order: Any, key: str, at: datetime, **facts: Any) -> None:
    """Less is asked than before: if that leaves nothing open, what was paid is invoiced. `key` is that of its entry."""
    _invoice(order, at=at, key=_more_key(order, key))


def after_no_show(*, order: Any, at: datetime, **facts: Any) -> None:
    """The price is not asked any more: all that was invoiced is taken back, and a fee that was paid is invoiced."""
    invoice = Document.objects.filter(key=_price_key(order)).first()
    told = _told(order)
    if invoice is not None and told > 0:
        key = f"credit_note:{order.number}:missed"
        issue(kind=Kind.CREDIT_NOTE, order=order, key=key, at=at, invoice=invoice, credited=told)
    _invoice(order, at=at, key=_fee_key(order))


def after_refund(*, order: Any, refund: Refund, **facts: Any) -> None:
    """Money went back of what was invoiced: a credit note for what was taken off the price."""
    invoice = Document.objects.filter(key=_invoice_key(order)).first()
    credited = LedgerEntry.objects.filter(key=f"credited:{refund.reference}").first()
    if invoice is not None and credited is not None:
        issue(
            kind=Kind.CREDIT_NOTE, order=order, key=_note_key(refund), at=refund.changed_at, refund=refund,
            invoice=invoice, credited=credited.amount,
        )  # fmt: skip


def after_refund_failed(*, order: Any, refund: Refund, **facts: Any) -> None:
    """Money that had a credit note came back to us: an invoice over the same sum, for the note itself stays."""
    note = Document.objects.filter(key=_note_key(refund)).first()
    if note is not None:
        key = _more_key(order, refund.reference)
        issue(kind=Kind.INVOICE, order=order, key=key, at=refund.changed_at, refund=refund, undone=note)


def files_for(
    *, order: Any, payment: Payment | None = None, refund: Refund | None = None, missed: bool = False
) -> list[dict[str, str]]:
    """What goes with the mail about a payment, a refund or a missed visit, for the outbox: its receipt and, with the
    payment that settled the order, the invoice; its credit note; credit note and the fee's invoice. One statement."""
    rows = Document.objects.filter(order=order).defer("facts")
    if refund is not None:
        rows = rows.filter(refund=refund, kind=Kind.CREDIT_NOTE)
    elif payment is not None:
        invoices = (_price_key(order), _fee_key(order), _more_key(order, payment.reference))
        settled = Q(key__in=invoices, issued_at=payment.changed_at)
        rows = rows.filter(Q(key=_receipt_key(payment)) | settled)
    elif missed:
        rows = rows.filter(key__in=(f"credit_note:{order.number}:missed", _fee_key(order)))
    else:
        return []
    return [attachments.named(file_name(row), "document", row.pk) for row in rows.order_by("pk")]


def file_of(key: str) -> tuple[str, bytes]:
    """The type and the bytes of a document's PDF; `key` is its primary key. Named in settings.ATTACHMENTS."""
    return "application/pdf", document_pdf.pdf(Document.objects.get(pk=key))


def file_name(document: Document) -> str:
    """Under which a document's PDF is kept: letters, figures and hyphens."""
    return f"{document.number}.pdf"


def issue(*, kind: str, order: Any, key: str, at: datetime, refund: Refund | None = None, **about: Any) -> Document:
    """Write one document in the customer's language; under the same key it is the same one. `about`: its occasion."""
    language = order.visit.contact.language
    with transaction.atomic():
        series = _locked_series(order.visit.site, kind, at)
        before = Document.objects.filter(key=key).first()
        if before is not None:
            return before
        with translation.override(language):
            facts = document_facts.of(kind=kind, order=order, refund=refund, **about)
        series.last_number += 1
        series.save(update_fields=["last_number"])
        return Document.objects.create(
            site=order.visit.site,
            order=order,
            series=series,
            refund=refund,
            kind=kind,
            sequence=series.last_number,
            number=f"{series.prefix}{series.last_number:05d}",
            key=key,
            language=language,
            total=Decimal(facts["total"]),
            currency=order.currency,
            facts=facts,
            digest=digest(facts),
            issued_at=at,
        )


def digest(facts: dict[str, Any]) -> str:
    """SHA-256 over the facts in one spelling. What differs from `Document.digest` was changed (document_checks.py)."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _receipt_key(payment: Payment) -> str:
    return f"receipt:{payment.reference}"


def _invoice(order: Any, *, at: datetime, key: str, payment: Payment | None = None) -> None:
    """The invoice of an order of which nothing is open; where it has one, another under `key` over what that left out.

    What costs nothing any more has none. Call it with the order locked.
    """
    due = balance(order).due
    if order.status not in ("paid", "part-refunded") or (order.total_incl_tax and due <= 0):
        return
    first = Document.objects.filter(key=_invoice_key(order)).first()
    if first is None:
        issue(kind=Kind.INVOICE, order=order, key=_invoice_key(order), at=at)
    elif (more := due - _told(order)) > 0:
        issue(kind=Kind.INVOICE, order=order, key=key, at=at, invoice=first, more=more, payment=payment)


def _told(order: Any) -> Decimal:
    """What invoices and credit notes of an order come to."""
    rows = Document.objects.filter(order=order).exclude(kind=Kind.RECEIPT).values_list("total", flat=True)
    return sum(rows, Decimal("0.00"))


def _invoice_key(order: Any) -> str:
    """Of the invoice that holds: once the visit was missed, that over the fee."""
    missed = LedgerEntry.objects.filter(key__in=(f"no_show:{order.number}", f"missed:{order.number}")).exists()
    return _fee_key(order) if missed else _price_key(order)


def _price_key(order: Any) -> str:
    return f"invoice:{order.number}"


def _fee_key(order: Any) -> str:
    return f"invoice:{order.number}:missed"


def _more_key(order: Any, occasion: str) -> str:
    return f"invoice:{order.number}:{occasion}"


def _note_key(refund: Refund) -> str:
    return f"credit_note:{refund.reference}"


def _locked_series(site: Any, kind: str, at: datetime) -> DocumentSeries:
    """The series of this shop, kind and year, by the shop's own calendar, locked until the transaction ends."""
    shop = shop_settings(site)
    parts = (shop.document_prefix, PREFIXES[Kind(kind)], timezone.localtime(at, shop.zone).year)
    prefix = "".join(f"{part}-" for part in parts if part)
    row, _new = DocumentSeries.objects.get_or_create(site=site, kind=kind, prefix=prefix)
    return DocumentSeries.objects.select_for_update().get(pk=row.pk)
