"""Invoices through the API: for the basket that ordered, the customer, and staff; for nobody else."""

from decimal import Decimal
from typing import Any

from django.utils import timezone

from shop.models import Document, OrderVisit
from shop.payments import ledger
from tests.api.callers import Caller, fault
from tests.api.test_strangers import logged_in
from tests.factories import Shop, make_staff, make_user
from tests.shop.conftest import second_site
from tests.shop.statements import counted

__all__ = ["second_site"]  # a fixture


def paid(caller: Caller) -> dict[str, Any]:
    """An order of the caller's basket that was paid at the counter."""
    number = caller.fill().order(pay_by="in_store")["number"]
    order = OrderVisit.objects.get(order__number=number).order
    ledger.take_at_counter(order=order, amount=order.total_incl_tax, by=None, at=timezone.now())
    return caller.get(f"orders/{number}/").json()


def test_an_order_lists_its_documents_newest_first(caller: Caller) -> None:
    order = paid(caller)
    assert [row["kind"] for row in order["documents"]] == ["invoice", "receipt"]
    invoice = order["documents"][0]
    row = Document.objects.get(kind="invoice")
    assert invoice == {
        "number": row.number,
        "kind": "invoice",
        "order": order["number"],
        "issued_at": invoice["issued_at"],
        "total": {"amount": "239.99", "currency": "GBP"},
        "pdf": f"/api/v1/documents/{row.number}.pdf",
    }
    assert row.total == Decimal("239.99")


def test_the_file_is_for_the_basket_that_ordered_and_for_nobody_else(caller: Caller) -> None:
    address = paid(caller)["documents"][0]["pdf"]
    answer = caller.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF")
    assert answer["Cache-Control"] == "no-store"
    assert (answer["X-Content-Type-Options"], answer["Content-Disposition"].split(";")[0]) == ("nosniff", "inline")
    for stranger in (Caller(), Caller().open(), logged_in(make_user("eve@example.com")), logged_in(make_staff())):
        fault(stranger.get(address), 404, "not_found")
    fault(caller.get("documents/INV-1900-00001.pdf"), 404, "not_found")


def test_staff_who_may_see_documents_get_every_file_of_their_shop(
    caller: Caller, second_site: Any, settings: Any
) -> None:
    address = paid(caller)["documents"][0]["pdf"]
    staff = logged_in(make_staff(permissions=("view_document",)))
    assert staff.get(address).status_code == 200
    settings.STAFF_SECOND_FACTOR = True
    fault(staff.get(address), 404, "not_found")
    settings.STAFF_SECOND_FACTOR = False
    fault(staff.get(address, Host="localhost"), 404, "not_found")


def test_my_documents_are_mine_and_take_the_same_statements_however_many(shop: Shop) -> None:
    ada = logged_in(make_user("ada@example.org"))
    first = paid(ada)
    ada.token = ""
    rows = ada.get("me/documents/").json()
    assert rows["total"] == 2
    assert rows["items"] == first["documents"]
    with counted() as few:
        ada.get("me/documents/")
    paid(ada)
    ada.token = ""
    with counted() as more:
        assert ada.get("me/documents/").json()["total"] == 4
    assert len(more) == len(few)
    assert logged_in(make_user("eve@example.com")).get("me/documents/").json()["items"] == []
    fault(Caller().get("me/documents/"), 401, "not_authenticated")
