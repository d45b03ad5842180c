"""The books as an accountant gets them: complete, in the shop's own days, harmless to a spreadsheet."""

import csv
import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from notifications.models import Contact
from shop.counter import book_files
from shop.models import Document, LedgerEntry, Refund
from shop.payments import entries, ledger, refunds
from tests.factories import SHOP_TIME, make_staff, make_user
from tests.shop.orders import place, reserved
from tests.shop.statements import counted

pytestmark = pytest.mark.django_db
NOVEMBER = {"first": "2026-11-01", "last": "2026-11-30"}
PAGE, DOCUMENTS, LEDGER = "/bench/books/", "/bench/books/documents.csv", "/bench/books/ledger.csv"


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make_staff(permissions=("see_bench", "view_ledgerentry")))
    return client


def sold(shop: Any, **more: Any) -> Any:
    """An order that is paid, and of which a part went back."""
    order = place(reserved(shop), **more)
    payment = ledger.take_at_counter(order=order, amount=order.total_incl_tax, by=None, at=SHOP_TIME)
    refunds.ask(payment=payment, amount=Decimal("39.99"), reason=Refund.Reason.GOODWILL, by=None, at=SHOP_TIME)
    return order


def read(client: Client, address: str, **days: str) -> list[dict[str, str]]:
    answer = client.get(address, days or NOVEMBER)
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:], newline="")))


def test_the_books_are_for_who_may_see_them(shop: Any, client: Client) -> None:
    for address in (PAGE, DOCUMENTS, LEDGER):
        assert client.get(address).status_code == 302
    client.force_login(make_user("stranger@example.com"))
    for address in (PAGE, DOCUMENTS, LEDGER):
        assert client.get(address, NOVEMBER).status_code == 403


def test_every_document_has_a_row_for_each_rate(shop: Any, desk: Client) -> None:
    order = sold(shop)
    rows = read(desk, DOCUMENTS)
    columns = ("kind", "number", "net", "tax", "rate", "gross", "received")
    assert [tuple(row[column] for column in columns) for row in rows] == [
        ("receipt", "REC-2026-00001", "", "", "", "", "239.99"),  # money, and no second sale beside the invoice's
        ("invoice", "INV-2026-00001", "199.99", "40.00", "20", "239.99", ""),
        ("credit_note", "CRN-2026-00001", "-33.32", "-6.67", "20", "-39.99", ""),
    ]
    assert {(row["order"], row["customer"], row["currency"], row["date"]) for row in rows} == {
        (order.number, "Ada Smith", "GBP", "2026-11-23")
    }
    assert rows[2]["refers_to"] == "INV-2026-00001"


def test_every_movement_has_a_row_and_debits_are_credits(shop: Any, desk: Client) -> None:
    clerk = make_user("clerk@example.com", first_name="Grace")
    order = sold(shop)
    entries.enter(order, None, "written_off", Decimal("1.00"), key="k", at=SHOP_TIME, by=clerk, note="Lost")
    rows = read(desk, LEDGER)
    assert len(rows) == LedgerEntry.objects.count() == 5
    assert [row["kind"] for row in rows] == ["due", "paid", "refunded", "credited", "written_off"]
    paid = rows[1]
    assert (paid["debit"], paid["credit"], paid["amount"], paid["currency"]) == ("till", "receivable", "239.99", "GBP")
    assert (paid["payment"], paid["provider"]) == (order.payments.get().reference, "in_store")
    assert (rows[-1]["note"], rows[-1]["key"], rows[-1]["who"]) == ("Lost", "k", str(clerk))


@pytest.mark.parametrize("typed", ["=1+1", "+44", "-2", "@sum", "\tx", "\rx", "  =1+1"])
def test_what_a_customer_typed_is_no_formula(typed: str) -> None:
    assert book_files.text(typed) == f"'{typed}"


def test_a_name_that_is_a_formula_is_written_as_words(shop: Any, desk: Client) -> None:
    order = place(reserved(shop))
    Contact.objects.update(name='=HYPERLINK("http://evil")')
    order.visit.contact.refresh_from_db()
    ledger.take_at_counter(order=order, amount=order.total_incl_tax, by=None, at=SHOP_TIME, note="=cmd")
    assert {row["customer"] for row in read(desk, DOCUMENTS)} == {'\'=HYPERLINK("http://evil")'}
    assert [row["note"] for row in read(desk, LEDGER)][1] == "'=cmd"


def test_a_day_begins_at_the_shops_own_midnight(shop: Any, desk: Client) -> None:
    order = place(reserved(shop))
    late = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)  # 00:30 of July in London
    entries.enter(order, None, "written_off", Decimal("1.00"), key="k", at=late)
    assert [row["date"] for row in read(desk, LEDGER, first="2026-07-01", last="2026-07-01")] == ["2026-07-01 00:30:00"]
    assert read(desk, LEDGER, first="2026-06-30", last="2026-06-30") == []


def test_another_shops_books_are_closed(shop: Any, desk: Client, second_site: Any) -> None:
    sold(shop)
    there = {"HTTP_HOST": "localhost"}
    for address in (DOCUMENTS, LEDGER):
        answer = desk.get(address, NOVEMBER, **there)
        assert len(b"".join(answer.streaming_content).splitlines()) == 1
    assert desk.get(PAGE, NOVEMBER, **there).context["accounts"] == []


def test_the_page_adds_up_what_the_files_hold(shop: Any, desk: Client) -> None:
    sold(shop)
    page = desk.get(PAGE, NOVEMBER)
    kinds = {row["kind"]: (row["count"], row["sum"]) for row in page.context["documents"]}
    assert kinds == {
        "invoice": (1, Decimal("239.99")),
        "receipt": (1, Decimal("239.99")),
        "credit_note": (1, Decimal("-39.99")),
    }
    accounts = page.context["accounts"]
    assert sum(row["debit"] for row in accounts) == sum(row["credit"] for row in accounts)
    till = next(row for row in accounts if row["name"] == "In the till")
    assert till["left"] == Decimal("200.00")
    assert f"{DOCUMENTS}?first=2026-11-01&amp;last=2026-11-30" in page.content.decode()


def test_days_that_make_no_sense_are_said_so_and_give_no_file(shop: Any, desk: Client) -> None:
    for days in (
        {"first": "2026-11-30", "last": "2026-11-01"},
        {"first": "2020-01-01", "last": "2026-11-01"},
        {"first": "x", "last": ""},
    ):
        page = desk.get(PAGE, days)
        assert page.status_code == 200
        assert page.context["form"].errors
        assert desk.get(LEDGER, days).status_code == 302
    assert desk.get("/bench/books/secrets.csv", NOVEMBER).status_code == 404


def test_a_missing_number_is_said_on_the_page(shop: Any, desk: Client) -> None:
    order = sold(shop)
    series = Document.objects.filter(order=order).first().series
    series.last_number = 7
    series.save()
    assert "7 numbers were taken" in desk.get(PAGE).content.decode()


def test_more_rows_take_no_more_statements(shop: Any, desk: Client) -> None:
    order = sold(shop)

    def asked() -> tuple[int, ...]:
        counts = []
        for address in (PAGE, DOCUMENTS, LEDGER):
            with counted() as statements:
                answer = desk.get(address, NOVEMBER)
                list(answer.streaming_content if answer.streaming else [])
            counts.append(len(statements))
        return tuple(counts)

    asked()
    before = asked()
    for number in range(5):
        at = SHOP_TIME + timedelta(minutes=number)
        entries.enter(order, None, "written_off", Decimal("1.00"), key=f"k{number}", at=at)
    assert asked() == before
