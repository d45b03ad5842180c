"""Orders, offers and vouchers are handled in Oscar's dashboard; money is not moved there by hand."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from oscar.core.loading import get_model

from shop.models import PriceRule, RepairOffer
from tests.factories import Shop, make_user, repair_type
from tests.shop.orders import make_offer, make_voucher, place, quote_for, reserved

Order = get_model("order", "Order")


@pytest.fixture
def owner(client: Client, shop: Shop) -> Client:
    user = make_user("owner@example.com")
    user.is_staff = user.is_superuser = True
    user.save()
    client.force_login(user)
    return client


@pytest.fixture
def order(shop: Shop) -> Any:
    return place(reserved(shop, quote_for(shop)))


def test_the_order_is_listed_and_shown(owner: Client, order: Any) -> None:
    assert order.number in owner.get(reverse("dashboard:order-list")).content.decode()
    page = owner.get(reverse("dashboard:order-detail", args=[order.number]))
    assert page.status_code == 200
    assert "239.99" in page.content.decode()


def test_nobody_sets_a_money_status_by_hand(owner: Client, order: Any) -> None:
    address = reverse("dashboard:order-detail", args=[order.number])
    owner.post(address, {"order_action": "change_order_status", "new_status": "paid"})
    owner.post(
        reverse("dashboard:order-list"),
        {"action": "change_order_statuses", "selected_order": [order.pk], "new_status": "paid"},
    )
    kind = get_model("order", "PaymentEventType").objects.create(name="Paid")
    line = order.lines.get()
    owner.post(
        address,
        {
            "line_action": "create_payment_event",
            "selected_line": [line.pk],
            f"selected_line_qty_{line.pk}": 1,
            "payment_event_type": kind.code,
            "amount": "239.99",
        },
    )
    order.refresh_from_db()
    assert order.status == "awaiting-payment"
    assert order.payment_events.count() == 0


@pytest.mark.parametrize(
    "name",
    [
        "index", "order-list", "order-shipping-method-list", "offer-list", "voucher-list", "voucher-create",
        "voucher-set-list", "range-list", "range-create", "reports-index", "catalogue-product-list",
        "catalogue-class-list", "catalogue-option-list", "users-index", "partner-list", "order-stats",
    ],
)  # fmt: skip
def test_every_page_of_the_dashboard_that_is_used_opens(owner: Client, order: Any, name: str) -> None:
    make_voucher()
    make_offer(percent="5")
    names = {"order-shipping-method-list": "shipping-method-list"}
    assert owner.get(reverse(f"dashboard:{names.get(name, name)}"), follow=True).status_code == 200


def test_every_report_opens(owner: Client, order: Any) -> None:
    page = owner.get(reverse("dashboard:reports-index"))
    for code, _name in page.context["form"].fields["report_type"].choices:
        assert owner.get(reverse("dashboard:reports-index"), {"report_type": code}).status_code == 200


def test_offer_and_line_and_user_pages_open(owner: Client, order: Any) -> None:
    offer = make_offer(percent="5")
    for name, args in (
        ("offer-detail", [offer.pk]),
        ("order-line-detail", [order.number, order.lines.get().pk]),
        ("user-detail", [make_user("ada@example.com").pk]),
        ("catalogue-product", [order.lines.get().product_id]),
    ):
        assert owner.get(reverse(f"dashboard:{name}", args=args)).status_code == 200, name


def test_a_customer_does_not_enter(client: Client, shop: Shop) -> None:
    assert client.get(reverse("dashboard:index")).status_code == 302
    client.force_login(make_user())
    assert client.get(reverse("dashboard:index")).status_code == 403


@pytest.mark.parametrize(
    ("name", "args", "page"),
    [
        ("customer:summary", [], "account"),
        ("customer:logout", [], "account_logout"),
        ("customer:order", ["M-1"], "account"),
        ("catalogue:index", [], "devices"),
        ("catalogue:detail", ["screen", 1], "devices"),
        ("offer:list", [], "devices"),
        ("offer:detail", ["ten-percent"], "devices"),
        ("search:search", [], "devices"),
    ],
)
def test_addresses_oscar_knows_lead_to_our_pages(client: Client, name: str, args: list, page: str) -> None:
    answer = client.get(reverse(name, args=args))
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse(page))


def test_an_owner_sets_prices_in_wagtail_and_the_repair_can_be_ordered(owner: Client, shop: Shop) -> None:
    camera = repair_type("Camera repair", "camera-repair", shop.iphone)
    wish = {
        "site": shop.site.pk,
        "repair_type": camera.pk,
        "subject": shop.iphone.pk,
        "kind": "fixed",
        "price": "79.00",
        "currency": "GBP",
    }
    answer = owner.post(reverse("repairoffer:add"), wish | {"active": "on"})
    assert answer.status_code == 302, answer.context["form"].errors
    assert RepairOffer.objects.get(repair_type=camera).price == 79
    assert reserved(shop, quote_for(shop, device=shop.iphone_13, repair_type=camera)).num_lines == 1


@pytest.mark.parametrize("name", ["repairoffer:index", "repairoffer:add", "pricerule:list", "pricerule:add"])
def test_the_price_pages_of_wagtail_open(owner: Client, shop: Shop, name: str) -> None:
    assert owner.get(reverse(name)).status_code == 200


def test_an_owner_switches_a_rule_off_and_the_next_quote_knows(owner: Client, shop: Shop) -> None:
    rule = PriceRule.objects.get(name="Older device")
    page = owner.get(reverse("pricerule:edit", args=[rule.pk]))
    data = {name: value for name, value in page.context["form"].initial.items() if value is not None}
    data.pop("active")
    assert owner.post(reverse("pricerule:edit", args=[rule.pk]), data).status_code == 302
    assert quote_for(shop).total == Decimal("199.99")
