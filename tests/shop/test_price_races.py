"""Two people save prices in one moment: one after the other, who comes second is told, and nothing is half written."""

import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils.html import strip_tags

from cms.models import Version
from shop.models import PriceRule, RepairOffer
from site_config.roles import make_roles
from tests.factories import Shop, make_shop, make_user
from tests.shop.test_races import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
RULES, TABLE = "/cms/pricerule/", "/cms/price-table/"


def owners(number: int) -> list[Client]:
    """So many owners, each with a browser."""
    make_roles()
    found = []
    for place in range(number):
        user = make_user(f"owner{place}@example.com")
        user.groups.add(Group.objects.get(name="owner"))
        found.append(Client())
        found[-1].force_login(user)
    return found


def rule_form(browser: Client, address: str) -> dict[str, Any]:
    """What the form of a rule sends when nothing was typed."""
    shown = browser.get(address).context["form"]
    sent = {name: shown[name].value() for name in shown.fields}
    sent["active"] = "on" if sent["active"] else ""
    return {name: "" if value is None else value for name, value in sent.items()}


def posted(browser: Client, address: str, form: dict[str, Any]) -> Callable[[], Any]:
    return lambda: browser.post(address, form)


def bulk(browser: Client, action: str, rules: list[PriceRule]) -> Callable[[], Any]:
    asked = "&".join(f"id={rule.pk}" for rule in rules)
    return posted(browser, f"/cms/bulk/shop/pricerule/{action}/?{asked}&next={RULES}", {})


def told(answers: list[Any]) -> list[str]:
    """What those read who came later. Not from their contexts: Django's test client mixes those of threads."""
    return [" ".join(strip_tags(answer.content.decode()).split()) for answer in answers if answer.status_code == 200]


def test_one_rule_saved_by_four_at_once_is_saved_once_and_three_are_told() -> None:
    make_shop()
    rule, four = PriceRule.objects.get(name="Urgent repair"), owners(4)
    address = f"{RULES}edit/{rule.pk}/"
    forms = [
        rule_form(browser, address) | {"value": f"1.{n}", "priority": f"5{n}"} for n, browser in enumerate(four, 6)
    ]
    found = at_once(*map(posted, four, [address] * 4, forms))
    assert sorted(answer.status_code for answer in found) == [200, 200, 200, 302], found
    rule.refresh_from_db()
    number = str(rule.value.normalize())[-1]
    assert (rule.priority, rule.revisions.count()) == (int(f"5{number}"), 1)
    late = [(form, answer) for form, answer in zip(forms, found, strict=True) if answer.status_code == 200]
    for (form, answer), words in zip(late, told(found), strict=True):
        assert f"Value: 1.{number} (yours stands in the form and replaces it)" in words
        (kept,) = re.findall(r'<input[^>]* name="value" value="([^"]*)"', answer.content.decode())
        assert kept == form["value"]


def test_two_new_rules_of_one_name_at_once_are_one_rule_and_a_word() -> None:
    make_shop()
    both = owners(2)
    forms = [rule_form(browser, f"{RULES}add/") | {"name": "Evening", "value": "1.1"} for browser in both]
    found = at_once(*map(posted, both, [f"{RULES}add/"] * 2, forms))
    assert sorted(answer.status_code for answer in found) == [200, 302], found
    assert PriceRule.objects.filter(name="Evening").count() == 1


def test_a_rule_edited_while_it_is_switched_off_loses_neither() -> None:
    make_shop()
    rule, (editor, switcher) = PriceRule.objects.get(name="Urgent repair"), owners(2)
    address = f"{RULES}edit/{rule.pk}/"
    form = rule_form(editor, address) | {"value": "1.6"}
    found = at_once(posted(editor, address, form), bulk(switcher, "switch_off", [rule]))
    rule.refresh_from_db()
    assert not rule.active
    assert rule.latest_revision.as_object().value == rule.value
    if found[0].status_code == 200:
        assert "Active: no" in told(found[:1])[0]
        assert rule.value == Decimal("1.5")
    else:
        assert rule.value == Decimal("1.6")


def test_rules_switched_on_and_off_at_once_are_all_the_same_and_so_are_their_versions() -> None:
    make_shop()
    rules, (one, other) = list(PriceRule.objects.order_by("pk")), owners(2)
    PriceRule.objects.filter(pk__in=[rule.pk for rule in rules[:3]]).update(active=False)
    at_once(bulk(one, "switch_on", rules), bulk(other, "switch_off", rules[::-1]))
    now = PriceRule.objects.select_related("latest_revision")
    assert len({rule.active for rule in now}) == 1
    assert {rule.latest_revision.as_object().active for rule in now} == {rule.active for rule in now}


def cells(shop: Shop, text: str, *kinds: Any) -> dict[str, str]:
    """The form of the price table with a price for these repairs of the category."""
    keys = {f"{kind.pk}-{shop.iphone.pk}": kind for kind in kinds}
    was = {key: str(RepairOffer.objects.get(repair_type=kind).price) for key, kind in keys.items()}
    return {**{f"c-{key}": text for key in keys}, "was": json.dumps(was)}


def test_one_cell_saved_by_two_at_once_is_saved_once_with_the_rest_of_its_form() -> None:
    shop = make_shop()
    both, address = owners(2), f"{TABLE}?node={shop.iphone.pk}"
    forms = [cells(shop, "210", shop.screen, shop.battery), cells(shop, "220", shop.screen, shop.port)]
    before = Version.objects.get(site=shop.site, scope="prices").number
    found = at_once(*map(posted, both, [address] * 2, forms))
    winner = "210" if found[0].status_code == 302 else "220"
    assert f"made this {winner}.00 meanwhile. Save again to replace it." in told(found)[0]
    price = dict(RepairOffer.objects.values_list("repair_type", "price"))
    left = {"210": (Decimal(210), Decimal("119.99")), "220": (Decimal("89.99"), Decimal(220))}[winner]
    assert price == {shop.screen.pk: Decimal(winner), shop.battery.pk: left[0], shop.port.pk: left[1]}
    assert Version.objects.get(site=shop.site, scope="prices").number == before + 1


def test_different_cells_saved_by_two_at_once_are_all_saved() -> None:
    shop = make_shop()
    both, address = owners(2), f"{TABLE}?node={shop.iphone.pk}"
    forms = [cells(shop, "210", shop.screen), cells(shop, "95", shop.battery)]
    found = at_once(*map(posted, both, [address] * 2, forms))
    assert [answer.status_code for answer in found] == [302, 302]
    price = dict(RepairOffer.objects.values_list("repair_type", "price"))
    assert (price[shop.screen.pk], price[shop.battery.pk]) == (210, 95)


def test_a_first_price_for_a_device_by_table_and_by_form_at_once_is_one_price() -> None:
    shop = make_shop()
    (table, form), node = owners(2), shop.iphone_13
    sent = {
        "site": shop.site.pk, "repair_type": shop.screen.pk, "subject": node.pk, "kind": "fixed", "price": "249",
        "price_max": "", "currency": "GBP", "part_grade": "", "minutes": "", "warranty_days": "", "active": "on",
    }  # fmt: skip
    found = at_once(
        posted(table, f"{TABLE}?node={shop.iphone.pk}", {f"c-{shop.screen.pk}-{node.pk}": "259", "was": "{}"}),
        posted(form, "/cms/repairoffer/new/", sent),
    )
    assert sorted(answer.status_code for answer in found) == [200, 302], found
    price = RepairOffer.objects.get(subject=node).price
    assert price == (259 if found[0].status_code == 302 else 249)
