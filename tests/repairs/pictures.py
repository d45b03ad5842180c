"""Files as people send them: good ones, odd ones, and ones that were made to hurt."""

import io
import struct
import zlib
from typing import Any

import pillow_heif
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

pillow_heif.register_heif_opener()


def picture(
    width: int = 60, height: int = 40, *, kind: str = "JPEG", mode: str = "RGB", colour: Any = "red", **more: Any
) -> bytes:
    """A picture of one colour as a file of this kind."""
    written = io.BytesIO()
    Image.new(mode, (width, height), colour).save(written, kind, **more)
    return written.getvalue()


def sent(content: bytes, name: str = "IMG_0001.jpg", content_type: str = "image/jpeg") -> SimpleUploadedFile:
    """The content as an upload."""
    return SimpleUploadedFile(name, content, content_type=content_type)


def from_a_phone(width: int = 60, height: int = 40) -> bytes:
    """A JPEG held sideways (orientation 6), with place, camera, thumbnail text and a comment."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "SECRETCAMERA"
    exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 30.0, 26.0), 3: "W", 4: (0.0, 7.0, 39.0)})
    xmp = b"<x:xmpmeta>SECRETXMP</x:xmpmeta>"
    return picture(width, height, exif=exif, comment=b"SECRETCOMMENT", icc_profile=b"SECRETICC" * 20, xmp=xmp)


def bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """A PNG of a few bytes that says it is enormous."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")
