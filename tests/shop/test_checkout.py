"""The last steps over HTTP: one log-in door, one way to an order, and every refusal says what to do."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from oscar.core.loading import get_model

from notifications.models import Message
from repairs.models import Hold, SlotCell
from shop import products
from shop.models import Payment, PriceRule, Quote
from tests.factories import Shop, make_user
from tests.shop.browsers import open_draft, reserve
from tests.shop.orders import make_offer, make_voucher
from tests.shop.payments.factories import make_order

Order = get_model("order", "Order")
DETAILS = {"name": "Ada Smith", "email": "ada@example.com", "phone": "07911 123456", "shipping_method": "in-store"}
ADDRESS = {"line1": "1 High Street", "town": "London", "postcode": "E1 1AA"}


@pytest.fixture(autouse=True)
def deliveries(db: None) -> None:
    products.delivery_country("GB")


def give_details(client: Client, **more: str) -> Any:
    return client.post(reverse("checkout:index"), DETAILS | more)


def shown_total(client: Client) -> str:
    page = client.get(reverse("checkout:preview"))
    assert page.status_code == 200, page.headers
    found = re.search(r'name="shown_total" value="([\d.]+)"', page.content.decode())
    assert found
    return found[1]


def submit(client: Client, **more: str) -> Any:
    wish = {
        "action": "place_order",
        "pay_by": "demo",
        "shown_total": more.pop("shown_total", "") or shown_total(client),
    }
    return client.post(reverse("checkout:preview"), wish | more)


def test_a_guest_books_pays_in_the_shop_and_is_thanked(client: Client, shop: Shop) -> None:
    reserve(client, shop, answers={"condition": "poor", "urgency": "urgent"})
    basket = client.get(reverse("basket:summary"))
    assert "467.98" in basket.content.decode()
    assert give_details(client).headers["Location"] == reverse("checkout:preview")
    assert shown_total(client) == "467.98"
    placed = submit(client, pay_by="in_store")
    order = Order.objects.get()
    assert placed.headers["Location"] == reverse("checkout:pay", args=[order.number])
    assert client.get(placed.headers["Location"]).headers["Location"] == reverse("checkout:thank-you")
    thanks = client.get(reverse("checkout:thank-you")).content.decode()
    assert order.number in thanks
    assert "467.98" in thanks
    assert "/track/" in thanks
    assert client.get(reverse("basket:summary")).context["basket"].is_empty


def test_paying_online_goes_to_the_bank_and_comes_back(client: Client, shop: Shop) -> None:
    reserve(client, shop)
    give_details(client)
    pay = submit(client).headers["Location"]
    away = client.get(pay)
    assert away.status_code == 302
    assert "/demo/pay/" in away.headers["Location"]
    payment = Payment.objects.get()
    back = client.get(reverse("checkout:return", args=[payment.reference]))
    assert back.headers["Location"] == pay
    assert client.get(pay).status_code == 200
    again = client.post(pay)
    assert again.headers["Location"] == away.headers["Location"]
    assert Payment.objects.count() == 1


def test_sending_it_asks_for_an_address_and_adds_its_charge(client: Client, shop: Shop) -> None:
    reserve(client, shop)
    missing = give_details(client, shipping_method="courier")
    assert missing.status_code == 200
    assert {"line1", "town", "postcode"} <= set(missing.context["form"].errors)
    give_details(client, shipping_method="courier", **ADDRESS)
    assert shown_total(client) == "251.99"
    submit(client)
    order = Order.objects.get()
    assert (order.shipping_code, order.shipping_address.postcode) == ("courier", "E1 1AA")


def test_the_way_to_hand_over_follows_what_the_price_was_for(client: Client, shop: Shop) -> None:
    reserve(client, shop, answers={"service_type": "courier"})
    assert client.get(reverse("checkout:index")).context["form"].initial["shipping_method"] == "courier"


def test_a_member_finds_name_and_address_filled_in_and_owns_the_order(client: Client, shop: Shop) -> None:
    user = make_user(first_name="Ada", last_name="Smith")
    client.force_login(user)
    reserve(client, shop)
    initial = client.get(reverse("checkout:index")).context["form"].initial
    assert (initial["name"], initial["email"]) == ("Ada Smith", "ada@example.com")
    give_details(client)
    submit(client)
    assert Order.objects.get().user == user


def test_a_moved_price_is_said_and_the_new_total_can_be_ordered(client: Client, shop: Shop) -> None:
    reserve(client, shop)
    give_details(client)
    answer = submit(client, shown_total="100.00")
    assert answer.status_code == 200
    assert answer.context["problem"]["code"] == "price_moved"
    assert not Order.objects.exists()
    assert submit(client).status_code == 302


def test_a_lost_time_leads_back_to_choosing_one(client: Client, shop: Shop) -> None:
    quote = reserve(client, shop)
    give_details(client)
    SlotCell.objects.all().delete()
    Hold.objects.update(state=Hold.State.RELEASED)
    assert client.get(reverse("checkout:preview")).context["hold_ran_out"] is True
    answer = submit(client)
    assert answer.context["problem"]["code"] == "hold_expired"
    assert len(answer.context["next_starts"]) == 6
    assert Quote.objects.get() == quote


def test_an_expired_price_leads_back_to_the_basket(client: Client, shop: Shop) -> None:
    reserve(client, shop)
    give_details(client)
    Quote.objects.update(valid_until=timezone.now() - timedelta(seconds=1))
    for name in ("checkout:index", "checkout:preview"):
        assert client.get(reverse(name)).headers["Location"] == reverse("basket:summary")
    answer = client.post(reverse("checkout:preview"), {"action": "place_order", "pay_by": "demo", "shown_total": "1"})
    assert answer.headers["Location"] == reverse("basket:summary")
    assert not Order.objects.exists()


def test_a_second_click_on_the_button_makes_no_second_order(client: Client, shop: Shop) -> None:
    reserve(client, shop)
    give_details(client)
    total = shown_total(client)
    submit(client, shown_total=total)
    assert submit(client, shown_total=total).headers["Location"] == reverse("basket:summary")
    assert Order.objects.count() == 1


def test_no_step_can_be_opened_before_the_one_before(client: Client, shop: Shop) -> None:
    assert client.get(reverse("checkout:index")).headers["Location"] == reverse("basket:summary")
    reserve(client, shop)
    assert client.get(reverse("checkout:preview")).headers["Location"] == reverse("checkout:index")


def test_a_post_that_is_no_order_is_refused(client: Client, shop: Shop) -> None:
    reserve(client, shop)
    give_details(client)
    assert client.post(reverse("checkout:preview"), {}).status_code == 400
    bad = client.post(reverse("checkout:preview"), {"action": "place_order", "pay_by": "barter", "shown_total": "x"})
    assert bad.status_code == 200
    assert not Order.objects.exists()


def test_an_order_is_seen_by_its_own_visitor_and_member_only(client: Client, shop: Shop) -> None:
    user = make_user()
    client.force_login(user)
    reserve(client, shop)
    give_details(client)
    pay = submit(client).headers["Location"]
    client.get(pay)
    stranger, elsewhere = Client(), Client()
    assert stranger.get(pay).status_code == stranger.post(pay).status_code == 404
    assert stranger.get(reverse("checkout:pay", args=["M-NOTHING"])).status_code == 404
    elsewhere.force_login(user)
    assert elsewhere.get(pay).status_code == 200
    back = stranger.get(reverse("checkout:return", args=[Payment.objects.get().reference]))
    assert back.status_code == 200
    assert Order.objects.get().number not in back.content.decode()
    assert stranger.get(reverse("checkout:return", args=["P-NOTHING"])).status_code == 404
    assert stranger.get(reverse("checkout:thank-you")).headers["Location"] == "/"


def test_a_repair_is_taken_out_and_put_back(client: Client, shop: Shop) -> None:
    quote = reserve(client, shop)
    summary = reverse("basket:summary")
    gone = client.post(summary, {"remove": quote.reference}, follow=True)
    assert gone.context["lines"] == []
    assert "Put it back" in gone.content.decode()
    back = client.post(summary, {"undo": "1"}, follow=True)
    assert [line.quote_row.quote for line in back.context["lines"]] == [quote]
    assert "Put it back" not in back.content.decode()


def test_a_repair_of_a_draft_stays_out_when_prices_are_worked_out_anew(client: Client, shop: Shop) -> None:
    draft, _token = open_draft(client, shop)
    line = draft.basket.lines.get()
    client.post(reverse("basket:summary"), {"remove": line.quote_row.quote.reference})
    assert list(draft.items.get().repair_types.all()) == []
    assert not draft.basket.lines.exists()
    client.post(reverse("basket:summary"), {"undo": "1"})
    assert list(draft.items.get().repair_types.all()) == [shop.screen]
    assert draft.basket.lines.get().quote_row.quote.total == line.quote_row.quote.total


def test_nobody_takes_anything_out_of_another_booking(client: Client, shop: Shop) -> None:
    quote, stranger = reserve(client, shop), Client()
    reserve(stranger, shop)
    stranger.post(reverse("basket:summary"), {"remove": quote.reference})
    assert len(client.get(reverse("basket:summary")).context["lines"]) == 1


def total_of(client: Client) -> Decimal:
    return client.get(reverse("basket:summary")).context["summary"].total


def type_voucher(client: Client, code: str, action: str = "add_voucher") -> Any:
    return client.post(reverse("checkout:preview"), {"action": action, "code": code}, follow=True)


def test_a_voucher_is_typed_in_shown_taken_off_and_taken_out(client: Client, shop: Shop) -> None:
    make_voucher()
    reserve(client, shop)
    give_details(client)
    page = type_voucher(client, " welcome10 ")
    assert page.context["order_total"].incl_tax == Decimal("215.99")
    assert "WELCOME10" in page.content.decode()
    assert type_voucher(client, "WELCOME10", "remove_voucher").context["order_total"].incl_tax == Decimal("239.99")


@pytest.mark.parametrize("code", ["NOTHING", "\x00", "", "x" * 5000])
def test_a_wrong_voucher_is_answered_beside_its_field(client: Client, shop: Shop, code: str) -> None:
    reserve(client, shop)
    give_details(client)
    page = type_voucher(client, code)
    assert page.status_code == 200
    assert page.context["voucher"]["problem"] in page.content.decode().replace("&#x27;", "'")
    assert client.get(reverse("checkout:preview")).context["voucher"] == {}


def test_a_voucher_is_taken_although_an_offer_was_there_before(client: Client, shop: Shop) -> None:
    make_offer(percent="5")
    make_voucher()
    get_model("offer", "ConditionalOffer").objects.update(exclusive=True)
    reserve(client, shop)
    give_details(client)
    assert total_of(client) == Decimal("227.99")
    type_voucher(client, "WELCOME10")
    assert total_of(client) == Decimal("215.99")


def test_a_rule_changed_after_the_quote_changes_nothing_in_the_basket(client: Client, shop: Shop) -> None:
    reserve(client, shop)
    PriceRule.objects.all().delete()
    assert total_of(client) == Decimal("239.99")


def test_the_confirmation_is_in_the_outbox_once_and_oscar_says_nothing(
    client: Client, shop: Shop, mailoutbox: list
) -> None:
    reserve(client, shop)
    give_details(client)
    submit(client)
    assert Message.objects.filter(kind="order.placed", channel="email").count() == 1
    assert get_model("communication", "Email").objects.count() == 0
    assert mailoutbox == []


@pytest.mark.parametrize(
    "path",
    [
        "/basket/add/1/",
        "/basket/saved/",
        "/basket/vouchers/add/",
        "/basket/vouchers/1/remove/",
        "/checkout/preview/",
        "/checkout/payment-details/",
        "/checkout/payment-method/",
        "/checkout/shipping-address/",
        "/checkout/shipping-method/",
        "/checkout/user-address/edit/1/",
        "/accounts/register/",
        "/accounts/orders/",
        "/catalogue/",
        "/wishlists/",
    ],
)
def test_stock_views_are_not_reachable(client: Client, shop: Shop, path: str) -> None:
    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404


@pytest.mark.parametrize(
    "name", ["basket:add", "basket:saved", "basket:vouchers-remove", "checkout:user-address-update"]
)
def test_stock_names_do_not_reverse(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name, args=[1])
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"remove": "\x00"},
        {"undo": ["1", "1"]},
        {"action": "choose_time", "starts_at": "\x00"},
        {"action": "choose_time", "starts_at": "99999-99-99T99:99"},
        {"action": "keep", "name": "x" * 100_000, "notes": "\x00"},
        {"action": "remove_voucher", "code": "\x00"},
        {"action": "place_order", "shown_total": "1", "pay_by": "demo", "terms_version": "\x00", "agree": "\x00"},
        {"name": "\x00", "email": "\x00@b.example", "phone": "+" * 99, "shipping_method": "\x00"},
        {"action": "place_order", "shown_total": "NaN", "pay_by": "\x00"},
        {"action": "place_order", "shown_total": "1e999", "pay_by": "demo"},
        {"code": "\x00"},
    ],
)
def test_odd_input_never_breaks_a_page(client: Client, shop: Shop, data: dict) -> None:
    for step in range(2):
        for name in ("basket:summary", "checkout:index", "checkout:preview"):
            assert client.post(reverse(name), data).status_code < 500, name
        for path in ("/checkout/pay/%00/", "/checkout/return/%00/", "/checkout/hold/"):
            assert client.get(path).status_code < 500
            assert client.post(path, data).status_code < 500
        if step == 0:
            reserve(client, shop)
            give_details(client)


@pytest.mark.parametrize("wanted", ["order_number", "order_id"])
def test_the_thank_you_page_opens_no_order_by_address_not_even_for_a_superuser(
    client: Client, shop: Shop, wanted: str
) -> None:
    order = make_order(shop)
    client.force_login(make_user(is_superuser=True, is_staff=True))
    value = {"order_number": order.number, "order_id": order.pk}[wanted]
    assert client.get(reverse("checkout:thank-you"), {wanted: value}).headers["Location"] == "/"
    assert client.get(reverse("checkout:thank-you"), {wanted: "\x00"}).headers["Location"] == "/"
