"""The words that editors put around the shop's own screens."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language

from cms.models import StorefrontPage
from cms.paths import paths_of
from cms.previews.tokens import draft_of
from cms.sites import site_for


def words_for(request: HttpRequest, screen: str) -> StorefrontPage | None:
    """The live page of words around a screen, in the reader's language; the draft in a preview.

    One statement, none where there are no words.
    """
    draft: Any = draft_of(request, StorefrontPage)
    if draft is not None and draft.screen == screen:
        return draft  # type: ignore[no-any-return]
    where, code = paths_of(site_for(request)), get_language() or ""
    leaf = where.at(screen, code)
    if leaf is None or not where.is_public(leaf):
        return None
    rows = StorefrontPage.objects.select_related("locale")
    return rows.filter(pk=leaf.pk, screen=screen, live=True).first()
