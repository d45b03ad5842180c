"""Words as other formats want them."""

from django import template
from django.utils.translation import to_locale

register = template.Library()


@register.filter
def open_graph_locale(code: str) -> str:
    """A language code as Open Graph wants it: en-gb is en_GB."""
    return to_locale(code)
