"""A frontend on another host, over plain HTTP: the server that production runs, asked as that host's pages ask it."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPResponse
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections

from cms.models import RepairType
from cms.previews import tokens as previews
from site_config.page_cache import PageCache
from tests.cms.test_previews import NOW, editor
from tests.factories import Shop
from tests.site_config.test_page_cache import Counters

OURS, OTHER = "https://app.example.com", "https://evil.example"
READ = "/api/v1/devices/"
SENT = {"x-basket-token", "idempotency-key", "x-session-token", "if-none-match", "x-preview-token", "content-type"}
SHOWN = {"etag", "retry-after", "location", "x-content-version"}
Ask = Callable[..., HTTPResponse]


class Quiet(WSGIRequestHandler):
    """Answers without a line in the log."""

    def log_message(self, *args: Any) -> None:
        """Nothing."""


@pytest.fixture
def ask(shop: Shop, settings: Any) -> Iterator[Ask]:
    """Send one request over a socket; the server answers in this thread, so that it sees the test's rows."""
    settings.FRONTENDS = {"default": [{"NAME": "App", "PREVIEW_URL": f"{OURS}/preview/", "URL": OURS}]}
    settings.ALLOWED_ORIGINS = []
    server = make_server("127.0.0.1", 0, PageCache(get_wsgi_application(), versions=Counters()), handler_class=Quiet)  # type: ignore[arg-type]
    server.timeout = 20
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)

    def send(method: str, path: str, body: Any, headers: dict[str, str]) -> HTTPResponse:
        line = HTTPConnection("127.0.0.1", server.server_port, timeout=20)
        kind = {"Content-Type": "application/json", "Host": "testserver"}
        line.request(method, path, json.dumps(body) if body is not None else None, {**kind, **headers})
        answer = line.getresponse()
        answer.words = answer.read()  # type: ignore[attr-defined]
        line.close()
        return answer

    with ThreadPoolExecutor(1) as browser:

        def one(method: str, path: str, body: Any = None, **headers: str) -> HTTPResponse:
            given = {name.replace("_", "-"): value for name, value in headers.items()}
            waiting = browser.submit(send, method, path, body, given)
            server.handle_request()
            return waiting.result(20)

        yield one
    server.server_close()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def words(answer: HTTPResponse, header: str) -> set[str]:
    return {word.strip().lower() for word in answer.getheader(header, "").split(",")}


def refused(answer: HTTPResponse) -> bool:
    """Whether a browser keeps this answer from the page that asked."""
    return answer.getheader("Access-Control-Allow-Origin") is None


def test_a_configured_frontend_reads_and_another_host_does_not_whoever_came_first(ask: Ask) -> None:
    for origin in (OTHER, OURS, "", OTHER, OURS, "null"):
        answer = ask("GET", READ, **({"Origin": origin} if origin else {}))
        assert answer.status == 200
        assert "origin" in words(answer, "Vary"), "a shared cache keeps one answer for each origin"
        assert answer.getheader("Access-Control-Allow-Credentials") is None
        assert answer.getheader("Access-Control-Allow-Origin") == (OURS if origin == OURS else None), origin
    assert answer.getheader("X-Cache") == "hit"
    assert words(ask("GET", READ, Origin=OURS), "Access-Control-Expose-Headers") >= SHOWN


def test_what_a_frontend_has_already_is_readable_as_unchanged(ask: Ask) -> None:
    etag = ask("GET", READ, Origin=OURS).getheader("ETag", "")
    again = ask("GET", READ, Origin=OURS, If_None_Match=etag)
    assert (again.status, again.getheader("Access-Control-Allow-Origin")) == (304, OURS)
    assert refused(ask("GET", READ, Origin=OTHER, If_None_Match=etag))


def test_a_browser_asks_first_and_only_the_frontend_may_send(ask: Ask) -> None:
    wish = {"Access_Control_Request_Method": "POST", "Access_Control_Request_Headers": "x-basket-token"}
    allowed = ask("OPTIONS", "/api/v1/orders/", Origin=OURS, **wish)
    assert (allowed.status, allowed.getheader("Access-Control-Allow-Origin")) == (204, OURS)
    assert words(allowed, "Access-Control-Allow-Headers") >= SENT
    assert {"post", "put", "delete"} <= words(allowed, "Access-Control-Allow-Methods")
    assert refused(ask("OPTIONS", "/api/v1/orders/", Origin=OTHER, **wish))


def test_a_basket_is_opened_and_read_from_elsewhere(ask: Ask) -> None:
    made = ask("POST", "/api/v1/basket/", {}, Origin=OURS)
    assert (made.status, made.getheader("Access-Control-Allow-Origin")) == (201, OURS)
    token = json.loads(made.words)["token"]  # type: ignore[attr-defined]
    read = ask("GET", "/api/v1/basket/", Origin=OURS, X_Basket_Token=token)
    assert (read.status, read.getheader("Access-Control-Allow-Origin")) == (200, OURS)
    assert refused(ask("GET", "/api/v1/basket/", Origin=OTHER, X_Basket_Token=token))


def test_a_draft_is_read_by_the_frontend_and_by_no_other_allowed_origin(ask: Ask, shop: Shop, settings: Any) -> None:
    settings.ALLOWED_ORIGINS = [OTHER]
    token = previews.keep(shop.screen, editor=editor("e@example.com", RepairType), at=NOW)
    mine = ask("GET", "/api/v1/preview/", Origin=OURS, X_Preview_Token=token)
    assert (mine.status, mine.getheader("Access-Control-Allow-Origin")) == (200, OURS)
    assert refused(ask("GET", "/api/v1/preview/", Origin=OTHER, X_Preview_Token=token))
    assert not refused(ask("GET", READ, Origin=OTHER)), "it may read what is public"
