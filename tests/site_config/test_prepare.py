"""`manage.py prepare` makes an empty installation ready, and changes nothing the second time."""

from datetime import date

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management import call_command
from django_q.models import Schedule
from wagtail.models import Page, Site

from shop.models import SiteShop, TaxRate


@pytest.mark.django_db
def test_an_empty_installation_gets_roles_schedules_and_a_shop_for_each_site() -> None:
    Site.objects.create(hostname="leeds.example", root_page=Page.get_first_root_node(), site_name="Leeds")
    for _ in range(2):
        call_command("prepare", verbosity=0)
        assert set(Schedule.objects.values_list("name", flat=True)) == set(settings.SCHEDULES)
        assert Group.objects.filter(name="technician").exists()
        shops = SiteShop.objects.order_by("site_id")
        assert [shop.site.hostname for shop in shops] == ["localhost", "leeds.example"]
        assert shops[0].django_site_id == settings.SITE_ID
        assert len({shop.partner_id for shop in shops}) == 2


@pytest.mark.django_db
def test_an_owner_sets_currency_and_tax_of_a_shop(client, admin_user) -> None:
    call_command("prepare", verbosity=0)
    shop = SiteShop.objects.get()
    client.force_login(admin_user)
    address = f"/cms/siteshop/edit/{shop.pk}/"
    assert client.get(address).status_code == 200
    TaxRate.objects.create(code="DE", country="DE", rate="0.19", valid_from=date(2007, 1, 1))
    given = {"currency": "EUR", "tax_name": "USt", "tax_code": "DE", "unknown_year": "2020", "payment": "later"}
    given |= {"deposit_for": "nobody", "deposit_percent": "25", "deposit_capture": "now"}
    assert client.post(address, {**given, "quote_valid_hours": "24"}).status_code == 302
    shop.refresh_from_db()
    assert (shop.currency, shop.tax_code, shop.payment) == ("EUR", "DE", "later")
    assert client.get("/cms/siteshop/new/").status_code == 302
    assert client.post(f"/cms/siteshop/delete/{shop.pk}/").status_code == 302
    assert SiteShop.objects.get() == shop
