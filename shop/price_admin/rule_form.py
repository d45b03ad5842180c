"""The form of a price rule: weekdays as ticks, checks before it is saved, and the rule read back in words."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.models import RepairType, Subject
from repairs.models import OpeningHours
from shop import facts, rule_checks, rule_effects
from shop.models import AddOn, PriceRule, SiteShop
from shop.price_admin.old_copies import SeenForm


class RuleForm(SeenForm):
    """Errors keep a rule from being saved. Warnings do too, until somebody ticks that it shall be saved although.

    `findings` is what the checks said; `changes` the most affected prices, once somebody asked for them.
    """

    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Weekdays of the visit"),
        coerce=int,
        choices=list(WEEKDAYS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("No tick: any day, and also while no visit is chosen."),
    )
    although = forms.BooleanField(label=gettext_lazy("Save although"), required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        if self.instance.value is not None and "value" in self.initial:
            self.initial["value"] = f"{Decimal(self.instance.value).normalize():f}"  # 1.2 and not 1.2000
        self.findings: list[rule_checks.Finding] = []
        self.changes: rule_effects.Changes | None = None
        self.only_asks = False

    def clean_weekdays(self) -> list[int]:
        """The days in their order."""
        return sorted(self.cleaned_data["weekdays"])

    def _post_clean(self) -> None:
        """The rule as it would be is there once the model's own checks are done."""
        super()._post_clean()
        if self.instance.site_id is None or any(name in self.errors for name in self.fields):
            return
        rule = facts.rule_of(self.instance)
        found = rule_checks.check(rule, neighbours(self.instance), stock_of(self.instance), timezone.now())
        # A rule that is switched off harms nobody: only what can never be meant is told.
        self.findings = [finding for finding in found if finding.blocks or self.instance.active]
        for finding in self.findings:
            if finding.blocks:
                self.add_error(finding.field or None, finding.words)
        told = [finding for finding in self.findings if not finding.blocks]
        if told and not self.errors and not self.only_asks and not self.cleaned_data.get("although"):
            self.add_error("although", _("Read what stands above. To keep the rule as it is, tick this box and save."))

    def show_changes(self) -> None:
        """Work out what saving would change. Only for a form that is valid."""
        saved = PriceRule.objects.filter(pk=self.instance.pk).select_related("add_on").first()
        now = facts.rule_of(saved) if saved is not None and saved.active else None
        planned = facts.rule_of(self.instance) if self.instance.active else None
        self.changes = rule_effects.changes(
            site=self.instance.site, now=now, planned=planned, add_on=self.instance.add_on, at=timezone.now()
        )


def neighbours(row: PriceRule) -> list[Any]:
    """The site's other active rules; none for a rule that is switched off, for it meets nobody. One statement."""
    if not row.active:
        return []
    return [rule for rule in facts.rules_of(row.site, timezone.now()) if rule.number != row.pk]


def stock_of(row: PriceRule) -> rule_checks.Stock:
    """The shop as the checks need it. Five statements."""
    nodes = list(Subject.objects.values_list("pk", "parent_id", "kind", "brand", "year"))
    add_ons = AddOn.objects.filter(site_id=row.site_id).values_list("slug", "subject_id", "repair_type_id")
    shop = SiteShop.objects.filter(site_id=row.site_id).first()
    hours = OpeningHours.objects.filter(site=row.site_id).values_list("weekday", "opens", "closes")
    return rule_checks.Stock(
        above={pk: parent for pk, parent, *_rest in nodes},
        repairs=dict(RepairType.objects.values_list("pk", "subject_id")),
        devices=tuple((pk, brand, year) for pk, _parent, kind, brand, year in nodes if kind == Subject.Kind.DEVICE),
        open_hours=tuple(hours),
        add_ons={slug: (node, repair) for slug, node, repair in add_ons},
        more_currencies=bool(shop and shop.more_currencies),
        **({"unknown_year": shop.unknown_year} if shop else {}),
    )
