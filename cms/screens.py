"""The words that editors put around the shop's own screens."""

from typing import Any

from django.core.cache import cache
from django.db.models.functions import Substr
from django.http import HttpRequest
from django.utils.translation import get_language
from wagtail.models import Page, Site

from cms.models import StorefrontPage
from cms.previews.tokens import draft_of
from cms.sites import site_for, version_of

KEPT_SECONDS = 24 * 60 * 60
NONE = 0  # kept where nobody wrote any: the cache's own None says that nobody looked


def words_for(request: HttpRequest, screen: str) -> StorefrontPage | None:
    """The live page of words around a screen, in the reader's language; the draft in a preview.

    One statement, none where there are no words: which page it is is kept for each version of the content.
    """
    draft: Any = draft_of(request, StorefrontPage)
    if draft is not None and draft.screen == screen:
        return draft  # type: ignore[no-any-return]
    site = site_for(request)
    key = f"screen:{screen}:{site.pk}:{get_language()}:{version_of(site)}"
    kept = cache.get(key)
    if kept is None:
        kept = _find(site, screen) or NONE
        cache.set(key, kept, KEPT_SECONDS)
    return StorefrontPage.objects.select_related("locale").filter(pk=kept, live=True).first() if kept else None


def _find(site: Site, screen: str) -> int | None:
    """The page below the site's home page in this language, or one of its translations."""
    root = site.root_page
    homes = Page.objects.filter(translation_key=root.translation_key).values("path")
    spoken = StorefrontPage.objects.filter(screen=screen, slug=screen, locale__language_code=get_language() or "")
    mine = spoken.annotate(home=Substr("path", 1, len(root.path))).filter(home__in=homes)
    return mine.live().public().values_list("pk", flat=True).first()
