"""One price from the public page to the receipt, to the cent: every currency, every kind, all that moves it."""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from oscar.core.loading import get_model

from notifications.models import Message
from shop import reserve, vouchers
from shop.models import AddOn, LedgerEntry, Payment, PriceRule, Quote, RepairOffer, SiteShop, TaxRate
from shop.products import product_for
from shop.templatetags.money import money, price_words
from tests.api.callers import Caller
from tests.factories import Shop
from tests.queue import work_off
from tests.shop.browsers import Basket, Selector, carry, soon
from tests.shop.orders import make_offer, make_voucher
from tests.shop.test_checkout import deliveries, give_details

__all__ = ["deliveries"]  # a fixture for every test here
Order = get_model("order", "Order")
PAGE = "/devices/iphone-8/screen-repair/"


@dataclass(frozen=True)
class Case:
    """A shop's price and a wish. `total` and `due` are worked out by hand: the price, and what is left to pay of it."""

    name: str
    total: str
    due: str
    tax: str
    currency: str = "GBP"
    price: str = "199.99"
    offer: dict[str, Any] = field(default_factory=dict)
    rules: tuple[tuple[str, str, str], ...] = ()
    answers: dict[str, str] = field(default_factory=dict)
    add_on: str = ""
    rate: str = "0.2"
    percent: str = ""
    voucher: str = ""
    visit: str = ""


CASES = [
    Case("fixed in pounds", "239.99", "239.99", "40.00"),
    Case("every factor", "467.98", "467.98", "78.00", answers={"condition": "poor", "urgency": "urgent"}),
    Case("fixed in euros", "276.00", "276.00", "46.00", currency="EUR", price="230"),
    Case("range in dollars", "299.50", "299.50", "49.92", currency="USD", price="191.99",
         offer={"kind": "range", "price_max": Decimal("250")}, answers={"condition": "poor"}),
    Case("from in reais", "1481.40", "1481.40", "246.90", currency="BRL", price="1234.50", offer={"kind": "from"}),
    Case("leones with an add-on", "5412.24", "5412.24", "902.04", currency="SLE", price="4321.99", add_on="225.85"),
    Case("original part", "299.99", "299.99", "50.00", offer={"part_grade": "original"}, price="249.99",
         answers={"part_grade": "original"}),
    Case("visit, floor and rounding", "248.75", "248.75", "41.46", visit="10.00",
         rules=(("Parts", "add", "3.33"), ("Least", "minimum", "200"), ("Tidy", "round", "9.95"))),
    Case("no tax", "239.99", "239.99", "0.00", rate="0"),
    Case("offer and voucher in euros", "276.00", "235.29", "46.00", currency="EUR", price="230",
         percent="5", voucher="9.75"),
    Case("offer, voucher and add-on in leones", "5412.24", "4600.41", "902.04", currency="SLE", price="4321.99",
         add_on="225.85", percent="5", voucher="10"),
]  # fmt: skip


def set_up(shop: Shop, case: Case) -> Any:
    """The shop as the case has it."""
    if case.currency != "GBP":
        SiteShop.objects.update(more_currencies=case.currency)
    TaxRate.objects.all().delete()
    TaxRate.objects.create(code="GB-standard", rate=Decimal(case.rate), valid_from=date(2011, 1, 4))
    where = {"site": shop.site, "repair_type": shop.screen, "subject": shop.iphone, "currency": case.currency}
    grade = case.offer.get("part_grade", "")
    RepairOffer.objects.update_or_create(
        **where, part_grade=grade, defaults={"price": Decimal(case.price), **case.offer}
    )
    product_for(shop.screen)
    for number, (name, effect, value) in enumerate(case.rules):
        PriceRule.objects.create(site=shop.site, name=name, effect=effect, value=Decimal(value), priority=20 + number)
    if case.visit:
        days = {"weekdays": list(range(7)), "priority": 9}
        PriceRule.objects.create(site=shop.site, name="Visit", effect="add", value=Decimal(case.visit), **days)
    if case.add_on:
        extra = {"name": "Glass", "slug": "glass", "currency": case.currency}
        AddOn.objects.create(site=shop.site, price=Decimal(case.add_on), **extra)
    if case.percent:
        make_offer(percent=case.percent)
    SiteShop.objects.get().save()


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split()).replace("\xa0", " ")


def followed(client: Client, answer: Any) -> Any:
    """Where it leads in the end, wherever the shop is reached from outside."""
    while answer.status_code == 302:
        answer = client.get(urlsplit(answer["Location"]).path)
    return answer


def written(amount: Any, currency: str) -> str:
    return money(amount, currency).replace("\xa0", " ")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "-"))
def test_one_price_from_the_page_to_the_receipt(
    client: Client, shop: Shop, case: Case, django_capture_on_commit_callbacks: Any
) -> None:
    set_up(shop, case)
    total, due, starts = written(case.total, case.currency), written(case.due, case.currency), soon(shop)
    asked: dict[str, Any] = {"device": "iphone-8", "repair_type": "screen-repair", "answers": case.answers}
    asked |= {"currency": case.currency, "add_ons": ["glass"] if case.add_on else []}
    asked |= {"visit_at": starts.isoformat()} if case.visit else {}
    caller = Caller()
    told = caller.post("quotes/", asked).json()
    assert told["total"] == {"amount": case.total, "currency": case.currency}
    assert told["tax"]["amount"] == case.tax
    assert sum(Decimal(line["amount"]["amount"]) for line in told["lines"]) == Decimal(case.total)
    quote = Quote.objects.get(reference=told["reference"])

    client.cookies["currency"] = case.currency
    if not case.visit:  # a public page knows no visit, and no add-on
        shown = text(client.get(PAGE, case.answers))
        assert written(Decimal(case.total) - Decimal(case.add_on or 0), case.currency) in shown
    for address in (f"/quotes/{quote.reference}/", f"/quotes/{quote.reference}/print/"):
        paper = text(client.get(address))
        assert total in paper and written(case.tax, case.currency) in paper, address
    assert price_words(quote).replace("\xa0", " ") in text(client.get(f"/quotes/{quote.reference}/"))

    basket = Basket.objects.create()
    basket.strategy = Selector().strategy(at=quote.issued_at)
    reserve.reserve(site=shop.site, basket=basket, quote=quote, starts_at=starts, at=quote.issued_at)
    if case.voucher:
        code = make_voucher(percent=case.voucher).code
        basket.reset_offer_applications()
        vouchers.try_code(basket=basket, code=code, user=None, who=["test"])
    carry(client, basket)
    assert due in text(client.get("/basket/"))
    give_details(client)
    review = client.get(reverse("checkout:preview"))
    assert due in text(review)
    assert re.search(r'name="shown_total" value="([\d.]+)"', review.content.decode())[1] == case.due  # type: ignore[index]

    with django_capture_on_commit_callbacks(execute=True):
        wish = {"action": "place_order", "pay_by": "demo", "shown_total": case.due}
        bank = followed(client, client.post(reverse("checkout:preview"), wish))
        assert due in text(bank)
        client.post(bank.request["PATH_INFO"], {"decision": "approve"})
    work_off()
    order = Order.objects.get()
    assert (order.status, order.currency, str(order.total_incl_tax)) == ("paid", case.currency, case.due)
    assert order.lines.get().line_price_before_discounts_incl_tax == quote.total
    assert sum(row.amount for row in order.discounts.all()) == Decimal(case.total) - Decimal(case.due)
    if case.total == case.due:
        assert order.total_tax == quote.tax == Decimal(case.tax)
    assert (str(Payment.objects.get().amount), Payment.objects.get().currency) == (case.due, case.currency)
    assert {str(row.amount) for row in LedgerEntry.objects.all()} == {case.due}
    assert due in text(client.get("/checkout/thank-you/"))
    for kind in ("order.placed", "payment.settled"):
        assert Message.objects.filter(kind=kind).first().context["total"].replace("\xa0", " ") == due  # type: ignore[union-attr]
    assert all(due in letter.body.replace("\xa0", " ") for letter in mail.outbox if order.number in letter.body)
    quote.refresh_from_db()
    assert total in text(client.get(f"/quotes/{quote.reference}/print/"))
