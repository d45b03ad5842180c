"""The drawings of lucide, each drawn once in each process: a page has dozens, and half of them are the same."""

from functools import lru_cache

from django import template
from django.utils.safestring import SafeString, mark_safe
from lucide.templatetags.lucide import lucide as draw

register = template.Library()
MOST = 1000  # name, size and attributes come from templates; only a block's icon is an editor's choice, out of a list


@register.simple_tag
def lucide(name: str, *, size: int | None = 24, **attributes: str | int) -> SafeString:
    """An icon as SVG, as lucide's own tag makes it. Raises lucide.IconDoesNotExist."""
    return _drawn(name, size, tuple(attributes.items()))


@lru_cache(maxsize=MOST)
def _drawn(name: str, size: int | None, attributes: tuple[tuple[str, str | int], ...]) -> SafeString:
    return mark_safe(draw(name, size=size, **dict(attributes)))  # noqa: S308 - lucide's own, attributes escaped
