"""All base prices of a category in one table: edited like a spreadsheet, saved as a whole or not at all."""

import json
from decimal import Decimal
from typing import Any

import pytest
from wagtail.models import ModelLogEntry

from cms.models import Subject, Version
from shop.models import RepairOffer, RepairProduct
from shop.price_admin import table
from tests.cms.editors import person
from tests.factories import Shop, repair_type, subject
from tests.shop.statements import counted

TABLE = "/cms/price-table/"


@pytest.fixture
def owner(shop: Shop) -> Any:
    """The browser of somebody who may set prices."""
    return person("owner")


def key(kind: Any, node: Any) -> str:
    return f"{kind.pk}-{node.pk if node else 0}"


def opened(owner: Any, shop: Shop, node: Any = None, **more: str) -> dict[str, Any]:
    """What the form sends when nothing was typed: every cell and what stood in it."""
    page = owner.get(TABLE, {"node": (node or shop.iphone).pk, **more})
    cells = {cell["name"]: cell["text"] for _node, row in page.context["rows"] for cell in row if cell["place"].fits}
    return {**cells, "was": page.context["was"]}


def send(owner: Any, shop: Shop, form: dict[str, Any], **more: str) -> Any:
    asked = "&".join(f"{name}={value}" for name, value in {"node": str(shop.iphone.pk), **more}.items())
    return owner.post(f"{TABLE}?{asked}", form)


def offer(kind: Any, node: Any, grade: str = "") -> RepairOffer:
    return RepairOffer.objects.get(repair_type=kind, subject=node, part_grade=grade)


def test_a_cell_shows_its_own_price_and_the_one_that_it_takes_from_above(owner: Any, shop: Shop) -> None:
    RepairOffer.objects.create(site=shop.site, repair_type=shop.screen, subject=shop.iphone_13, price=249, kind="from")
    page = owner.get(TABLE, {"node": shop.iphone.pk})
    cells = {cell["place"].key: cell for _node, row in page.context["rows"] for cell in row}
    assert cells[key(shop.screen, shop.iphone)]["text"] == "199.99"
    assert cells[key(shop.screen, shop.iphone_13)]["text"] == "from 249.00"
    assert (cells[key(shop.screen, shop.iphone_8)]["text"], cells[key(shop.screen, shop.iphone_8)]["above"]) == (
        "", "199.99",
    )  # fmt: skip
    assert 'placeholder="199.99"' in page.content.decode()


def test_every_kind_of_price_is_written_in_one_go(owner: Any, shop: Shop) -> None:
    form, before = opened(owner, shop), Version.objects.get(site=shop.site, scope="prices").number
    form[f"c-{key(shop.screen, shop.iphone_13)}"] = "from 249"
    form[f"c-{key(shop.battery, shop.iphone_13)}"] = "49-90"
    form[f"c-{key(shop.port, shop.iphone_13)}"] = "on request"
    form[f"c-{key(shop.screen, shop.iphone_8)}"] = "-"
    form[f"c-{key(shop.battery, shop.iphone)}"] = "£95"
    assert send(owner, shop, form).status_code == 302
    found = [
        (row.kind, row.price, row.price_max)
        for row in (
            offer(shop.screen, shop.iphone_13),
            offer(shop.battery, shop.iphone_13),
            offer(shop.port, shop.iphone_13),
            offer(shop.screen, shop.iphone_8),
            offer(shop.battery, shop.iphone),
        )
    ]
    assert found == [
        ("from", Decimal("249.00"), None),
        ("range", Decimal("49.00"), Decimal("90.00")),
        ("on_request", None, None),
        ("not_offered", None, None),
        ("fixed", Decimal("95.00"), None),
    ]
    assert Version.objects.get(site=shop.site, scope="prices").number == before + 1
    entries = ModelLogEntry.objects.filter(content_type__model="repairoffer")
    assert sorted(entries.values_list("action", flat=True)) == ["wagtail.create"] * 4 + ["wagtail.edit"]
    assert "£249.00" in owner.get("/devices/iphone-13/").content.decode()


def test_what_was_not_touched_stays_untouched(owner: Any, shop: Shop) -> None:
    before = Version.objects.get(site=shop.site, scope="prices").number
    assert send(owner, shop, opened(owner, shop)).status_code == 302
    assert Version.objects.get(site=shop.site, scope="prices").number == before
    assert not ModelLogEntry.objects.filter(content_type__model="repairoffer").exists()


def test_one_wrong_cell_saves_nothing_and_loses_nothing(owner: Any, shop: Shop) -> None:
    form = opened(owner, shop)
    form[f"c-{key(shop.screen, shop.iphone_13)}"] = "249"
    form[f"c-{key(shop.battery, shop.iphone_13)}"] = "a lot"
    answer = send(owner, shop, form)
    assert answer.status_code == 200
    assert list(answer.context["faults"]) == [key(shop.battery, shop.iphone_13)]
    page = answer.content.decode()
    assert 'value="249"' in page
    assert 'value="a lot"' in page
    assert RepairOffer.objects.count() == 3
    again = form | {"was": answer.context["was"], f"c-{key(shop.battery, shop.iphone_13)}": "99"}
    assert send(owner, shop, again).status_code == 302
    assert offer(shop.screen, shop.iphone_13).price == 249


def test_a_cell_that_somebody_else_changed_is_told_and_not_written_over(owner: Any, shop: Shop) -> None:
    form = opened(owner, shop)
    RepairOffer.objects.filter(repair_type=shop.screen).update(price=Decimal("209.00"))
    form[f"c-{key(shop.screen, shop.iphone)}"] = "219"
    answer = send(owner, shop, form)
    assert "Somebody else made this 209.00 meanwhile." in answer.content.decode()
    assert offer(shop.screen, shop.iphone).price == 209
    assert send(owner, shop, form | {"was": answer.context["was"]}).status_code == 302
    assert offer(shop.screen, shop.iphone).price == 219


def test_what_somebody_else_changed_elsewhere_is_kept(owner: Any, shop: Shop) -> None:
    form = opened(owner, shop)
    RepairOffer.objects.filter(repair_type=shop.screen).update(price=Decimal("209.00"))
    form[f"c-{key(shop.battery, shop.iphone)}"] = "99"
    assert send(owner, shop, form).status_code == 302
    assert (offer(shop.screen, shop.iphone).price, offer(shop.battery, shop.iphone).price) == (209, 99)


def test_an_emptied_cell_takes_the_price_from_above_again(owner: Any, shop: Shop) -> None:
    RepairOffer.objects.create(site=shop.site, repair_type=shop.screen, subject=shop.iphone_13, price=249)
    form = opened(owner, shop)
    form[f"c-{key(shop.screen, shop.iphone_13)}"] = ""
    assert send(owner, shop, form).status_code == 302
    assert not offer(shop.screen, shop.iphone_13).active
    assert "off: 249.00" in owner.get(TABLE, {"node": shop.iphone.pk}).content.decode()
    form = opened(owner, shop)
    form[f"c-{key(shop.screen, shop.iphone_13)}"] = "239"
    send(owner, shop, form)
    assert (offer(shop.screen, shop.iphone_13).active, offer(shop.screen, shop.iphone_13).price) == (True, 239)


def test_each_part_has_a_table_of_its_own(owner: Any, shop: Shop) -> None:
    form = opened(owner, shop, part="original")
    form[f"c-{key(shop.screen, shop.iphone)}"] = "299"
    assert send(owner, shop, form, part="original").status_code == 302
    assert (offer(shop.screen, shop.iphone, "original").price, offer(shop.screen, shop.iphone).price) == (
        299, Decimal("199.99"),
    )  # fmt: skip


def test_a_first_price_makes_a_repair_something_to_buy(owner: Any, shop: Shop) -> None:
    camera = repair_type("Camera repair", "camera-repair", shop.iphone)
    form = opened(owner, shop)
    form[f"c-{key(camera, shop.iphone)}"] = "79"
    assert send(owner, shop, form).status_code == 302
    assert RepairProduct.objects.filter(repair_type=camera, product__stockrecords__price_currency="GBP").exists()


def test_a_repair_of_another_device_has_no_cell(owner: Any, shop: Shop) -> None:
    special = repair_type("Face ID repair", "face-id-repair", shop.iphone_13)
    page = owner.get(TABLE, {"node": shop.iphone.pk})
    fits = {cell["place"].key: cell["place"].fits for _node, row in page.context["rows"] for cell in row}
    assert fits[key(special, shop.iphone_13)] is True
    assert fits[key(special, shop.iphone_8)] is False
    form = opened(owner, shop) | {f"c-{key(special, shop.iphone_8)}": "50"}
    assert send(owner, shop, form).status_code == 200
    assert not RepairOffer.objects.filter(repair_type=special).exists()


def test_a_cell_of_a_thing_that_went_away_is_told(owner: Any, shop: Shop) -> None:
    form = opened(owner, shop)
    form[f"c-{shop.screen.pk}-999999"] = "50"
    assert send(owner, shop, form).status_code == 200
    assert RepairOffer.objects.count() == 3


@pytest.mark.parametrize("was", ["", "[]", "{", '{"a": 1}'])
def test_a_form_without_what_stood_there_writes_over_nothing(owner: Any, shop: Shop, was: str) -> None:
    answer = send(owner, shop, {f"c-{key(shop.screen, shop.iphone)}": "1", "was": was})
    assert answer.status_code == 200
    assert offer(shop.screen, shop.iphone).price == Decimal("199.99")


def test_a_price_of_another_site_is_not_touched(owner: Any, shop: Shop, second_site: Any) -> None:
    assert opened(owner, shop, site=str(shop.site.pk))[f"c-{key(shop.screen, shop.iphone)}"] == "199.99"
    form = opened(owner, shop, site=str(second_site.pk))
    assert form[f"c-{key(shop.screen, shop.iphone)}"] == "10.00"
    form[f"c-{key(shop.screen, shop.iphone)}"] = "12"
    assert send(owner, shop, form, site=str(second_site.pk)).status_code == 302
    prices = RepairOffer.objects.filter(repair_type=shop.screen).values_list("site", "price")
    assert dict(prices) == {shop.site.pk: Decimal("199.99"), second_site.pk: Decimal("12.00")}


@pytest.mark.parametrize("role", ["editor", "translator", "desk"])
def test_who_may_not_set_prices_sees_no_table(shop: Shop, role: str) -> None:
    browser = person(role)
    assert browser.get(TABLE).status_code in {302, 403}
    was = json.dumps({key(shop.screen, shop.iphone): "199.99"})
    browser.post(f"{TABLE}?node={shop.iphone.pk}", {f"c-{key(shop.screen, shop.iphone)}": "1", "was": was})
    assert offer(shop.screen, shop.iphone).price == Decimal("199.99")


def test_a_long_category_has_pages_and_costs_no_more_statements(owner: Any, shop: Shop) -> None:
    owner.get(TABLE)
    with counted() as few:
        owner.get(TABLE, {"node": shop.iphone.pk})
    for number in range(40):
        subject("device", f"Phone {number}", f"phone-{number}", shop.iphone, brand="Apple", year=2020)
    with counted() as many:
        page = owner.get(TABLE, {"node": shop.iphone.pk})
    assert len(page.context["rows"]) == 26
    assert len(page.context["pages"]) == 2
    assert len(many) <= len(few)


def test_saving_many_cells_costs_the_same_few_statements(shop: Shop) -> None:
    user = person("owner").get("/cms/").wsgi_request.user

    def saved(text: str, devices: list[Subject]) -> int:
        given = {key(shop.screen, device): text for device in devices}
        with counted() as statements:
            done = table.save(site=shop.site, part_grade="", given=given, was={}, user=user)
        assert done == table.Saved(len(devices), {})
        return len(statements)

    few = saved("210", [shop.iphone_13])
    more = [subject("device", f"Phone {n}", f"phone-{n}", shop.iphone, year=2020) for n in range(20)]
    assert saved("220", more) == few
