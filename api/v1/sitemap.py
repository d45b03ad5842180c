"""GET sitemap: every place of the shop that may be found, for a frontend that writes its own or builds pages."""

from typing import Any

from django.utils import translation
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.schema import operation
from api.shapes import moment
from api.v1.content_views import ContentView
from api.v1.form_shapes import bcp47
from api.v1.page_shapes import TranslationShape
from cms.frontends.middleware import public_root
from shop.storefront.places import Place, places

KINDS = ("page", "screen", "family", "category", "device", "repair")


class SitemapAsk(serializers.Serializer):
    """Which part."""

    limit = serializers.IntegerField(required=False, default=100, min_value=1, max_value=1000)
    offset = serializers.IntegerField(required=False, default=0, min_value=0, max_value=100_000)


class PlaceShape(serializers.Serializer):
    """One place. A page is at pages/?path=, a device at devices/{slug}/; the last parts of its path are the slugs."""

    path = serializers.CharField()
    url = serializers.CharField(help_text="Where search engines shall find it.")
    kind = serializers.ChoiceField(choices=KINDS)
    lastmod = serializers.DateTimeField(allow_null=True)
    alternates = TranslationShape(many=True)


class Sitemap(serializers.Serializer):
    """A part of them."""

    items = PlaceShape(many=True)
    total = serializers.IntegerField()
    limit = serializers.IntegerField()
    offset = serializers.IntegerField()


def printed(place: Place, root: str) -> dict[str, Any]:
    """A place as JSON."""
    return {
        "path": place.path,
        "url": f"{root}{place.path}",
        "kind": place.kind,
        "lastmod": moment(place.changed_at),
        "alternates": [{"locale": bcp47(code), "path": path} for code, path in place.alternates],
    }


class SitemapNow(ContentView):
    """The sitemap."""

    @operation(
        name="sitemap",
        summary="Every public place",
        tag="content",
        query=SitemapAsk,
        answer=Sitemap,
        shown={
            "items": [
                {
                    "path": "/devices/iphone-13/",
                    "url": "https://shop.example.com/devices/iphone-13/",
                    "kind": "device",
                    "lastmod": "2026-11-20T09:30:00Z",
                    "alternates": [],
                }
            ],
            "total": 1,
            "limit": 100,
            "offset": 0,
        },
    )
    def get(self, request: Request) -> Response:
        """The same places as /sitemap.xml: pages in the order of the tree, then the catalogue."""
        asked = self.asked(SitemapAsk)
        limit, offset = asked["limit"], asked["offset"]
        with translation.override(None):
            found = places(site=self.site, paths=self.paths, at=self.at)
        root = public_root(self.site)
        items = [printed(place, root) for place in found[offset : offset + limit]]
        return Response({"items": items, "total": len(found), "limit": limit, "offset": offset})
