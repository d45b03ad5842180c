"""Price rules in Wagtail's admin: list, form, copy, history; what a rule would change is shown before it is saved."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, ModelChoiceFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList, Panel
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views import snippets

from cms.models import RepairType, Subject
from cms.sites import site_for
from shop.models import PriceRule
from shop.price_admin.old_copies import OneAtATime
from shop.price_admin.rule_form import RuleForm
from shop.price_admin.rule_words import counts, currency_of, reads

ASKS = "action-show"
AT_HAND = ("subject", "repair_type", "add_on", "site__shop")


class ToldPanel(Panel):
    """The rule read back, what the checks say with the tick to save although, and what saving would change."""

    def get_form_options(self) -> dict[str, Any]:
        """The tick stands in this panel, so Wagtail does not add it below the form."""
        return {"fields": ["although"]}

    class BoundPanel(Panel.BoundPanel):
        """The panel of one form."""

        template_name = "wagtailadmin/mendwell/price_rule_told.html"

        @property
        def media(self) -> forms.Media:
            """Its looks."""
            return forms.Media(css={"all": ["mendwell/pages/price-admin.css"]})

        def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
            """The sentence is told of a saved rule, and of one that was sent and could be read."""
            told = self.instance.pk if not self.form.is_bound else self.form.is_valid() or self.form.findings
            return {
                "form": self.form,
                "sentence": reads(self.instance) if told else "",
                "currency": currency_of(self.instance),
                "changes": self.form.changes,
                "blocking": [finding for finding in self.form.findings if finding.blocks],
                "warnings": [finding for finding in self.form.findings if not finding.blocks],
            }


def row(*names: str) -> FieldRowPanel:
    """Fields beside each other."""
    return FieldRowPanel([FieldPanel(name) for name in names])


def panels() -> list[Panel]:
    """The form, in the order of the questions that an owner asks."""
    return [
        ToldPanel(),
        MultiFieldPanel(
            [
                row("effect", "value", "currency"),
                FieldPanel("name"),
                FieldPanel("reason"),
                row("active", "site"),
            ],
            heading=_("What it does"),
        ),
        MultiFieldPanel(
            [
                row("subject", "brand"),
                row("older_than_years", "at_most_years"),
                row("year_from", "year_until"),
                FieldPanel("repair_type"),
            ],
            heading=_("For what: everything filled in must hold, empty fields do not matter"),
        ),
        MultiFieldPanel(
            [
                row("condition", "urgency"),
                row("service_type", "part_grade"),
                FieldPanel("add_on"),
            ],
            heading=_("For whose wish"),
        ),
        MultiFieldPanel(
            [FieldPanel("weekdays"), row("visit_from", "visit_until")],
            heading=_("For which visit: in the shop's own time; counts once a visit is chosen"),
        ),
        MultiFieldPanel(
            [row("valid_from", "valid_until")],
            heading=_("When: empty counts from now on, and for ever"),
        ),
        MultiFieldPanel([row("priority", "group"), FieldPanel("stop")], heading=_("Order of rules")),
    ]


class _Asks(OneAtATime):
    """A form that can be asked what it would change. It is saved by a button only, never while somebody types."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Wagtail saves rows with a history by itself: a price changes when its owner says so."""
        super().setup(request, *args, **kwargs)  # type: ignore[misc]
        self.autosave_enabled = False

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show what changes, with all that was typed; or save."""
        if ASKS not in request.POST:
            return super().post(request, *args, **kwargs)  # type: ignore[misc,no-any-return]
        form = self.get_form()  # type: ignore[attr-defined]
        form.only_asks = True
        if not self.is_valid(form):  # type: ignore[attr-defined]
            return self.form_invalid(form)  # type: ignore[attr-defined,no-any-return]
        form.show_changes()
        self.form = form
        return self.render_to_response(self.get_context_data())  # type: ignore[attr-defined,no-any-return]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Which of the two buttons comes first."""
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        return context | {"asks": ASKS, "shown": context["form"].changes is not None}


class AddRule(_Asks, snippets.CreateView):
    """A new rule, for this site unless somebody chooses another."""

    def get_initial_form_instance(self) -> PriceRule:
        """After the rules that are there, with room between them."""
        site = site_for(self.request)
        last = PriceRule.objects.filter(site=site).order_by("priority").last()
        return PriceRule(site=site, priority=last.priority + 10 if last else 10)


class CopyRule(_Asks, snippets.CopyView):
    """A copy under another name, switched off until somebody has looked at it."""

    def get_initial_form_instance(self) -> PriceRule:
        """The rule without its history."""
        row: PriceRule = self.get_object()
        row.pk, row.latest_revision, row.active = None, None, False
        row._state.adding = True
        row.name = _("%(name)s (copy)") % {"name": row.name}
        return row


class EditRule(_Asks, snippets.EditView):
    """A rule with its history."""


class RuleFilters(WagtailFilterSet):
    """What an owner looks for. `counts`: now, soon or past, as the badge in the list says."""

    counts = ChoiceFilter(
        label=_("Counts"),
        choices=[("now", _("Now")), ("soon", _("Later")), ("past", _("Ended")), ("off", _("Switched off"))],
        method="by_moment",
    )
    subject = ModelChoiceFilter(queryset=Subject.objects.exclude(kind=Subject.Kind.DEVICE), label=_("Only for"))
    repair_type = ModelChoiceFilter(queryset=RepairType.objects.all(), label=_("Only with"))
    group = ChoiceFilter(label=_("Group"), choices=lambda: [(name, name) for name in group_names()])

    class Meta:
        model = PriceRule
        fields = ["effect", "active", "subject", "repair_type", "group", "site"]

    def by_moment(self, rows: QuerySet[PriceRule], _name: str, value: str) -> QuerySet[PriceRule]:
        """Rules by what the clock says of them."""
        at = timezone.now()
        begun, ended = Q(valid_from=None) | Q(valid_from__lte=at), Q(valid_until__lte=at)
        which = {
            "now": Q(active=True) & begun & ~ended,
            "soon": Q(active=True) & ~begun & ~ended,
            "past": Q(active=True) & ended,
            "off": Q(active=False),
        }
        return rows.filter(which[value])


def group_names() -> list[str]:
    """The names of all groups, in one statement."""
    return list(PriceRule.objects.exclude(group="").order_by("group").values_list("group", flat=True).distinct())


class CountsColumn(Column):
    """A badge that says when a rule counts."""

    def get_value(self, instance: PriceRule) -> Any:
        """Now, From 1 Dec, Until 24 Dec, Ended, Off."""
        code, words = counts(instance, timezone.now())
        return format_html('<span class="w-status{}">{}</span>', " w-status--primary" if code == "now" else "", words)


class PriceRules(snippets.SnippetViewSet):
    """The list and the forms. Its addresses are those of the other price lists."""

    model = PriceRule
    icon = "sliders"
    menu_label = _("Price rules")
    base_url_path = admin_url_namespace = "pricerule"
    menu_item_is_registered = True
    add_view_class = AddRule
    copy_view_class = CopyRule
    edit_view_class = EditRule
    index_template_name = "wagtailadmin/mendwell/price_rules.html"
    create_template_name = edit_template_name = "wagtailadmin/mendwell/price_rule_form.html"
    copy_view_enabled = True
    list_per_page = 50
    list_display = [
        "name",
        Column(
            "does", label=_("What it does"), accessor=lambda row: reads(row, brief=True), classname="mendwell-reads"
        ),
        Column("priority", label=_("Priority"), sort_key="priority", classname="mendwell-order"),
        Column("group", label=_("Group"), sort_key="group", classname="mendwell-order"),
        CountsColumn("counts", label=_("Counts"), sort_key="valid_from", classname="mendwell-counts"),
    ]
    ordering = ["priority", "pk"]
    filterset_class = RuleFilters
    list_export = ["name", "effect", "value", "priority", "group", "stop", "valid_from", "valid_until", "active"]
    search_fields = ["name", "reason", "group", "brand"]
    search_backend_name = None
    edit_handler = ObjectList(panels(), base_form_class=RuleForm)

    def get_queryset(self, request: HttpRequest) -> QuerySet[PriceRule]:
        """The rows with all that their sentences name: no statement for each row."""
        return PriceRule.objects.select_related(*AT_HAND)
