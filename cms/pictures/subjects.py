"""The photo of a device in the sizes that pages use, made once and named with the file of each size."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from wagtail.images.exceptions import InvalidFilterSpecError
from wagtail.images.models import SourceImageIOError

from cms.pictures.renditions import by_ids

log = logging.getLogger(__name__)

# Six to seven, as the drawings stand in their frames; the focal point of the photo stays in sight.
WIDTHS = (160, 320, 640)
SPECS = tuple(f"fill-{width}x{width * 7 // 6}|format-webp" for width in WIDTHS)


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo for an img element: `files` are (width in pixels, address), the smallest first."""

    files: tuple[tuple[int, str], ...]
    width: int
    height: int
    alt: str
    source_kind: str
    source_slug: str
    source_name: str

    @property
    def src(self) -> str:
        """The address for browsers that choose none themselves."""
        return self.files[min(1, len(self.files) - 1)][1]

    @property
    def srcset(self) -> str:
        """Every size with its width, as img wants it."""
        return ", ".join(f"{address} {width}w" for width, address in self.files)


def pictures(subjects: Iterable[Any]) -> dict[int, Picture]:
    """The photos of these subjects by the subject's id, in one statement; files that are missing are made now.

    A photo whose file is broken is left out, and told to the log: the page shows the drawing instead.
    """
    wanted = [subject for subject in subjects if subject.photo_id]
    if not wanted:
        return {}
    images = by_ids(subject.photo_id for subject in wanted)
    found = {}
    for subject in wanted:
        image = images.get(subject.photo_id)
        picture = picture_of(subject, image) if image else None
        if picture is not None:
            found[subject.pk] = picture
    return found


def picture_of(subject: Any, image: Any) -> Picture | None:
    """One photo in all sizes; None when its file cannot be read."""
    try:
        made = image.get_renditions(*SPECS)
    except (SourceImageIOError, InvalidFilterSpecError, OSError, ValueError) as error:
        log.warning("The photo %s of %s cannot be shown: %s", image.pk, subject, error)
        return None
    # A small original is never blown up: the same width twice is one file.
    files = {rendition.width: rendition.url for rendition in made.values()}
    first = next(iter(made.values()))
    return Picture(
        files=tuple(sorted(files.items())),
        width=first.width,
        height=first.height,
        alt=subject.photo_alt or image.description or subject.name,
        source_kind=subject.kind,
        source_slug=subject.slug,
        source_name=subject.name,
    )
