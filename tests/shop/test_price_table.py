"""All base prices of a category in one table: edited like a spreadsheet, saved as a whole or not at all."""

import json
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils.html import strip_tags
from wagtail.models import ModelLogEntry

from cms.models import Subject, Version
from shop.models import RepairOffer, RepairProduct
from shop.price_admin import saving
from shop.products import product_for
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
    for number in range(140):
        subject("device", f"Phone {number}", f"phone-{number}", shop.iphone, brand="Apple", year=2020)
    with counted() as many:
        page = owner.get(TABLE, {"node": shop.iphone.pk})
    assert len(page.context["rows"]) == 101
    assert len(page.context["pages"]) == 2
    assert len(many) <= len(few)


@pytest.mark.parametrize("shown", ["price", "minutes"])
def test_fifteen_hundred_prices_are_saved_in_the_statements_of_a_few(shop: Shop, shown: str) -> None:
    """It reads as much for thirty as for 1,470; only each further batch of prices and of history is a statement."""
    user = person("owner").get("/cms/").wsgi_request.user
    kinds = [shop.screen, *(repair_type(f"Repair {n}", f"repair-{n}", shop.iphone) for n in range(14))]
    for kind in kinds:
        product_for(kind)
    devices = [subject("device", f"Phone {n}", f"phone-{n}", shop.iphone, year=2020) for n in range(100)]
    if shown != "price":
        RepairOffer.objects.bulk_create(
            RepairOffer(site=shop.site, repair_type=kind, subject=node, price=9) for kind in kinds for node in devices
        )

    ContentType.objects.get_for_model(RepairOffer)  # Django keeps it for the life of a process

    def saved(text: str, before: str, nodes: list[Subject]) -> list[str]:
        given = {key(kind, node): text for kind in kinds for node in nodes}
        sent = saving.Sent(given, dict.fromkeys(given, before), shown=shown)
        with counted() as statements:
            done = saving.save(site=shop.site, sent=sent, user=user)
        assert done == saving.Saved(len(given), {})
        return statements

    few = saved("21", "", devices[:2])  # 30
    many = saved("22", "", devices[2:])  # 1,470
    again = saved("23", "22", devices[2:])
    reads = [[sql for sql in each if sql.startswith("SELECT")] for each in (few, many, again)]
    writes = [[sql for sql in each if sql.startswith("INSERT")] for each in (few, many, again)]
    assert len(reads[0]) == len(reads[1]) == len(reads[2]) <= 6
    assert len(writes[0]) == 3  # prices, history, the count of changes
    assert max(map(len, writes)) <= (7 if connection.vendor == "postgresql" else 40)  # SQLite takes 999 values at once
    assert set(RepairOffer.objects.filter(subject__in=devices[2:]).values_list(shown, flat=True)) == {23}


def test_time_and_warranty_of_each_price_have_tables_of_their_own(owner: Any, shop: Shop) -> None:
    for shown, repairs_own, field in (("minutes", "60", "minutes"), ("warranty_days", "90", "warranty_days")):
        page = owner.get(TABLE, {"node": shop.iphone.pk, "shown": shown})
        cells = {cell["place"].key: cell for _node, row in page.context["rows"] for cell in row}
        own, below = cells[key(shop.screen, shop.iphone)], cells[key(shop.screen, shop.iphone_13)]
        assert (own["text"], own["above"], own["takes"]) == ("", repairs_own, True)
        assert (below["above"], below["takes"]) == (repairs_own, False)
        form = {f"c-{key(shop.screen, shop.iphone)}": "75 min" if shown == "minutes" else "365 days", "was": "{}"}
        assert send(owner, shop, form, shown=shown).status_code == 302
        assert getattr(offer(shop.screen, shop.iphone), field) == (75 if shown == "minutes" else 365)
        page = owner.get(TABLE, {"node": shop.iphone.pk, "shown": shown})
        cells = {cell["place"].key: cell for _node, row in page.context["rows"] for cell in row}
        assert cells[key(shop.screen, shop.iphone_13)]["above"] == ("75" if shown == "minutes" else "365")
    assert "75 min, 365 days" in owner.get(TABLE, {"node": shop.iphone.pk}).content.decode()
    assert offer(shop.screen, shop.iphone).price == Decimal("199.99")
    told = " ".join(strip_tags(owner.get("/devices/iphone-13/screen-repair/").content.decode()).split())
    assert "75 min" in told


@pytest.mark.parametrize("wrong", ["soon", "-5", "1.5", "99999"])
def test_a_time_that_is_no_number_is_refused_in_words(owner: Any, shop: Shop, wrong: str) -> None:
    form = {f"c-{key(shop.screen, shop.iphone)}": wrong, "was": "{}"}
    answer = send(owner, shop, form, shown="minutes")
    assert "Write a whole number, such as 90." in answer.content.decode()
    assert f'value="{wrong}"' in answer.content.decode()
    assert offer(shop.screen, shop.iphone).minutes is None


def test_a_time_without_a_price_of_its_own_is_told_and_one_that_is_inherited_may_be_pasted(
    owner: Any, shop: Shop
) -> None:
    cell = f"c-{key(shop.screen, shop.iphone_13)}"
    answer = send(owner, shop, {cell: "75", "was": "{}"}, shown="minutes")
    assert "It has no price of its own here: write the price first." in answer.content.decode()
    assert send(owner, shop, {cell: "60", "was": "{}"}, shown="minutes").status_code == 302
    assert RepairOffer.objects.count() == 3


def test_the_last_saving_is_taken_back_and_that_too(owner: Any, shop: Shop) -> None:
    form = opened(owner, shop)
    form[f"c-{key(shop.screen, shop.iphone)}"] = "from 210"
    form[f"c-{key(shop.screen, shop.iphone_13)}"] = "249"
    send(owner, shop, form)
    page = owner.get(TABLE, {"node": shop.iphone.pk})
    assert "You last saved 2 cells" in page.content.decode()
    answer = owner.post(f"{TABLE}{page.context['back']}", {"undo": str(page.context["last"].uuid)}, follow=True)
    assert "2 cells are as they were." in answer.content.decode()
    assert (offer(shop.screen, shop.iphone).kind, offer(shop.screen, shop.iphone).price) == ("fixed", Decimal("199.99"))
    assert not offer(shop.screen, shop.iphone_13).active
    owner.post(f"{TABLE}{page.context['back']}", {"undo": str(answer.context["last"].uuid)})
    assert (offer(shop.screen, shop.iphone).kind, offer(shop.screen, shop.iphone_13).price) == ("from", 249)


def test_a_saving_is_not_taken_back_over_what_somebody_else_wrote(owner: Any, shop: Shop) -> None:
    cell = f"c-{key(shop.screen, shop.iphone)}"
    send(owner, shop, opened(owner, shop) | {cell: "210"})
    page = owner.get(TABLE, {"node": shop.iphone.pk})
    other = person("moderator")
    send(other, shop, opened(other, shop) | {cell: "215"})
    undo = {"undo": str(page.context["last"].uuid)}
    answer = owner.post(f"{TABLE}{page.context['back']}", undo)
    assert "moderator@example.com" in answer.content.decode()
    assert "made this 215.00 meanwhile" in answer.content.decode()
    assert offer(shop.screen, shop.iphone).price == 215
    assert "taken back already" in other.post(f"{TABLE}{page.context['back']}", undo, follow=True).content.decode()
    assert offer(shop.screen, shop.iphone).price == 215


def test_devices_of_one_brand_are_shown_across_the_categories_of_a_family(owner: Any, shop: Shop) -> None:
    galaxy = subject("category", "Galaxy", "galaxy", shop.phones)
    s22 = subject("device", "Galaxy S22", "galaxy-s22", galaxy, brand="Samsung", year=2022)
    glass = repair_type("Back glass", "back-glass", galaxy)
    family = owner.get(TABLE, {"node": shop.phones.pk})
    assert [node.name for node, _row in family.context["rows"]] == ["Phones", "Galaxy", "iPhone"]
    page = owner.get(TABLE, {"node": shop.phones.pk, "brand": "samsung"})
    assert [node for node, _row in page.context["rows"]] == [shop.phones, s22]
    assert [repair.pk for repair in page.context["sheet"].repairs] == [glass.pk]
    everything = owner.get(TABLE, {"node": "0", "brand": "Apple"})
    assert [node.name for node, _row in everything.context["rows"] if node] == ["iPhone 13", "iPhone 12", "iPhone 8"]
