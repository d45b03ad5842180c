"""Prices in Wagtail's admin, and what the shop tells on pages of others."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.admin.viewsets.model import ModelViewSetGroup
from wagtail.snippets.models import register_snippet

from shop.admin_told import costs_of, day_in_the_shop, offered_for
from shop.price_admin.bulk import SwitchOff, SwitchOn
from shop.price_admin.offers import AddOns, RepairOffers, Shops, TaxRates
from shop.price_admin.rules import PriceRules
from shop.price_admin.table_view import PriceTable


class Prices(ModelViewSetGroup):
    """Everything about money that an owner sets."""

    items = (PriceTable, RepairOffers, PriceRules, AddOns, TaxRates, Shops)
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
hooks.register("register_bulk_action", SwitchOn)
hooks.register("register_bulk_action", SwitchOff)
register_snippet(Prices)


@hooks.register("construct_homepage_panels")
def todays_shop(request: HttpRequest, panels: list[Any]) -> None:
    """The day in the shop, below what waits for this person."""
    panels.append(Today())
