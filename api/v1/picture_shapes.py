"""What a picture looks like in the API, what is asked to send one, and the views that pictures share."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request

from api.errors import ApiFault
from api.schema import in_path
from api.shapes import Ask, moment
from api.throttles import Pictures
from api.views import PrivateView
from repairs import photos
from repairs.models import Photo

KEY = in_path("key", "The picture's key.", "5f0c1d0e-8a55-4c0e-9a39-6f1d0f1f7a11")
SIZE = in_path("size", "image (2048 pixels at most) or thumbnail (300 x 300).", "thumbnail")
FORM_BYTES = 64 * 1024  # what stands around the file in the body
BINARY = OpenApiTypes.BINARY
WEBP, MULTIPART = "image/webp", "multipart/form-data"
TAKING = ["photo_not_readable", "photo_too_big", "photo_too_many_pixels", "photos_too_big", "too_many_photos"]


class PhotoAsk(Ask):
    """A picture as multipart/form-data. JPEG, PNG, WebP or HEIC, 10 MB at most; what it is, its content says."""

    photo = serializers.FileField(allow_empty_file=True, help_text="The file.")
    caption = serializers.CharField(required=False, allow_blank=True, max_length=200)


class PhotoShape(serializers.Serializer):
    """A picture: turned upright, at most 2048 pixels, WebP, without place or camera."""

    key = serializers.CharField()
    category = serializers.CharField(help_text="damage, progress or completed")
    caption = serializers.CharField(allow_blank=True)
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    image = serializers.CharField(help_text="Address of the picture; ask for it as you asked for this.")
    thumbnail = serializers.CharField(help_text="Address of a square of 300 pixels.")
    created_at = serializers.DateTimeField()


class PhotosShape(serializers.Serializer):
    """Pictures, oldest first."""

    items = PhotoShape(many=True)
    total = serializers.IntegerField()


def shown(base: str, **more: Any) -> dict[str, Any]:
    """An example picture below an address."""
    address = f"https://shop.example.com{base}5f0c1d0e-8a55-4c0e-9a39-6f1d0f1f7a11/"
    return {
        "key": "5f0c1d0e-8a55-4c0e-9a39-6f1d0f1f7a11",
        "category": "damage",
        "caption": "The corner that hit the ground.",
        "width": 1536,
        "height": 2048,
        "image": f"{address}image/",
        "thumbnail": f"{address}thumbnail/",
        "created_at": "2026-11-21T12:00:00Z",
        **more,
    }


def printed(photo: Photo, base: str, **more: Any) -> dict[str, Any]:
    """A picture as JSON; `base` is the path below which its files are handed out."""
    address = f"{settings.PUBLIC_ORIGIN}{base}{photo.key}/"
    return {
        "key": str(photo.key),
        "category": photo.category,
        "caption": photo.caption,
        "width": photo.width,
        "height": photo.height,
        "image": f"{address}{photos.IMAGE}/",
        "thumbnail": f"{address}{photos.THUMBNAIL}/",
        "created_at": moment(photo.created_at),
        **more,
    }


def listed(items: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Pictures as the JSON of a list."""
    found = list(items)
    return {"items": found, "total": len(found)}


class SendsPictures(PrivateView):
    """A view whose POST takes one picture."""

    parser_classes = (MultiPartParser,)  # type: ignore[assignment]
    write_throttle = Pictures

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """PrivateView's, after refusing a body that is too long by what it says of itself, before a byte is read."""
        length = str(request.META.get("CONTENT_LENGTH") or "0")
        if not length.isdecimal() or int(length) > settings.PHOTO_LIMITS["file_bytes"] + FORM_BYTES:
            raise ApiFault("photo_too_big")
        super().initial(request, *args, **kwargs)


class AnyAccept(BaseContentNegotiation):
    """A picture is a picture, whatever the caller says it accepts; only problems are JSON."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        """The first; nothing is sent here."""
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        """The first, for problems."""
        return renderers[0], renderers[0].media_type


class ShowsPicture(PrivateView):
    """A view that answers with the file: who may see it keeps it for an hour, and nobody else."""

    content_negotiation_class = AnyAccept

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """The view's, but a picture keeps its own word about caches."""
        kept = response.get("Cache-Control") if response.get("ETag") else None
        done = super().finalize_response(request, response, *args, **kwargs)
        if kept:
            done["Cache-Control"] = kept
        return done
