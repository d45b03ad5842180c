"""Add-ons are edited in Wagtail's admin, beside the prices, by whoever may set prices."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Group

from cms.models import Version
from shop.models import AddOn
from site_config.roles import make_roles
from tests.factories import make_user


@pytest.fixture
def owner(shop: Any, client: Any) -> Any:
    """Somebody who may set prices, logged in."""
    make_roles()
    user = make_user("owner@example.com", is_staff=True)
    user.groups.add(Group.objects.get(name="owner"))
    client.force_login(user)
    return user


def form(shop: Any, **more: Any) -> dict[str, Any]:
    return {
        "site": shop.site.pk, "name": "Screen protector", "slug": "screen-protector", "description": "",
        "price": "12.50", "sort_order": "0", "subject": "", "repair_type": "", "active": "on", **more,
    }  # fmt: skip


def test_an_add_on_is_made_and_counts_as_a_change_of_prices(owner: Any, shop: Any, client: Any) -> None:
    before = Version.objects.get(site=shop.site, scope="prices").number
    answer = client.post("/cms/addon/new/", form(shop))
    assert answer.status_code == 302, answer.context["form"].errors
    assert AddOn.objects.get().price == Decimal("12.50")
    assert Version.objects.get(site=shop.site, scope="prices").number > before
    assert "Screen protector" in client.get("/cms/addon/").content.decode()


@pytest.mark.parametrize("wrong", [{"price": "-1"}, {"name": ""}, {"slug": "a b"}, {"name": "x\x00"}])
def test_an_add_on_that_makes_no_sense_is_refused(owner: Any, shop: Any, client: Any, wrong: dict[str, str]) -> None:
    assert client.post("/cms/addon/new/", form(shop, **wrong)).status_code == 200
    assert not AddOn.objects.exists()


def test_two_add_ons_of_one_name_in_addresses_are_refused_in_words(owner: Any, shop: Any, client: Any) -> None:
    for _turn in range(2):
        answer = client.post("/cms/addon/new/", form(shop))
    assert answer.status_code == 200
    assert AddOn.objects.count() == 1


@pytest.mark.parametrize("role", ["editor", "translator", "technician", "desk"])
def test_who_may_not_set_prices_may_not_change_add_ons(shop: Any, client: Any, role: str) -> None:
    make_roles()
    user = make_user(f"{role}@example.com", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    assert client.post("/cms/addon/new/", form(shop)).status_code in {302, 403}
    assert not AddOn.objects.exists()
