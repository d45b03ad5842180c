"""Base prices and tax rates in the admin: every kind of price has its form, and no shop is left without a tax rate."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from shop.models import RepairOffer, SiteShop, TaxRate
from tests.cms.editors import at, person
from tests.factories import Shop, subject
from tests.shop.statements import counted

OFFERS, RATES = "/cms/repairoffer/", "/cms/taxrate/"


@pytest.fixture
def owner(shop: Shop) -> Any:
    """The browser of somebody who may set everything about money."""
    return person("owner")


def offer_form(shop: Shop, **more: Any) -> dict[str, Any]:
    return {
        "site": shop.site.pk, "repair_type": shop.screen.pk, "subject": shop.iphone_13.pk, "kind": "fixed",
        "price": "249", "price_max": "", "currency": "GBP", "part_grade": "", "minutes": "", "warranty_days": "",
        "active": "on", **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "£249.00 for iPhone 13"),
        ({"kind": "from"}, "from £249.00 for iPhone 13"),
        ({"kind": "range", "price_max": "299"}, "£249.00 to £299.00 for iPhone 13"),
        ({"kind": "on_request", "price": ""}, "on request for iPhone 13"),
        ({"kind": "not_offered", "price": ""}, "not offered for iPhone 13"),
        ({"part_grade": "original", "minutes": "90", "warranty_days": "365"}, "£249.00 for iPhone 13, Original part"),
    ],
)
def test_every_kind_of_price_is_written_and_told(owner: Any, shop: Shop, given: dict[str, str], told: str) -> None:
    answer = owner.post(f"{OFFERS}new/", offer_form(shop, **given))
    assert answer.status_code == 302, answer.context["form"].errors
    page = owner.get(at(type(shop.screen), "edit", shop.screen.pk)).content.decode()
    assert told in " ".join(page.replace("</a>", "").split())


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"price": ""}, "price"),
        ({"price": "-1"}, "price"),
        ({"kind": "on_request"}, "price"),
        ({"kind": "range"}, "price_max"),
        ({"kind": "range", "price_max": "200"}, "price_max"),
        ({"price_max": "300"}, "price_max"),
    ],
)
def test_a_price_that_does_not_fit_its_kind_is_refused_at_its_field(
    owner: Any, shop: Shop, wrong: dict[str, str], field: str
) -> None:
    assert field in owner.post(f"{OFFERS}new/", offer_form(shop, **wrong)).context["form"].errors
    assert RepairOffer.objects.count() == 3


def test_who_saves_an_old_copy_of_a_price_is_told_what_the_table_wrote(owner: Any, shop: Shop) -> None:
    offer = RepairOffer.objects.get(repair_type=shop.screen)
    seen = owner.get(f"{OFFERS}edit/{offer.pk}/").context["form"]["seen"].value()
    table = {f"c-{shop.screen.pk}-{shop.iphone.pk}": "209", "was": f'{{"{shop.screen.pk}-{shop.iphone.pk}": "199.99"}}'}
    assert owner.post(f"/cms/price-table/?node={shop.iphone.pk}", table).status_code == 302
    mine = offer_form(shop, subject=shop.iphone.pk, price="219", minutes="75", seen=seen)
    answer = owner.post(f"{OFFERS}edit/{offer.pk}/", mine)
    assert "Gross price: 209.00" in answer.context["form"].non_field_errors()[0]
    assert RepairOffer.objects.get(pk=offer.pk).price == 209
    again = mine | {"seen": answer.context["form"]["seen"].value()}
    assert owner.post(f"{OFFERS}edit/{offer.pk}/", again).status_code == 302
    offer.refresh_from_db()
    assert (offer.price, offer.minutes) == (219, 75)


def test_a_long_list_of_prices_costs_no_more_statements_and_folds(owner: Any, shop: Shop) -> None:
    owner.get(OFFERS)
    with counted() as few:
        owner.get(OFFERS)
    for number in range(12):
        node = subject("device", f"Phone {number}", f"phone-{number}", shop.iphone, year=2020)
        RepairOffer.objects.create(site=shop.site, repair_type=shop.screen, subject=node, price=200 + number)
    with counted() as many:
        owner.get(OFFERS)
    assert len(many) <= len(few)
    told = owner.get(at(type(shop.screen), "edit", shop.screen.pk)).content.decode()
    shown, _, folded = told.partition("<details")
    assert "All 13 prices" in folded
    assert "£200.00" in shown
    assert "£199.99" in folded.partition("</details>")[0]


def test_a_new_tax_rate_counts_from_its_day(owner: Any, shop: Shop) -> None:
    tomorrow = timezone.now().date() + timedelta(days=1)
    form = {"code": "GB-standard", "country": "GB", "rate": "0.25", "valid_from": tomorrow.isoformat()}
    answer = owner.post(f"{RATES}new/", form)
    assert answer.status_code == 302, answer.context["form"].errors
    assert TaxRate.objects.get(valid_from=tomorrow).rate == Decimal("0.25")
    assert "25.00 %" in owner.get(RATES).content.decode()


@pytest.mark.parametrize("wrong", [{"rate": "20"}, {"rate": "-0.1"}, {"code": ""}, {"valid_from": "tomorrow"}])
def test_a_tax_rate_that_makes_no_sense_is_refused(owner: Any, shop: Shop, wrong: dict[str, str]) -> None:
    form = {"code": "GB-low", "country": "GB", "rate": "0.05", "valid_from": "2020-01-01", **wrong}
    assert owner.post(f"{RATES}new/", form).status_code == 200
    assert TaxRate.objects.count() == 1


def test_the_last_rate_of_a_shop_is_neither_deleted_nor_put_off(owner: Any, shop: Shop) -> None:
    rate = TaxRate.objects.get()
    owner.post(f"{RATES}delete/{rate.pk}/")
    later = (timezone.now().date() + timedelta(days=9)).isoformat()
    for change in ({"valid_from": later}, {"code": "GB-other"}):
        form = {"code": rate.code, "country": "GB", "rate": "0.2", "valid_from": "2011-01-04", **change}
        answer = owner.post(f"{RATES}edit/{rate.pk}/", form)
        assert "there is no rate today" in str(answer.context["form"].errors)
    rate.refresh_from_db()
    assert (rate.code, rate.valid_from) == ("GB-standard", date(2011, 1, 4))
    older = TaxRate.objects.create(code="GB-standard", rate=Decimal("0.175"), valid_from=date(1991, 4, 1))
    assert owner.post(f"{RATES}delete/{older.pk}/").status_code == 302
    assert TaxRate.objects.count() == 1


def test_a_shop_takes_only_a_tax_code_that_has_a_rate_today(owner: Any, shop: Shop) -> None:
    row = SiteShop.objects.get()
    TaxRate.objects.create(code="BR-ISS", rate=Decimal("0.05"), valid_from=date(2020, 1, 1))
    form = {
        "currency": "GBP", "more_currencies": "", "payment": "choice",
        "tax_name": "VAT", "tax_code": "BR-ISSS", "unknown_year": "2020",
        "quote_valid_hours": "720", "deposit_for": "nobody", "deposit_percent": "25", "deposit_capture": "now",
    }  # fmt: skip
    assert "tax_code" in owner.post(f"/cms/siteshop/edit/{row.pk}/", form).context["form"].errors
    assert owner.post(f"/cms/siteshop/edit/{row.pk}/", form | {"tax_code": "BR-ISS"}).status_code == 302
    assert SiteShop.objects.get().tax_code == "BR-ISS"


@pytest.mark.parametrize("role", ["moderator", "editor", "desk"])
def test_tax_rates_are_the_owners_alone(shop: Shop, role: str) -> None:
    browser, rate = person(role), TaxRate.objects.get()
    form = {"code": "GB-standard", "country": "GB", "rate": "0.9", "valid_from": "2011-01-04"}
    browser.post(f"{RATES}edit/{rate.pk}/", form)
    browser.post(f"{RATES}delete/{rate.pk}/")
    assert TaxRate.objects.get().rate == Decimal("0.2")
