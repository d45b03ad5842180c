"""The import in Wagtail's admin: its place in the menu and its addresses."""

from typing import Any

from django.http import HttpRequest
from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from catalogue_import.pages.acts import Apply, Check, Columns, Decide, Undo
from catalogue_import.pages.downloads import Export, Refused, Template
from catalogue_import.pages.overview import Names, Overview
from catalogue_import.pages.run_page import ProgressOf, RunView
from catalogue_import.pages.view import MAY_SEE


class ImportItem(MenuItem):
    """In the menu of those who may look at imports."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether this person may."""
        return bool(request.user.has_perm(MAY_SEE))


class Imports(ViewSet):
    """Below the prices in the menu."""

    name = "imports"
    icon = "upload"
    menu_label = _("Import")
    menu_order = 255
    add_to_admin_menu = True
    menu_item_class = ImportItem

    def get_urlpatterns(self) -> list[Any]:
        """Every page."""
        return [
            path("", Overview.as_view(), name="index"),
            path("template.csv", Template.as_view(), name="template"),
            path("names/", Names.as_view(), name="names"),
            path("export/<slug:what>.<slug:kind>", Export.as_view(), name="export"),
            path("<int:pk>/", RunView.as_view(), name="run"),
            path("<int:pk>/columns/", Columns.as_view(), name="columns"),
            path("<int:pk>/decide/", Decide.as_view(), name="decide"),
            path("<int:pk>/check/", Check.as_view(), name="plan"),
            path("<int:pk>/write/", Apply.as_view(), name="apply"),
            path("<int:pk>/take-back/", Undo.as_view(), name="undo"),
            path("<int:pk>/progress.json", ProgressOf.as_view(), name="progress"),
            path("<int:pk>/refused.csv", Refused.as_view(), name="refused"),
        ]


@hooks.register("register_admin_viewset")  # type: ignore[untyped-decorator]
def imports() -> Imports:
    """The import's pages."""
    return Imports()
