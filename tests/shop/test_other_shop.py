"""Two shops on one installation: nothing of one is sold, shown or ordered at the other."""

from typing import Any

import pytest
from django.test import Client

from cms.models import Version
from repairs.models import SlotCell
from shop import baskets, placement, quotes, reserve
from shop.models import SiteShop
from tests.factories import SHOP_TIME, Shop, from_prices, make_staff, make_user
from tests.shop.orders import TOMORROW, place, quote_for, reserved
from tests.shop.payments.factories import make_order


def leeds_quote(shop: Shop, site: Any) -> Any:
    return quotes.issue(site=site, device=shop.iphone_13, repair_type=shop.screen, answers={}, at=SHOP_TIME)


def test_each_shop_has_its_own_price(shop: Shop, second_site: Any) -> None:
    here = from_prices(site=shop.site, devices=[shop.iphone_13], at=SHOP_TIME)
    there = from_prices(site=second_site, devices=[shop.iphone_13], at=SHOP_TIME)
    assert [str(price) for price in (*here.values(), *there.values())] == ["89.99", "10.00"]


def test_a_quote_of_another_shop_is_not_found_here(client: Client, shop: Shop, second_site: Any) -> None:
    cheap = leeds_quote(shop, second_site)
    with pytest.raises(quotes.QuoteNotFound):
        quotes.find(shop.site, cheap.reference)
    assert client.get(f"/book/{cheap.reference}/").status_code == 404
    assert client.get(f"/api/v1/quotes/{cheap.reference}/").status_code == 404
    token = client.post("/api/v1/basket/").json()["token"]
    added = client.post(
        "/api/v1/basket/lines/", {"quote": cheap.reference}, "application/json", headers={"X-Basket-Token": token}
    )
    assert added.status_code == 404


def test_a_basket_token_of_another_shop_opens_nothing_here(client: Client, shop: Shop, second_site: Any) -> None:
    token = client.post("/api/v1/basket/", headers={"host": "localhost"}).json()["token"]
    assert client.get("/api/v1/basket/", headers={"X-Basket-Token": token}).status_code == 404


def test_one_basket_never_holds_repairs_of_two_shops(shop: Shop, second_site: Any) -> None:
    basket = reserved(shop)
    with pytest.raises(baskets.OtherShop):
        baskets.add_quote(basket=basket, quote=leeds_quote(shop, second_site), at=SHOP_TIME)
    assert basket.lines.count() == 1


def test_a_time_is_taken_at_the_shop_of_the_repair(shop: Shop, second_site: Any) -> None:
    basket = baskets.Basket.objects.create(owner=make_user())
    quote = quote_for(shop)
    reserve.reserve(site=shop.site, basket=basket, quote=quote, starts_at=TOMORROW, at=SHOP_TIME)
    baskets.remove_line(basket=basket, quote=quote)
    cheap = leeds_quote(shop, second_site)
    reserve.reserve(site=second_site, basket=basket, quote=cheap, starts_at=TOMORROW, at=SHOP_TIME)
    order = place(basket)
    assert order.visit.site == order.visit.appointment.site == second_site
    assert {cell.resource.site_id for cell in SlotCell.objects.select_related("resource")} == {second_site.pk}


def test_baskets_of_two_shops_merged_at_a_log_in_are_not_ordered(shop: Shop, second_site: Any) -> None:
    saved = baskets.Basket.objects.create(owner=make_user())
    saved.strategy = baskets.Selector().strategy(at=SHOP_TIME)
    baskets.add_quote(basket=saved, quote=leeds_quote(shop, second_site), at=SHOP_TIME)
    saved.merge(reserved(shop))
    with pytest.raises(placement.PROBLEMS, match="two of our shops"):
        place(saved)


def test_staff_of_one_host_see_and_charge_no_job_of_the_other(client: Client, shop: Shop, second_site: Any) -> None:
    job = make_order(shop).job_rows.get().job
    client.force_login(make_staff(permissions=("see_bench", "work_bench", "add_payment")))
    elsewhere = {"host": "localhost"}
    assert client.get(f"/bench/jobs/{job.reference}/").status_code == 200
    assert client.get(f"/bench/jobs/{job.reference}/", headers=elsewhere).status_code == 404
    assert client.post(f"/bench/jobs/{job.reference}/move/", {"to": "received"}, headers=elsewhere).status_code == 404
    assert client.post(f"/bench/jobs/{job.reference}/money/", {}, headers=elsewhere).status_code == 404
    assert job.reference not in client.get("/bench/", headers=elsewhere).content.decode()


def test_a_new_tax_rate_counts_as_a_change_of_prices(shop: Shop) -> None:
    from_before = _prices(shop)
    SiteShop.objects.get(site=shop.site).save()
    assert _prices(shop) == from_before + 1


def _prices(shop: Shop) -> int:
    return Version.objects.get(site=shop.site, scope="prices").number
