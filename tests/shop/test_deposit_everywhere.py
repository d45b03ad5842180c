"""What is due today is one sum, from the summary to the provider, in every place where somebody reads it."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from notifications.models import Message
from shop import deposits
from shop.models import OrderVisit, Payment, SiteShop
from shop.payments import returning
from shop.payments.demo_bank import decide
from shop.templatetags.money import money
from tests.api.callers import Caller
from tests.factories import Shop, make_user
from tests.queue import work_off
from tests.shop.browsers import reserve
from tests.shop.orders import make_offer, make_voucher, place, quote_for, reserved
from tests.shop.test_checkout import ADDRESS, Order, deliveries, give_details, submit

__all__ = ["deliveries"]  # a fixture for every test here
URGENT = {"condition": "poor", "urgency": "urgent"}
REVIEW = "/checkout/review/"


@pytest.fixture
def quarter(shop: Shop) -> Shop:
    """A quarter of urgent repairs is paid with the booking; a missed visit costs 15 pounds."""
    SiteShop.objects.update(deposit_for="urgent", deposit_percent=25, no_show_fee=Decimal("15.00"))
    return shop


def text_of(answer: Any) -> str:
    assert answer.status_code == 200, answer.headers
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def pay(order: Any) -> Payment:
    """At the bank and back."""
    payment: Payment = Payment.objects.get(order=order)
    decide(charge_id=str(payment.provider_id), decision="approved")
    returning.settle_return(payment_reference=payment.reference, at=payment.created_at)
    payment.refresh_from_db()
    return payment


def test_the_same_sum_is_due_in_every_place(client: Client, quarter: Shop) -> None:
    """467.98: a quarter is 116.995, so 117.00 today and 350.98 later, in nine places."""
    today, rest = "£117.00", "£350.98"
    client.force_login(user := make_user())
    reserve(client, quarter, answers=URGENT)
    give_details(client)
    review = client.get(REVIEW)
    context = review.context
    assert (context["summary"].due_today, context["summary"].paying.rest) == (Decimal("117.00"), Decimal("350.98"))
    assert [way.due for way in context["ways"]] == [Decimal("117.00"), Decimal("0.00")]
    assert f"Book and pay {today} now" in str(context["button"])
    shown = text_of(review)
    for words in (
        f"{today} now, a deposit of 25 %.",
        f"The rest, {rest}, when you collect.",
        "a missed visit costs £15.00",
    ):
        assert words in shown, words

    client.get(submit(client).headers["Location"])
    order = Order.objects.get()
    assert (order.total_incl_tax, order.visit.due_now) == (Decimal("467.98"), Decimal("117.00"))
    payment = Payment.objects.get()
    assert (payment.amount, payment.purpose) == (Decimal("117.00"), "deposit")
    open_still = text_of(client.get("/checkout/thank-you/"))
    assert f"Pay {today} now" in open_still

    pay(order)
    work_off()
    thanks = text_of(client.get("/checkout/thank-you/"))
    assert f"Deposit paid {today}" in thanks and f"When you collect {rest}" in thanks
    assert "Your payment is still open" not in thanks
    placed, receipt = (str(one.body) for one in mail.outbox[:2])
    assert re.search(rf"Deposit of 25 %, online +{today}\n", placed)
    assert re.search(rf"The rest, when you collect +{rest}\n", placed)
    assert "a missed visit costs £15.00" in placed
    assert re.search(rf"Paid +{today}\nThe rest, when you collect +{rest}\n", receipt)
    assert f"The rest, {rest}, when you collect." in text_of(client.get("/account/payments/"))
    assert f"Pay {rest}" in text_of(client.get("/account/payments/"))
    told = client.get(f"/api/v1/orders/{order.number}/").json()
    sums = (told["due_today"], told["deposit"]["amount"], told["balance"]["paid"])
    assert {one["amount"] for one in sums} == {"117.00"}
    assert (told["deposit"]["percent"], told["balance"]["open"]["amount"]) == (25, "350.98")
    assert user.pk == order.user_id


def test_the_api_tells_the_deposit_before_anything_is_ordered(quarter: Shop) -> None:
    caller = Caller()
    wish = {"device": "iphone-8", "repair_type": "screen-repair", "answers": URGENT}
    quote = caller.post("quotes/", wish).json()
    assert quote["deposit"] == {"amount": {"amount": "117.00", "currency": "GBP"}, "percent": 25, "capture": "now"}
    caller.open()
    basket = caller.post("basket/lines/", {"quote": quote["reference"]}).json()
    ways = {way["code"]: way for way in basket["shipping_methods"]}
    assert (ways["in-store"]["total"]["amount"], ways["in-store"]["due_today"]["amount"]) == ("467.98", "117.00")
    courier = Decimal(ways["courier"]["total"]["amount"])
    assert ways["courier"]["due_today"]["amount"] == str(deposits.half_up(courier / 4))
    assert basket["no_show_fee"]["amount"] == "15.00"
    calm = caller.post("quotes/", wish | {"answers": {}}).json()
    assert calm["deposit"] is None


def test_the_deposit_follows_offer_voucher_and_charge(client: Client, quarter: Shop) -> None:
    make_offer(percent="10")
    make_voucher()
    reserve(client, quarter, answers=URGENT)
    give_details(client, shipping_method="courier", **ADDRESS)
    client.post(REVIEW, {"action": "add_voucher", "code": "WELCOME10"})
    context = client.get(REVIEW).context
    total = context["order_total"].incl_tax
    assert total < Decimal("467.98") + 12
    assert context["summary"].total == total
    assert context["summary"].due_today == deposits.half_up(total / 4)
    assert "before we send it back" in text_of(client.get(REVIEW))
    client.get(submit(client).headers["Location"])
    assert Payment.objects.get().amount == deposits.half_up(total / 4)


def test_who_pays_in_the_shop_owes_nothing_today_and_sees_it_without_script(client: Client, quarter: Shop) -> None:
    reserve(client, quarter, answers=URGENT)
    give_details(client)
    body = client.get(REVIEW).content.decode()
    assert '<span data-when="now">£117.00</span><span data-when="later">nothing</span>' in body
    submit(client, pay_by="in_store")
    order = Order.objects.get()
    assert order.visit.due_now is None
    assert deposits.agreed(order).today == 0


def test_a_deposit_that_the_bank_keeps_is_said_so_before_and_after(client: Client, quarter: Shop) -> None:
    SiteShop.objects.update(deposit_capture="later")
    reserve(client, quarter, answers=URGENT)
    give_details(client)
    shown = text_of(client.get(REVIEW))
    assert "Book, £117.00 kept by your bank" in shown
    assert "your bank keeps £117.00 for us; it is taken when your device is here" in shown
    submit(client)
    work_off()
    assert "Your bank keeps £117.00 for us; it is taken when your device is here." in str(mail.outbox[0].body)
    order = Order.objects.get()
    assert deposits.agreed(order).kept


def test_a_shop_with_one_way_to_pay_does_not_speak_of_a_choice(client: Client, shop: Shop) -> None:
    SiteShop.objects.update(payment="advance")
    reserve(client, shop)
    shown = text_of(client.get("/basket/"))
    assert "your choice" not in shown and "At the end you choose" not in shown


@pytest.mark.parametrize(
    ("currency", "total", "today"),
    [
        ("JPY", "46799", "11700"),
        ("KWD", "46.79", "11.70"),
        ("GBP", "0.01", "0.01"),
        ("JPY", "1", "1"),
        ("GBP", "0", "0"),
    ],
)
def test_the_deposit_can_be_paid_in_its_currency(currency: str, total: str, today: str) -> None:
    """46799 yen: 11699.75. 46.79 dinars: 11.6975, and our books keep hundredths. A deposit of nothing is none."""
    rule = SiteShop(deposit_for="everybody", deposit_percent=25)
    terms = deposits.asked(shop=rule, total=Decimal(total), currency=currency, urgent=False, online=True)
    assert terms.today == Decimal(today)
    assert terms.today + terms.rest == Decimal(total)
    assert (terms.percent is None) == (terms.rest == 0)


@pytest.mark.django_db
@pytest.mark.parametrize("percent", [1, 10, 25, 33, 50, 99])
def test_the_share_of_a_placed_order_is_told_though_the_rule_has_changed(shop: Shop, percent: int) -> None:
    SiteShop.objects.update(deposit_for="everybody", deposit_percent=percent)
    order = place(reserved(shop, quote_for(shop)))
    SiteShop.objects.update(deposit_for="nobody", deposit_percent=25)
    order = Order.objects.select_related("visit").get(pk=order.pk)
    agreed = deposits.agreed(order)
    assert (agreed.percent, agreed.today) == (percent, order.visit.due_now)


def test_the_fee_is_told_in_the_shops_own_currency_only(client: Client, quarter: Shop) -> None:
    row = SiteShop.objects.get()
    assert deposits.miss_fee(shop=row, currency="GBP") == Decimal("15.00")
    assert deposits.miss_fee(shop=row, currency="EUR") is None
    reserve(client, quarter)
    give_details(client)
    assert "a missed visit costs £15.00" in text_of(client.get(REVIEW))
    row.no_show_fee = Decimal("0.00")
    row.save()
    assert "missed visit" not in text_of(client.get(REVIEW))


def test_switching_to_the_shop_leaves_no_deposit(quarter: Shop) -> None:
    order = place(reserved(quarter, quote_for(quarter, answers=URGENT)))
    OrderVisit.objects.filter(pk=order.pk).update(pay_by="in_store")
    order = Order.objects.select_related("visit").get(pk=order.pk)
    assert deposits.agreed(order).percent is None
    assert money(deposits.agreed(order).rest, "GBP") == "£467.98"
    assert Message.objects.filter(kind="order.placed").exists()
