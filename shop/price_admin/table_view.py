"""The page of the price table: choose a part of the catalogue, edit its cells like a spreadsheet, save all at once."""

import json
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet
from wagtail.models import Locale

from cms.models import RepairType, Subject
from cms.sites import site_for
from shop.admin_told import MAY_SET
from shop.models import RepairOffer, SiteShop
from shop.price_admin import table
from shop.price_admin.cells import write, written

ROWS, COLUMNS = 25, 16  # with what stood in the cells these stay below the number of fields that a form may send
CELL = "c-"


class PriceTableView(WagtailAdminTemplateMixin, TemplateView):
    """One part of the catalogue at a time. Everything that is chosen stands in the address."""

    template_name = "wagtailadmin/mendwell/price_table.html"
    page_title = gettext_lazy("Price table")
    header_icon = "table"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """For those who may set prices."""
        if not request.user.has_perm(MAY_SET):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Where this is."""
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    @cached_property
    def shop(self) -> SiteShop:
        """The shop that is chosen, else this site's."""
        asked = self.request.GET.get("site", "")
        rows = SiteShop.objects.select_related("site")
        return get_object_or_404(rows, site=int(asked[:18]) if asked.isdecimal() else site_for(self.request).pk)

    @cached_property
    def nodes(self) -> list[Subject]:
        """Families with their categories, to choose from."""
        rows = Subject.objects.exclude(kind=Subject.Kind.DEVICE).select_related("parent").order_by("sort_order", "name")
        found = list(rows)
        tops = [node for node in found if node.parent is None]
        return [each for top in tops for each in (top, *(node for node in found if node.parent == top))]

    @cached_property
    def node(self) -> Subject | None:
        """What was chosen: 0 is what holds for anything, and the first category is where everybody starts."""
        asked = self.request.GET.get("node", "")
        if asked == "0" or not self.nodes:
            return None
        first = next((node for node in self.nodes if node.kind == Subject.Kind.CATEGORY), self.nodes[0])
        return next((node for node in self.nodes if str(node.pk) == asked), first)

    @cached_property
    def part_grade(self) -> str:
        """Which parts the prices are for."""
        asked = self.request.GET.get("part", "")
        return asked if asked in RepairOffer.Grade.values else ""

    def page_of(self, rows: Any, name: str, size: int) -> Page:
        """A page of rows or columns."""
        return Paginator(rows, size).get_page(self.request.GET.get(name))

    @cached_property
    def below(self) -> Page:
        """The rows below the chosen node."""
        rows = Subject.objects.filter(parent=self.node).select_related("parent__parent")
        return self.page_of(rows.order_by("sort_order", "-year", "name", "pk"), "page", ROWS)

    @cached_property
    def repairs(self) -> Page:
        """The columns: every repair of the first language that anything in this part may need."""
        rows = RepairType.objects.filter(locale=Locale.get_default()).select_related("subject__parent__parent")
        mine = [repair for repair in rows if self._concerns(repair)]
        return self.page_of(mine, "repairs", COLUMNS)

    def _concerns(self, repair: RepairType) -> bool:
        if repair.subject is None or self.node is None:
            return repair.subject is None or repair.subject.parent_id is None
        above, mine = table.tree_of(repair.subject), table.tree_of(self.node)
        return repair.subject_id in mine or self.node.pk in above[:2]

    def address(self, **change: Any) -> str:
        """This page with something else chosen."""
        asked = QueryDict(mutable=True)
        asked.update({name: self.request.GET[name] for name in ("site", "node", "part") if name in self.request.GET})
        asked.update({"page": str(self.below.number), "repairs": str(self.repairs.number)})
        for name, value in change.items():
            asked[name] = str(value)
        return f"?{asked.urlencode()}"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save, or tell each fault at its cell with all that was typed."""
        given = {name[len(CELL) :]: str(text) for name, text in request.POST.items() if name.startswith(CELL)}
        was = self._was()
        saved = table.save(site=self.shop.site, part_grade=self.part_grade, given=given, was=was, user=request.user)
        if not saved.faults:
            words = ngettext("%(n)d price saved.", "%(n)d prices saved.", saved.changed) % {"n": saved.changed}
            messages.success(request, words if saved.changed else _("Nothing had changed."))
            return redirect(request.get_full_path())
        words = ngettext(
            "Nothing is saved yet: %(n)d cell needs a look.",
            "Nothing is saved yet: %(n)d cells need a look.",
            len(saved.faults),
        )
        messages.error(request, words % {"n": len(saved.faults)})
        sheet = table.asked_for(self.shop, self.part_grade, given)
        return self.render_to_response(self.get_context_data(sheet=sheet, given=given, was=was, faults=saved.faults))

    def _was(self) -> dict[str, str]:
        """What stood in the cells when the page was made; a cell without an entry was empty."""
        try:
            sent = json.loads(self.request.POST.get("was", ""))
        except ValueError:
            return {}
        return {str(key): str(text) for key, text in sent.items()} if isinstance(sent, dict) else {}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The table, cell by cell, and what else can be chosen."""
        sheet: table.Sheet = kwargs.pop("sheet", None) or table.sheet_of(
            self.shop, [self.node, *self.below], self.repairs, self.part_grade
        )
        given, faults, seen = kwargs.pop("given", {}), kwargs.pop("faults", {}), kwargs.pop("was", {})
        now = {place.key: write(place.cell) for place in sheet.places()}
        # Once a fault was told, what stands there now is what the next saving goes from; other cells keep theirs.
        was = {key: text for key, text in now.items() if key in faults or key not in seen} | {
            key: text for key, text in seen.items() if key not in faults
        }
        rows = [
            (node, [_shown(place, given.get(place.key, now.get(place.key, "")), faults) for place in row])
            for node, row in sheet.rows
        ]
        chosen = {
            "shops": list(SiteShop.objects.select_related("site")),
            "grades": [(code, label, self.address(part=code)) for code, label in RepairOffer.Grade.choices],
            "pages": [(number, self.address(page=number)) for number in self.below.paginator.page_range],
            "sets": [(number, self.address(repairs=number)) for number in self.repairs.paginator.page_range],
        }
        return super().get_context_data(
            **kwargs, **chosen, view=self, sheet=sheet, rows=rows, was=json.dumps(was), faults=faults
        )


def _shown(place: table.Place, text: str, faults: dict[str, str]) -> dict[str, Any]:
    """A cell as the template prints it."""
    return {
        "place": place,
        "name": f"{CELL}{place.key}",
        "text": text,
        "was": write(place.cell),
        "above": written(place.above) if place.above else "",
        "fault": faults.get(place.key, ""),
    }


class TableItem(MenuItem):
    """In the menu of those who may set prices."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether this person may."""
        return bool(request.user.has_perm(MAY_SET))


class PriceTable(ViewSet):
    """Its address and its place in the menu."""

    name = "price-table"
    icon = "table"
    menu_label = gettext_lazy("Price table")
    menu_item_class = TableItem

    def get_urlpatterns(self) -> list[Any]:
        """One page."""
        return [path("", PriceTableView.as_view(), name="index")]
