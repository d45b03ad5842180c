"""The first page: what was imported before, and the way to send a file."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.models import Site as AnySite

from catalogue_import import runs
from catalogue_import.models import ImportRun, KnownName
from catalogue_import.options import OptionNotPossible
from catalogue_import.pages.view import MAY_SEND, ImportPage
from catalogue_import.reading.limits import LARGEST_BYTES, MOST_ROWS

ROWS = 20
NAMES = 50


class Overview(ImportPage):
    """The list of imports, newest first, with the form for a file above it."""

    template_name = "wagtailadmin/mendwell/import_index.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Read a file's beginning and go to its page; or say why it cannot be read, and keep nothing."""
        file: Any = request.FILES.get("file")
        fault = ""
        if not request.user.has_perm(MAY_SEND):
            fault = _("You may look at imports, not send one.")
        elif file is None:
            fault = _("Choose a file first.")
        else:
            try:
                run = runs.start(file=file, name=file.name or "", site=self.site, by=request.user, at=timezone.now())
            except (runs.FileNotReadable, OptionNotPossible) as error:
                fault = str(error)
            else:
                return redirect("imports:run", run.pk)
        return self.render_to_response(self.get_context_data(fault=fault, sent=getattr(file, "name", "")), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A page of runs. No statement for each."""
        rows = ImportRun.objects.filter(site=self.site).select_related("by").defer("columns", "facts", "options")
        return super().get_context_data(
            **kwargs,
            view=self,
            runs=Paginator(rows, ROWS).get_page(self.request.GET.get("page")),
            may_send=self.request.user.has_perm(MAY_SEND),
            many_sites=AnySite.objects.count() > 1,
            known=KnownName.objects.filter(site=self.site).count(),
            most_mb=LARGEST_BYTES // 1_000_000,
            most_rows=f"{MOST_ROWS:,}",
        )


class Names(ImportPage):
    """What somebody decided names to mean. Forgetting one asks again with the next file."""

    template_name = "wagtailadmin/mendwell/import_names.html"
    page_title = gettext_lazy("Remembered answers")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Where this is."""
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Forget one. Imports that were checked with it are checked again before they are written."""
        asked = request.POST.get("name", "")
        if not self.may_decide:
            messages.error(request, _("You may look at this, not change it."))
            return redirect("imports:names")
        name = get_object_or_404(KnownName, pk=int(asked[:18]) if asked.isdecimal() else 0, site=self.site)
        runs.forget_name(name, at=timezone.now())
        messages.success(request, _("Forgotten: %(name)s. The next check asks again.") % {"name": shown(name)})
        return redirect("imports:names")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A page of them."""
        rows = KnownName.objects.filter(site=self.site).order_by("-decided_at", "pk")
        page = Paginator(rows, NAMES).get_page(self.request.GET.get("page"))
        return super().get_context_data(**kwargs, view=self, names=page, rows=[(name, shown(name)) for name in page])


def shown(name: KnownName) -> str:
    """A name as people read it: brand and name stand apart in the row."""
    return " ".join(part for part in name.said.split("|") if part)
