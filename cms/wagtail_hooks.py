"""Devices, repair types and FAQs in the Wagtail admin, and what is done there past our models."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from cms.models import FAQ, RepairType, Subject
from cms.versions import Scope, bump


class SubjectViewSet(SnippetViewSet):
    model = Subject
    icon = "tablet-alt"
    menu_label = _("Devices")
    list_display = ["name", "kind", "brand", "year", "parent", "live"]
    list_filter = {
        "kind": ["exact"],
        "brand": ["exact", "icontains"],
        "year": ["gte", "lte"],
        "parent": ["exact"],
        "live": ["exact"],
    }
    list_export = ["name", "slug", "kind", "brand", "year", "model_codes", "live"]
    list_per_page = 50
    ordering = ["sort_order", "name"]
    list_select_related = ["parent"]


class RepairTypeViewSet(SnippetViewSet):
    model = RepairType
    icon = "cogs"
    menu_label = _("Repair types")
    list_display = ["name", "subject", "minutes", "difficulty", "live"]
    list_filter = ["subject", "difficulty", "live", "locale"]
    list_export = ["name", "slug", "subject", "minutes", "difficulty", "live"]
    list_per_page = 50


class FAQViewSet(SnippetViewSet):
    model = FAQ
    icon = "help"
    menu_label = _("FAQs")
    list_display = ["question", "sort_order", "live"]
    list_filter = ["live", "locale"]
    list_per_page = 50


class CatalogueGroup(SnippetViewSetGroup):
    """One menu entry for what the shop repairs and says."""

    menu_label = _("Catalogue")
    menu_icon = "list-ul"
    menu_order = 150
    items = (SubjectViewSet, RepairTypeViewSet, FAQViewSet)


@hooks.register("insert_global_admin_css")  # type: ignore[untyped-decorator]
def brand() -> str:
    """The colours of the house for the admin."""
    return format_html('<link rel="stylesheet" href="{}">', static("mendwell/wagtail.css"))


register_snippet(CatalogueGroup)


@hooks.register("after_move_page")
def count_a_move(request: HttpRequest, page: Any) -> None:
    """A moved page has another address: the old one must not be answered from a cache."""
    bump(Scope.CONTENT)


@hooks.register("after_bulk_action")
def count_many(request: HttpRequest, action_type: str, objects: Any, action: Any) -> None:
    """Wagtail deletes many snippets by one statement, and moves pages in bulk: both change what the public sees."""
    bump(Scope.CONTENT)
