"""A shop's own colour, made into the tones that the pages need, each with enough contrast. Pure."""

import colorsys
import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

READABLE = 4.5  # WCAG 2.2, 1.4.3
HEX = re.compile(r"#[0-9a-fA-F]{6}")
Colour = tuple[float, float, float]
# What the colour stands on by day, and the darkest of it by night; as in static/mendwell/tokens.css.
WHITE: Colour = (1.0, 1.0, 1.0)
PAPER: Colour = (0.984, 0.980, 0.969)
SUNKEN: Colour = (0.953, 0.945, 0.922)
NIGHT: Colour = (0.063, 0.090, 0.106)


@dataclass(frozen=True)
class Tones:
    """The brand's custom properties by day and by night, as hex colours; names as in static/mendwell/tokens.css."""

    day: dict[str, str]
    night: dict[str, str]

    @property
    def css(self) -> str:
        """Declarations for `:root`."""
        return ";".join(f"--{name}:light-dark({self.day[name]},{self.night[name]})" for name in self.day)


def parse(text: str) -> Colour:
    """Red, green and blue from 0 to 1. Raises ValueError for anything but #rrggbb."""
    if not HEX.fullmatch(text):
        raise ValueError(text)
    red, green, blue = (int(text[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def written(colour: Colour) -> str:
    """The colour as #rrggbb."""
    return "#" + "".join(f"{round(part * 255):02x}" for part in colour)


def luminance(colour: Colour) -> float:
    """Relative luminance after WCAG 2.2."""
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: Colour, other: Colour) -> float:
    """Contrast ratio of two colours, from 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def readable_colour(text: str) -> None:
    """Refuse what is no colour, and one on which white words, or which on paper, could not be read."""
    try:
        colour = parse(text)
    except ValueError as error:
        raise ValidationError(_("Write the colour like #1f6f5c.")) from error
    if not is_readable(colour):
        raise ValidationError(_("White words on this colour are hard to read: take a darker one."))


def mixed(colour: Colour, other: Colour, share: float) -> Colour:
    """`share` of the other colour put into the first."""
    red, green, blue = (mine * (1 - share) + theirs * share for mine, theirs in zip(colour, other, strict=True))
    return red, green, blue


def lightened(colour: Colour, against: Colour, ratio: float) -> Colour:
    """The same hue, as light as it takes to reach the contrast ratio against a dark colour."""
    hue, light, much = colorsys.rgb_to_hls(*colour)
    while contrast(colorsys.hls_to_rgb(hue, light, much), against) < ratio and light < 0.95:
        light += 0.01
    return colorsys.hls_to_rgb(hue, light, much)


def darkened(colour: Colour) -> Colour:
    """The same hue, as dark as it takes for white words to be read on it, and it on paper."""
    hue, light, much = colorsys.rgb_to_hls(*colour)
    while not is_readable(colour) and light > 0:
        light = max(light - 0.01, 0.0)
        colour = written_as(colorsys.hls_to_rgb(hue, light, much))
    return colour


def is_readable(colour: Colour) -> bool:
    """Whether white words on it, and it on all that it stands on by day, can be read."""
    return min(contrast(colour, ground) for ground in (WHITE, PAPER, SUNKEN)) >= READABLE


def tinted(colour: Colour) -> Colour:
    """A ground in the colour's own hue, as strong as a tenth of it, or weaker so that the colour is readable on it."""
    share = 0.9
    while contrast(written_as(tint := mixed(colour, WHITE, share)), written_as(colour)) < READABLE and share < 1:
        share += 0.01
    return tint


def written_as(colour: Colour) -> Colour:
    """The colour as a screen gets it, in whole steps."""
    return parse(written(colour))


def tones(text: str) -> Tones:
    """Every tone of a readable brand colour (see `readable_colour`)."""
    base = parse(text)
    night = lightened(base, NIGHT, 8.0)
    return Tones(
        day={
            "brand": written(base),
            "brand-hover": written(mixed(base, (0.0, 0.0, 0.0), 0.2)),
            "brand-tint": written(tinted(base)),
            "brand-line": written(mixed(base, WHITE, 0.68)),
            "on-brand": "#ffffff",
            "ring": written(base),
        },
        night={
            "brand": written(night),
            "brand-hover": written(mixed(night, WHITE, 0.2)),
            "brand-tint": written(mixed(NIGHT, night, 0.16)),
            "brand-line": written(mixed(NIGHT, night, 0.4)),
            "on-brand": written(mixed(NIGHT, (0.0, 0.0, 0.0), 0.2)),
            "ring": written(mixed(night, WHITE, 0.2)),
        },
    )


def tones_of(text: str) -> Tones | None:
    """The tones of a shop's own colour, darkened where it was never checked; None without one: the house's stand."""
    try:
        return tones(written(darkened(parse(text)))) if text else None
    except ValueError:
        return None
