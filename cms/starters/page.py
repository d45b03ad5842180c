"""The choice of a starter, which stands before the form of a new landing page."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import Page

from cms.models import LandingPage
from cms.starters import ready as starters

EMPTY = "empty"


def offer_starters(request: HttpRequest, parent: Page, page_class: type[Page]) -> HttpResponse | None:
    """Before the empty form of a landing page comes the choice; whoever chose the empty one goes on."""
    if page_class is not LandingPage or request.method != "GET" or request.GET.get("starter") == EMPTY:
        return None
    return redirect("landing_starters", parent.pk)


class ChooseStarter(WagtailAdminTemplateMixin, View):
    """The starters with a drawing and words. A POST makes the draft and opens it."""

    template_name = "cms/starters.html"
    page_title = _("New landing page")
    header_icon = "doc-empty-inverse"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.parent = get_object_or_404(Page, pk=kwargs["parent_id"]).specific
        may = self.parent.permissions_for_user(request.user).can_add_subpage()
        fits = LandingPage in self.parent.creatable_subpage_models() and LandingPage.can_create_at(self.parent)
        if not (may and fits):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, parent_id: int) -> HttpResponse:
        """The choice."""
        return self.render_to_response(self.get_context_data())

    def post(self, request: HttpRequest, parent_id: int) -> HttpResponse:
        """The draft."""
        try:
            page = starters.begin(parent=self.parent, slug=request.POST.get("starter", ""), user=request.user)
        except starters.NoSuchStarter as missing:
            raise Http404(str(missing)) from missing
        messages.success(request, translated("A draft was made for you. Nobody sees it until it is published."))
        return redirect("wagtailadmin_pages:edit", page.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Starters, and where the empty page is made."""
        add = reverse("wagtailadmin_pages:add", args=["cms", "landingpage", self.parent.pk])
        given: dict[str, Any] = super().get_context_data(**kwargs)
        return given | {"parent": self.parent, "starters": starters.STARTERS, "empty": f"{add}?starter={EMPTY}"}

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Home, the page above, and this."""
        above = {
            "url": reverse("wagtailadmin_explore", args=[self.parent.pk]),
            "label": self.parent.get_admin_display_title(),
        }
        return [*self.breadcrumbs_items, above, {"url": "", "label": self.get_page_title()}]
