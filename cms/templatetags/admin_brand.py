"""The shop's own colour in Wagtail's admin."""

import colorsys

from django import template

from cms.brand import parse

register = template.Library()


@register.filter
def admin_tones(colour: str) -> str:
    """Declarations that make a readable brand colour Wagtail's own; nothing for one that is no colour."""
    try:
        hue, light, much = colorsys.rgb_to_hls(*parse(colour))
    except ValueError:
        return ""
    tones = {"secondary": min(light, 0.36), "primary": min(light, 0.36) * 0.62}
    parts = []
    for name, tone in tones.items():
        parts.append(f"--w-color-{name}-hue:{hue * 360:.1f};--w-color-{name}-saturation:{much:.0%}")
        parts.append(f"--w-color-{name}-lightness:{tone:.1%}")
    return ";".join(parts)
