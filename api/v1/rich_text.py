"""What editors wrote with headings and links, as HTML that another host can show.

Wagtail asks the database for each link; here the pages are read before, all at once. Links to pages of the site become
paths, for the frontend has the same ones; documents and pictures become full addresses, for only we have them.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import Any

from django.core.cache import cache
from wagtail.models import Page
from wagtail.rich_text import expand_db_html

from cms.paths import KEPT_SECONDS, Paths

PAGE_LINK = re.compile(r"<a\b[^>]*\blinktype=\"page\"[^>]*>")
NUMBER = re.compile(r"\bid=\"(\d+)\"")
OURS = re.compile(r"\b(src|href)=\"(/(?:media|documents)/[^\"]*)\"")


def linked_pages(texts: Iterable[str]) -> set[int]:
    """The ids of the pages that stored texts link to. No statement."""
    tags = (tag for text in texts for tag in PAGE_LINK.findall(text))
    return {int(found[1]) for tag in tags if (found := NUMBER.search(tag))}


def paths_of_links(texts: Iterable[str], paths: Paths) -> dict[int, str]:
    """Where the published pages stand that stored texts link to, by id; a statement once for each version of them."""
    ids = sorted(linked_pages(texts))
    if not ids:
        return {}
    key = f"{paths.key}:{hashlib.sha256(repr(ids).encode()).hexdigest()[:32]}"
    kept: dict[int, str] | None = cache.get(key)
    if kept is None:
        pages = Page.objects.filter(pk__in=ids, live=True)
        kept = {page.pk: path for page in pages if (path := paths.path(page) or page.full_url)}
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def html(text: str, paths: Mapping[int, str], absolute: Callable[[str], str]) -> str:
    """A stored text as HTML. A link to a page that is gone or not published keeps its words and leads nowhere."""

    def link(tag: re.Match[str]) -> str:
        found = NUMBER.search(tag[0])
        path = paths.get(int(found[1])) if found else None
        return f'<a href="{escape(path)}">' if path else "<a>"

    expanded: Any = expand_db_html(PAGE_LINK.sub(link, text))
    return OURS.sub(lambda found: f'{found[1]}="{escape(absolute(found[2]))}"', expanded)
