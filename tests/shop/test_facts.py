"""Pages show many prices at the cost of a few statements, and never another price than a quote would have."""

from decimal import Decimal

from cms.models import Subject
from shop import facts, quotes
from shop.models import RepairOffer
from tests.factories import SHOP_TIME, Shop, from_prices, subject
from tests.shop.statements import counted


def test_the_from_price_is_the_cheapest_repair_with_the_rules_that_always_hold(shop: Shop) -> None:
    prices = from_prices(site=shop.site, devices=[shop.iphone_13, shop.iphone_8], at=SHOP_TIME)
    assert prices == {shop.iphone_13.pk: Decimal("89.99"), shop.iphone_8.pk: Decimal("107.99")}


def test_a_device_without_repairs_has_no_from_price(shop: Shop) -> None:
    car = subject("family", "Cars", "cars")
    assert from_prices(site=shop.site, devices=[car], at=SHOP_TIME) == {}


def test_every_repair_of_a_device_costs_what_its_quote_would(shop: Shop) -> None:
    for fact in facts.repairs_of(site=shop.site, device=shop.iphone_8, at=SHOP_TIME):
        price = quotes.price(
            site=shop.site, device=shop.iphone_8, repair_type=fact.repair_type, answers={}, at=SHOP_TIME
        )
        assert price == fact.price


def test_a_repair_for_one_device_does_not_show_on_its_neighbour(shop: Shop) -> None:
    shop.screen.subject = shop.iphone_13
    shop.screen.save()
    names = {fact.repair_type.slug for fact in facts.repairs_of(site=shop.site, device=shop.iphone_8, at=SHOP_TIME)}
    assert names == {"battery-replacement", "charging-port-repair"}


def test_a_price_in_another_currency_is_left_out(shop: Shop) -> None:
    RepairOffer.objects.filter(repair_type=shop.battery).update(currency="EUR")
    prices = from_prices(site=shop.site, devices=[shop.iphone_13], at=SHOP_TIME)
    assert prices == {shop.iphone_13.pk: Decimal("119.99")}


def test_from_prices_of_24_devices_take_two_statements(shop: Shop) -> None:
    for number in range(21):
        subject("device", f"Phone {number}", f"phone-{number}", shop.iphone, year=2020)
    devices = list(Subject.objects.filter(kind="device").select_related("parent"))
    with counted() as statements:
        prices = from_prices(site=shop.site, devices=devices, at=SHOP_TIME)
    assert len(prices) == 24
    assert len(statements) == 2, "\n".join(statements)


def test_devices_that_come_without_their_parents_cost_one_statement_more(shop: Shop) -> None:
    devices = list(Subject.objects.filter(kind="device"))
    with counted() as statements:
        from_prices(site=shop.site, devices=devices, at=SHOP_TIME)
    assert len(statements) == 3, "\n".join(statements)


def test_the_repairs_of_a_device_take_two_statements(shop: Shop) -> None:
    device = Subject.objects.select_related("parent").get(pk=shop.iphone_8.pk)
    with counted() as statements:
        assert len(facts.repairs_of(site=shop.site, device=device, at=SHOP_TIME)) == 3
    assert len(statements) == 2, "\n".join(statements)
