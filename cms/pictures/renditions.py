"""Pictures in one size each, as plain facts that may be kept."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wagtail.images import get_image_model
from wagtail.images.exceptions import InvalidFilterSpecError
from wagtail.images.models import SourceImageIOError

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Shown:
    """A picture in one size: its address, width and height in pixels, and what it says to those who do not see it."""

    url: str
    width: int
    height: int
    alt: str


def library() -> Any:
    """The pictures that editors keep, for rooms that do not know Wagtail."""
    return get_image_model()._default_manager.all()


def shown(image: Any, size: str, *, alt: str = "") -> Shown | None:
    """A picture in this size, as Wagtail writes sizes; nothing without one, or when its file cannot be read."""
    if image is None:
        return None
    try:
        made = image.get_rendition(size)
    except (SourceImageIOError, InvalidFilterSpecError, OSError, ValueError) as error:
        log.warning("The picture %s cannot be shown: %s", image.pk, error)
        return None
    return Shown(made.url, made.width, made.height, alt or image.description or image.title)


def shown_by_id(wanted: Mapping[int, str]) -> dict[int, Shown]:
    """Pictures by id, each in its size. Two statements for any number; a size that is not there yet is made now."""
    if not wanted:
        return {}
    images = library().filter(pk__in=wanted).prefetch_renditions(*sorted(set(wanted.values())))
    found = {image.pk: shown(image, wanted[image.pk]) for image in images}
    return {pk: picture for pk, picture in found.items() if picture is not None}
