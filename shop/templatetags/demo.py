"""Whether this installation is a demo."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def is_demo() -> bool:
    """True when the demo pages are open, so that every page can say so."""
    return bool(settings.DEMO)
