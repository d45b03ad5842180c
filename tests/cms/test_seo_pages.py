"""What search engines and link previews are told on each kind of page, and that it is what the page says."""

import json
import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from wagtail.contrib.redirects.models import Redirect

from cms.models import ContentPage, LandingPage, ShopSettings, SiteMenus, StorefrontPage
from tests.api.content import make_pages, picture, published
from tests.factories import Shop, make_user

WRITTEN = ("/", "/about/", "/screens/", "/help/", "/contact/")
WINDOW = (
    "/devices/",
    "/devices/iphone-8/",
    "/devices/iphone-8/screen-repair/",
    "/repairs/phones/",
    "/repairs/iphone/",
    "/prices/",
    "/services/",
)


class Head(HTMLParser):
    """The head of a page as a crawler reads it, and the words of its body."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.meta: dict[str, str] = {}
        self.links: list[dict[str, str]] = []
        self.title = ""
        self.headings: list[str] = []
        self.words: list[str] = []
        self.inside: list[str] = []
        self.data: list[Any] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: Any) -> None:
        known = {name: value or "" for name, value in attributes}
        if tag == "meta":
            name = known.get("name") or known.get("property") or ""
            assert name not in self.meta or not name, f"{name} stands twice"
            self.meta[name] = known.get("content", "")
        elif tag == "link":
            self.links.append(known)
        else:
            self.inside.append("ld+json" if known.get("type") == "application/ld+json" else tag)
        if tag == "h1":
            self.headings.append("")

    def handle_endtag(self, tag: str) -> None:
        if self.inside:
            self.inside.pop()

    def handle_data(self, text: str) -> None:
        place = self.inside[-1] if self.inside else ""
        if place == "ld+json":
            self.data.append(json.loads(text))
        elif place == "title" and "head" in self.inside:
            self.title += text
        elif place not in {"script", "style"}:
            self.words.append(text)
        if "h1" in self.inside:
            self.headings[-1] += text

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def link(self, rel: str) -> str:
        [found] = [link["href"] for link in self.links if link.get("rel") == rel]
        return found

    def records(self, kind: str) -> list[dict[str, Any]]:
        [document] = self.data
        assert document["@context"] == "https://schema.org"
        return [record for record in document["@graph"] if record["@type"] == kind]


@pytest.fixture
def pages(shop: Shop) -> dict[str, Any]:
    return make_pages(shop)


def read(path: str) -> Head:
    answer = Client().get(path)
    assert answer.status_code == 200
    return Head(answer.content.decode())


def api_head(path: str) -> dict[str, Any]:
    found: dict[str, Any] = Client().get(f"/api/v1/pages/?path={path}").json()["head"]
    return found


@pytest.mark.parametrize("path", [*WRITTEN, *WINDOW])
def test_each_page_has_one_title_a_description_and_its_own_address(pages: dict[str, Any], path: str) -> None:
    head = read(path)
    assert head.title.strip()
    assert 0 < len(head.meta["description"]) <= 160
    assert head.link("canonical").endswith(path)
    assert len(head.headings) == 1
    assert "robots" not in head.meta
    assert head.meta["og:title"] in unescape(head.title)
    assert head.meta["og:description"] == head.meta["twitter:description"] == head.meta["description"]
    assert head.meta["og:url"] == head.link("canonical")
    assert head.meta["twitter:card"] == "summary"


@pytest.mark.parametrize("path", WRITTEN)
def test_the_api_says_the_same_head_as_the_page(pages: dict[str, Any], shop: Shop, path: str) -> None:
    details = ShopSettings.for_site(shop.site)
    details.share_image = picture("share", 1600, 900)
    details.save()
    head, told = read(path), api_head(path)
    assert told["title"] in head.title
    assert told["description"] == head.meta["description"]
    assert told["canonical"] == head.link("canonical")
    assert {name: text for name, text in head.meta.items() if name.startswith("og:")} == told["open_graph"]
    assert {name: text for name, text in head.meta.items() if name.startswith("twitter:")} == told["twitter"]
    assert head.data == [told["json_ld"]]


@pytest.mark.parametrize("path", [*WRITTEN, "/devices/", "/devices/iphone-8/", "/prices/", "/repairs/iphone/"])
def test_the_shops_picture_is_shown_where_a_page_has_none(pages: dict[str, Any], shop: Shop, path: str) -> None:
    details = ShopSettings.for_site(shop.site)
    details.share_image = picture("share", 1600, 900, description="The counter")
    details.save()
    head = read(path)
    assert head.meta["og:image"].startswith("http")
    assert head.meta["og:image"].endswith(".jpg")
    assert (head.meta["og:image:width"], head.meta["og:image:height"]) == ("1200", "630")
    assert head.meta["og:image:alt"] == head.meta["twitter:image:alt"] == "The counter"
    assert head.meta["twitter:card"] == "summary_large_image"


def test_a_page_shows_its_own_picture_before_the_shops(pages: dict[str, Any], shop: Shop) -> None:
    details = ShopSettings.for_site(shop.site)
    details.share_image = picture("share", 1600, 900)
    details.save()
    about = pages["about"]
    about.share_image = picture("team", 1600, 900)
    about.save_revision().publish()
    assert "team" in read("/about/").meta["og:image"]
    assert "share" in read("/help/").meta["og:image"]


def test_a_hidden_page_says_so_and_is_in_no_list(pages: dict[str, Any]) -> None:
    about = pages["about"]
    about.hidden_from_search = True
    about.save_revision().publish()
    assert read("/about/").meta["robots"] == "noindex, follow"
    assert api_head("/about/")["robots"] == "noindex, follow"
    for path in ("/sitemap.xml", "/llms.txt"):
        text = Client().get(path).content.decode()
        assert "/about/" not in text, path
        assert "/help/" in text, path
    listed = Client().get("/api/v1/sitemap/?limit=1000").json()["items"]
    assert "/about/" not in {row["path"] for row in listed}


def test_a_hidden_screen_is_in_no_list_either(pages: dict[str, Any]) -> None:
    screen = StorefrontPage(title="Prices", slug="prices", screen="prices", hidden_from_search=True)
    published(pages["home"], screen)
    assert read("/prices/").meta["robots"] == "noindex, follow"
    assert "/prices/<" not in Client().get("/sitemap.xml").content.decode()


def test_a_page_may_name_another_address_as_the_one_to_be_found(pages: dict[str, Any]) -> None:
    about = pages["about"]
    about.canonical_address = "https://www.example.com/who/"
    about.save_revision().publish()
    assert read("/about/").link("canonical") == "https://www.example.com/who/"
    assert "/about/" not in Client().get("/sitemap.xml").content.decode()


def test_the_home_page_says_who_the_shop_is(pages: dict[str, Any], shop: Shop) -> None:
    details = ShopSettings.for_site(shop.site)
    details.latitude, details.longitude, details.logo = "51.461000", "-0.115000", picture("logo", 400, 100)
    details.save()
    menus = SiteMenus.for_site(shop.site)
    menus.social = [("page", {"network": "instagram", "address": "https://www.instagram.com/mendwell"})]
    menus.save()
    head = read("/")
    [record] = head.records("LocalBusiness")
    assert record["name"] == details.name
    assert record["geo"] == {"@type": "GeoCoordinates", "latitude": 51.461, "longitude": -0.115}
    assert record["sameAs"] == ["https://www.instagram.com/mendwell"]
    assert record["logo"].startswith("http")
    for said in (details.street, details.city, details.phone):
        assert said in head.text
    assert record["address"]["streetAddress"] == details.street
    assert record["telephone"] == details.phone
    assert head.meta["og:type"] == "website"


def amount(text: str) -> str:
    return f"£{text}"


@pytest.mark.parametrize("path", ["/screens/", "/devices/iphone-8/", "/devices/iphone-13/screen-repair/"])
def test_each_offer_stands_on_the_page_with_the_same_price(pages: dict[str, Any], path: str) -> None:
    head = read(path)
    services = head.records("Service")
    assert services
    for record in services:
        assert amount(record["offers"]["price"]) in head.text
        assert record["offers"]["priceCurrency"] == "GBP"
        assert record["serviceType"] in head.text


@pytest.mark.parametrize("path", ["/screens/", "/help/", "/"])
def test_each_question_stands_on_the_page_with_the_same_answer(pages: dict[str, Any], path: str) -> None:
    head = read(path)
    [record] = head.records("FAQPage")
    shown = [" ".join(words.split()) for words in re.findall(r"<summary[^>]*>(.*?)</summary>", page_text(path), re.S)]
    told = [question["name"] for question in record["mainEntity"]]
    assert told
    assert len(told) == len(shown)
    for question in record["mainEntity"]:
        assert question["name"] in head.text
        assert question["acceptedAnswer"]["text"] in head.text


def page_text(path: str) -> str:
    """The page without the menu, which folds as well."""
    return re.sub(r"<header class=\"site-header\".*?</header>", "", Client().get(path).content.decode(), flags=re.S)


def test_the_way_to_a_page_names_each_page_above_it(pages: dict[str, Any]) -> None:
    parts = published(pages["home"], LandingPage(title="Places", slug="places"))
    published(parts, ContentPage(title="Brixton", slug="brixton"))
    [record] = read("/places/brixton/").records("BreadcrumbList")
    steps = [(step["name"], step["item"].split("/", 3)[3]) for step in record["itemListElement"]]
    assert steps == [("Home", ""), ("Places", "places/"), ("Brixton", "places/brixton/")]
    way = Client().get("/api/v1/pages/?path=/places/brixton/").json()["breadcrumbs"]
    assert [step["title"] for step in way] == [name for name, _path in steps]


def test_editors_words_about_a_device_and_a_repair_are_used(shop: Shop) -> None:
    shop.iphone_8.seo_title, shop.iphone_8.search_description = "iPhone 8 mended today", "Bring it before noon."
    shop.iphone_8.save_revision().publish()
    shop.screen.search_description = "A new screen in an hour."
    shop.screen.save_revision().publish()
    head = read("/devices/iphone-8/")
    assert head.title.startswith("iPhone 8 mended today")
    assert head.meta["description"] == "Bring it before noon."
    assert read("/devices/iphone-8/screen-repair/").meta["description"] == "A new screen in an hour."


def test_the_sitemap_says_when_a_page_was_changed(pages: dict[str, Any]) -> None:
    text = Client().get("/sitemap.xml").content.decode()
    day = pages["about"].last_published_at.date().isoformat()
    assert re.search(rf"<loc>[^<]*/about/</loc>\s*<lastmod>{day}", text)
    assert len(re.findall("<loc>", text)) == len(set(re.findall(r"<loc>(.*?)</loc>", text)))


def test_robots_keep_crawlers_out_of_what_belongs_to_one_person(pages: dict[str, Any]) -> None:
    text = Client().get("/robots.txt").content.decode()
    for path in ("/basket/", "/checkout/", "/account/", "/track/", "/pt-br/basket/", "/cms/", "/bench/"):
        assert f"Disallow: {path}\n" in text
    assert re.search(r"^Sitemap: http.*/sitemap\.xml$", text, re.M)


def test_programs_are_told_what_the_shop_is_in_a_text_of_its_own(pages: dict[str, Any], shop: Shop) -> None:
    answer = Client().get("/llms.txt")
    text = answer.content.decode()
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert text.startswith(f"# {ShopSettings.for_site(shop.site).name}\n\n> ")
    for part in ("/api/schema/", "/api/docs/", "/sitemap.xml", "/about/", "/prices/", "/repairs/iphone/"):
        assert part in text
    price = re.search(r"Battery replacement\]\([^)]*\): from £([\d.]+)", text)
    assert price
    assert amount(price[1]) in read("/prices/").text


def test_an_old_address_leads_on_until_a_page_takes_it(pages: dict[str, Any]) -> None:
    Redirect.objects.create(old_path="/who", redirect_page=pages["about"])
    answer = Client().get("/who/")
    assert (answer.status_code, answer["Location"]) == (301, "/about/")
    published(pages["home"], ContentPage(title="Who", slug="who"))
    assert Client().get("/who/").status_code == 200


def test_a_preview_has_what_wagtails_checks_need_and_a_public_page_has_not(pages: dict[str, Any]) -> None:
    owner, about = Client(), pages["about"]
    owner.force_login(make_user("owner@example.com", is_staff=True, is_superuser=True))
    edit = owner.get(f"/cms/pages/{about.pk}/edit/").content.decode()
    assert 'data-side-panel="checks"' in edit
    assert "empty-meta-description" in edit
    sent = {"title": "About", "slug": "about", "body": "null", "introduction": ""}
    sent |= {f"comments-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS")}
    sent["comments-MAX_NUM_FORMS"] = ""
    assert owner.post(f"/cms/pages/{about.pk}/edit/preview/", sent).json()["is_valid"]
    shown = owner.get(f"/cms/pages/{about.pk}/edit/preview/?in_preview_panel=true&mode=")
    assert b"<wagtail-userbar" in shown.content
    assert "no-store" in shown["Cache-Control"]
    assert b"wagtail-userbar" not in owner.get("/about/").content
