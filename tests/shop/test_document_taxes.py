"""Random orders: on every document the lines add up to its total, and net and tax of each rate to its gross."""

import random
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from oscar.apps.offer.models import ConditionalOffer

from cms.models import ShopSettings
from shop import document_words, documents, letting_off, no_show, products
from shop.models import Document, Refund, SiteShop, TaxRate
from shop.payments import ledger, refunds
from tests.factories import SHOP_TIME, Shop
from tests.shop.orders import make_offer, make_voucher, place, quote_for, reserved
from tests.shop.payments.factories import make_order

pytestmark = pytest.mark.django_db
HOME = {"name": "Ada", "line1": "1 High Street", "town": "London", "postcode": "E1 1AA", "country": "GB"}
CASES, MANY = 6, 300


def sums(document: Document) -> tuple[Decimal, Decimal, Decimal]:
    """The lines, the gross of all rates, the total."""
    facts = document.facts
    lines = sum((Decimal(line["amount"]) for line in facts["lines"]), Decimal(0))
    gross = sum((Decimal(tax["gross"]) for tax in facts["tax"]), Decimal(0))
    return lines, gross, Decimal(facts["total"])


def check(document: Document) -> None:
    lines, gross, total = sums(document)
    assert lines == gross == total == document.total, (document.number, document.facts)
    for tax in document.facts["tax"]:
        net, taxed, whole = Decimal(tax["net"]), Decimal(tax["tax"]), Decimal(tax["gross"])
        assert net + taxed == whole
        assert abs(taxed - whole * Decimal(tax["rate"]) / (100 + Decimal(tax["rate"]))) < Decimal("0.05")


def by_rate(rows: list[Document]) -> dict[str, tuple[Decimal, Decimal]]:
    found: dict[str, tuple[Decimal, Decimal]] = {}
    for tax in (tax for row in rows for tax in row.facts["tax"]):
        net, taxed = found.get(tax["rate"], (Decimal(0), Decimal(0)))
        found[tax["rate"]] = (net + Decimal(tax["net"]), taxed + Decimal(tax["tax"]))
    return found


def random_order(shop: Shop, dice: random.Random) -> Any:
    """One to three repairs at up to two rates, perhaps with a voucher, perhaps sent by courier."""
    things = [shop.iphone_8, shop.iphone_12, shop.iphone_13]
    wanted = []
    for number, thing in enumerate(things[: dice.randint(1, 3)]):
        if number and dice.random() < 0.6:
            TaxRate.objects.update(rate=Decimal(dice.choice(["0.05", "0", "0.125"])))
        wanted.append(quote_for(shop, device=thing, repair_type=dice.choice([shop.screen, shop.battery])))
        TaxRate.objects.update(rate=Decimal("0.2"))
    basket = reserved(shop, *wanted, token=f"t{dice.random()}", starts_at=SHOP_TIME + timedelta(days=1))
    if dice.random() < 0.5:
        basket.vouchers.add(make_voucher(code=f"V{dice.randint(0, 10**9)}", percent=str(dice.randint(1, 60))))
    sent = {"shipping_code": "courier", "address": HOME} if dice.random() < 0.5 else {}
    return place(basket, **sent)


@pytest.mark.parametrize("seed", range(CASES))
def test_every_document_of_a_random_order_adds_up(shop: Shop, seed: int) -> None:
    adds_up(shop, seed)


@pytest.mark.drill
@pytest.mark.parametrize("seed", range(CASES, MANY))
def test_every_document_of_many_random_orders_adds_up(shop: Shop, seed: int) -> None:
    adds_up(shop, seed)


def adds_up(shop: Shop, seed: int) -> None:
    """An order is paid in two parts, all of it goes back in up to six: everything that was issued adds up."""
    dice = random.Random(seed)
    products.delivery_country("GB")
    if dice.random() < 0.5:
        make_offer(percent=str(dice.randint(1, 30)), kind=ConditionalOffer.SITE)
    order = random_order(shop, dice)
    total = order.total_incl_tax
    first = (total * Decimal(dice.random())).quantize(Decimal("0.01")) or Decimal("0.01")
    paid = [ledger.take_at_counter(order=order, amount=first, by=None, at=SHOP_TIME, once="1")]
    if first < total:
        paid.append(ledger.take_at_counter(order=order, amount=total - first, by=None, at=SHOP_TIME, once="2"))
    invoice = Document.objects.get(order=order, kind="invoice")
    assert invoice.total == total
    for payment in paid:  # all of it goes back, each payment in up to three parts
        left = payment.amount
        for part in range(3):
            amount = left if part == 2 else (left * Decimal(dice.random())).quantize(Decimal("0.01"))
            if amount:
                refunds.ask(payment=payment, amount=amount, reason=Refund.Reason.SHOP, by=None, at=SHOP_TIME)
            left -= amount
    for document in Document.objects.filter(order=order):
        check(document)
    notes = list(Document.objects.filter(order=order, kind="credit_note"))
    assert sum((note.total for note in notes), Decimal(0)) == -total
    assert by_rate([*notes, invoice]) == dict.fromkeys(by_rate([invoice]), (0, 0))


def test_three_thirds_of_an_invoice_take_back_all_of_its_tax(shop: Shop) -> None:
    order = place(reserved(shop))
    payment = ledger.take_at_counter(order=order, amount=order.total_incl_tax, by=None, at=SHOP_TIME)
    for part in ("80.00", "80.00", "79.99"):
        refunds.ask(payment=payment, amount=Decimal(part), reason=Refund.Reason.SHOP, by=None, at=SHOP_TIME)
    notes = Document.objects.filter(kind="credit_note").order_by("pk")
    assert [note.facts["tax"][0]["tax"] for note in notes] == ["-13.33", "-13.34", "-13.33"]
    assert sum(Decimal(note.facts["tax"][0]["net"]) for note in notes) == Decimal("-199.99")


def test_what_was_taken_off_before_the_invoice_is_a_line_of_it(shop: Shop) -> None:
    order = place(reserved(shop))
    first = ledger.take_at_counter(order=order, amount=Decimal("100.00"), by=None, at=SHOP_TIME, once="1")
    refunds.ask(payment=first, amount=Decimal("39.99"), reason=Refund.Reason.GOODWILL, by=None, at=SHOP_TIME)
    assert not Document.objects.filter(kind__in=["invoice", "credit_note"]).exists()
    rest = ledger.balance(order).open
    ledger.take_at_counter(order=order, amount=rest, by=None, at=SHOP_TIME, once="2")
    invoice = Document.objects.get(kind="invoice")
    check(invoice)
    assert (invoice.total, invoice.facts["lines"][-1]["amount"]) == (Decimal("200.00"), "-39.99")


def test_money_that_comes_back_after_a_credit_note_is_invoiced_again(shop: Shop) -> None:
    order = place(reserved(shop))
    payment = ledger.take_at_counter(order=order, amount=order.total_incl_tax, by=None, at=SHOP_TIME)
    refund = refunds.ask(payment=payment, amount=Decimal("40.00"), reason=Refund.Reason.SHOP, by=None, at=SHOP_TIME)
    note = Document.objects.get(kind="credit_note")
    documents.after_refund_failed(order=order, refund=refund)
    documents.after_refund_failed(order=order, refund=refund)
    again = Document.objects.filter(kind="invoice").latest("pk")
    check(again)
    assert (again.total, again.facts["refers_to"]) == (Decimal("40.00"), note.number)
    assert by_rate([note, again]) == {"20": (0, 0)}


def test_what_is_let_off_and_paid_after_all_has_exactly_the_tax_of_the_order(shop: Shop) -> None:
    order = place(reserved(shop))
    for place_, part in enumerate(("33.33", "33.33", "33.34")):
        ledger.take_at_counter(order=order, amount=Decimal(part), by=None, at=SHOP_TIME, once=str(place_))
        letting_off.stop_asking(order=order, by=None, at=SHOP_TIME, reason="So")
        letting_off.ask_again(order=order, by=None, at=SHOP_TIME)
    rest = ledger.balance(order).open
    payment = ledger.take_at_counter(order=order, amount=rest, by=None, at=SHOP_TIME, once="rest")
    rows = list(Document.objects.filter(order=order, kind="invoice").order_by("pk"))
    for row in rows:
        check(row)
    assert by_rate(rows) == {"20": (Decimal("199.99"), Decimal("40.00"))}
    assert f"For invoice {rows[0].number}" in document_words.paper(rows[1]).about
    refunds.ask(payment=payment, amount=rest, reason=Refund.Reason.SHOP, by=None, at=SHOP_TIME)
    note = Document.objects.get(order=order, kind="credit_note")
    check(note)
    whole = by_rate([*rows, note])["20"]
    assert whole == (Decimal("83.33"), Decimal("16.67"))


def test_a_small_first_invoice_does_not_blow_up_the_rounding_of_a_credit_note(shop: Shop) -> None:
    order = place(reserved(shop))
    ledger.take_at_counter(order=order, amount=Decimal("0.04"), by=None, at=SHOP_TIME, once="1")
    letting_off.stop_asking(order=order, by=None, at=SHOP_TIME, reason="So")
    letting_off.ask_again(order=order, by=None, at=SHOP_TIME)
    rest = ledger.balance(order).open
    payment = ledger.take_at_counter(order=order, amount=rest, by=None, at=SHOP_TIME, once="2")
    refunds.ask(payment=payment, amount=Decimal("120.00"), reason=Refund.Reason.SHOP, by=None, at=SHOP_TIME)
    note = Document.objects.get(order=order, kind="credit_note")
    check(note)
    assert by_rate([note]) == {"20": (Decimal("-100.00"), Decimal("-20.00"))}


def test_a_missed_visit_takes_all_of_the_tax_back_and_leaves_that_of_its_fee(shop: Shop) -> None:
    SiteShop.objects.update(no_show_fee=Decimal("20.00"))
    order = place(reserved(shop))
    ledger.take_at_counter(order=order, amount=order.total_incl_tax, by=None, at=SHOP_TIME)
    no_show.charge(order=order, by=None, at=order.visit.appointment.ends_at)
    rows = list(Document.objects.filter(order=order).exclude(kind="receipt").order_by("pk"))
    for row in rows:
        check(row)
    assert by_rate(rows[:2]) == {"20": (0, 0)}
    assert by_rate(rows) == {"20": (Decimal("16.67"), Decimal("3.33"))}


def test_a_shop_without_a_tax_number_and_without_tax_prints_no_tax(shop: Shop) -> None:
    TaxRate.objects.update(rate=0)
    quote = quote_for(shop)
    order = place(reserved(shop, quote))
    for number, shown in (("", 0), ("GB 1", 1)):
        ShopSettings.objects.update(tax_number=number)
        order.visit.site = type(order.visit.site).objects.get(pk=order.visit.site_id)
        document = documents.issue(kind="invoice", order=order, key=f"n{number}", at=SHOP_TIME)
        assert (document.facts["title"], len(document.facts["tax"])) == ("Invoice", shown)


def test_an_order_without_prices_of_ours_still_has_a_document(shop: Shop) -> None:
    document = documents.issue(kind="invoice", order=make_order(shop), key="one", at=SHOP_TIME)
    assert (document.facts["tax"], document.total) == ([], Decimal("467.98"))
