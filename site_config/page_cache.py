"""Public pages and API reads for people without a session, answered before Django is asked.

A WSGI application around Django's: as a Django middleware the same cache saves next to nothing. It keeps whole
answers by host, path, query and language together with the version of the content, and renders one again when
`cms.versions.bump` was committed: one request renders, the others get the old bytes meanwhile.
"""

import time
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings

from site_config.page_key import Environ, Key, environ_for, is_public, key_of, may_be_public
from site_config.page_store import UNTIL, Answer, Entry, Headers, Store, Version, Versions

StartResponse = Callable[..., Any]
Wsgi = Callable[[Environ, StartResponse], Iterable[bytes]]

WAIT_SECONDS = 20.0  # for somebody else's rendering, when there is nothing old to show


class PageCache:
    """The wrapper. `application` is Django's WSGI application."""

    def __init__(
        self, application: Wsgi, *, versions: Versions | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self.application = application
        self.versions = versions or Versions(settings.DATABASES["default"])
        self.clock = clock
        self.store = Store()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        key = key_of(environ) if settings.PAGE_CACHE else None
        version = self.versions.current() if key is not None else None
        if key is None or version is None:
            return self.pass_on(environ, start_response)
        entry = self.store.get(key)
        if entry is not None and entry.is_true(version, self.clock()):
            return send(entry, environ, start_response, "hit")
        flight = self.store.take_off(key)
        if flight is None:
            return self.render(key, version, environ, start_response)
        if entry is not None:
            return send(entry, environ, start_response, "stale")
        flight.wait(WAIT_SECONDS)
        entry = self.store.get(key)
        if entry is not None:
            return send(entry, environ, start_response, "hit")
        return self.pass_on(environ, start_response)

    def pass_on(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Let Django answer this one visitor; only our own header is taken off."""
        if not may_be_public(environ["PATH_INFO"]):
            return self.application(environ, start_response)

        def start(status: str, headers: Headers, *more: Any) -> Any:
            return start_response(status, [pair for pair in headers if pair[0].lower() != UNTIL.lower()], *more)

        return self.application(environ, start)

    def render(self, key: Key, version: Version, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Render for everybody and keep it. What cannot be kept is forgotten and answered to this visitor alone.

        On a path that is on no list only what says that it is public is kept. The version was read before: a bump
        that comes while we render makes the entry stale at once.
        """
        listed = is_public(environ["PATH_INFO"])
        try:
            answer = capture(self.application, environ_for(key, environ))
            kept = answer.may_be_stored() and (listed or answer.says_public())
            entry = Entry.of(answer, version) if kept else None
            self.store.put(key, entry)
        finally:
            self.store.land(key)
        if entry is not None:
            return send(entry, environ, start_response, "miss")
        # What knows nothing of our list may look at cookies: who has some is asked for what was meant for them.
        if answer.is_somebodys() or not listed and "HTTP_COOKIE" in environ:
            return self.pass_on(environ, start_response)
        start_response(answer.status, [pair for pair in answer.headers if pair[0].lower() != UNTIL.lower()])
        return () if environ["REQUEST_METHOD"] == "HEAD" else (answer.body,)


def capture(application: Wsgi, environ: Environ) -> Answer:
    """The whole answer of a WSGI application."""
    started: list[tuple[str, Headers]] = []
    chunks: list[bytes] = []

    def start(status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], None]:
        started.append((status, headers))
        return chunks.append

    body = application(environ, start)
    try:
        chunks.extend(body)
    finally:
        if hasattr(body, "close"):
            body.close()
    status, headers = started[-1]
    return Answer(status, headers, b"".join(chunks))


def send(entry: Entry, environ: Environ, start_response: StartResponse, how: str) -> Iterable[bytes]:
    """Answer from an entry: 304 when the visitor has it, no body for HEAD. `X-Cache` says how it came about."""
    asked = environ.get("HTTP_IF_NONE_MATCH")
    if asked and matches(asked, entry.etag):
        start_response("304 Not Modified", [*entry.unchanged, ("X-Cache", how)])
        return ()
    start_response("200 OK", [*entry.full, ("X-Cache", how)])
    return () if environ["REQUEST_METHOD"] == "HEAD" else (entry.body,)


def matches(asked: str, etag: str) -> bool:
    """Weak comparison of an If-None-Match header with an ETag."""
    return asked.strip() == "*" or any(
        one.strip().removeprefix("W/") == etag.removeprefix("W/") for one in asked.split(",")
    )
