"""The page cache around the whole shop: each public page is kept for everybody, and nothing of anybody."""

import json
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLResolver
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect

from cms.models import StorefrontPage
from shop.models import PriceRule
from site_config import page_key
from site_config.page_cache import PageCache
from site_config.page_store import Versions
from tests.api.content import make_pages, published
from tests.factories import Shop, make_shop, make_user
from tests.site_config.test_page_cache import Counters, Got

PAGES = (
    "/",
    "/about/",
    "/screens/",
    "/help/",
    "/contact/",
    "/contact/sent/",
    "/devices/",
    "/devices/?category=iphone",
    "/devices/iphone-8/",
    "/devices/iphone-8/screen-repair/",
    "/devices/iphone-8/screen-repair/?condition=poor&urgency=urgent",
    "/repairs/phones/",
    "/repairs/iphone/",
    "/prices/",
    "/services/",
    "/pt-br/prices/",
    "/sitemap.xml",
    "/robots.txt",
    "/llms.txt",
)
READS = (
    "/api/v1/pages/",
    "/api/v1/pages/?path=/",
    "/api/v1/pages/?path=/about/",
    "/api/v1/pages/?path=/screens/",
    "/api/v1/pages/?path=/help/",
    "/api/v1/pages/?path=/contact/",
    "/api/v1/site/",
    "/api/v1/faqs/",
    "/api/v1/faqs/?group=paying",
    "/api/v1/redirects/",
    "/api/v1/sitemap/",
    "/api/v1/forms/contact/",
    "/api/v1/devices/",
    "/api/v1/devices/iphone-8/",
    "/api/v1/device-categories/",
    "/api/v1/repair-types/",
    "/api/v1/add-ons/",
)
PERSONAL = ("/basket/", "/account/", "/accounts/login/", "/visitor/", "/checkout/", "/cms/", "/api/v1/basket/")


def keep_connection() -> None:
    """To be said again after each use of Django's client, which puts the signals back."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)


@pytest.fixture
def kept_connection() -> Iterator[None]:
    """The requests of the test see its rows: they leave its connection open, as Django's test client does."""
    keep_connection()
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def pages(shop: Shop, kept_connection: None) -> dict[str, Any]:
    return make_pages(shop)


def new_cache() -> PageCache:
    return PageCache(get_wsgi_application(), versions=Counters())  # type: ignore[arg-type]


@pytest.mark.parametrize("path", [*PAGES, *READS])
@pytest.mark.usefixtures("pages")
def test_each_public_page_is_kept_and_is_the_same_for_two_visitors(path: str) -> None:
    cache = new_cache()
    first = Got(cache, path, HTTP_COOKIE="csrftoken=one; theme=dark", HTTP_USER_AGENT="one")
    assert (first.status, first.how) == (200, "miss"), first.body[:500]
    again = Got(new_cache(), path, HTTP_USER_AGENT="two", REMOTE_ADDR="10.0.0.2")
    assert first.body == again.body
    assert Got(cache, path).how == "hit"
    assert b"csrfmiddlewaretoken" not in first.body
    assert b"wagtail-userbar" not in first.body


def test_every_address_of_the_project_is_known_to_be_public_or_private() -> None:
    """A new one that nobody thought of would be rendered without cookies first; see settings.PAGE_CACHE_PRIVATE."""

    def walk(resolver: Any, before: str = "") -> Iterator[str]:
        for one in resolver.url_patterns:
            here = before + str(one.pattern).lstrip("^")
            if isinstance(one, URLResolver):
                yield from walk(one, here)
            else:
                yield here

    unknown = {
        route
        for route in walk(get_resolver())
        if page_key.may_be_public(beginning := "/" + route.replace("\\", "").split("<")[0].split("(")[0].rstrip("$"))
        and not page_key.is_public(beginning)
        and beginning != "/repairs/"
    }
    assert unknown <= {"((?:[w-]+/)*)$", "((?:[\\w\\-]+/)*)$"}, "the pages of editors alone"


class Person:
    """Somebody with cookies of their own, who asks through the cache."""

    def __init__(self, cache: PageCache, client: Client) -> None:
        self.cache = cache
        self.cookies = "; ".join(f"{name}={one.value}" for name, one in client.cookies.items())

    def get(self, path: str) -> Got:
        return Got(self.cache, path, HTTP_COOKIE=self.cookies)


def test_two_customers_a_guest_and_an_editor_get_nothing_of_each_other(pages: dict[str, Any], shop: Shop) -> None:
    cache, people = new_cache(), {}
    for name in ("ada", "grace"):
        client = Client()
        client.force_login(make_user(f"{name}@example.com"))
        people[name] = Person(cache, client)
    guest = Client()
    guest.post("/accounts/login/")  # a cookie of the house for somebody without a log-in
    session = guest.session
    session["hint"] = "guest"
    session.save()
    people["guest"] = Person(cache, guest)
    editor = Client()
    editor.force_login(make_user("editor@example.com", is_staff=True, is_superuser=True))
    people["editor"] = Person(cache, editor)
    about = pages["about"]
    about.title = "About us, not yet told"
    about.save_revision()
    editor.post(f"/cms/pages/{about.pk}/edit/preview/", {"title": "Secret"})
    keep_connection()
    for path in [*PAGES, *READS, *PERSONAL]:
        for person in people.values():
            assert person.get(path).how == "around", path
    assert not cache.store.entries, "nothing of anybody was kept"
    for path in [*PAGES, *READS]:
        stranger = Got(cache, path)
        assert stranger.how == "miss"
        for word in (b"ada@", b"grace@", b"not yet told", b"Secret", b"userbar", b"Log out"):
            assert word not in stranger.body, (path, word)
        assert not any(name == "set-cookie" for name in stranger.headers)
    for path in PERSONAL:
        assert Got(cache, path).how == "around"


def test_a_guest_with_a_basket_goes_around_and_leaves_nothing(pages: dict[str, Any]) -> None:
    cache = new_cache()
    for path in PAGES:
        assert Got(cache, path, HTTP_COOKIE="oscar_open_basket=5:abc").how == "around"
    token = Client().post("/api/v1/basket/", {}, content_type="application/json").json()["token"]
    keep_connection()
    for path in READS:
        assert Got(cache, path, HTTP_X_BASKET_TOKEN=token).how == "around"
    assert not cache.store.entries


def test_a_private_page_of_an_editor_is_never_kept(pages: dict[str, Any]) -> None:
    cache = new_cache()
    pages["about"].view_restrictions.create(restriction_type="password", password="open")
    assert [Got(cache, "/about/").how for _ in range(2)] == ["around", "around"]
    assert not cache.store.entries


def test_an_address_that_leads_on_is_never_kept_and_leads_on_at_once(pages: dict[str, Any]) -> None:
    cache = new_cache()
    assert Got(cache, "/us/").status == 404
    Redirect.objects.create(old_path="/us", redirect_page=pages["about"])
    got = Got(cache, "/us/")
    assert (got.status, got.headers["location"]) == (301, "/about/")
    assert ("/us/" in str(cache.store.entries)) is False


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_page_is_fresh_as_soon_as_it_is_published_and_its_old_address_leads_on(settings: Any) -> None:
    pages, now = make_pages(make_shop()), [0.0]
    versions = Versions(settings.DATABASES["default"], clock=lambda: now[0])
    cache = PageCache(get_wsgi_application(), versions=versions)

    def later(path: str) -> Got:
        now[0] += 1.0
        return Got(cache, path)

    about = pages["about"]
    assert (later("/about/").how, later("/about/").how) == ("miss", "hit")
    about.title = "Who we are"
    about.save_revision()
    assert later("/about/").how == "hit", "a draft changes nothing"
    about.save_revision().publish()
    fresh = later("/about/")
    assert b"Who we are" in fresh.body
    assert json.loads(later("/api/v1/pages/?path=/about/").body)["title"] == "Who we are"
    assert json.loads(later("/api/v1/redirects/").body)["items"] == []
    about.slug = "us"
    about.save_revision().publish()
    assert (later("/about/").status, later("/us/").status) == (301, 200)
    assert [row["path"] for row in json.loads(later("/api/v1/redirects/").body)["items"]] == ["/about"]
    about.unpublish()
    assert later("/us/").status == 404
    versions.plain.close()


def test_a_price_that_changes_by_the_clock_changes_at_its_moment(pages: dict[str, Any], shop: Shop) -> None:
    starts = timezone.now() + timedelta(hours=1)
    PriceRule.objects.create(site=shop.site, name="Summer", value=Decimal("0.5"), valid_from=starts, priority=99)
    for path in (
        "/devices/iphone-8/",
        "/prices/",
        "/services/",
        "/screens/",
        "/api/v1/devices/iphone-8/",
        "/api/v1/devices/",
    ):
        cache = new_cache()
        assert [Got(cache, path).how for _ in range(2)] == ["miss", "hit"], path
        [entry] = cache.store.entries.values()
        assert entry.until <= starts.timestamp(), path
        cache.clock = (starts + timedelta(seconds=1)).timestamp
        assert Got(cache, path).how == "miss", path


def test_words_around_a_screen_are_kept_with_it(pages: dict[str, Any]) -> None:
    published(pages["home"], StorefrontPage(title="What it costs", slug="prices", screen="prices"))
    cache = new_cache()
    got = Got(cache, "/prices/")
    assert got.how == "miss"
    assert b"What it costs" in got.body
