"""What every page of the import has in common: who may see it, and which shop and run it is about."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from catalogue_import.models import ImportRun
from cms.sites import Site, site_for
from shop.admin_told import MAY_SET

MAY_SEE = "catalogue_import.view_importrun"
MAY_SEND = "catalogue_import.add_importrun"
MAY_DECIDE = "catalogue_import.change_importrun"
# An import sets prices and publishes devices: who writes one may do both by hand.
MAY_WRITE = (MAY_DECIDE, MAY_SET, "cms.publish_subject")


class ImportPage(WagtailAdminTemplateMixin, TemplateView):
    """A page of the import, about the shop whose address it was opened at."""

    page_title = _("Import")
    header_icon = "upload"
    needs: tuple[str, ...] = (MAY_SEE,)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """For those who may."""
        if not request.user.has_perms(self.needs):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def site(self) -> Site:
        """The shop that is written into."""
        return site_for(self.request)

    @property
    def may_write(self) -> bool:
        """Whether this person may write an import, and take one back."""
        return bool(self.request.user.has_perms(MAY_WRITE))

    @property
    def may_decide(self) -> bool:
        """Whether this person may say what columns and names mean, and have a file checked."""
        return bool(self.request.user.has_perm(MAY_DECIDE))

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Where this is."""
        return [*self.breadcrumbs_items, {"url": reverse("imports:index"), "label": _("Import")}]


class RunPage(ImportPage):
    """A page about one import. One of another shop is not found."""

    @cached_property
    def run(self) -> ImportRun:
        """The import."""
        return get_object_or_404(ImportRun.objects.select_related("by"), pk=self.kwargs["pk"], site=self.site)

    @property
    def address(self) -> str:
        """The import's own page."""
        return reverse("imports:run", args=[self.run.pk])

    @property
    def to_check_again(self) -> bool:
        """Whether something was decided since the last check: its counts are not what would be written."""
        run = self.run
        decided = bool(run.decided_at and run.planned_at and run.decided_at > run.planned_at)
        return run.status == ImportRun.Status.PLANNED and decided

    def get_page_title(self) -> str:
        """The name of the file."""
        return self.run.name

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Where this is."""
        return [*super().get_breadcrumbs_items(), {"url": self.address, "label": self.run.name}]
