"""Documents have numbers without gaps, never change, and their sums add up."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from shop import document_pdf, documents
from shop.models import Document, DocumentSeries, Payment, Refund
from shop.payments import demo_bank, refunds, starting
from tests.factories import SHOP_TIME
from tests.shop.payments.factories import make_order
from tests.shop.test_ledger import BACK, told
from tests.shop.test_races import at_once

pytestmark = pytest.mark.django_db
LATER = SHOP_TIME + timedelta(minutes=5)


def pay(shop: Any, *, hours: int = 26) -> Payment:
    order = make_order(shop, visit_in=timedelta(hours=hours))
    payment = starting.start(order=order, at=SHOP_TIME, return_url=BACK).payment
    demo_bank.decide(charge_id=str(payment.provider_id), decision="approved")
    told(payment)
    return payment


def test_a_payment_has_its_receipt_and_a_paid_order_its_invoice(shop: Any) -> None:
    payment = pay(shop)
    told(payment)
    year = SHOP_TIME.year
    assert list(Document.objects.values_list("number", "total")) == [
        (f"REC-{year}-00001", Decimal("467.98")),
        (f"INV-{year}-00001", Decimal("467.98")),
    ]


def test_numbers_follow_each_other_without_a_gap_even_after_a_roll_back(shop: Any) -> None:
    pay(shop)
    order = make_order(shop, visit_in=timedelta(hours=27))
    with pytest.raises(RuntimeError), transaction.atomic():
        documents.issue(kind="invoice", order=order, key="lost", at=LATER)
        raise RuntimeError
    pay(shop, hours=28)
    assert list(Document.objects.filter(kind="invoice").values_list("sequence", flat=True)) == [1, 2]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_eight_documents_at_once_have_eight_numbers_in_a_row(shop: Any) -> None:
    order = make_order(shop)

    def issue(place: int) -> int:
        return documents.issue(kind="invoice", order=order, key=f"k{place}", at=LATER).sequence

    found = at_once(*[partial(issue, place) for place in range(8)])
    assert sorted(found) == list(range(1, 9))


def test_each_year_of_the_shops_own_calendar_begins_with_one(shop: Any) -> None:
    order = make_order(shop)
    new_year = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    for place, moment in enumerate((new_year, new_year + timedelta(hours=1))):
        documents.issue(kind="invoice", order=order, key=f"k{place}", at=moment)
    assert list(Document.objects.values_list("number", flat=True)) == ["INV-2026-00001", "INV-2027-00001"]


def test_the_same_occasion_has_one_document(shop: Any) -> None:
    order = make_order(shop)
    first, again = (documents.issue(kind="invoice", order=order, key="once", at=LATER) for _ in range(2))
    assert (first.pk, DocumentSeries.objects.get().last_number) == (again.pk, 1)


def test_the_database_refuses_a_number_that_is_taken(shop: Any) -> None:
    document = documents.issue(kind="invoice", order=make_order(shop), key="one", at=LATER)
    document.pk, document.key = None, "two"
    with pytest.raises(IntegrityError), transaction.atomic():
        document.save(force_insert=True)


def test_a_refund_of_what_was_invoiced_has_a_credit_note_that_names_the_invoice(shop: Any) -> None:
    payment = pay(shop)
    refund = refunds.ask(payment=payment, amount=Decimal("67.98"), reason=Refund.Reason.GOODWILL, by=None, at=LATER)
    refunds.send(refund.pk, at=LATER)
    note = Document.objects.get(kind="credit_note")
    assert (note.total, note.refund_id) == (Decimal("-67.98"), refund.pk)
    assert note.facts["refers_to"] == Document.objects.get(kind="invoice").number


def test_the_pdf_is_one_and_the_same_for_the_same_facts_and_takes_any_letter(shop: Any) -> None:
    order = make_order(shop)
    order.visit.contact.name = "Zoë Łukasz Ögmundsdóttir 🙂 李"
    order.visit.contact.save()
    document = documents.issue(kind="invoice", order=order, key="one", at=LATER)
    first = document_pdf.pdf(document)
    assert first.startswith(b"%PDF")
    assert first == document_pdf.pdf(Document.objects.get())
