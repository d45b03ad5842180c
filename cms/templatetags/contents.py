"""What editors wrote, as HTML: a long text with its contents, and questions with their answers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape

from django import template
from django.template import Context
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.utils.translation import get_language
from wagtail.rich_text import expand_db_html

from cms import rich_text
from cms.models import FAQ
from cms.paths import paths_of
from cms.sites import site_for

register = template.Library()

HEADING = re.compile(r"<h2(?P<more>[^>]*)>(?P<words>.*?)</h2>", re.DOTALL)
FEWEST = 4  # a shorter text is seen at a glance


@register.simple_tag(takes_context=True)
def answered(context: Context, faqs: Sequence[FAQ]) -> list[tuple[FAQ, SafeString]]:
    """Questions with their answers as HTML. One statement for the links in all of them, once for each version."""
    paths, answers = paths_of(site_for(context["request"])), [faq.answer for faq in faqs]
    linked = rich_text.paths_of_links(answers, paths, get_language() or "")
    # Wagtail's own HTML, and paths of pages.
    shown = (mark_safe(rich_text.html(answer, linked)) for answer in answers)  # noqa: S308
    return list(zip(faqs, shown, strict=True))


@register.filter
def among(answered: Sequence[tuple[FAQ, SafeString]], faqs: Sequence[FAQ]) -> list[tuple[FAQ, SafeString]]:
    """Those of the answered questions that are these."""
    return [(faq, answer) for faq, answer in answered if any(faq is one for one in faqs)]


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
