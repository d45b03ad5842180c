"""What several tests of the shop need."""

from datetime import time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.sites.models import Site as DjangoSite
from oscar.apps.partner.models import Partner
from wagtail.models import Site

from cms.models import ShopSettings
from repairs.models import BookingPolicy, OpeningHours, Resource
from shop.models import RepairOffer, SiteShop
from shop.products import product_for
from tests.factories import SHOP_TIME, Shop


@pytest.fixture
def second_site(shop: Shop) -> Any:
    """Another shop on the host `localhost`: screens for 10.00, open at other hours, one counter."""
    Site.objects.filter(pk=shop.site.pk).update(hostname="testserver")
    shop.site.refresh_from_db()
    site = Site.objects.create(hostname="localhost", port=80, root_page=shop.site.root_page)
    ShopSettings.objects.create(site=site, name="Mendwell Leeds")
    partner = Partner.objects.create(name="Mendwell Leeds", code="leeds")
    django_site = DjangoSite.objects.create(domain="leeds.example", name="Leeds")
    SiteShop.objects.create(site=site, partner=partner, django_site=django_site)
    BookingPolicy.objects.create(site=site, valid_from=SHOP_TIME - timedelta(days=365 * 3))
    for weekday in range(7):
        OpeningHours.objects.create(site=site, weekday=weekday, opens=time(9), closes=time(18))
    Resource.objects.create(site=site, name="Leeds counter")
    RepairOffer.objects.create(site=site, repair_type=shop.screen, subject=shop.iphone, price=Decimal("10.00"))
    product_for(shop.screen)
    return site
