"""What stands around every page and in the home page's window, read once for each version of the content."""

from dataclasses import dataclass
from datetime import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import get_language, get_language_info

from cms.models import HomePage
from cms.sites import Site, site_for, version_of
from cms.templatetags.words import footer_pages
from shop.storefront import hours

KEPT_SECONDS = 24 * 60 * 60


@dataclass(frozen=True)
class Foot:
    """The shop's pages, its hours, and the languages its home page is written in (code, name, address)."""

    pages: list[dict[str, str]]
    spans: list[tuple[int, time, time]]
    languages: list[tuple[str, str, str]]

    @property
    def hours(self) -> list[hours.Days]:
        """The week in words of the reader's language."""
        return hours.in_words(self.spans)


def foot(request: HttpRequest) -> Foot:
    """What the foot of a page shows. No statement while nothing of it changed."""
    site = site_for(request)
    key = f"foot:{site.pk}:{get_language()}:{version_of(site)}"
    kept = cache.get(key)
    if kept is None:
        context: dict[str, Any] = {"request": request}
        kept = Foot(footer_pages(context), hours.read(site), _languages(site, request))
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def _languages(site: Site, request: HttpRequest) -> list[tuple[str, str, str]]:
    """Every language with a live home page; empty when there is only one."""
    root = site.root_page.specific
    if not isinstance(root, HomePage):
        return []
    known = dict(settings.LANGUAGES)
    pages = root.get_translations(inclusive=True).live().select_related("locale")
    rows = [
        (page.locale.language_code, get_language_info(page.locale.language_code)["name_local"], page.get_url(request))
        for page in pages
        if page.locale.language_code in known
    ]
    return rows if len(rows) > 1 else []
