"""What editors wrote with headings and links, as HTML that our pages or another host can show.

Wagtail asks the database for each text; here the linked pages are known before, all at once. Links to pages of the site
become paths, for a frontend has the same ones; for another host documents and pictures become full addresses, for only
we have them.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import Any

from wagtail.models import Page
from wagtail.rich_text import expand_db_html

from cms.paths import Paths

PAGE_LINK = re.compile(r"<a\b[^>]*\blinktype=\"page\"[^>]*>")
NUMBER = re.compile(r"\bid=\"(\d+)\"")
OURS = re.compile(r"\b(src|href)=\"(/(?:media|documents)/[^\"]*)\"")


def linked_pages(texts: Iterable[str]) -> set[int]:
    """The ids of the pages that stored texts link to. No statement."""
    tags = (tag for text in texts for tag in PAGE_LINK.findall(text))
    return {int(found[1]) for tag in tags if (found := NUMBER.search(tag))}


def paths_of_links(texts: Iterable[str], paths: Paths, language: str = "") -> dict[int, str]:
    """Where the published pages stand that stored texts link to, by id; one statement for those of another site.

    With a language a link leads to the page's translation, where there is a published one.
    """
    ids = linked_pages(texts)
    elsewhere = ids & paths.elsewhere
    rows = Page.objects.filter(pk__in=elsewhere, live=True) if elsewhere else ()
    known = {pk: paths.by_id[pk] for pk in ids & set(paths.by_id)}
    here = {pk: paths.path(paths.spoken(page, language) if language else page) for pk, page in known.items()}
    return here | {row.pk: address for row in rows if (address := row.full_url)}


def html(text: str, paths: Mapping[int, str], absolute: Callable[[str], str] | None = None) -> str:
    """A stored text as HTML. A link to a page that is gone or not published keeps its words and leads nowhere.

    `absolute` makes a path of ours a full address, for a reader on another host.
    """

    def link(tag: re.Match[str]) -> str:
        found = NUMBER.search(tag[0])
        path = paths.get(int(found[1])) if found else None
        return f'<a href="{escape(path)}">' if path else "<a>"

    expanded: Any = expand_db_html(PAGE_LINK.sub(link, text))
    if absolute is None:
        return str(expanded)
    return OURS.sub(lambda found: f'{found[1]}="{escape(absolute(found[2]))}"', expanded)
