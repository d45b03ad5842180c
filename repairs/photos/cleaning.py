"""A stranger's file made into a picture of ours: looked into, decoded once, turned upright, made small, written anew.

Nothing of the file itself is kept: not its name, not where and with what it was taken, not a second file that might
be hidden in it.
"""

import io
from dataclasses import dataclass
from typing import IO

import pillow_heif
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

pillow_heif.register_heif_opener()

# What we decode, by content. JPEG includes the two pictures in one file that some phones write.
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
LONGEST = 2048
THUMBNAIL = (300, 300)
QUALITY = 85
# Modes that cannot be made smaller well as they are: palettes, bits, and 16 bits of grey.
FEW_COLOURS = ("1", "P", "PA")
DEEP = ("I;16", "I;16B", "I;16L", "I;16N", "I")


class PhotoNotReadable(Exception):
    """The file is empty, damaged, or not a picture that we read."""

    code = "photo_not_readable"


class PhotoTooManyPixels(Exception):
    """The picture is wider and higher than we decode, however small the file is."""

    code = "photo_too_many_pixels"


@dataclass(frozen=True)
class Clean:
    """The picture and its small square as WebP, without any word about where they come from; size in pixels."""

    image: bytes
    thumbnail: bytes
    width: int
    height: int


def clean(file: IO[bytes], *, pixels: int) -> Clean:
    """Decode a picture of at most so many `pixels`. Name and declared type of the file do not matter.

    Raises PhotoTooManyPixels before anything is decoded, and PhotoNotReadable.
    """
    try:
        with Image.open(file, formats=FORMATS) as opened:
            if opened.width * opened.height > pixels:
                raise _too_many(pixels)
            picture = _upright(opened)
            picture.load()
    except PhotoTooManyPixels:
        raise
    except Image.DecompressionBombError as error:
        raise _too_many(pixels) from error
    except Exception as error:  # a decoder that a stranger feeds may fail in any way
        raise PhotoNotReadable(
            _("We cannot read this picture. It may be damaged, or not a JPEG, PNG, WebP or HEIC. Try another one.")
        ) from error
    small = ImageOps.fit(picture, THUMBNAIL)
    return Clean(_webp(picture), _webp(small), picture.width, picture.height)


def _upright(opened: Image.Image) -> Image.Image:
    """The first frame in RGB, at most LONGEST on a side, turned the way it was held."""
    picture: Image.Image = opened
    if picture.mode in DEEP:
        # Pillow cuts 16 bits off at white instead of scaling them.
        picture = picture.point(lambda value: value * (1 / 256)).convert("L")
    elif picture.mode in FEW_COLOURS:
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    picture.thumbnail((LONGEST, LONGEST))
    ImageOps.exif_transpose(picture, in_place=True)
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        paper = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(paper, picture)
    return picture.convert("RGB")


def _webp(picture: Image.Image) -> bytes:
    written = io.BytesIO()
    picture.info.clear()
    picture.save(written, "WEBP", quality=QUALITY, method=4)
    return written.getvalue()


def _too_many(pixels: int) -> PhotoTooManyPixels:
    most = {"most": pixels // 1_000_000}
    return PhotoTooManyPixels(_("This picture has more than %(most)s million pixels. Send a smaller one.") % most)
