"""Prices in Wagtail's admin: what each repair costs, and the rules that change it."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy

from cms.models import RepairType, Subject
from cms.sites import site_for
from shop.admin_told import MAY_SET, costs_of, day_in_the_shop, offered_for
from shop.models import AddOn, PriceRule, RepairOffer, SiteShop
from shop.products import product_for


class AddOffer(generic.CreateView):
    """A first price makes the repair something that can be ordered. Who may not set prices proposes one."""

    def get_initial_form_instance(self) -> Any:
        """What the link to this page knows already: the repair and the node it is offered for."""
        site, given = site_for(self.request), self.request.GET
        offer = RepairOffer(site=site, currency=SiteShop.objects.get(site=site).currency)
        kinds, nodes = (given.get(name, "") for name in ("repair_type", "subject"))
        if kinds.isdecimal() and (kind := RepairType.objects.filter(pk=kinds[:18]).first()):
            offer.repair_type = kind
        offer.subject = Subject.objects.filter(pk=nodes[:18]).first() if nodes.isdecimal() else None
        return offer

    def get_form(self, form_class: Any = None) -> Any:
        """A proposal is not active, whatever its form says."""
        form = super().get_form(form_class)
        if not self.request.user.has_perm(MAY_SET):
            del form.fields["active"]
            form.instance.active = False
        return form

    def get_success_message(self, instance: Any) -> Any:
        """A proposal says what happens next."""
        if instance.active:
            return super().get_success_message(instance)
        return _("%(price)s is proposed. It counts once a moderator or the owner makes it active.") % {
            "price": instance
        }

    def save_instance(self) -> Any:
        offer = super().save_instance()
        product_for(offer.repair_type)
        return offer


class EditOffer(generic.EditView):
    """A price in another currency needs its stock record too."""

    def save_instance(self) -> Any:
        offer = super().save_instance()
        product_for(offer.repair_type)
        return offer


class RepairOffers(ModelViewSet):
    model = RepairOffer
    icon = "tag"
    menu_label = _("Repair prices")
    add_view_class = AddOffer
    edit_view_class = EditOffer
    list_display = ["repair_type", "subject", "price", "currency", "site", BooleanColumn("active", label=_("Active"))]
    list_filter = ["site", "repair_type", "active"]
    list_export = ["repair_type", "subject", "price", "currency", "active"]
    search_fields = ["repair_type__name", "subject__name"]
    search_backend_name = None
    panels = [
        FieldPanel("site"),
        FieldPanel("repair_type"),
        FieldPanel("subject"),
        FieldRowPanel([FieldPanel("price"), FieldPanel("currency")]),
        FieldPanel("active"),
    ]


class PriceRules(ModelViewSet):
    model = PriceRule
    icon = "sliders"
    menu_label = _("Price rules")
    list_display = ["name", "factor", "order", "valid_from", "valid_until", BooleanColumn("active", label=_("Active"))]
    list_filter = ["site", "active", "repair_type"]
    list_export = ["name", "factor", "order", "valid_from", "valid_until", "active"]
    search_fields = ["name", "reason"]
    search_backend_name = None
    panels = [
        MultiFieldPanel(
            [FieldPanel("site"), FieldPanel("name"), FieldPanel("reason"), FieldPanel("factor"), FieldPanel("order")],
            heading=_("What it does"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("subject"),
                FieldPanel("repair_type"),
                FieldPanel("older_than_years"),
                FieldPanel("condition"),
                FieldPanel("urgency"),
                FieldPanel("service_type"),
            ],
            heading=_("When it applies: everything filled in must hold"),
        ),
        FieldRowPanel([FieldPanel("valid_from"), FieldPanel("valid_until")], heading=_("From and until")),
        FieldPanel("active"),
    ]


class AddOns(ModelViewSet):
    """What customers may add to a repair at a fixed price. Switched off instead of deleted: old quotes name it."""

    model = AddOn
    icon = "plus"
    menu_label = _("Add-ons")
    list_display = ["name", "price", "subject", "repair_type", "sort_order", BooleanColumn("active", label=_("Active"))]
    list_filter = ["site", "active", "repair_type"]
    list_export = ["name", "slug", "price", "subject", "repair_type", "active"]
    search_fields = ["name", "description"]
    search_backend_name = None
    panels = [
        MultiFieldPanel(
            [FieldPanel("site"), FieldPanel("name"), FieldPanel("slug"), FieldPanel("description")],
            heading=_("What customers read"),
        ),
        FieldRowPanel([FieldPanel("price"), FieldPanel("sort_order")], heading=_("Price and place in the list")),
        FieldRowPanel(
            [FieldPanel("subject"), FieldPanel("repair_type")],
            heading=_("When it is offered: everything filled in must fit"),
        ),
        FieldPanel("active"),
    ]


class EditedOnly(ModelPermissionPolicy):
    """Rows that are changed by people, and neither added nor deleted by them."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action in {"change", "view"} and super().user_has_permission(user, action)


register_permission_policy(SiteShop, EditedOnly(SiteShop))


class Shops(ModelViewSet):
    """Currency, tax and how long a price is kept. `manage.py prepare` makes the row; what it ties together stays."""

    model = SiteShop
    icon = "home"
    menu_label = _("Currency and tax")
    list_display = ["site", "currency", "tax_rate", "tax_name"]
    copy_view_enabled = False
    form_fields = ["currency", "tax_rate", "tax_name", "tax_code", "unknown_year", "quote_valid_hours"]


class Prices(ModelViewSetGroup):
    items = (RepairOffers, PriceRules, AddOns, Shops)
    menu_label = _("Prices")
    menu_icon = "tag"
    menu_order = 250


class Today(Component):
    """The day of the shop in three numbers, on the admin's start page."""

    name = "today"
    template_name = "wagtailadmin/mendwell/today.html"
    order = 95

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The numbers."""
        return {"tiles": day_in_the_shop((parent_context or {})["request"])}


hooks.register("about_repair_type", costs_of)
hooks.register("about_subject", offered_for)


@hooks.register("construct_homepage_panels")
def todays_shop(request: HttpRequest, panels: list[Any]) -> None:
    """The day in the shop, below what waits for this person."""
    panels.append(Today())


@hooks.register("register_admin_viewset")
def prices() -> Prices:
    """The menu entry with its two lists."""
    return Prices()
