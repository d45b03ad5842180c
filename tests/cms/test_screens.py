"""The words that editors put around the shop's own screens."""

import json
import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client, RequestFactory
from wagtail.models import Page

from cms.models import FAQ, FAQGroup, StorefrontPage
from cms.screens import words_for
from tests.cms.editors_forms import home_of
from tests.factories import Shop, make_user
from tests.shop.statements import counted

SCREENS = ("devices", "prices", "services")


@pytest.fixture
def home(shop: Shop) -> Any:
    return home_of(shop.site)


def write(home: Any, screen: str, **more: Any) -> StorefrontPage:
    page = StorefrontPage(
        **{"title": "Our words", "slug": screen, "screen": screen, "introduction": "Written by us.", **more}
    )
    home.add_child(instance=page)
    page.save_revision().publish()
    return StorefrontPage.objects.get(pk=page.pk)


def questions(home: Any) -> str:
    group = FAQGroup.objects.create(name="Paying", slug="paying", live=True, locale=home.locale)
    FAQ.objects.create(question="By card?", answer="<p>Yes.</p>", group=group, live=True, locale=home.locale)
    raw = {"type": "questions", "value": {"heading": "Asked", "text": "", "group": group.pk, "faqs": []}}
    return json.dumps([raw])


def body(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_shows_the_words_its_editors_wrote_and_its_own_while_there_are_none(
    home: Any, client: Client, screen: str
) -> None:
    before = body(client, f"/{screen}/")
    assert "Our words" not in before
    write(home, screen, seo_title="Found by this", search_description="And told so.", body=questions(home))
    after = body(client, f"/{screen}/")
    assert "<h1>Our words</h1>" in after
    assert "Written by us." in after
    assert "<title>Found by this" in after
    assert '<meta name="description" content="And told so.">' in after
    assert "By card?" in after
    told = json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', after, re.S)[0])
    assert {"FAQPage", "BreadcrumbList"} <= {row["@type"] for row in told["@graph"]}
    assert "/devices/iphone-13/" in after or "Screen repair" in after


@pytest.mark.parametrize("screen", SCREENS)
def test_words_that_are_not_published_are_not_shown(home: Any, client: Client, screen: str) -> None:
    page = write(home, screen)
    page.title = "A draft"
    page.save_revision()
    assert "A draft" not in body(client, f"/{screen}/")
    page.unpublish()
    assert "Our words" not in body(client, f"/{screen}/")


def test_a_screen_is_kept_out_of_search_engines_when_its_editors_say_so(home: Any, client: Client) -> None:
    assert "noindex" not in body(client, "/prices/")
    write(home, "prices", hidden_from_search=True, canonical_address="https://elsewhere.example/prices/")
    shown = body(client, "/prices/")
    assert "noindex" in shown
    assert '<link rel="canonical" href="https://elsewhere.example/prices/">' in shown


def test_blocks_stand_below_all_devices_and_not_below_a_search(home: Any, client: Client) -> None:
    write(home, "devices", body=questions(home))
    assert "By card?" in body(client, "/devices/")
    assert "By card?" not in body(client, "/devices/?q=iphone")


def test_the_words_of_another_site_stay_there(home: Any, shop: Shop) -> None:
    other = Page.get_first_root_node().add_child(instance=type(home)(title="Other", slug="other", headline="Other"))
    write(other, "prices")
    request = RequestFactory().get("/prices/")
    assert words_for(request, "prices") is None


def test_the_slug_is_the_screens_address(home: Any) -> None:
    page = StorefrontPage(title="Prices", slug="costs", screen="prices")
    with pytest.raises(ValidationError, match="prices"):
        home.add_child(instance=page)
        page.full_clean()


@pytest.mark.parametrize("screen", SCREENS)
def test_an_editors_preview_is_the_real_screen_with_the_draft(home: Any, client: Client, screen: str) -> None:
    page = write(home, screen)
    page.title, page.introduction = "Drafted words", "Nobody has seen them."
    page.save_revision()
    user = make_user("owner@example.com", is_staff=True, is_superuser=True)
    editor = Client()
    editor.force_login(user)
    shown = editor.get(f"/cms/pages/{page.pk}/view_draft/")
    assert shown.status_code == 200
    assert "<h1>Drafted words</h1>" in shown.content.decode()
    assert "iPhone" in shown.content.decode() or "Screen repair" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert "Drafted words" not in body(client, f"/{screen}/")


@pytest.mark.parametrize("screen", SCREENS)
def test_the_words_cost_one_statement_and_nothing_while_there_are_none(home: Any, client: Client, screen: str) -> None:
    client.get(f"/{screen}/")
    with counted() as before:
        client.get(f"/{screen}/")
    write(home, screen)
    client.get(f"/{screen}/")
    with counted() as after:
        client.get(f"/{screen}/")
    assert len(after) == len(before) + 1 <= 12, "\n".join(after)


def test_a_screen_is_in_the_sitemap_once(home: Any, client: Client) -> None:
    for screen in SCREENS:
        write(home, screen)
    told = body(client, "/sitemap.xml")
    for screen in SCREENS:
        assert told.count(f"/{screen}/</loc>") == 1
