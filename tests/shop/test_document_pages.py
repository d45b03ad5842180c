"""Who may read an invoice, where, and that page and file say the same as what was issued."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from cms.models import ShopSettings
from notifications import tasks
from notifications.models import Message
from repairs import tracking
from shop import document_pdf, document_words, documents
from shop.models import Document, Refund
from shop.payments import ledger, refunds
from tests.factories import SHOP_TIME, Shop, make_staff, make_user
from tests.shop.orders import place, reserved
from tests.shop.statements import counted
from tests.shop.test_portal import ada, bought, mine_only

__all__ = ["ada", "mine_only"]  # fixtures
pytestmark = pytest.mark.django_db
READ = ("see_bench", "work_bench", "view_document")


def guest_order(shop: Shop, **more: Any) -> Any:
    order = place(reserved(shop, **more))
    pay(order)
    return order


def pay(order: Any, part: str = "") -> Any:
    amount = Decimal(part) if part else ledger.balance(order).open
    payment = ledger.take_at_counter(order=order, amount=amount, by=None, at=SHOP_TIME, once=f"{order.pk}-{part}")
    order.refresh_from_db()
    return payment


def both(address: str) -> tuple[str, str]:
    return f"{address}/", f"{address}.pdf"


def sheets(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", pdf))


def test_the_owner_reads_page_and_file_and_a_stranger_neither(
    shop: Shop, ada: Any, mine_only: Client, client: Client
) -> None:
    order = bought(shop, ada, paid=True)
    stranger = Client()
    stranger.force_login(make_user("eve@example.com"))
    for document in Document.objects.filter(order=order):
        page, file = both(f"/account/documents/{document.number}")
        assert mine_only.get(page).status_code == mine_only.get(file).status_code == 200
        for address in (page, file):
            assert stranger.get(address).status_code == 404
            assert Client().get(address)["Location"] == f"/accounts/login/?next={address}"


def test_staff_need_the_permission(shop: Shop, ada: Any) -> None:
    number = Document.objects.filter(order=bought(shop, ada, paid=True)).last().number
    reader, other = Client(), Client()
    other.force_login(make_user("stranger@example.com"))
    reader.force_login(make_staff(permissions=READ))
    for address in both(f"/bench/documents/{number}"):
        assert reader.get(address).status_code == 200
        assert other.get(address).status_code == 403
        assert Client().get(address).status_code == 302


def test_another_shops_documents_are_not_here(shop: Shop, ada: Any, second_site: Any) -> None:
    order = bought(shop, ada, paid=True)
    order.visit.site = second_site
    order.visit.save()
    theirs = documents.issue(kind="invoice", order=order, key="theirs", at=SHOP_TIME)
    staff = Client()
    staff.force_login(make_staff(permissions=READ))
    ours = Document.objects.filter(site=shop.site).last()
    assert theirs.number == ours.number  # each shop counts for itself
    assert staff.get(f"/bench/documents/{ours.number}/").context["paper"] == document_words.paper(ours)


def test_a_guest_reads_them_behind_the_link_of_the_repair(shop: Shop, client: Client) -> None:
    order, other = guest_order(shop), guest_order(shop, token="b", starts_at=SHOP_TIME + timedelta(days=2))
    link = tracking.link(order.job_rows.get().job).replace("http://testserver", "")
    link = link[link.index("/track/") :]
    text = client.get(link).content.decode()
    for document in Document.objects.filter(order=order):
        for address in both(f"{link}documents/{document.number}"):
            assert address in text
            answer = client.get(address)
            assert (answer.status_code, answer["Referrer-Policy"]) == (200, "no-referrer")
    for document in Document.objects.filter(order=other):
        for address in both(f"{link}documents/{document.number}"):
            assert client.get(address).status_code == 404
    forged = link.replace("/track/", "/track/x")
    assert client.get(f"{forged}documents/{Document.objects.first().number}/").status_code == 404


def test_a_withdrawn_link_opens_no_document(shop: Shop, client: Client) -> None:
    order = guest_order(shop)
    job = order.job_rows.get().job
    address = f"/track/{tracking.token(job)}/documents/{Document.objects.first().number}.pdf"
    assert client.get(address).status_code == 200
    tracking.revoke(job)
    assert client.get(address).status_code == 404


def test_behind_a_link_an_account_keeps_its_documents_to_itself(shop: Shop, ada: Any, client: Client) -> None:
    order = bought(shop, ada, paid=True)
    token = tracking.token(order.job_rows.get().job)
    page = client.get(f"/track/{token}/")
    assert page.context["documents"] == []
    assert "It shows no name and no address." in page.content.decode()
    for address in both(f"/track/{token}/documents/{Document.objects.first().number}"):
        assert client.get(address).status_code == 404


def test_only_the_browser_that_ordered_reads_them_at_the_confirmation(shop: Shop) -> None:
    order = guest_order(shop)
    here = Client()
    session = here.session
    session["checkout_order_id"] = order.pk
    session.save()
    text = here.get("/checkout/thank-you/").content.decode()
    for document in Document.objects.filter(order=order):
        for address in both(f"/checkout/documents/{document.number}"):
            assert address in text
            assert here.get(address).status_code == 200
            assert Client().get(address).status_code == 404


def test_a_file_is_private_and_has_a_safe_name(shop: Shop, ada: Any, mine_only: Client) -> None:
    number = Document.objects.filter(order=bought(shop, ada, paid=True)).last().number
    answer = mine_only.get(f"/account/documents/{number}.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'inline; filename="{number}.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "private" in answer["Cache-Control"] and "no-store" in answer["Cache-Control"]
    assert answer.content.startswith(b"%PDF")
    page = mine_only.get(f"/account/documents/{number}/")
    assert "no-store" in page["Cache-Control"]
    assert page["X-Robots-Tag"] == "noindex, nofollow"


def test_the_page_tells_what_was_issued_and_not_what_the_shop_says_today(
    shop: Shop, ada: Any, mine_only: Client
) -> None:
    ShopSettings.objects.update(
        legal_name="Mendwell London Ltd", company_number="01234567", tax_number="GB 1", document_footer="Bank: 00\nTwo"
    )
    order = bought(shop, ada, paid=True)
    number = Document.objects.filter(order=order, kind="invoice").get().number
    before = mine_only.get(f"/account/documents/{number}/").content.decode()
    for words in (
        "Invoice", number, "Mendwell London Ltd", "Company number 01234567", "VAT number GB 1", "Ada Smith",
        order.number, "£199.99", "+£40.00", "£239.99", "incl. 20 % VAT on £199.99", "£40.00", "Bank: 00", "Two",
    ):  # fmt: skip
        assert words in before, words
    ShopSettings.objects.update(legal_name="Other Ltd", tax_number="")
    order.visit.contact.name = "Somebody Else"
    order.visit.contact.save()
    after = mine_only.get(f"/account/documents/{number}/").content.decode()
    assert "Mendwell London Ltd" in after and "Other Ltd" not in after
    assert "Somebody Else" not in after


def test_a_document_is_in_the_language_of_its_customer(shop: Shop, ada: Any, mine_only: Client) -> None:
    order = bought(shop, ada)
    order.visit.contact.language = "pt-br"
    order.visit.contact.save()
    pay(order)
    number = Document.objects.filter(order=order, kind="invoice").get().number
    text = mine_only.get(f"/account/documents/{number}/").content.decode()
    assert 'lang="pt-br"' in text
    assert "23 de novembro de 2026, 10:00" in text
    assert "£\xa0239,99" in text


def test_the_address_of_the_receipt_leads_to_the_invoice(shop: Shop, ada: Any, mine_only: Client) -> None:
    order = bought(shop, ada)
    address = f"/account/orders/{order.number}/receipt/"
    assert mine_only.get(address).status_code == 404
    pay(order, "39.99")
    assert mine_only.get(address)["Location"] == "/account/documents/REC-2026-00001/"
    pay(order)
    assert mine_only.get(address)["Location"] == "/account/documents/INV-2026-00001/"


def test_my_payments_list_the_documents_of_each_order_in_one_statement(shop: Shop, ada: Any, mine_only: Client) -> None:
    order = bought(shop, ada, paid=True)
    mine_only.get("/account/payments/")  # from here on the site is known
    with counted() as one:
        text = mine_only.get("/account/payments/").content.decode()
    for document in Document.objects.filter(order=order):
        assert f"/account/documents/{document.number}/" in text
        assert f"/account/documents/{document.number}.pdf" in text
    bought(shop, ada, paid=True, token="second", starts_at=SHOP_TIME + timedelta(days=2))
    with counted() as two:
        mine_only.get("/account/payments/")
    assert len(one) == len(two)
    assert len([words for words in one if "shop_document" in words]) == 1


def test_a_page_of_a_document_reads_one_row(shop: Shop, ada: Any, mine_only: Client) -> None:
    number = Document.objects.filter(order=bought(shop, ada, paid=True)).last().number
    mine_only.get(f"/account/documents/{number}/")
    with counted() as statements:
        mine_only.get(f"/account/documents/{number}.pdf")
    assert len([words for words in statements if "shop_document" in words]) == 1
    assert len(statements) == 4, statements  # session, person, site, document


def test_receipt_and_invoice_go_with_the_mail_about_the_payment(shop: Shop) -> None:
    order = place(reserved(shop))
    pay(order, "39.99")
    tasks.drain()
    first = next(letter for letter in mail.outbox if letter.attachments)
    assert [file[0] for file in first.attachments] == ["REC-2026-00001.pdf"]
    mail.outbox.clear()
    pay(order)
    tasks.drain()
    (letter,) = mail.outbox
    assert [file[0] for file in letter.attachments] == ["REC-2026-00002.pdf", "INV-2026-00001.pdf"]
    invoice = Document.objects.get(kind="invoice")
    assert letter.attachments[1][1] == documents.file_of(str(invoice.pk))[1]


def test_a_credit_note_is_named_for_the_mail_about_its_refund(shop: Shop) -> None:
    order = place(reserved(shop))
    payment = pay(order)
    assert documents.files_for(order=order) == []
    refund = refunds.ask(payment=payment, amount=Decimal("40.00"), reason=Refund.Reason.GOODWILL, by=None, at=SHOP_TIME)
    (named,) = documents.files_for(order=order, refund=refund)
    assert named == {
        "name": "CRN-2026-00001.pdf",
        "source": f"document:{Document.objects.get(kind='credit_note').pk}",
    }
    rows = Message.objects.filter(kind="payment.refunded")
    assert [row.attachments for row in rows] in ([], [[named]])  # that mail is written beside this


def test_two_shops_of_one_company_have_numbers_of_their_own(shop: Shop) -> None:
    ShopSettings.objects.filter(site=shop.site).update(document_prefix="LDN")
    guest_order(shop)
    assert sorted(Document.objects.values_list("number", flat=True)) == ["LDN-INV-2026-00001", "LDN-REC-2026-00001"]


def test_a_long_order_goes_on_with_a_second_sheet(shop: Shop) -> None:
    order = guest_order(shop)
    document = Document.objects.get(order=order, kind="invoice")
    one = sheets(documents.file_of(str(document.pk))[1])
    document.facts["lines"] = document.facts["lines"] * 12
    assert (one, sheets(document_pdf.pdf(document))) == (1, 2)


def test_a_customer_called_like_our_mark_for_the_sheets_keeps_the_name(shop: Shop) -> None:
    document = Document.objects.get(order=guest_order(shop), kind="invoice")
    sheet = document_pdf.Sheet(document_pdf.paper(document))
    assert sheet.clean("Ada {sheets} Smith") == "Ada sheets Smith"
    assert sheets(bytes(sheet.output())) == 1
