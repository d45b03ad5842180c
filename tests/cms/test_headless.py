"""A site that is headless only sends its visitors to the frontend; everything else goes on."""

from typing import Any

import pytest

from cms.models import ShopSettings
from tests.api.callers import Caller
from tests.api.content import make_pages
from tests.factories import Shop, make_user

ELSEWHERE = {
    "default": [
        {"NAME": "Drafts", "PREVIEW_URL": "https://drafts.example.com/"},
        {"NAME": "Website", "URL": "https://www.example.com/shop/", "SERVED_HERE": ["/track/"]},
    ]
}


@pytest.fixture
def pages(shop: Shop) -> dict[str, Any]:
    return make_pages(shop)


@pytest.fixture
def headless(shop: Shop, pages: dict[str, Any], settings: Any) -> Any:
    settings.FRONTENDS = ELSEWHERE
    ShopSettings.objects.filter(site=shop.site).update(headless_only=True)
    return settings


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/about/",
        "/devices/iphone-8/?x=1",
        "/prices/",
        "/book/",
        "/basket/",
        "/checkout/",
        "/account/",
        "/nothing/",
    ],
)
def test_a_visitor_is_sent_to_the_same_path_there(headless: Any, client: Any, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer["Location"]) == (302, f"https://www.example.com/shop{path}")
    assert "no-cache" in answer["Cache-Control"]


def test_a_language_stays_in_the_path(headless: Any, client: Any) -> None:
    assert client.get("/pt-br/sobre/")["Location"] == "https://www.example.com/shop/pt-br/sobre/"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/devices/", 200),
        ("/api/v1/pages/?path=/about/", 200),
        ("/api/cms/v3/pages/", 200),
        ("/healthz", 200),
        ("/robots.txt", 200),
        ("/sitemap.xml", 200),
        ("/accounts/login/", 200),
        ("/preview-client/", 200),
        ("/track/unknown/", 404),
        ("/notifications/unsubscribe/unknown/", 404),
    ],
)
def test_programs_staff_and_links_in_mails_go_on(headless: Any, client: Any, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status and "www.example.com/shop" not in answer.get("Location", "")


def test_staff_and_webhooks_go_on(headless: Any, client: Any) -> None:
    client.force_login(make_user("owner@example.com", is_staff=True, is_superuser=True))
    for path in ("/cms/", "/bench/", "/django-admin/", "/dashboard/"):
        assert client.get(path).status_code == 200, path
    assert client.post("/payments/demo/webhook/", b"{}", content_type="application/json").status_code == 400


def test_an_editors_preview_on_this_site_goes_on(headless: Any, pages: dict[str, Any], client: Any) -> None:
    client.force_login(make_user("owner@example.com", is_staff=True, is_superuser=True))
    answer = client.get(f"/cms/pages/{pages['about'].pk}/view_draft/")
    assert answer.status_code == 200 and b"About us" in answer.content


def test_search_engines_are_told_the_addresses_of_the_frontend(headless: Any, client: Any) -> None:
    assert "Sitemap: https://www.example.com/shop/sitemap.xml" in client.get("/robots.txt").content.decode()
    xml = client.get("/sitemap.xml").content.decode()
    assert "<loc>https://www.example.com/shop/about/</loc>" in xml and "http://localhost" not in xml
    head = Caller().get("pages/?path=/about/").json()["head"]
    assert head["canonical"] == head["open_graph"]["og:url"] == "https://www.example.com/shop/about/"
    assert "http://localhost" not in str(head["json_ld"])
    assert Caller().get("sitemap/").json()["items"][0]["url"] == "https://www.example.com/shop/"


def test_without_an_address_of_a_frontend_people_get_words(headless: Any, client: Any) -> None:
    headless.FRONTENDS = {}
    answer = client.get("/about/")
    html = answer.content.decode()
    assert answer.status_code == 404 and answer["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in html and "+44 20 7946 0018" in html
    assert "Two benches" not in html
    assert client.get("/track/unknown/").status_code == 404 and client.get("/book/").status_code != 404


def test_a_site_that_is_not_headless_only_serves_its_pages(pages: dict[str, Any], settings: Any, client: Any) -> None:
    settings.FRONTENDS = ELSEWHERE
    assert client.get("/about/").status_code == 200


def test_switching_it_on_counts_as_a_change(shop: Shop, pages: dict[str, Any]) -> None:
    before = Caller().get("site/")["X-Content-Version"]
    row = ShopSettings.objects.get(site=shop.site)
    row.headless_only = True
    row.save()
    assert Caller().get("site/")["X-Content-Version"] != before
