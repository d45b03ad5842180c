"""References in running text."""

import re

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
REFERENCE = re.compile(r"\(?\b[A-Z]-[A-Z0-9]{4}(?:-?[A-Z0-9]{2,8})?\b\)?[.,]?")


@register.filter
def unbroken(text: str) -> SafeString:
    """The text, escaped, with each reference such as R-7KQ2-XR4D kept on one line, its brackets too."""
    escaped = conditional_escape(text)
    return mark_safe(REFERENCE.sub(r'<span class="nowrap">\g<0></span>', escaped))  # noqa: S308
