"""The page cache: the same bytes for everybody, never somebody's own, never older than the last commit for long."""

import re
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.test import RequestFactory
from wagtail.models import Page, PageViewRestriction

from cms.versions import Scope, bump
from repairs.live_rows import Plain
from site_config.page_cache import PageCache
from site_config.page_store import OVERHEAD, Entry, Store, Versions

PATIENCE = 10.0


class Counters:
    """Versions under the test's hand."""

    def __init__(self) -> None:
        self.value: Any = ((1, "content", 1),)

    def bump(self) -> None:
        self.value = ((1, "content", self.value[0][2] + 1),)

    def current(self) -> Any:
        return self.value


class Site:
    """A stand-in for Django that counts its renderings and answers what it is told to."""

    def __init__(self) -> None:
        self.rendered: list[dict[str, Any]] = []
        self.status = "200 OK"
        self.headers: list[tuple[str, str]] = []
        self.during: Callable[[], None] = lambda: None

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.rendered.append(environ)
        number = len(self.rendered)
        self.during()
        start_response(self.status, [("Content-Type", "text/html"), ("Vary", "Cookie"), *self.headers])
        return [b"rendering ", str(number).encode()]


class Got:
    """What one visitor got."""

    def __init__(self, application: Any, path: str = "/devices/", method: str = "GET", **environ: Any) -> None:
        made = RequestFactory().generic(method, path).environ
        made.pop("HTTP_COOKIE", None)
        body = application({**made, "HTTP_HOST": "testserver", **environ}, self.start)
        self.body = b"".join(body)
        if hasattr(body, "close"):
            body.close()

    def start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        self.status = int(status.split(maxsplit=1)[0])
        self.headers = {name.lower(): value for name, value in headers}

    @property
    def how(self) -> str:
        return self.headers.get("x-cache", "around")


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def versions() -> Counters:
    return Counters()


@pytest.fixture
def cache(site: Site, versions: Counters) -> PageCache:
    return PageCache(site, versions=versions)  # type: ignore[arg-type]


def test_two_visitors_get_the_same_bytes_from_one_rendering(cache, site):
    first = Got(cache, HTTP_COOKIE="csrftoken=a", HTTP_USER_AGENT="one")
    second = Got(cache, HTTP_COOKIE="theme=dark", HTTP_USER_AGENT="two")
    assert (first.how, second.how) == ("miss", "hit")
    assert first.body == second.body == b"rendering 1"
    assert second.headers["cache-control"] == "public, max-age=0, must-revalidate"
    assert second.headers["vary"] == "Cookie"
    assert second.headers["content-length"] == "11"


def test_a_page_is_rendered_without_anything_of_the_visitor(cache, site):
    Got(
        cache,
        HTTP_COOKIE="csrftoken=a",
        HTTP_IF_NONE_MATCH='W/"x"',
        HTTP_ACCEPT_ENCODING="gzip",
        HTTP_RANGE="bytes=0-1",
        HTTP_USER_AGENT="one",
        HTTP_ACCEPT_LANGUAGE="pt-BR",
    )
    left = {name for name in site.rendered[0] if name.startswith("HTTP_")}
    assert left == {"HTTP_HOST"}


@pytest.mark.parametrize(
    "own",
    [
        {"HTTP_COOKIE": "sessionid=abc"},
        {"HTTP_COOKIE": "a=b; oscar_open_basket=5:x"},
        {"HTTP_COOKIE": "messages=x"},
        {"HTTP_AUTHORIZATION": "Bearer x"},
        {"HTTP_X_BASKET_TOKEN": "x"},
        {"HTTP_X_SESSION_TOKEN": "x"},
        {"HTTP_HX_REQUEST": "true"},
        {"QUERY_STRING": "token=preview"},
        {"QUERY_STRING": "q=anything"},
        {"QUERY_STRING": "page=" + "9" * 500},
        {"PATH_INFO": "/basket/"},
        {"PATH_INFO": "/accounts/login/"},
        {"REQUEST_METHOD": "POST"},
        {"HTTP_HOST": "unknown.example"},
    ],
)
def test_what_is_somebodys_own_goes_around_the_cache(cache, site, own):
    Got(cache)
    assert Got(cache, **own).how == "around"
    assert len(site.rendered) == 2
    assert Got(cache).body == b"rendering 1"


@pytest.mark.parametrize(
    "path",
    ["/repairs/phones/", "/prices/", "/services/", "/pt-br/prices/", "/sitemap.xml", "/robots.txt", "/devices/x/y/"],
)
def test_the_shop_window_is_answered_from_the_cache(cache, site, path):
    Got(cache, path)
    assert Got(cache, path, HTTP_COOKIE="theme=dark").how == "hit"
    assert Got(cache, path, HTTP_COOKIE="sessionid=abc").how == "around"


@pytest.mark.parametrize("path", ["/find/?q=iphone", "/track/", "/track/abc/", "/book/", "/visitor/"])
def test_what_is_typed_or_somebodys_own_is_never_kept(cache, site, path):
    assert (Got(cache, path).how, Got(cache, path).how) == ("around", "around")


def test_a_page_of_an_editor_is_kept_whatever_its_slug_when_it_says_that_it_is_public(cache, site):
    site.headers = [("X-Cache-Until", "99999999999")]
    assert [Got(cache, "/so-we-mend/").how for _ in range(2)] == ["miss", "hit"]
    assert "x-cache-until" not in Got(cache, "/so-we-mend/", HTTP_COOKIE="sessionid=x").headers
    assert Got(cache, "/pt-br/sobre/", HTTP_COOKIE="theme=dark").how == "miss"


def test_an_answer_on_an_unknown_path_that_does_not_say_so_is_not_kept(cache, site):
    assert [Got(cache, "/something/").body for _ in range(2)] == [b"rendering 1", b"rendering 2"]
    assert not cache.store.entries


def test_an_unknown_path_is_asked_again_for_who_has_cookies_of_any_kind(cache, site):
    got = Got(cache, "/something/", HTTP_COOKIE="mine=1")
    assert (got.how, got.body) == ("around", b"rendering 2")
    assert site.rendered[-1]["HTTP_COOKIE"] == "mine=1"


def test_a_private_path_is_never_kept_even_if_its_answer_says_that_it_is_public(cache, site):
    site.headers = [("X-Cache-Until", "99999999999")]
    for path in ("/accounts/login/", "/pt-br/checkout/", "/api/v1/me/orders/", "/cms/", "/bench/"):
        assert Got(cache, path).how == "around"
    assert not cache.store.entries


def test_queries_are_put_in_order_and_advertisers_marks_dropped(cache, site):
    Got(cache, QUERY_STRING="condition=poor&urgency=urgent")
    again = Got(cache, QUERY_STRING="utm_source=mail&urgency=urgent&condition=poor&gclid=1")
    other = Got(cache, QUERY_STRING="condition=good&urgency=urgent")
    assert (again.how, other.how) == ("hit", "miss")
    assert site.rendered[0]["QUERY_STRING"] == "condition=poor&urgency=urgent"


def test_host_scheme_and_the_apis_language_tell_answers_apart(cache, site):
    assert [
        Got(cache).how,
        Got(cache, HTTP_HOST="localhost").how,
        Got(cache, **{"wsgi.url_scheme": "https"}).how,
        Got(cache, HTTP_ACCEPT_LANGUAGE="pt-BR").how,
    ] == ["miss", "miss", "miss", "hit"]
    path = "/api/v1/devices/"
    assert [
        Got(cache, path).how,
        Got(cache, path, HTTP_ACCEPT_LANGUAGE="en-US,en").how,
        Got(cache, path, HTTP_ACCEPT_LANGUAGE="pt,en;q=0.5").how,
        Got(cache, path, HTTP_ACCEPT_LANGUAGE="pt-BR").how,
    ] == ["miss", "hit", "miss", "hit"]
    assert site.rendered[-1]["HTTP_ACCEPT_LANGUAGE"] == "pt-br"


def test_a_foreign_frontends_origin_tells_answers_apart_only_when_it_is_allowed(cache, site, settings):
    settings.ALLOWED_ORIGINS = ["https://front.example"]
    assert Got(cache).how == "miss"
    assert Got(cache, HTTP_ORIGIN="https://front.example").how == "miss"
    assert Got(cache, HTTP_ORIGIN="https://other.example").how == "hit"
    assert site.rendered[1]["HTTP_ORIGIN"] == "https://front.example"


@pytest.mark.parametrize(
    "header",
    [("Set-Cookie", "csrftoken=x"), ("Cache-Control", "private"), ("Cache-Control", "no-store"), ("Vary", "*")],
)
def test_an_answer_for_one_visitor_is_never_kept_and_is_made_for_that_visitor(cache, site, header):
    site.headers = [header] if header[0] != "Vary" else []
    if header[0] == "Vary":
        site.during = lambda: site.headers.append(header)
        cache.application = lambda environ, start: site(
            environ, lambda s, h: start(s, [p for p in h if p[1] != "Cookie"])
        )
    got = Got(cache, HTTP_COOKIE="csrftoken=mine")
    assert got.how == "around"
    assert site.rendered[-1]["HTTP_COOKIE"] == "csrftoken=mine"
    assert not cache.store.entries


def test_only_a_200_is_kept_and_a_404_is_rendered_once_for_each_visitor(cache, site):
    site.status = "404 Not Found"
    assert [Got(cache, "/devices/none/").status for _ in range(2)] == [404, 404]
    assert len(site.rendered) == 2
    assert not cache.store.entries


def test_a_page_that_was_taken_away_is_not_shown_from_memory(cache, site, versions):
    Got(cache)
    versions.bump()
    site.status = "404 Not Found"
    assert Got(cache).status == 404
    site.status = "200 OK"
    assert Got(cache).body == b"rendering 3"


def test_a_visitor_who_has_the_page_gets_304_and_no_body(cache):
    etag = Got(cache).headers["etag"]
    assert re.fullmatch(r'W/"[0-9a-f]{24}"', etag)
    for asked in (etag, etag[2:], f'"other", {etag}', "*"):
        again = Got(cache, HTTP_IF_NONE_MATCH=asked)
        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"] == etag
        assert "content-length" not in again.headers
    assert Got(cache, HTTP_IF_NONE_MATCH='"other"').status == 200


def test_an_etag_of_the_views_own_is_kept(cache, site):
    site.headers = [("ETag", '"mine"')]
    assert Got(cache).headers["etag"] == '"mine"'
    assert Got(cache, HTTP_IF_NONE_MATCH='W/"mine"').status == 304


def test_head_is_answered_from_the_same_entry_without_a_body(cache, site):
    Got(cache)
    head = Got(cache, method="HEAD")
    assert (head.how, head.body, head.headers["content-length"]) == ("hit", b"", "11")
    assert Got(cache, "/devices/x/", method="HEAD").body == b""
    assert Got(cache, "/devices/x/").body == b"rendering 2"


def test_a_views_own_limit_ends_an_entry_and_is_not_sent_on(site, versions):
    now = [1000.0]
    cache = PageCache(site, versions=versions, clock=lambda: now[0])  # type: ignore[arg-type]
    site.headers = [("X-Cache-Until", "1060")]
    first = Got(cache)
    assert "x-cache-until" not in first.headers
    assert "x-cache-until" not in Got(cache, HTTP_COOKIE="sessionid=x").headers
    now[0] = 1059.9
    assert Got(cache).body == b"rendering 1"
    now[0] = 1060.0
    assert Got(cache).body == b"rendering 3"


def test_a_bump_during_a_rendering_makes_its_answer_stale_at_once(cache, site, versions):
    site.during = versions.bump
    Got(cache)
    site.during = lambda: None
    assert Got(cache).body == b"rendering 2"
    assert Got(cache).how == "hit"


def test_one_visitor_renders_and_the_others_get_the_old_bytes_meanwhile(cache, site, versions):
    Got(cache)
    versions.bump()
    began, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        began.set()
        assert go_on.wait(PATIENCE)

    site.during = slow
    fresh: list[Got] = []
    renderer = threading.Thread(target=lambda: fresh.append(Got(cache)))
    renderer.start()
    assert began.wait(PATIENCE)
    assert [(got.how, got.body) for got in (Got(cache), Got(cache))] == [("stale", b"rendering 1")] * 2
    go_on.set()
    renderer.join(PATIENCE)
    assert (fresh[0].how, fresh[0].body) == ("miss", b"rendering 2")
    assert len(site.rendered) == 2


def test_the_first_visitors_of_a_page_wait_for_one_rendering(cache, site):
    waiting = threading.Semaphore(0)
    land = cache.store.take_off

    def take_off(key: Any) -> Any:
        flight = land(key)
        waiting.release()
        return flight

    cache.store.take_off = take_off  # type: ignore[method-assign]
    site.during = lambda: [waiting.acquire(timeout=PATIENCE) for _ in range(6)] and None
    got: list[Got] = []
    visitors = [threading.Thread(target=lambda: got.append(Got(cache))) for _ in range(6)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join(PATIENCE)
    assert [one.body for one in got] == [b"rendering 1"] * 6
    assert len(site.rendered) == 1


def test_a_rendering_that_fails_blocks_nobody(cache, site):
    def fail() -> None:
        raise RuntimeError("broken")

    site.during = fail
    with pytest.raises(RuntimeError):
        Got(cache)
    site.during = lambda: None
    assert Got(cache).how == "miss"


def test_memory_is_bounded_and_the_least_used_page_goes_first():
    store = Store(most_bytes=3 * (OVERHEAD + 100))

    def entry() -> Entry:
        return Entry((), float("inf"), "", b"x" * 100, [], [])

    for name in ("a", "b", "c"):
        store.put((name,), entry())
    store.get(("a",))
    store.put(("d",), entry())
    assert set(store.entries) == {("a",), ("c",), ("d",)}
    store.put(("a",), entry())
    assert store.bytes == 3 * (OVERHEAD + 100)
    store.put(("a",), None)
    assert store.bytes == 2 * (OVERHEAD + 100)


BEGINNING = ((0, "private pages", 0), (0, "redirects", 0), (1, "content", 1))


@pytest.fixture
def counters(tmp_path: Path) -> dict[str, Any]:
    path = tmp_path / "versions.sqlite3"
    with sqlite3.connect(path) as made:
        made.execute("CREATE TABLE cms_version (site_id int, scope text, number int)")
        made.execute("INSERT INTO cms_version VALUES (1, 'content', 1)")
        made.execute("CREATE TABLE wagtailcore_pageviewrestriction (id int)")
        made.execute("CREATE TABLE wagtailredirects_redirect (id int)")
    made.close()
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path)}


def test_versions_are_read_at_most_twice_a_second_and_by_one(counters):
    now = [0.0]
    versions = Versions(counters, clock=lambda: now[0])
    reads: list[float] = []
    sound = versions.plain.rows

    def rows(*values: Any) -> Any:
        reads.append(now[0])
        return sound(*values)

    versions.plain.rows = rows  # type: ignore[method-assign]
    for moment in (0.0, 0.1, 0.49, 0.5, 0.6, 0.99, 1.0):
        now[0] = moment
        assert versions.current() == BEGINNING
    assert reads == [0.0, 0.5, 1.0]
    with versions.lock:
        now[0] = 1.6
        assert versions.current() == BEGINNING
    assert reads == [0.0, 0.5, 1.0]


def test_a_database_that_is_away_leaves_stored_pages_standing(counters, monkeypatch):
    now = [0.0]
    versions = Versions(counters, clock=lambda: now[0])
    before = versions.current()

    def gone(self: Plain) -> Any:
        raise sqlite3.OperationalError("gone")

    versions.plain.close()
    monkeypatch.setattr(Plain, "open", gone)
    now[0] = 5.0
    assert versions.current() == before
    never = Versions(counters, clock=lambda: now[0])
    assert never.current() is None


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_bump_is_seen_once_it_is_committed_and_not_before(site, settings):
    now = [0.0]
    versions = Versions(settings.DATABASES["default"], clock=lambda: now[0])
    cache = PageCache(site, versions=versions)

    def later() -> Got:
        now[0] += 1.0
        return Got(cache)

    assert later().how == "miss"
    with transaction.atomic():
        bump(Scope.PRICES)
        assert later().how == "hit"
    assert later().body == b"rendering 2"
    assert later().how == "hit"
    versions.plain.close()


@pytest.mark.django_db(transaction=True)
def test_a_page_made_private_changes_the_version(settings):
    now = [0.0]
    versions = Versions(settings.DATABASES["default"], clock=lambda: now[0])
    before = versions.current()
    PageViewRestriction.objects.create(page=Page.get_first_root_node(), restriction_type=PageViewRestriction.LOGIN)
    now[0] = 1.0
    assert versions.current() != before
    versions.plain.close()


PUBLIC = (
    "/devices/",
    "/devices/iphone-8/",
    "/devices/iphone-8/screen-repair/?condition=poor&urgency=urgent",
    "/api/v1/device-categories/",
    "/api/v1/devices/",
    "/api/v1/devices/iphone-8/",
    "/api/v1/repair-types/",
)


@pytest.fixture
def kept_connection() -> Iterator[None]:
    """The requests of the test see its rows: they leave its connection open, as Django's test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("path", PUBLIC)
@pytest.mark.usefixtures("shop", "kept_connection")
def test_every_public_page_is_stored_and_is_the_same_for_two_visitors(path):
    cache = PageCache(get_wsgi_application(), versions=Counters())  # type: ignore[arg-type]
    first = Got(cache, path, HTTP_COOKIE="csrftoken=one", HTTP_USER_AGENT="one")
    assert (first.status, first.how) == (200, "miss"), first.body[:500]
    again = PageCache(get_wsgi_application(), versions=Counters())  # type: ignore[arg-type]
    second = Got(again, path, HTTP_USER_AGENT="two", REMOTE_ADDR="10.0.0.2")
    assert first.body == second.body
    assert Got(cache, path).how == "hit"
    assert b"csrfmiddlewaretoken" not in first.body
