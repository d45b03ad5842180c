"""Pictures that editors chose, in several widths, for whoever draws the page."""

from collections.abc import Callable, Iterator
from typing import Any

from rest_framework import serializers
from wagtail.images.exceptions import InvalidFilterSpecError
from wagtail.images.models import SourceImageIOError

WIDTHS = (480, 960, 1600)
Absolute = Callable[[str], str]


class RenditionShape(serializers.Serializer):
    """One size of a picture."""

    url = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()


class FocalPoint(serializers.Serializer):
    """What must stay in sight when it is cut, as parts of width and height from the left and top."""

    x = serializers.FloatField()
    y = serializers.FloatField()


class ImageShape(serializers.Serializer):
    """A picture. `alt` is empty when it only decorates; `renditions` are WebP, the smallest first, for srcset."""

    alt = serializers.CharField(allow_blank=True)
    width = serializers.IntegerField(help_text="Of the original.")
    height = serializers.IntegerField()
    focal_point = FocalPoint(allow_null=True)
    renditions = RenditionShape(many=True)


SHOWN = {
    "alt": "A cracked phone on the bench",
    "width": 2400,
    "height": 1600,
    "focal_point": {"x": 0.5, "y": 0.35},
    "renditions": [
        {"url": "https://shop.example.com/media/images/bench.width-480.webp", "width": 480, "height": 320},
        {"url": "https://shop.example.com/media/images/bench.width-960.webp", "width": 960, "height": 640},
    ],
}


def printed(image: Any, absolute: Absolute, *, alt: str | None = None) -> dict[str, Any] | None:
    """A picture as JSON, None for none. `alt`: the words where it stands, else its own."""
    if image is None:
        return None
    return {
        "alt": image.default_alt_text if alt is None else alt,
        "width": image.width,
        "height": image.height,
        "focal_point": focal_point(image),
        "renditions": list(renditions(image, absolute)),
    }


def focal_point(image: Any) -> dict[str, float] | None:
    """Where the point that an editor set lies, from 0 to 1; None when nobody set one."""
    if image.focal_point_x is None or not image.width or not image.height:
        return None
    return {"x": round(image.focal_point_x / image.width, 4), "y": round(image.focal_point_y / image.height, 4)}


def renditions(image: Any, absolute: Absolute) -> Iterator[dict[str, Any]]:
    """The picture in every width that it has; none when its file is lost, so that the page is still answered."""
    wanted = [f"width-{width}|format-webp" for width in widths_of(image.width)]
    try:
        found = image.get_renditions(*wanted)
    except (SourceImageIOError, InvalidFilterSpecError, OSError):
        return
    for one in found.values():
        yield {"url": absolute(one.url), "width": one.width, "height": one.height}


def widths_of(width: int) -> list[int]:
    """The widths smaller than the original, and the first that is not: it comes in the original's width."""
    smaller = [one for one in WIDTHS if one < width]
    return [*smaller, *WIDTHS[len(smaller) : len(smaller) + 1]]
