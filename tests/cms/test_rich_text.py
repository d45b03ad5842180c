"""Texts with links to pages: the links of many texts are read at once, and lead to what is there."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from wagtail.models import Locale

from cms.models import FAQ, ContentPage, FAQPage, HomePage
from tests.api.content import published, question
from tests.cms.editors_forms import home_of
from tests.factories import Shop
from tests.shop.statements import counted

SHOWN = ["/help/", "/devices/iphone-8/", "/api/v1/faqs/", "/api/v1/pages/?path=/help/"]


@pytest.fixture
def home(shop: Shop) -> HomePage:
    home: HomePage = home_of(shop.site)
    published(home, FAQPage(title="Help", slug="help"))
    return home


def link(page: Any) -> str:
    return f'<p>See <a linktype="page" id="{page.pk}">{page.title}</a>.</p>'


def ask(home: HomePage, shop: Shop, number: int) -> None:
    """Questions about the shop and about a device, each with a link to a page of its own."""
    for n in range(number):
        page = published(home, ContentPage(title=f"Page {n}", slug=f"page-{n}"))
        question(f"About the shop {n}?", link(page))
        question(f"About the device {n}?", link(page), subject=shop.iphone_8)


@pytest.mark.parametrize("address", SHOWN)
def test_twenty_answers_with_links_cost_as_much_as_one(
    client: Client, home: HomePage, shop: Shop, address: str
) -> None:
    client.get(address)  # what a process reads once
    counts = []
    for number in (1, 20):
        FAQ.objects.all().delete()
        ContentPage.objects.filter(slug__startswith="page-").delete()
        home.refresh_from_db()
        ask(home, shop, number)
        cache.clear()
        with counted() as statements:
            assert b"/page-0/" in client.get(address).content
        counts.append(len(statements))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("address", SHOWN[:2])
def test_who_comes_second_pays_nothing_for_links(client: Client, home: HomePage, shop: Shop, address: str) -> None:
    ask(home, shop, 3)
    client.get(address)
    with counted() as statements:
        client.get(address)
    assert not [one for one in statements if 'FROM "wagtailcore_page"' in one and '"translation_key" IN' in one]


@pytest.mark.parametrize("address", SHOWN[:2])
def test_a_link_to_a_page_that_is_gone_or_hidden_keeps_its_words(
    client: Client, home: HomePage, shop: Shop, address: str
) -> None:
    ask(home, shop, 1)
    page = ContentPage.objects.get(slug="page-0")
    assert '<a href="/page-0/">Page 0</a>' in client.get(address).content.decode()
    page.unpublish()
    assert "<a>Page 0</a>" in client.get(address).content.decode()
    page.delete()
    assert "<a>Page 0</a>" in client.get(address).content.decode()


def test_a_link_leads_to_the_page_in_the_readers_language(
    client: Client, home: HomePage, translated: Callable[..., Any]
) -> None:
    page = published(home, ContentPage(title="About us", slug="about"))
    question("Who are you?", link(page)).copy_for_translation(Locale.objects.get(language_code="pt-br")).save()
    FAQ.objects.update(live=True)
    there = translated(page, title="Sobre", slug="sobre")
    translated(FAQPage.objects.get(), title="Ajuda", slug="ajuda")
    assert 'href="/pt-br/sobre/">' in client.get("/pt-br/ajuda/").content.decode()
    assert 'href="/about/">' in client.get("/help/").content.decode()
    there.unpublish()
    assert 'href="/about/">' in client.get("/pt-br/ajuda/").content.decode()


@pytest.fixture
def translated(home: HomePage) -> Callable[..., Any]:
    """Makes the Portuguese page of a page and publishes it."""
    locale, _made = Locale.objects.get_or_create(language_code="pt-br")
    if not home.has_translation(locale):
        home.copy_for_translation(locale).save_revision().publish()

    def make(page: Any, **changes: Any) -> Any:
        copy = page.copy_for_translation(locale)
        for name, value in changes.items():
            setattr(copy, name, value)
        copy.save_revision().publish()
        return type(page).objects.get(pk=copy.pk)

    return make
