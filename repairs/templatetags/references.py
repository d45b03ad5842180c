"""References in running text."""

import re

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
SHORT = 20  # letters of a name that fit a line of a telephone at any size we set
REFERENCE = re.compile(r"\(?\b[A-Z]-[A-Z0-9]{4}(?:-?[A-Z0-9]{2,8})?\b\)?[.,]?")


@register.filter
def unbroken(text: str) -> SafeString:
    """The text, escaped, with each reference such as R-7KQ2-XR4D kept on one line, its brackets too."""
    escaped = conditional_escape(text)
    return mark_safe(REFERENCE.sub(r'<span class="nowrap">\g<0></span>', escaped))  # noqa: S308


@register.filter
def keeping(text: str, name: str) -> SafeString:
    """The text, escaped, with a short name in it kept on one line: no heading breaks inside “iPhone 13”."""
    escaped, kept = conditional_escape(text), conditional_escape(name)
    if not kept or len(name) > SHORT:
        return escaped
    return mark_safe(escaped.replace(kept, f'<span class="nowrap">{kept}</span>'))  # noqa: S308
