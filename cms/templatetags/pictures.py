"""Links and pictures of blocks."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

# Each shape of a picture on a page, narrow to wide. All are cut around the focal point and sent as WebP.
SHAPES = {
    "hero": ("fill-560x420", "fill-880x660", "fill-1280x960"),
    "card": ("fill-480x360", "fill-720x540", "fill-1040x780"),
    "plain": ("max-560x900", "max-880x1200", "max-1360x1600"),
    "wide": ("fill-560x315", "fill-1120x630", "fill-1680x945"),
}
SIZES = {
    "hero": "(width >= 900px) 500px, 94vw",
    "card": "(width >= 700px) 540px, 94vw",
    "plain": "(width >= 800px) 680px, 94vw",
    "wide": "(width >= 1200px) 1120px, 94vw",
}


def specs(shape: str) -> tuple[str, ...]:
    """The renditions of a shape, as Wagtail names them."""
    return tuple(f"{spec}|format-webp" for spec in SHAPES[shape])


@register.simple_tag
def picture_of(image: Any, shape: str, first: bool = False) -> SafeString:
    """A picture in one of the shapes with all its sizes; nothing without one, or when its file is gone.

    `first`: it is seen before anybody scrolls, so it is fetched at once.
    """
    if not image:
        return SafeString("")
    try:
        made = sorted({each.width: each for each in image.get_renditions(*specs(shape)).values()}.items())
    except (OSError, ValueError):
        return SafeString("")
    middle = made[len(made) // 2][1]
    return format_html(
        '<img src="{}" srcset="{}" sizes="{}" width="{}" height="{}" alt="{}" decoding="async" {}>',
        middle.url,
        ", ".join(f"{each.url} {width}w" for width, each in made),
        SIZES[shape],
        middle.width,
        middle.height,
        "" if getattr(image, "decorative", False) else image.contextual_alt_text or "",
        SafeString('fetchpriority="high"' if first else 'loading="lazy"'),
    )


@register.simple_tag(takes_context=True)
def link_address(context: Any, link: Any) -> str:
    """Where a link of a block leads; blank when that page is gone, and then the button is not shown."""
    return link.address(context.get("request")) if link else ""
