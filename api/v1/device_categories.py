"""GET device-categories: what we repair, in the shop's order."""

from django.db.models import Count, Q
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.schema import operation
from api.shapes import Named
from api.views import PublicView
from cms.models import Subject


class DeviceCategory(serializers.Serializer):
    """A category of devices."""

    slug = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    icon = serializers.CharField()
    family = Named(allow_null=True)
    device_count = serializers.IntegerField()


class DeviceCategories(serializers.Serializer):
    """All of them; there are few."""

    items = DeviceCategory(many=True)
    total = serializers.IntegerField()


SHOWN = {
    "items": [
        {
            "slug": "iphone",
            "name": "iPhone",
            "description": "",
            "icon": "smartphone",
            "family": {"slug": "phones", "name": "Phones"},
            "device_count": 3,
        }
    ],
    "total": 1,
}


def printed(category: Subject) -> dict[str, object]:
    """A category as JSON; `device_count` counts what is live."""
    family = category.parent
    return {
        "slug": category.slug,
        "name": category.name,
        "description": category.description,
        "icon": category.icon,
        "family": {"slug": family.slug, "name": family.name} if family else None,
        "device_count": category.device_count,  # type: ignore[attr-defined]
    }


class Categories(PublicView):
    """Device categories."""

    @operation(
        name="device_categories",
        summary="Device categories",
        tag="catalogue",
        answer=DeviceCategories,
        shown=SHOWN,
    )
    def get(self, request: Request) -> Response:
        """Only what is live, ordered by sort_order, then name, each with its number of live devices."""
        live = Q(children__live=True, children__kind=Subject.Kind.DEVICE)
        rows = (
            Subject.objects.filter(kind=Subject.Kind.CATEGORY, live=True)
            .select_related("parent")
            .annotate(device_count=Count("children", filter=live))
            .order_by("sort_order", "name")
        )
        items = [printed(row) for row in rows]
        return Response({"items": items, "total": len(items)})
