"""Pictures in one size each, as plain facts that may be kept."""

import logging
from collections.abc import Iterable
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


def by_ids(ids: Iterable[int]) -> dict[int, Any]:
    """Pictures with the renditions they have, in one statement; one more while a picture has none yet."""
    wanted, model = set(ids), get_image_model()
    found: dict[int, Any] = {}
    rows = model.get_rendition_model()._default_manager.filter(image__in=wanted).select_related("image")
    for rendition in rows if wanted else ():
        image = found.setdefault(rendition.image_id, rendition.image)
        image.prefetched_renditions = [*getattr(image, "prefetched_renditions", []), rendition]
        rendition.image = image
    missing = wanted - set(found)
    for image in model._default_manager.filter(pk__in=missing) if missing else ():
        image.prefetched_renditions = []
        found[image.pk] = image
    return found
