"""Which frontends show a site's content elsewhere: from settings.FRONTENDS only, never from what somebody types."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.utils.text import slugify

EVERY = "default"
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
# What a frontend has no route for unless it says so: links in mails, and what a customer is in the middle of.
SERVED_HERE = ("/track/", "/book/", "/basket/", "/checkout/", "/account/")


@dataclass(frozen=True)
class Frontend:
    """One frontend. `url` is empty when it is only for looking at drafts; addresses may begin with / (this server)."""

    key: str
    name: str
    preview_url: str
    url: str
    served_here: tuple[str, ...] = SERVED_HERE

    def preview_address(self, **query: str) -> str:
        """Where a draft is looked at, with these keys added to its query."""
        parts = urlsplit(self.preview_url)
        pairs = [*parse_qsl(parts.query, keep_blank_values=True), *query.items()]
        return urlunsplit(parts._replace(query=urlencode(pairs)))

    def address(self, path: str) -> str:
        """The same path there."""
        return f"{self.url.rstrip('/')}{path}"


def frontends_of(hostname: str) -> list[Frontend]:
    """The frontends of the site of this host name, else those of every site."""
    host = hostname if hostname in settings.FRONTENDS else EVERY
    return [_frontend(host, entry) for entry in settings.FRONTENDS.get(host, [])]


def frontends() -> list[Frontend]:
    """Every frontend of every site; snippets belong to all sites."""
    return [_frontend(host, entry) for host, entries in settings.FRONTENDS.items() for entry in entries]


def _frontend(host: str, entry: dict[str, Any]) -> Frontend:
    name = entry["NAME"]
    served = tuple(entry.get("SERVED_HERE", SERVED_HERE))
    key = slugify(name) if host == EVERY else f"{slugify(host.replace('.', '-'))}-{slugify(name)}"
    told = name if host == EVERY else f"{name} ({host})"
    return Frontend(f"in-{key}", told, entry.get("PREVIEW_URL", ""), entry.get("URL", ""), served)


def origins() -> set[str]:
    """The origins of all frontends on other hosts: who may read drafts from a browser, and be framed by our admin."""
    return {
        f"{parts.scheme}://{parts.netloc}"
        for one in frontends()
        for parts in (urlsplit(one.preview_url), urlsplit(one.url))
        if parts.netloc
    }


def allowed_origins() -> set[str]:
    """The origins whose pages may call the API: those of ALLOWED_ORIGINS, "*" perhaps among them, and all frontends."""
    return {*settings.ALLOWED_ORIGINS, *origins()}


def is_sound(address: str) -> bool:
    """Whether an address of a frontend may stand in the settings: https, loopback for developers, or a path here."""
    parts = urlsplit(address)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK):
        return bool(parts.netloc) and not parts.username
    return address.startswith("/") and not address.startswith("//")
