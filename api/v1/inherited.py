"""Words and photos that a device has from its category or family, in JSON: what customers see, and where it is from."""

from typing import Any
from urllib.parse import urljoin

from rest_framework import serializers

from cms.inheritance import Text
from cms.pictures.subjects import Picture
from cms.sites import Site


class Source(serializers.Serializer):
    """Where a text or photo was written."""

    kind = serializers.ChoiceField(choices=["family", "category", "device", "repair-type"])
    slug = serializers.CharField()
    name = serializers.CharField()


# "from" is no name that a class may have, so the field is put into the class's dictionary below.
InheritedText = type(
    "InheritedText",
    (serializers.Serializer,),
    {
        "__doc__": "A text as customers read it: the nearest of repair, device, category and family that has one.",
        "text": serializers.CharField(allow_blank=True),
        "from": Source(allow_null=True, help_text="Where it was written; null when nobody wrote any."),
    },
)


class PhotoFile(serializers.Serializer):
    """A photo in one size."""

    url = serializers.URLField()
    width = serializers.IntegerField()


Photo = type(
    "Photo",
    (serializers.Serializer,),
    {
        "__doc__": "A photo of the device, or of its category or family.",
        "url": serializers.URLField(),
        "width": serializers.IntegerField(),
        "height": serializers.IntegerField(),
        "alt": serializers.CharField(help_text="What it shows, for people who cannot see it."),
        "files": PhotoFile(many=True, help_text="Every size, the smallest first."),
        "from": Source(),
    },
)

NOTHING: dict[str, Any] = {"text": "", "from": None}


def printed_text(text: Text) -> dict[str, Any]:
    """An inherited text as JSON."""
    source = {"kind": text.source_kind, "slug": text.source_slug, "name": text.source_name}
    return {"text": text.text, "from": source if text else None}


def printed_photo(picture: Picture | None, site: Site) -> dict[str, Any] | None:
    """A photo as JSON with full addresses; None stands for no photo."""
    if picture is None:
        return None
    root = f"{site.root_url}/"
    source = {"kind": picture.source_kind, "slug": picture.source_slug, "name": picture.source_name}
    return {
        "url": urljoin(root, picture.src),
        "width": picture.width,
        "height": picture.height,
        "alt": picture.alt,
        "files": [{"url": urljoin(root, address), "width": width} for width, address in picture.files],
        "from": source,
    }
