"""Wagtail's own APIs: what is public is read by everybody, nothing is written without a token."""

from typing import Any

import pytest
from wagtail.models import PageViewRestriction

from tests.api.callers import Caller
from tests.api.content import make_pages
from tests.factories import Shop

V2, V3 = "/api/cms/v2/pages/", "/api/cms/v3/pages/"


@pytest.fixture
def pages(shop: Shop) -> dict[str, Any]:
    return make_pages(shop)


@pytest.mark.parametrize("base", [V2, V3])
def test_public_pages_are_listed_and_private_ones_are_not(caller: Caller, pages: dict[str, Any], base: str) -> None:
    PageViewRestriction.objects.create(page=pages["help"], restriction_type="login")
    pages["about"].unpublish()
    found = caller.get(f"{base}?limit=20").json()
    titles = {row["title"] for row in found["items"]}
    assert titles == {"Mendwell", "Contact", "Screens"}
    for hidden in (pages["help"], pages["about"]):
        assert caller.get(f"{base}{hidden.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("which", "kind"),
    [
        ("home", "cms.HomePage"),
        ("about", "cms.ContentPage"),
        ("offer", "cms.LandingPage"),
        ("help", "cms.FAQPage"),
        ("form", "cms.FormPage"),
    ],
)
@pytest.mark.parametrize("base", [V2, V3])
def test_every_type_of_page_is_answered(
    caller: Caller, pages: dict[str, Any], base: str, which: str, kind: str
) -> None:
    answer = caller.get(f"{base}{pages[which].pk}/")
    assert answer.status_code == 200, answer.content[:500]
    assert answer.json()["meta"]["type"] == kind


@pytest.mark.parametrize("base", [V2, V3])
def test_every_kind_of_block_is_answered(caller: Caller, pages: dict[str, Any], base: str) -> None:
    body = caller.get(f"{base}{pages['offer'].pk}/").json()["body"]
    assert [row["type"] for row in body] == [raw["type"] for raw in pages["offer"].body.raw_data]


@pytest.mark.parametrize("base", [V2, V3])
def test_rich_text_is_html_that_can_be_shown(caller: Caller, pages: dict[str, Any], base: str) -> None:
    body = caller.get(f"{base}{pages['offer'].pk}/").json()["body"]
    text = next(row["value"] for row in body if row["type"] == "text")
    pages["about"].body = f'<p><a linktype="page" id="{pages["help"].pk}">Help</a></p>'
    pages["about"].save_revision().publish()
    words = caller.get(f"{base}{pages['about'].pk}/").json()["body"]
    for html, address in ((text, "/about/"), (words, "/help/")):
        assert "linktype" not in html and f'{address}">' in html, html


def test_v2_lists_fields_pictures_and_documents(caller: Caller, pages: dict[str, Any]) -> None:
    assert caller.get(f"{V2}?type=cms.LandingPage&fields=body").json()["meta"]["total_count"] == 1
    assert caller.get("/api/cms/v2/images/").status_code == 200
    assert caller.get("/api/cms/v2/documents/").status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("base", [V2, V3])
def test_nobody_writes_without_a_token(caller: Caller, pages: dict[str, Any], base: str, method: str) -> None:
    for path in (base, f"{base}{pages['about'].pk}/", f"{base}{pages['about'].pk}/unpublish/"):
        answer = caller.ask(method, path, {"title": "Mine", "type": "cms.ContentPage"})
        assert answer.status_code in {401, 403, 404, 405}, (path, answer.status_code)
    pages["about"].refresh_from_db()
    assert (pages["about"].title, pages["about"].live) == ("About us", True)


@pytest.mark.parametrize("path", ["snippets/", "snippets/cms.subject/", "sites/", "locales/", "whoami/", "schema/"])
def test_what_is_for_programs_of_the_shop_asks_for_a_token(caller: Caller, pages: dict[str, Any], path: str) -> None:
    assert caller.get(f"/api/cms/v3/{path}").status_code in {401, 404}


@pytest.mark.parametrize("base", [V2, V3])
def test_a_list_is_bounded(caller: Caller, pages: dict[str, Any], base: str) -> None:
    answer = caller.get(f"{base}?limit=100000")
    assert answer.status_code in {400, 422} or len(answer.json()["items"]) <= 100
