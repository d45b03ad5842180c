"""Which requests the page cache may answer, what tells their answers apart, and what they are rendered from.

A page is rendered from nothing but what its key holds: cookies, conditional headers and whatever else a visitor
sends are left out of the environ, so the bytes cannot depend on who asked first.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.utils.translation.trans_real import get_supported_language_variant, parse_accept_lang_header

from cms.frontends.known import allowed_origins

Environ = dict[str, Any]
Key = tuple[str, ...]

LONGEST_QUERY = 400
CURRENCY = re.compile(r"[A-Z]{3}")
DROPPED = ("utm_", "gclid", "fbclid", "msclkid")
# A request with one of these is somebody's own, or wants another form of the page.
OWN = ("HTTP_AUTHORIZATION", "HTTP_X_BASKET_TOKEN", "HTTP_X_SESSION_TOKEN", "HTTP_X_PREVIEW_TOKEN", "HTTP_HX_REQUEST")
KEPT = (
    "SCRIPT_NAME",
    "PATH_INFO",
    "SERVER_NAME",
    "SERVER_PORT",
    "SERVER_PROTOCOL",
    "REMOTE_ADDR",
    "HTTP_HOST",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PROTO",
)


@lru_cache(maxsize=4096)
def known_host(host: str) -> bool:
    """Whether ALLOWED_HOSTS lets this Host header in; others would only fill the memory."""
    domain, _ = split_domain_port(host)
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


@lru_cache(maxsize=1024)
def language(accepted: str) -> str:
    """The one of our languages that an Accept-Language header leads to."""
    for code, _ in parse_accept_lang_header(accepted):
        try:
            return str(get_supported_language_variant(code))
        except LookupError:
            continue
    return str(settings.LANGUAGE_CODE)


def bare(path: str) -> str:
    """The path without a language in front."""
    for code, _ in settings.LANGUAGES:
        if path.startswith(f"/{code}/"):
            return path[len(code) + 1 :]
    return path


@lru_cache(maxsize=4096)
def is_public(path: str) -> bool:
    """Whether the path is on the list of public ones: whatever is answered there is everybody's."""
    path = bare(path)
    return path in settings.PAGE_CACHE_PATHS or path.startswith(tuple(settings.PAGE_CACHE_PREFIXES))


@lru_cache(maxsize=4096)
def may_be_public(path: str) -> bool:
    """Whether it is public or may be a page of an editor: its answer is kept if it says that it is public."""
    return is_public(path) or not bare(path).startswith(tuple(settings.PAGE_CACHE_PRIVATE))


@lru_cache(maxsize=4096)
def tidy(query: str) -> str | None:
    """The query with its keys in order and advertisers' marks dropped; None when a key is not on the list."""
    if len(query) > LONGEST_QUERY:
        return None
    pairs = [(key, value) for key, value in parse_qsl(query, keep_blank_values=True) if not key.startswith(DROPPED)]
    if any(key not in settings.PAGE_CACHE_QUERY for key, _ in pairs):
        return None
    return urlencode(sorted(pairs, key=lambda pair: pair[0]))


def cookie(cookies: str, name: str) -> str:
    """The value of one cookie, as it came; empty without it."""
    for part in cookies.split(";") if f"{name}=" in cookies else ():
        if part.strip().startswith(f"{name}="):
            return part.strip()[len(name) + 1 :]
    return ""


def chosen_language(environ: Mapping[str, Any], cookies: str) -> str:
    """The language that this visitor gets: their cookie's, else their browser's."""
    return language(cookie(cookies, settings.LANGUAGE_COOKIE_NAME) or environ.get("HTTP_ACCEPT_LANGUAGE", ""))


def chosen_currency(cookies: str) -> str:
    """The currency that this visitor chose for pages; whether the shop has it is for the page to say."""
    found = cookie(cookies, settings.CURRENCY_COOKIE_NAME)
    return found if CURRENCY.fullmatch(found) else ""


def key_of(environ: Mapping[str, Any]) -> Key | None:
    """What tells this request's answer apart from others; None when the cache must keep out of it."""
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or environ.get("SCRIPT_NAME"):
        return None
    path = environ["PATH_INFO"]
    if not may_be_public(path) or any(name in environ for name in OWN):
        return None
    cookies = environ.get("HTTP_COOKIE", "")
    if cookies and any(f"{name}=" in cookies for name in settings.PAGE_CACHE_BYPASS_COOKIES):
        return None
    query = tidy(environ["QUERY_STRING"]) if environ.get("QUERY_STRING") else ""
    host = environ.get("HTTP_HOST", "")
    if settings.USE_X_FORWARDED_HOST:
        host = environ.get("HTTP_X_FORWARDED_HOST", host)
    if query is None or not known_host(host):
        return None
    proxied = settings.SECURE_PROXY_SSL_HEADER
    scheme = environ.get(proxied[0], "") if proxied else environ["wsgi.url_scheme"]
    port = environ.get("HTTP_X_FORWARDED_PORT", "") if settings.USE_X_FORWARDED_PORT else ""
    origin = environ.get("HTTP_ORIGIN", "")
    origin = origin if origin and origin in allowed_origins() else ""
    # Pages take their language from the path alone and their currency from a cookie; the API asks the browser, and
    # takes the currency from the query.
    by_program = path.startswith("/api/")
    spoken = chosen_language(environ, cookies) if by_program else ""
    money = chosen_currency(cookies) if cookies and not by_program else ""
    return scheme, host, port, path, query, spoken, money, origin


def environ_for(key: Key, environ: Mapping[str, Any]) -> Environ:
    """The environ to render the answer from: the server's facts and what the key holds."""
    *_, query, spoken, money, origin = key
    bare = {name: environ[name] for name in KEPT if name in environ}
    bare.update({name: value for name, value in environ.items() if name.startswith("wsgi.")})
    bare.update(REQUEST_METHOD="GET", QUERY_STRING=query)
    if spoken:
        bare["HTTP_ACCEPT_LANGUAGE"] = spoken
    if money:
        bare["HTTP_COOKIE"] = f"{settings.CURRENCY_COOKIE_NAME}={money}"
    bare["wsgi.input"] = BytesIO()
    if settings.SECURE_PROXY_SSL_HEADER and (proxied := settings.SECURE_PROXY_SSL_HEADER[0]) in environ:
        bare[proxied] = environ[proxied]
    if origin:
        bare["HTTP_ORIGIN"] = origin
    return bare
