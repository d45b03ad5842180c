"""The contents of a long text: its headings with addresses, beside the text itself."""

import re
from dataclasses import dataclass
from html import unescape

from django import template
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from wagtail.rich_text import expand_db_html

register = template.Library()

HEADING = re.compile(r"<h2(?P<more>[^>]*)>(?P<words>.*?)</h2>", re.DOTALL)
FEWEST = 4  # a shorter text is seen at a glance


@dataclass(frozen=True)
class Written:
    """A rich text as HTML, and its headings: address within the page and words. None when there are few."""

    html: SafeString
    headings: list[tuple[str, str]]


@register.simple_tag
def written(text: str) -> Written:
    """A stored rich text whose headings can be linked to; statements only for the links and pictures in it."""
    found: list[tuple[str, str]] = []

    def numbered(heading: re.Match[str]) -> str:
        words = unescape(strip_tags(heading["words"])).strip()
        key = f"{slugify(words) or 'part'}-{len(found) + 1}"
        found.append((key, words))
        return f'<h2 id="{key}"{heading["more"]}>{heading["words"]}</h2>'

    html = mark_safe(HEADING.sub(numbered, expand_db_html(text)))  # noqa: S308 - Wagtail's own HTML, and slugs
    return Written(html, found if len(found) >= FEWEST else [])
