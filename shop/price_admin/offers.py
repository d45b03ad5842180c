"""Repair prices, add-ons, tax rates and the shop's money settings in Wagtail's admin."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy

from cms.models import RepairType, Subject
from cms.sites import site_for
from shop.admin_told import MAY_SET
from shop.models import AddOn, RepairOffer, SiteShop, TaxRate
from shop.price_admin import money_terms
from shop.price_admin.cells import written
from shop.price_admin.old_copies import OneAtATime, SeenForm, one_at_a_time
from shop.price_admin.taxes import without_rate
from shop.products import product_for


class AddOffer(OneAtATime, generic.CreateView):
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


class EditOffer(OneAtATime, generic.EditView):
    """A price in another currency needs its stock record too."""

    def save_instance(self) -> Any:
        offer = super().save_instance()
        product_for(offer.repair_type)
        return offer


class Add(OneAtATime, generic.CreateView):
    """A new row."""


class Edit(OneAtATime, generic.EditView):
    """A row that somebody else may have open as well."""


class OfferList(generic.IndexView):
    """The rows with all that their columns name: no statement for each row."""

    def get_base_queryset(self) -> Any:
        """Repair, node and site at hand."""
        return super().get_base_queryset().select_related("repair_type", "subject", "site")


class RepairOffers(ModelViewSet):
    """One price after the other; the table shows many at once."""

    model = RepairOffer
    index_view_class = OfferList
    icon = "tag"
    menu_label = _("Repair prices")
    add_view_class = AddOffer
    edit_view_class = EditOffer
    list_display = [
        "repair_type",
        Column("subject", label=_("For"), accessor=lambda row: row.subject or _("anything")),
        Column("price", label=_("Price"), accessor=written, sort_key="price"),
        Column("part_grade", label=_("Part"), accessor="get_part_grade_display", sort_key="part_grade"),
        "currency",
        "site",
        BooleanColumn("active", label=_("Active")),
    ]
    list_filter = ["site", "repair_type", "kind", "part_grade", "active"]
    list_export = ["repair_type", "subject", "part_grade", "kind", "price", "price_max", "currency", "active"]
    search_fields = ["repair_type__name", "subject__name"]
    search_backend_name = None
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [FieldPanel("site"), FieldPanel("repair_type"), FieldPanel("subject")],
                heading=_("For what: empty means for anything; the nearest price wins"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("kind", help_text=_("On request and not offered have no price.")),
                    FieldRowPanel([FieldPanel("price"), FieldPanel("price_max"), FieldPanel("currency")]),
                    FieldPanel("part_grade"),
                ],
                heading=_("What it costs"),
            ),
            FieldRowPanel([FieldPanel("minutes"), FieldPanel("warranty_days")], heading=_("Time and promise")),
            FieldPanel("active"),
        ],
        base_form_class=SeenForm,
    )


class AddOns(ModelViewSet):
    """What customers may add to a repair at a fixed price. Switched off instead of deleted: old quotes name it."""

    model = AddOn
    add_view_class, edit_view_class = Add, Edit
    icon = "plus"
    menu_label = _("Add-ons")
    list_display = ["name", "price", "subject", "repair_type", "sort_order", BooleanColumn("active", label=_("Active"))]
    list_filter = ["site", "active", "repair_type"]
    list_export = ["name", "slug", "price", "subject", "repair_type", "active"]
    search_fields = ["name", "description"]
    search_backend_name = None
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [FieldPanel("site"), FieldPanel("name"), FieldPanel("slug"), FieldPanel("description")],
                heading=_("What customers read"),
            ),
            FieldRowPanel(
                [FieldPanel("price"), FieldPanel("currency"), FieldPanel("sort_order")],
                heading=_("Price and place in the list"),
            ),
            FieldRowPanel(
                [FieldPanel("subject"), FieldPanel("repair_type")],
                heading=_("When it is offered: everything filled in must fit"),
            ),
            FieldPanel("active"),
        ],
        base_form_class=SeenForm,
    )


class RateForm(SeenForm):
    """A rate may not be changed so that a shop is left without one today: it could sell nothing."""

    def clean(self) -> dict[str, Any]:
        """Ask for the rates as they would be."""
        cleaned: dict[str, Any] = super().clean()
        if not self.errors and self.instance.pk:
            planned = TaxRate(pk=self.instance.pk, code=cleaned["code"], valid_from=cleaned["valid_from"])
            if left := without_rate(timezone.now().date(), instead_of=self.instance.pk, planned=planned):
                self.add_error(None, _("Without it there is no rate today for %(shops)s.") % {"shops": ", ".join(left)})
        return cleaned


class DeleteRate(generic.DeleteView):
    """Not the last one that a shop has."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Delete it, or say whose it is."""
        with transaction.atomic():
            one_at_a_time()
            return self._delete(request, *args, **kwargs)

    def _delete(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if left := without_rate(timezone.now().date(), instead_of=self.object.pk):
            words = _("It stays: without it there is no rate today for %(shops)s.") % {"shops": ", ".join(left)}
            messages.error(request, words)
            return redirect(self.index_url_name)
        answer: HttpResponse = super().post(request, *args, **kwargs)
        return answer


class TaxRates(ModelViewSet):
    """A new rate is a new row with its first day: what was sold before keeps its own."""

    model = TaxRate
    add_view_class, edit_view_class = Add, Edit
    icon = "calendar-check"
    menu_label = _("Tax rates")
    delete_view_class = DeleteRate
    list_display = [
        "code",
        Column("rate", label=_("Rate"), accessor=lambda row: f"{row.rate * 100:.2f} %", sort_key="rate"),
        "valid_from",
        "country",
    ]
    list_filter = ["code", "country"]
    list_export = ["code", "country", "rate", "valid_from"]
    search_fields = ["code", "country"]
    search_backend_name = None
    ordering = ["code", "-valid_from"]
    edit_handler = ObjectList(
        [
            HelpPanel(content=_("<p>A rate that changes is a new entry with the day from which it holds.</p>")),
            FieldRowPanel([FieldPanel("code"), FieldPanel("country")]),
            FieldRowPanel([FieldPanel("rate"), FieldPanel("valid_from")]),
        ],
        base_form_class=RateForm,
    )


class EditedOnly(ModelPermissionPolicy):
    """Rows that are changed by people, and neither added nor deleted by them."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action in {"change", "view"} and super().user_has_permission(user, action)


register_permission_policy(SiteShop, EditedOnly(SiteShop))


class ShopForm(SeenForm):
    """The tax code must have a rate today: without one no price can be worked out. Terms of paying must fit."""

    def _post_clean(self) -> None:
        """Look at the terms once the row is as it would be saved."""
        super()._post_clean()
        for name, fault in money_terms.faults_of(self.instance).items():
            if name in self.fields and name not in self.errors:
                self.add_error(name, fault)

    def clean_tax_code(self) -> str:
        """The code as it was typed."""
        code: str = self.cleaned_data["tax_code"]
        if not TaxRate.objects.filter(code=code, valid_from__lte=timezone.now().date()).exists():
            self.add_error("tax_code", _("This code has no rate today: add one under Prices, Tax rates first."))
        return code


class Shops(ModelViewSet):
    """When customers pay, currency, tax, how long a price is kept. `manage.py prepare` makes the row."""

    model = SiteShop
    add_view_class, edit_view_class = Add, Edit
    icon = "home"
    menu_label = _("Paying, currency and tax")
    list_display = ["site", "currency", "tax_name", "payment", "deposit_for", "no_show_fee"]
    copy_view_enabled = False
    edit_handler = ObjectList(
        [
            *money_terms.panels(),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("currency"), FieldPanel("more_currencies")]),
                    FieldRowPanel([FieldPanel("tax_name"), FieldPanel("tax_code")]),
                ],
                heading=_("Currency and tax"),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("unknown_year"), FieldPanel("quote_valid_hours")]),
                    FieldRowPanel([FieldPanel("ready_days"), FieldPanel("loan_price")]),
                ],
                heading=_("Prices and promises"),
            ),
        ],
        base_form_class=ShopForm,
    )
