"""One page by its path, whole: what a frontend draws without asking again."""

import json
from collections.abc import Callable
from html import escape
from typing import Any

import pytest
from django.core.cache import cache
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Locale, Page, PageViewRestriction, Site

from cms.models import ContentPage, StorefrontPage
from site_config import page_key
from tests.api.callers import ON_BOTH, Caller, fault
from tests.api.content import make_pages, published, question
from tests.factories import Shop


@pytest.fixture
def pages(shop: Shop) -> dict[str, Any]:
    return make_pages(shop)


def page(caller: Caller, path: str, **more: str) -> dict[str, Any]:
    query = "&".join(f"{name}={value}" for name, value in {"path": path, **more}.items())
    answer = caller.get(f"pages/?{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def block(found: dict[str, Any], kind: str) -> dict[str, Any]:
    return next(row["value"] for row in found["body"] if row["type"] == kind)


def test_a_page_comes_whole_by_its_path(caller: Caller, pages: dict[str, Any]) -> None:
    found = page(caller, "/about/")
    assert (found["type"], found["title"], found["path"], found["locale"]) == (
        "cms.ContentPage",
        "About us",
        "/about/",
        "en-GB",
    )
    assert found["breadcrumbs"] == [{"title": "Home", "path": "/"}, {"title": "About us", "path": "/about/"}]
    assert found["body"] == [{"type": "text", "id": "", "value": {"html": "<p>We mend.</p>"}}]
    assert found["translations"] == [{"locale": "en-GB", "path": "/about/"}]
    assert found["site"]["name"] == "Mendwell London"


def test_every_kind_of_block_is_answered(caller: Caller, pages: dict[str, Any]) -> None:
    found = page(caller, "/screens/")
    assert [row["type"] for row in found["body"]] == [raw["type"] for raw in pages["offer"].body.raw_data]


@pytest.mark.parametrize("path", ["/about", "about/", "/about/", "//about//"])
def test_a_path_is_found_however_its_slashes_stand(caller: Caller, pages: dict[str, Any], path: str) -> None:
    assert page(caller, path)["path"] == "/about/"


@ON_BOTH
@pytest.mark.parametrize(
    ("path", "most"), [("/screens/", 18), ("/about/", 12), ("/contact/", 12), ("/help/", 12), ("/", 12)]
)
def test_a_page_stays_in_its_budget(
    caller: Caller,
    pages: dict[str, Any],
    django_assert_max_num_queries: Callable[..., Any],
    path: str,
    most: int,
    database: str,
) -> None:
    page(caller, path)  # pictures are made in their sizes once
    with django_assert_max_num_queries(most):
        page(caller, path)


def test_more_blocks_cost_no_more_statements(
    caller: Caller, shop: Shop, pages: dict[str, Any], django_assert_max_num_queries: Callable[..., Any]
) -> None:
    offer = pages["offer"]
    offer.body = [*offer.body.raw_data, *offer.body.raw_data[1:13]]
    offer.save_revision().publish()
    page(caller, "/screens/")
    with django_assert_max_num_queries(18):
        assert len(page(caller, "/screens/")["body"]) == 28


# --- what is in it ----------------------------------------------------------------------------------------------------


def test_a_picture_comes_in_several_widths_with_its_words_and_its_focal_point(
    caller: Caller, pages: dict[str, Any]
) -> None:
    found = page(caller, "/screens/")
    image = block(found, "hero")["image"]
    assert (image["alt"], image["width"], image["height"]) == ("A bench", 1200, 800)
    assert image["focal_point"] == {"x": 0.5, "y": 0.25}
    assert [(one["width"], one["height"]) for one in image["renditions"]] == [(480, 320), (960, 640), (1200, 800)]
    assert all(one["url"].startswith("http://testserver/media/") for one in image["renditions"])
    assert all(one["url"].endswith(".webp") for one in image["renditions"])
    assert [block(found, "before_after")[name]["alt"] for name in ("before", "after")] == ["A bench", ""]


def test_a_picture_whose_file_is_lost_does_not_break_the_page(caller: Caller, pages: dict[str, Any]) -> None:
    image = pages["image"]
    image.renditions.all().delete()
    # The row names another file: this one is shared with every test that remembers the pages.
    type(image).objects.filter(pk=image.pk).update(file="original_images/lost.png")
    cache.clear()
    assert block(page(caller, "/screens/"), "picture")["image"]["renditions"] == []


def test_live_facts_are_those_of_the_device(caller: Caller, pages: dict[str, Any]) -> None:
    found = page(caller, "/screens/")
    device = caller.get("devices/iphone-13/").json()
    screen = next(row for row in device["repairs"] if row["slug"] == "screen-repair")
    offer = block(found, "offer")["offer"]
    assert offer["price"] == screen["price"]
    assert (offer["minutes"], offer["warranty_days"]) == (screen["minutes"], screen["warranty_days"])
    assert offer["next_free"].endswith("Z")
    assert (offer["path"], offer["book_path"]) == (
        "/devices/iphone-13/screen-repair/",
        "/book/?device=iphone-13&repair=screen-repair",
    )
    assert len(block(found, "price_table")["items"]) == 2
    assert [row["slug"] for row in block(found, "services")["items"]] == ["screen-repair"]


def test_a_changed_price_is_in_the_next_answer(caller: Caller, shop: Shop, pages: dict[str, Any]) -> None:
    before = caller.get("pages/?path=/screens/")
    offer = shop.screen.offers.get()
    offer.price = "59.99"
    offer.save()
    after = caller.get("pages/?path=/screens/", If_None_Match=before["ETag"])
    assert after.status_code == 200
    assert block(after.json(), "services")["items"][0]["from_price"]["amount"] == "59.99"


def test_text_links_to_pages_by_their_paths_and_drops_those_that_are_gone(
    caller: Caller, pages: dict[str, Any]
) -> None:
    html = block(page(caller, "/screens/"), "text")["html"]
    assert html == '<p>See <a href="/about/">about us</a> or <a>gone</a>.</p>'
    pages["about"].unpublish()
    found = page(caller, "/screens/")
    assert block(found, "text")["html"] == "<p>See <a>about us</a> or <a>gone</a>.</p>"
    assert block(found, "hero")["links"] == []
    assert block(found, "call")["link"] == {"text": "See prices", "href": "/prices/", "external": False}


def test_a_script_that_got_into_a_text_stays_text(caller: Caller, pages: dict[str, Any]) -> None:
    pages["about"].body = '<p>Hi <a linktype="page" id="1&quot;><script>">x</a></p>'
    pages["about"].save_revision().publish()
    assert caller.get("pages/?path=/about/").status_code == 200


def test_questions_come_with_their_answers(caller: Caller, pages: dict[str, Any]) -> None:
    asked = [row["question"] for row in block(page(caller, "/screens/"), "questions")["items"]]
    assert asked == ["May I pay by card?", "How long does it take?"]
    groups = page(caller, "/help/")["groups"]
    assert [(group["slug"], [row["question"] for row in group["items"]]) for group in groups] == [
        ("paying", ["May I pay by card?"]),
        ("", ["How long does it take?"]),
    ]


def test_a_form_comes_with_its_fields_and_where_to_send_them(caller: Caller, pages: dict[str, Any]) -> None:
    form = page(caller, "/contact/")["form"]
    assert form["action"] == "/api/v1/forms/contact/answers/"
    assert [(row["name"], row["type"], row["required"]) for row in form["fields"]] == [
        ("your_name", "text", True),
        ("e_mail", "email", True),
        ("telephone", "tel", False),
        ("what_is_it_about", "radio", True),
        ("your_message", "textarea", True),
        ("best_days", "checkboxes", False),
        ("call_me", "checkbox", False),
    ]
    assert block(page(caller, "/screens/"), "form")["form"] == form


def test_the_head_is_that_of_our_own_page(caller: Caller, pages: dict[str, Any]) -> None:
    for path in ("/", "/about/", "/screens/", "/help/", "/contact/"):
        head = page(caller, path)["head"]
        html = caller.client.get(path).content.decode()
        assert f'<link rel="canonical" href="{head["canonical"]}">' in html, path
        assert f'<meta name="description" content="{escape(head["description"])}">' in html, path
        shown = html.split('<script type="application/ld+json">')[1].split("</script>")[0]
        assert json.loads(shown) == head["json_ld"], path
        for name, text in {**head["open_graph"], **head["twitter"]}.items():
            assert f'content="{escape(text)}"' in html, (path, name)


def test_the_head_of_a_device_is_that_of_its_page(caller: Caller, shop: Shop) -> None:
    question("Is it waterproof?", subject=shop.iphone_8)
    head = caller.get("devices/iphone-8/").json()["head"]
    html = caller.client.get("/devices/iphone-8/").content.decode()
    shown = html.split('<script type="application/ld+json">')[1].split("</script>")[0]
    assert json.loads(shown) == head["json_ld"]
    assert f'<link rel="canonical" href="{head["canonical"]}">' in html


def test_the_home_page_has_its_headline_and_the_sections_that_our_own_shows(
    caller: Caller, pages: dict[str, Any]
) -> None:
    found = page(caller, "/")
    assert (found["headline"], found["type"]) == ("Mended well", "cms.HomePage")
    assert [row["type"] for row in found["body"]][:3] == ["kinds", "services", "steps"]
    assert [step["path"] for step in found["breadcrumbs"]] == ["/"]


def test_the_words_around_a_screen_have_the_screens_head(caller: Caller, pages: dict[str, Any]) -> None:
    words = StorefrontPage(title="What it costs", slug="prices", screen="prices", introduction="Every price we have.")
    words.body = [{"type": "call", "value": {"heading": "Ready?", "text": "", "link": {}}, "id": "a"}]
    published(pages["home"], words)
    found = page(caller, "/prices/")
    assert (found["type"], found["screen"], found["introduction"]) == (
        "cms.StorefrontPage",
        "prices",
        "Every price we have.",
    )
    assert [row["type"] for row in found["body"]] == ["call"]
    html = caller.client.get("/prices/").content.decode()
    assert f'<link rel="canonical" href="{found["head"]["canonical"]}">' in html
    shown = html.split('<script type="application/ld+json">')[1].split("</script>")[0]
    assert json.loads(shown) == found["head"]["json_ld"]


def test_a_page_below_a_page_shows_the_way(caller: Caller, pages: dict[str, Any]) -> None:
    below = ContentPage(title="Fine print", slug="fine-print", body="<p>x</p>")
    published(pages["offer"], below)
    found = page(caller, "/screens/fine-print/")
    assert [step["path"] for step in found["breadcrumbs"]] == ["/", "/screens/", "/screens/fine-print/"]


# --- languages --------------------------------------------------------------------------------------------------------


@pytest.fixture
def in_portuguese(pages: dict[str, Any]) -> Any:
    locale, _ = Locale.objects.get_or_create(language_code="pt-br")
    home = pages["home"].copy_for_translation(locale)
    home.slug = "mendwell-pt"
    home.save_revision().publish()
    about = pages["about"].copy_for_translation(locale)
    about.title, about.slug = "Sobre", "sobre"
    about.save_revision().publish()
    return about


def test_a_page_is_found_in_each_language_by_prefix_or_by_locale(caller: Caller, in_portuguese: Any) -> None:
    both = [{"locale": "en-GB", "path": "/about/"}, {"locale": "pt-BR", "path": "/pt-br/sobre/"}]
    for found in (page(caller, "/pt-br/sobre/"), page(caller, "/sobre/", locale="pt-BR")):
        assert (found["title"], found["locale"], found["path"]) == ("Sobre", "pt-BR", "/pt-br/sobre/")
        assert found["translations"] == both
    assert page(caller, "/about/")["translations"] == both
    assert page(caller, "/", locale="pt-br")["path"] == "/pt-br/"
    fault(caller.get("pages/?path=/about/&locale=pt-BR"), 404, "not_found")
    fault(caller.get("pages/?path=/about/&locale=xx"), 400, "invalid")


def test_the_language_of_a_browser_does_not_change_which_page_a_path_is(caller: Caller, in_portuguese: Any) -> None:
    answers = [caller.get("pages/?path=/about/", Accept_Language=code).json() for code in ("pt-BR", "en-GB")]
    assert answers[0] == answers[1]


# --- what is not there ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/nothing/", "/about/us/", "/mendwell-home/", "/%25/", "/%C3%A9/"])
def test_an_unknown_path_is_not_found(caller: Caller, pages: dict[str, Any], path: str) -> None:
    fault(caller.get(f"pages/?path={path}"), 404, "not_found")


@pytest.mark.parametrize("query", ["path=%00", "locale=klingon", f"path=/{'x' * 500}", "limit=0", "offset=-1"])
def test_a_question_out_of_form_is_refused(caller: Caller, pages: dict[str, Any], query: str) -> None:
    fault(caller.get(f"pages/?{query}"), 400, "invalid")


@pytest.mark.parametrize("kind", ["login", "password", "groups"])
def test_a_page_that_asks_who_you_are_is_never_answered(caller: Caller, pages: dict[str, Any], kind: str) -> None:
    below = published(pages["offer"], ContentPage(title="Below", slug="below", body="x"))
    assert page(caller, "/screens/below/")
    PageViewRestriction.objects.create(page=pages["offer"], restriction_type=kind, password="x")
    for path in ("/screens/", "/screens/below/"):
        fault(caller.get(f"pages/?path={path}"), 404, "not_found")
    listed = [row["path"] for row in caller.get("pages/?limit=100").json()["items"]]
    assert "/about/" in listed and not {"/screens/", "/screens/below/"} & set(listed)
    below.refresh_from_db()


def test_a_page_that_is_not_published_is_not_answered(caller: Caller, pages: dict[str, Any]) -> None:
    pages["about"].unpublish()
    fault(caller.get("pages/?path=/about/"), 404, "not_found")


def test_a_page_of_another_site_is_not_answered(caller: Caller, pages: dict[str, Any]) -> None:
    other = Page.get_first_root_node().add_child(instance=Page(title="Other", slug="other"))
    Site.objects.create(hostname="other.example", root_page=other)
    published(other, ContentPage(title="Theirs", slug="theirs", body="x"))
    fault(caller.get("pages/?path=/theirs/"), 404, "not_found")
    assert "/theirs/" not in caller.get("pages/?limit=100").content.decode()


def test_an_old_path_tells_where_its_redirect_leads(caller: Caller, shop: Shop, pages: dict[str, Any]) -> None:
    Redirect.add_redirect("/who-we-are/", pages["about"])
    Redirect.add_redirect("/shop", "https://elsewhere.example/", is_permanent=False)
    found = fault(caller.get("pages/?path=/who-we-are/"), 404, "page_moved")
    assert found["redirect"] == {"to": "/about/", "permanent": True}
    moved = fault(caller.get("pages/?path=/shop/"), 404, "page_moved")
    assert moved["redirect"] == {"to": "https://elsewhere.example/", "permanent": False}
    pages["about"].unpublish()
    fault(caller.get("pages/?path=/who-we-are/"), 404, "not_found")


# --- the list, and how it is kept -------------------------------------------------------------------------------------


def test_the_list_has_every_public_page_with_its_type(caller: Caller, pages: dict[str, Any]) -> None:
    found = caller.get("pages/?limit=3").json()
    assert (found["total"], found["limit"], found["offset"], len(found["items"])) == (5, 3, 0, 3)
    rest = caller.get("pages/?limit=3&offset=3").json()["items"]
    kinds = {row["path"]: row["type"] for row in [*found["items"], *rest]}
    assert kinds == {
        "/": "cms.HomePage",
        "/about/": "cms.ContentPage",
        "/contact/": "cms.FormPage",
        "/help/": "cms.FAQPage",
        "/screens/": "cms.LandingPage",
    }
    assert caller.get("pages/?offset=50").json()["total"] == 5
    assert caller.get("pages/?locale=pt-BR").json()["total"] == 0


@pytest.mark.parametrize("path", ["pages/?path=/screens/", "pages/", "site/", "redirects/", "sitemap/", "faqs/"])
def test_an_answer_may_be_kept_and_asked_for_again(caller: Caller, pages: dict[str, Any], path: str) -> None:
    answer = caller.get(path)
    assert answer["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert answer["X-Content-Version"] and not answer.cookies
    again = caller.get(path, If_None_Match=answer["ETag"])
    assert (again.status_code, again.content) == (304, b"")


def test_publishing_moves_the_version(caller: Caller, pages: dict[str, Any]) -> None:
    before = caller.get("site/")["X-Content-Version"]
    pages["about"].save_revision().publish()
    assert caller.get("site/")["X-Content-Version"] != before


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/pages/?path=/about/&locale=en-GB",
        "/api/v1/site/",
        "/api/v1/redirects/?path=/old",
        "/api/v1/sitemap/",
        "/api/v1/faqs/?group=paying",
    ],
)
def test_the_page_cache_keeps_it_under_what_was_asked(address: str) -> None:
    path, _, query = address.partition("?")
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "wsgi.url_scheme": "http"}
    key = page_key.key_of({**environ, "HTTP_HOST": "testserver"})
    assert key is not None and path in key
    assert page_key.key_of({**environ, "PATH_INFO": "/api/v1/preview/", "HTTP_HOST": "testserver"}) is None
