"""A request finds its site as Wagtail would, and the shop's details with it."""

import pytest
from django.test import RequestFactory
from wagtail.models import Site

from cms.models import ShopSettings
from cms.sites import shop_settings, site_for
from cms.versions import Scope, bump
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


def read_all(site: Site) -> list[str]:
    request = RequestFactory().get("/")
    with counted() as statements:
        assert shop_settings(site_for(request)).name == "Mendwell London"
        assert ShopSettings.for_request(request).name == "Mendwell London"
        assert Site.find_for_request(request) == site
    return statements


def test_site_and_shop_details_take_two_statements_and_then_one(shop: Shop) -> None:
    assert [len(read_all(shop.site)) for _ in range(2)] == [2, 1]


def test_what_one_request_does_to_its_site_no_other_request_sees(shop: Shop) -> None:
    mine = site_for(RequestFactory().get("/"))
    mine.hostname, mine.shopsettings.name, mine.root_page.title = "mine.example", "Mine", "Mine"
    other = site_for(RequestFactory().get("/"))
    assert (other.hostname, other.shopsettings.name) == ("localhost", "Mendwell London")
    assert other.root_page.title != "Mine"
    assert other.shopsettings.site is other


def test_another_process_that_changed_the_details_is_heard_of_by_the_counter(shop: Shop) -> None:
    read_all(shop.site)
    ShopSettings.objects.filter(site=shop.site).update(name="Mendwell Leeds")  # as another process would
    bump(Scope.CONTENT)
    assert shop_settings(site_for(RequestFactory().get("/"))).name == "Mendwell Leeds"


def test_a_site_without_details_gets_the_usual_ones(shop: Shop) -> None:
    ShopSettings.objects.all().delete()
    assert shop_settings(site_for(RequestFactory().get("/"))).time_zone == "Europe/London"
