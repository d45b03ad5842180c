"""What stands around pages: the shop's settings and menus, redirects, the sitemap, questions, and answers to forms."""

from collections.abc import Callable
from typing import Any

import pytest
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Locale

from cms.models import FAQ, FormAnswer, ShopSettings, SiteMenus
from tests.api.callers import ON_BOTH, Caller, fault
from tests.api.content import link, make_pages, picture, question
from tests.factories import Shop


@pytest.fixture
def pages(shop: Shop) -> dict[str, Any]:
    return make_pages(shop)


# --- site -------------------------------------------------------------------------------------------------------------


def test_the_site_tells_who_and_where_the_shop_is(caller: Caller, pages: dict[str, Any]) -> None:
    found = caller.get("site/").json()
    assert found["name"] == "Mendwell London"
    assert found["address"] == {
        "street": "12 Coldharbour Lane",
        "city": "London",
        "postcode": "SE5 9NR",
        "country": "GB",
    }
    assert found["hours"][0] == {"weekday": 0, "opens": "09:00", "closes": "18:00"} and len(found["hours"]) == 7
    assert (found["coordinates"], found["logo"], found["brand"]) == (None, None, None)
    assert found["locales"] == [{"locale": "en-GB", "name": "British English", "path": "/"}]
    assert caller.get("pages/?path=/about/").json()["site"] == found


def test_the_site_tells_how_the_shop_looks_and_where_it_lies(caller: Caller, shop: Shop, pages: Any) -> None:
    settings = ShopSettings.for_site(shop.site)
    settings.brand_colour, settings.logo = "#7a1f4b", picture("logo", 300, 60)
    settings.latitude, settings.longitude = "51.46", "-0.11"
    settings.terms_page = pages["about"]
    settings.save()
    found = caller.get("site/").json()
    assert found["brand"]["colour"] == found["brand"]["day"]["brand"] == "#7a1f4b"
    assert set(found["brand"]["day"]) == set(found["brand"]["night"])
    assert (found["logo"]["alt"], found["logo"]["renditions"][0]["width"]) == ("Mendwell London", 300)
    assert found["coordinates"] == {"latitude": 51.46, "longitude": -0.11}
    assert (found["terms"], found["privacy"]) == ("/about/", None)


def test_menus_are_those_of_the_editors_or_the_shops_own_screens(caller: Caller, shop: Shop, pages: Any) -> None:
    own = caller.get("site/").json()["menus"]
    assert [row["href"] for row in own["main"]] == ["/devices/", "/prices/", "/services/", "/track/"]
    menus = SiteMenus.for_site(shop.site)
    menus.main = [{"type": "link", "value": link("About", page=pages["about"]), "id": "a"}]
    column = {"heading": "Shop", "links": [link("Prices", address="/prices/"), link("X", address="https://x.example/")]}
    menus.footer = [{"type": "column", "value": column, "id": "b"}]
    menus.social = [{"type": "page", "value": {"network": "instagram", "address": "https://i.example/m"}, "id": "c"}]
    menus.footer_line = "Since 2014"
    menus.save()
    found = caller.get("site/").json()
    assert found["menus"]["main"] == [{"text": "About", "href": "/about/", "external": False}]
    assert found["menus"]["footer"] == [
        {
            "heading": "Shop",
            "links": [
                {"text": "Prices", "href": "/prices/", "external": False},
                {"text": "X", "href": "https://x.example/", "external": True},
            ],
        }
    ]
    assert found["menus"]["footer_line"] == "Since 2014"
    assert found["social"] == [{"network": "instagram", "url": "https://i.example/m"}]


# --- redirects --------------------------------------------------------------------------------------------------------


def test_redirects_are_listed_and_found_by_path(caller: Caller, shop: Shop, pages: dict[str, Any]) -> None:
    Redirect.add_redirect("/who/", pages["about"])
    Redirect.add_redirect("/map", "https://maps.example/", is_permanent=False)
    found = caller.get("redirects/").json()
    assert found["items"] == [
        {"path": "/map", "to": "https://maps.example/", "permanent": False},
        {"path": "/who", "to": "/about/", "permanent": True},
    ]
    assert (found["total"], found["limit"]) == (2, 20)
    assert caller.get("redirects/?path=/who/").json()["items"] == [found["items"][1]]
    assert caller.get("redirects/?path=/who/?x=1").json()["total"] == 1
    assert caller.get("redirects/?path=/nobody/").json() == {"items": [], "total": 0, "limit": 20, "offset": 0}


def test_a_redirect_of_this_site_goes_before_one_of_all_sites(caller: Caller, shop: Shop, pages: Any) -> None:
    Redirect.add_redirect("/who", "https://all.example/")
    Redirect.add_redirect("/who", "https://this.example/", site=shop.site)
    assert caller.get("redirects/?path=/who").json()["items"][0]["to"] == "https://this.example/"


# --- sitemap ----------------------------------------------------------------------------------------------------------


def test_the_sitemap_lists_what_sitemap_xml_lists(caller: Caller, shop: Shop, pages: dict[str, Any]) -> None:
    found = caller.get("sitemap/?limit=1000").json()
    xml = caller.client.get("/sitemap.xml").content.decode()
    assert found["total"] == len(found["items"]) == xml.count("<loc>")
    assert all(f"<loc>{row['url']}</loc>" in xml for row in found["items"])
    kinds = {row["path"]: row["kind"] for row in found["items"]}
    assert kinds["/about/"] == "page" and kinds["/prices/"] == "screen"
    assert (kinds["/repairs/phones/"], kinds["/repairs/iphone/"]) == ("family", "category")
    assert (kinds["/devices/iphone-8/"], kinds["/devices/iphone-8/screen-repair/"]) == ("device", "repair")


def test_what_editors_hide_from_search_is_not_in_the_sitemap(caller: Caller, pages: dict[str, Any]) -> None:
    pages["about"].hidden_from_search = True
    pages["about"].save_revision().publish()
    pages["help"].canonical_address = "https://elsewhere.example/help/"
    pages["help"].save_revision().publish()
    listed = {row["path"] for row in caller.get("sitemap/?limit=1000").json()["items"]}
    assert "/screens/" in listed and not {"/about/", "/help/"} & listed
    assert caller.get("pages/?path=/about/").json()["head"]["robots"] == "noindex, follow"
    assert caller.get("pages/?path=/help/").json()["head"]["canonical"] == "https://elsewhere.example/help/"


@ON_BOTH
def test_the_sitemap_stays_in_its_budget(
    caller: Caller, pages: Any, django_assert_max_num_queries: Callable[..., Any], database: str
) -> None:
    caller.get("sitemap/")
    with django_assert_max_num_queries(8):
        caller.get("sitemap/?limit=1000")


def test_a_page_shared_elsewhere_brings_its_picture(caller: Caller, pages: dict[str, Any]) -> None:
    pages["about"].share_image = pages["image"]
    pages["about"].save_revision().publish()
    head = caller.get("pages/?path=/about/").json()["head"]
    assert head["open_graph"]["og:image"].startswith("http://")
    assert head["twitter"]["twitter:card"] == "summary_large_image"
    assert head["open_graph"]["og:image"] in caller.client.get("/about/").content.decode()


# --- questions --------------------------------------------------------------------------------------------------------


def test_questions_are_asked_for_by_group(caller: Caller, pages: dict[str, Any]) -> None:
    found = caller.get("faqs/?group=paying").json()
    assert [row["question"] for row in found["items"]] == ["May I pay by card?"]
    assert found["items"][0]["group"] == {"slug": "paying", "name": "Paying"}
    pages["group"].unpublish()
    assert caller.get("faqs/?group=paying").json()["total"] == 0


def test_a_device_inherits_questions_and_says_from_where(caller: Caller, shop: Shop) -> None:
    for about in (shop.phones, shop.iphone, shop.iphone_8, shop.iphone_13):
        question(about.name, subject=about)
    found = caller.get("faqs/?subject=iphone-8").json()["items"]
    assert {row["question"]: row["from"]["kind"] for row in found} == {
        "Phones": "family",
        "iPhone": "category",
        "iPhone 8": "device",
    }


def test_answers_link_by_path_in_a_bounded_number_of_statements(
    caller: Caller, pages: dict[str, Any], django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for number in range(6):
        question(f"{number}?", f'<p><a linktype="page" id="{pages["about"].pk}">us</a></p>')
    caller.get("faqs/")
    with django_assert_max_num_queries(3):
        found = caller.get("faqs/").json()["items"]
    assert '<p><a href="/about/">us</a></p>' in [row["answer"] for row in found]


def test_questions_of_a_language_are_asked_for_by_locale(caller: Caller, pages: dict[str, Any]) -> None:
    locale, _ = Locale.objects.get_or_create(language_code="pt-br")
    FAQ.objects.create(question="Quanto tempo?", answer="<p>Uma hora.</p>", live=True, locale=locale)
    assert [row["question"] for row in caller.get("faqs/?locale=pt-BR").json()["items"]] == ["Quanto tempo?"]
    fault(caller.get("faqs/?locale=xx"), 400, "invalid")


# --- forms ------------------------------------------------------------------------------------------------------------


def test_a_form_of_a_page_is_answered_where_the_page_says(caller: Caller, pages: dict[str, Any]) -> None:
    form = caller.get("pages/?path=/contact/").json()["form"]
    answers = {
        "your_name": "Ada Smith",
        "e_mail": "ada@example.com",
        "what_is_it_about": "A repair",
        "your_message": "Do you mend watches?",
        "best_days": ["Monday", "Tuesday"],
        "call_me": True,
        form["trap"]: "",
    }
    answer = caller.post(form["action"], {"answers": answers})
    assert (answer.status_code, answer.json()) == (201, {"thank_you": form["thank_you"]})
    assert FormAnswer.objects.get().form_data["your_message"] == "Do you mend watches?"
    wrong = fault(caller.post(form["action"], {"answers": {**answers, "e_mail": "nobody"}}), 400, "invalid")
    assert [row["field"] for row in wrong["errors"]] == ["answers.e_mail"]
