"""Invoices, receipts and credit notes: numbered without gaps, frozen when they are issued, never changed.

A number is taken under the lock of its series in the transaction that writes the document: what is rolled back gives
its number back, and two at once wait for each other.
"""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone, translation

from cms.sites import shop_settings
from shop import document_facts
from shop.models import Document, DocumentSeries, LedgerEntry, Payment, Refund

Kind = Document.Kind
PREFIXES = {Kind.INVOICE: "INV", Kind.RECEIPT: "REC", Kind.CREDIT_NOTE: "CRN"}


def after_payment(*, order: Any, payment: Payment, **facts: Any) -> None:
    """Money came: a receipt for it, and the invoice once all of the order is paid."""
    at = payment.changed_at
    issue(kind=Kind.RECEIPT, order=order, key=f"receipt:{payment.reference}", at=at, payment=payment)
    if order.status == "paid":
        issue(kind=Kind.INVOICE, order=order, key=f"invoice:{order.number}", at=at)


def after_refund(*, order: Any, refund: Refund, **facts: Any) -> None:
    """Money went back of what was invoiced: a credit note for what was taken off the price."""
    invoice = Document.objects.filter(order=order, kind=Kind.INVOICE).last()
    credited = LedgerEntry.objects.filter(key=f"credited:{refund.reference}").first()
    if invoice is not None and credited is not None:
        key = f"credit_note:{refund.reference}"
        issue(
            kind=Kind.CREDIT_NOTE, order=order, key=key, at=refund.changed_at, refund=refund, invoice=invoice,
            credited=credited.amount,
        )  # fmt: skip


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
            total=facts["total"],
            currency=order.currency,
            facts=facts,
            digest=digest(facts),
            issued_at=at,
        )


def digest(facts: dict[str, Any]) -> str:
    """SHA-256 over the facts in one spelling. What differs from `Document.digest` was changed behind our back."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def changed(documents: Any) -> list[Document]:
    """Those of some documents whose facts are no longer what was issued."""
    return [one for one in documents if digest(one.facts) != one.digest]


def _locked_series(site: Any, kind: str, at: datetime) -> DocumentSeries:
    """The series of this kind and year, by the shop's own calendar, locked until the transaction ends."""
    year = timezone.localtime(at, shop_settings(site).zone).year
    row, _new = DocumentSeries.objects.get_or_create(site=site, kind=kind, prefix=f"{PREFIXES[Kind(kind)]}-{year}-")
    return DocumentSeries.objects.select_for_update().get(pk=row.pk)
