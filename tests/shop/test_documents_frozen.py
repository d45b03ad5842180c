"""What was issued or booked stays: the database itself refuses, and an audit finds what was changed all the same."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from shop import document_checks, documents
from shop.models import Document, DocumentSeries, LedgerEntry
from shop.payments import entries
from tests.factories import SHOP_TIME, make_user
from tests.shop.payments.factories import make_order
from tests.shop.unguarded import unguarded

pytestmark = pytest.mark.django_db

CHANGES: dict[str, Callable[[Any], Any]] = {
    "its facts": lambda rows: rows.update(facts={}),
    "its number": lambda rows: rows.update(number="INV-1"),
    "its total": lambda rows: rows.update(total=1),
    "its digest": lambda rows: rows.update(digest="0" * 64),
    "its day": lambda rows: rows.update(issued_at="2020-01-01T00:00Z"),
    "itself": lambda rows: rows.delete(),
}
REWRITES: dict[str, Callable[[Any], Any]] = {
    "its amount": lambda rows: rows.update(amount=1),
    "its account": lambda rows: rows.update(debit="lost"),
    "its key": lambda rows: rows.update(key="other"),
    "its day": lambda rows: rows.update(at="2020-01-01T00:00Z"),
    "itself": lambda rows: rows.delete(),
}


def invoice(shop: Any, key: str = "one") -> Document:
    return documents.issue(kind="invoice", order=make_order(shop), key=key, at=SHOP_TIME)


@pytest.mark.parametrize("what", CHANGES)
def test_the_database_refuses_to_change_a_document(shop: Any, what: str) -> None:
    document = invoice(shop)
    with pytest.raises(IntegrityError), transaction.atomic():
        CHANGES[what](Document.objects.filter(pk=document.pk))
    with pytest.raises(IntegrityError), transaction.atomic():
        document.save()
    kept = Document.objects.get()
    assert (kept.number, kept.digest, kept.facts) == (document.number, document.digest, document.facts)


@pytest.mark.parametrize("what", REWRITES)
def test_the_database_refuses_to_rewrite_the_books(shop: Any, what: str) -> None:
    make_order(shop)
    with pytest.raises(IntegrityError), transaction.atomic():
        REWRITES[what](LedgerEntry.objects.all())
    assert LedgerEntry.objects.get().kind == "due"


def test_an_account_that_is_deleted_leaves_the_books_and_nobody_takes_its_place(shop: Any) -> None:
    clerk, other = make_user("clerk@example.com"), make_user("other@example.com")
    entries.enter(make_order(shop), None, "written_off", Decimal("10.00"), key="x", at=SHOP_TIME, by=clerk)
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerEntry.objects.filter(key="x").update(by=other)
    clerk.delete()
    assert LedgerEntry.objects.get(key="x").by is None
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerEntry.objects.filter(key="x").update(by=other)


def test_every_column_of_what_must_not_change_is_guarded() -> None:
    columns = {table: set() for table in document_checks.GUARDED}
    for model in (Document, LedgerEntry):
        columns[model._meta.db_table] = {field.column for field in model._meta.concrete_fields} - {"by_id"}
    with connection.cursor() as cursor:
        for table, wanted in columns.items():
            if connection.vendor == "postgresql":
                cursor.execute("SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = %s", [f"{table}_stays"])
            else:
                cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [f"{table}_stays"])
            ((told,),) = cursor.fetchall()
            named = told.split(" OF ")[1].split(" ON ")[0].replace('"', "")
            assert {name.strip() for name in named.split(",")} == wanted, table


def test_an_audit_of_what_is_as_it_was_issued_finds_nothing(shop: Any, capsys: Any) -> None:
    invoice(shop)
    assert document_checks.faults() == []
    call_command("check_documents")
    assert "no number is missing" in capsys.readouterr().out


def test_an_audit_finds_a_changed_document(shop: Any) -> None:
    document = invoice(shop)
    with unguarded():
        Document.objects.update(facts={**document.facts, "total": "1.00"})
    assert document_checks.changed(Document.objects.all()) == [document]
    with pytest.raises(CommandError, match=rf"{document.number} .*altered"):
        call_command("check_documents")


def test_an_audit_of_facts_that_were_reworded_finds_them(shop: Any) -> None:
    document = invoice(shop)
    with unguarded():
        Document.objects.update(facts={**document.facts, "title": "Gift"})
    assert document_checks.changed(Document.objects.all()) == [document]


def test_an_audit_finds_a_head_that_tells_otherwise_than_the_facts(shop: Any) -> None:
    invoice(shop)
    with unguarded():
        Document.objects.update(total=1)
    assert [words for words in document_checks.faults() if "altered" in words]


def test_an_audit_finds_a_missing_number(shop: Any) -> None:
    order = make_order(shop)
    for key in ("one", "two", "three"):
        documents.issue(kind="invoice", order=order, key=key, at=SHOP_TIME)
    with unguarded():
        Document.objects.filter(key="two").delete()
    (fault,) = document_checks.faults()
    assert "3 numbers were taken, 2 documents are there" in fault
    DocumentSeries.objects.update(last_number=2)
    assert document_checks.gaps() != []


def test_an_audit_finds_guards_that_were_taken_down(shop: Any) -> None:
    with unguarded():
        assert [words for words in document_checks.faults() if "no longer refuses" in words] == [
            f"The database no longer refuses changes of {table}." for table in document_checks.GUARDED
        ]
    assert document_checks.unguarded() == []


def test_documents_are_read_in_the_admin_and_written_by_nobody(shop: Any, admin_client: Any) -> None:
    document = invoice(shop)
    page = admin_client.get(reverse("admin:shop_document_change", args=[document.pk]))
    assert page.status_code == 200
    assert 'name="_save"' not in page.content.decode()
    assert admin_client.get(reverse("admin:shop_document_add")).status_code == 403
    delete = reverse("admin:shop_document_delete", args=[document.pk])
    assert admin_client.post(delete, {"post": "yes"}).status_code == 403
