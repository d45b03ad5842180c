"""The page of the price table: choose a part of the catalogue, edit its cells like a spreadsheet, save all at once."""

import json
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet
from wagtail.models import Locale

from cms.models import RepairType, Subject
from cms.sites import site_for
from shop.admin_told import MAY_SET
from shop.models import RepairOffer, SiteShop
from shop.price_admin import saving, table
from shop.price_admin.cells import Cell, Shown, write_as

ROWS, COLUMNS = 100, 15  # and the row on top: below the number of fields that a form may send (settings)
CELL = "c-"
CHOICES = ("site", "node", "brand", "part", "shown")


class Chosen(View):
    """What part of the catalogue an address chooses."""

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

    @cached_property
    def shown(self) -> str:
        """Prices, or what else belongs to them."""
        asked = self.request.GET.get("shown", "")
        return asked if asked in Shown.values else Shown.PRICE

    @cached_property
    def brands(self) -> list[str]:
        """The brands of the devices in the chosen part."""
        rows = self.devices.exclude(brand="")
        return list(rows.order_by("brand").values_list("brand", flat=True).distinct())

    @cached_property
    def brand(self) -> str:
        """The brand that was chosen, as the devices have it; empty for the part as it is built."""
        asked = self.request.GET.get("brand", "").casefold()
        return next((brand for brand in self.brands if brand.casefold() == asked), "") if asked else ""

    @property
    def devices(self) -> Any:
        """Every device in the chosen part."""
        rows = Subject.objects.filter(kind=Subject.Kind.DEVICE).select_related("parent__parent")
        return rows if self.node is None else rows.filter(Q(parent=self.node) | Q(parent__parent=self.node))

    def page_of(self, rows: Any, name: str, size: int) -> Page:
        """A page of rows or columns."""
        return Paginator(rows, size).get_page(self.request.GET.get(name))

    @cached_property
    def below(self) -> Page:
        """The rows below the chosen node: its categories or devices, or its devices of the chosen brand."""
        rows = Subject.objects.filter(parent=self.node).select_related("parent__parent")
        rows = self.devices.filter(brand=self.brand) if self.brand else rows
        return self.page_of(rows.order_by("sort_order", "-year", "name", "pk"), "page", ROWS)

    @cached_property
    def repairs(self) -> Page:
        """The columns: every repair of the first language that fits anything on this page."""
        around = {pk for row in (self.node, *self.below) for pk in table.tree_of(row)}
        rows = RepairType.objects.filter(locale=Locale.get_default()).select_related("subject__parent__parent")
        return self.page_of(rows.filter(Q(subject=None) | Q(subject__in=around)), "repairs", COLUMNS)

    def address(self, **change: Any) -> str:
        """This page with something else chosen."""
        asked = QueryDict(mutable=True)
        asked.update({name: self.request.GET[name] for name in CHOICES if self.request.GET.get(name)})
        asked.update({"page": str(self.below.number), "repairs": str(self.repairs.number)})
        for name, value in change.items():
            asked[name] = str(value)
        return f"?{asked.urlencode()}"


class PriceTableView(WagtailAdminTemplateMixin, Chosen, TemplateView):
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

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save, or take back the last saving; or tell each fault at its cell with all that was typed."""
        sent = self._sent()
        if sent is None:
            messages.error(request, _("It was taken back already, or another saving came after it."))
            return redirect(request.get_full_path())
        saved = saving.save(site=self.shop.site, sent=sent, user=request.user)
        if not saved.faults:
            messages.success(request, self._words(saved.changed))
            return redirect(request.get_full_path())
        words = ngettext(
            "Nothing is saved yet: %(n)d cell needs a look.",
            "Nothing is saved yet: %(n)d cells need a look.",
            len(saved.faults),
        )
        messages.error(request, words % {"n": len(saved.faults)})
        sheet = table.asked_for(self.shop, self.part_grade, sent.given)
        return self.render_to_response(self.get_context_data(sheet=sheet, sent=sent, faults=saved.faults))

    def _words(self, changed: int) -> str:
        if not changed:
            return _("Nothing had changed.")
        if "undo" in self.request.POST:
            words = ngettext("%(n)d cell is as it was.", "%(n)d cells are as they were.", changed)
        elif self.shown == Shown.PRICE:
            words = ngettext("%(n)d price saved.", "%(n)d prices saved.", changed)
        else:
            words = ngettext("%(n)d cell saved.", "%(n)d cells saved.", changed)
        return words % {"n": changed}

    def _sent(self) -> saving.Sent | None:
        """What was typed, or what takes the last saving back; None where that is another one by now."""
        if undo := self.request.POST.get("undo"):
            last = self.last_save
            if last is None or str(last.uuid) != undo:
                return None
            return saving.sent_back(site=self.shop.site, user=self.request.user, last=last)
        given = {name[len(CELL) :]: str(text) for name, text in self.request.POST.items() if name.startswith(CELL)}
        return saving.Sent(given, self._was(), self.part_grade, self.shown)

    @cached_property
    def last_save(self) -> saving.LastSave | None:
        """What this person saved last here."""
        return saving.last_save(site=self.shop.site, user=self.request.user, at=timezone.now())

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
        faults: dict[str, str] = kwargs.pop("faults", {})
        sent: saving.Sent = kwargs.pop("sent", None) or saving.Sent({}, {})
        now = {place.key: write_as(self.shown, place.value(self.shown)) for place in sheet.places()}
        # Once a fault was told, what stands there now is what the next saving goes from; other cells keep theirs.
        seen = {key: text for key, text in sent.was.items() if key in now and key not in faults}
        rows = [
            (
                node,
                [_shown(place, self.shown, sent.given.get(place.key, now.get(place.key, "")), faults) for place in row],
            )
            for node, row in sheet.rows
        ]
        last = self.last_save
        chosen = {
            "shops": list(SiteShop.objects.select_related("site")),
            "grades": [(code, label, self.address(part=code)) for code, label in RepairOffer.Grade.choices],
            "sides": [(code, label, self.address(shown=code)) for code, label in Shown.choices],
            "pages": [(number, self.address(page=number)) for number in self.below.paginator.page_range],
            "sets": [(number, self.address(repairs=number)) for number in self.repairs.paginator.page_range],
            "last": last,
            "back": self.address(part=last.part_grade, shown=last.shown) if last else "",
        }
        return super().get_context_data(
            **kwargs, **chosen, view=self, sheet=sheet, rows=rows, was=json.dumps(now | seen), faults=faults
        )


def _shown(place: table.Place, shown: str, text: str, faults: dict[str, str]) -> dict[str, Any]:
    """A cell as the template prints it."""
    return {
        "place": place,
        "name": f"{CELL}{place.key}",
        "text": text,
        "was": write_as(shown, place.value(shown)),
        "takes": place.takes(shown),
        "above": place.inherited(shown) if place.fits else "",
        "own": _own(place) if shown == Shown.PRICE else write_as(Shown.PRICE, place.cell),
        "fault": faults.get(place.key, ""),
    }


def _own(place: table.Place) -> str:
    """Time and warranty that a price has of its own, short."""
    if not isinstance(place.cell, Cell) or place.own is None:
        return ""
    minutes, days = place.own.minutes, place.own.warranty_days
    parts = [_("%(n)s min") % {"n": minutes}] if minutes is not None else []
    if days is not None:
        parts.append(ngettext("%(n)s day", "%(n)s days", days) % {"n": days})
    return ", ".join(parts)


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
