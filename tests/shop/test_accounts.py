"""What a guest did belongs to the account once the address is proved, and not a moment earlier."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.test import Client

from notifications import contacts
from notifications.models import Contact
from tests.factories import Shop, make_contact, make_user
from tests.shop.orders import place, reserved
from tests.shop.payments.factories import make_order

PASSWORD = "a-good-pass-phrase"


def address_of(user: Any, *, verified: bool) -> EmailAddress:
    return EmailAddress.objects.create(user=user, email=user.email, verified=verified, primary=True)


def log_in(client: Client, user: Any) -> None:
    assert client.post("/accounts/login/", {"login": user.email, "password": PASSWORD}).status_code == 302


def test_a_confirmed_address_brings_the_guests_orders_and_repairs(client: Client, shop: Shop) -> None:
    order = place(reserved(shop))
    job = order.job_rows.get().job
    key = EmailConfirmationHMAC(address_of(make_user("Ada@Example.com"), verified=False)).key
    assert client.post(f"/accounts/confirm-email/{key}/").status_code == 302
    client.force_login(EmailAddress.objects.get().user)
    body = client.get("/account/").content.decode()
    assert order.number in body
    assert job.reference in body
    assert client.get(f"/checkout/pay/{order.number}/").status_code == 302


def test_a_log_in_brings_what_was_ordered_as_a_guest_since(client: Client, shop: Shop) -> None:
    user = make_user("ada@example.com")
    address_of(user, verified=True)
    order = place(reserved(shop))
    log_in(client, user)
    assert order.number in client.get("/account/").content.decode()
    assert [row["number"] for row in client.get("/api/v1/me/orders/").json()["items"]] == [order.number]
    assert client.get(f"/api/v1/orders/{order.number}/").status_code == 200


def test_an_address_that_is_not_proved_brings_nothing(client: Client, shop: Shop) -> None:
    user = make_user("ada@example.com")
    address_of(user, verified=False)
    order = place(reserved(shop))
    log_in(client, user)
    assert order.number not in client.get("/account/").content.decode()
    assert client.get("/api/v1/me/orders/").json()["items"] == []
    assert client.get(f"/api/v1/orders/{order.number}/").status_code == 404
    assert client.get(f"/checkout/pay/{order.number}/").status_code == 404


def test_a_row_that_has_an_owner_is_not_claimed_again(shop: Shop) -> None:
    theirs = make_contact(shop.site, user=make_user("eve@example.com"))
    assert contacts.claim(user=make_user("ada@example.com"), email="ada@example.com") == 0
    theirs.refresh_from_db()
    assert theirs.user.email == "eve@example.com"


@pytest.mark.parametrize("blank", ["", "  "])
def test_a_blank_address_claims_no_guest_who_left_only_a_number(shop: Shop, blank: str) -> None:
    make_contact(shop.site, email="")
    assert contacts.claim(user=make_user(), email=blank) == 0
    assert Contact.objects.filter(user=None).count() == 1


def test_an_order_is_shown_at_the_shop_it_was_placed_at_only(client: Client, shop: Shop, second_site: Any) -> None:
    order, user = make_order(shop), make_user()
    order.user = user
    order.save(update_fields=["user"])
    client.force_login(user)
    assert order.number in client.get("/account/").content.decode()
    elsewhere = {"host": "localhost"}
    assert order.number not in client.get("/account/", headers=elsewhere).content.decode()
    assert client.get(f"/api/v1/orders/{order.number}/", headers=elsewhere).status_code == 404
    assert client.get(f"/checkout/pay/{order.number}/", headers=elsewhere).status_code == 404
