"""Devices, repair types and FAQs in the Wagtail admin."""

from django.utils.translation import gettext_lazy as _
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from cms.models import FAQ, RepairType, Subject


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


register_snippet(CatalogueGroup)
