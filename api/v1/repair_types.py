"""GET repair-types: what we do, for a device, a category, or at all."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail.models import Locale

from api.schema import operation
from api.shapes import Named
from api.v1.inherited import NOTHING, InheritedText, printed_text
from api.views import PublicView
from cms import inheritance
from cms.models import RepairType, Subject


class RepairTypesAsk(serializers.Serializer):
    """What to look for."""

    device = serializers.SlugField(required=False, max_length=140, help_text="Slug of a device.")
    category = serializers.SlugField(required=False, max_length=140, help_text="Slug of a category or family.")
    limit = serializers.IntegerField(required=False, default=20, min_value=1, max_value=100)
    offset = serializers.IntegerField(required=False, default=0, min_value=0, max_value=100_000)


class RepairTypeShape(serializers.Serializer):
    """A repair as customers know it. Prices depend on the device: see devices/{slug}."""

    slug = serializers.CharField()
    name = serializers.CharField()
    summary = serializers.CharField(allow_blank=True)
    description = InheritedText()
    preparation = InheritedText(help_text="What customers should do or bring.")
    minutes = serializers.IntegerField(help_text="Working time.")
    difficulty = serializers.CharField()
    warranty_days = serializers.IntegerField()
    offered_for = Named(allow_null=True)


class RepairTypes(serializers.Serializer):
    """A page of repair types."""

    items = RepairTypeShape(many=True)
    total = serializers.IntegerField()
    limit = serializers.IntegerField()
    offset = serializers.IntegerField()


SHOWN = {
    "items": [
        {
            "slug": "screen-repair",
            "name": "Screen repair",
            "summary": "",
            "description": NOTHING,
            "preparation": NOTHING,
            "minutes": 60,
            "difficulty": "medium",
            "warranty_days": 90,
            "offered_for": {"slug": "iphone", "name": "iPhone"},
        }
    ],
    "total": 1,
    "limit": 20,
    "offset": 0,
}


def nodes(asked: dict[str, Any]) -> Q:
    """Which repair types fit the device or category: those of the node itself and of the nodes above it."""
    fits = Q()
    for slug in (asked.get("device"), asked.get("category")):
        if slug:
            node = Subject.objects.filter(slug=slug, live=True)
            above = node.values("parent_id"), node.values("parent__parent_id")
            fits &= Q(subject__in=node.values("pk")) | Q(subject__in=above[0]) | Q(subject__in=above[1])
    return fits


def found(asked: dict[str, Any]) -> QuerySet[RepairType]:
    """The live repair types that fit, in the default language, by the shop's order."""
    rows = RepairType.objects.filter(nodes(asked), live=True, locale=Locale.get_default())
    return rows.order_by("sort_order", "name", "pk")


def in_language(rows: list[RepairType]) -> dict[Any, RepairType]:
    """The live translations of the rows into the asked language, by translation key; rows without one stay away."""
    code = get_language() or ""
    if not rows or code == rows[0].locale.language_code:
        return {}
    keys = [row.translation_key for row in rows]
    found = RepairType.objects.filter(translation_key__in=keys, live=True, locale__language_code=code)
    return {row.translation_key: row for row in found}


def printed(row: RepairType, words: RepairType) -> dict[str, Any]:
    """A repair type as JSON: facts of the row, words of its translation."""
    node = row.subject
    nodes = inheritance.chain(node, words)
    return {
        "slug": row.slug,
        "name": words.name,
        "summary": words.summary,
        "description": printed_text(inheritance.inherited("description", nodes)),
        "preparation": printed_text(inheritance.inherited("preparation", nodes)),
        "minutes": row.minutes,
        "difficulty": row.difficulty,
        "warranty_days": row.warranty_days,
        "offered_for": {"slug": node.slug, "name": node.name} if node else None,
    }


class RepairTypeList(PublicView):
    """Repair types."""

    @operation(
        name="repair_types",
        summary="Repair types",
        tag="catalogue",
        query=RepairTypesAsk,
        answer=RepairTypes,
        shown=SHOWN,
    )
    def get(self, request: Request) -> Response:
        """What we do; for a device also what its category and family offer."""
        asked = self.asked(RepairTypesAsk)
        rows = found(asked)
        page = list(
            rows.select_related("subject__parent__parent", "locale")[asked["offset"] : asked["offset"] + asked["limit"]]
        )
        words = in_language(page)
        items = [printed(row, words.get(row.translation_key, row)) for row in page]
        return Response(
            {
                "items": items,
                "total": rows.count(),
                "limit": asked["limit"],
                "offset": asked["offset"],
            }
        )
