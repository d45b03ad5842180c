"""A request finds its site as Wagtail would, and the shop's details with it."""

import pytest
from django.test import RequestFactory
from wagtail.models import Site

from cms.models import ShopSettings
from cms.sites import shop_settings, site_for
from tests.factories import Shop
from tests.shop.statements import counted


@pytest.fixture
def sites(shop: Shop) -> list[Site]:
    root = shop.site.root_page
    more = [("leeds.example", 80), ("leeds.example", 8080), ("york.example", 80)]
    return [shop.site, *(Site.objects.create(hostname=host, port=port, root_page=root) for host, port in more)]


@pytest.mark.parametrize(
    "host", ["localhost", "leeds.example", "leeds.example:8080", "leeds.example:99", "york.example:99", "else.example"]
)
def test_a_request_finds_the_site_that_wagtail_finds(sites: list[Site], host: str, settings) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    ask = {"HTTP_HOST": host, "SERVER_PORT": host.partition(":")[2] or "80"}
    assert site_for(RequestFactory().get("/", **ask)) == Site.find_for_request(RequestFactory().get("/", **ask))


def test_site_and_shop_details_take_one_statement(shop: Shop) -> None:
    request = RequestFactory().get("/")
    with counted() as statements:
        assert shop_settings(site_for(request)).name == "Mendwell London"
        assert ShopSettings.for_request(request).name == "Mendwell London"
        assert Site.find_for_request(request) == shop.site
    assert len(statements) == 1, "\n".join(statements)


def test_a_site_without_details_gets_the_usual_ones(shop: Shop) -> None:
    ShopSettings.objects.all().delete()
    assert shop_settings(site_for(RequestFactory().get("/"))).time_zone == "Europe/London"
