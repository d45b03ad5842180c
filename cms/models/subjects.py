"""What is repaired: a tree of families, categories and devices.

Devices are proper nouns and are not translated. A repair type may hang on any node of the tree.
"""

from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, PublishingPanel
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    PreviewableMixin,
    RevisionMixin,
    WorkflowMixin,
)
from wagtail.search import index

from cms.versions import BumpsContent


class Subject(
    BumpsContent,
    WorkflowMixin,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    PreviewableMixin,
    index.Indexed,
    models.Model,
):
    """A node of the catalogue: family (Phones), category (iPhone) or device (iPhone 13)."""

    class Kind(models.TextChoices):
        FAMILY = "family", _("Family")
        CATEGORY = "category", _("Category")
        DEVICE = "device", _("Device")

    class Icon(models.TextChoices):
        SMARTPHONE = "smartphone", _("Smartphone")
        TABLET = "tablet", _("Tablet")
        LAPTOP = "laptop", _("Laptop")
        MONITOR = "monitor", _("Monitor")
        PC = "pc-case", _("Desktop computer")
        GAMEPAD = "gamepad-2", _("Console")
        WATCH = "watch", _("Watch")
        CAR = "car", _("Vehicle")
        SPARKLES = "sparkles", _("Treatment")
        WRENCH = "wrench", _("Other")

    PARENT_KIND = {Kind.FAMILY: None, Kind.CATEGORY: Kind.FAMILY, Kind.DEVICE: Kind.CATEGORY}

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("slug"), max_length=140, unique=True)
    brand = models.CharField(_("brand"), max_length=80, blank=True)
    year = models.PositiveSmallIntegerField(
        _("year"),
        null=True,
        blank=True,
        help_text=_("Year of first sale; it decides the age that prices may depend on."),
    )
    model_codes = models.CharField(
        _("model codes"), max_length=300, blank=True, help_text=_("As printed on the device, separated by blanks.")
    )
    description = models.TextField(_("description"), blank=True)
    common_issues = models.TextField(
        _("common issues"), blank=True, help_text=_("One a line, in customers' words, such as Battery drains fast.")
    )
    icon = models.CharField(_("icon"), max_length=20, choices=Icon, default=Icon.WRENCH)
    sort_order = models.PositiveSmallIntegerField(_("order"), default=0)

    _revisions = GenericRelation("wagtailcore.Revision", related_query_name="subject")
    workflow_states = GenericRelation(
        "wagtailcore.WorkflowState",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="subject",
        for_concrete_model=False,
    )

    panels = [
        MultiFieldPanel(
            [FieldPanel("kind"), FieldPanel("parent"), FieldPanel("name"), FieldPanel("slug"), FieldPanel("brand")],
            heading=_("What it is"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("year"),
                FieldPanel("model_codes"),
                FieldPanel("description"),
                FieldPanel("common_issues"),
                FieldPanel("icon"),
                FieldPanel("sort_order"),
            ],
            heading=_("What customers see and search"),
        ),
        PublishingPanel(),
    ]
    search_fields = [
        index.SearchField("name", boost=3),
        index.AutocompleteField("name"),
        index.SearchField("brand"),
        index.AutocompleteField("brand"),
        index.SearchField("model_codes"),
        index.AutocompleteField("model_codes"),
        index.FilterField("kind"),
        index.FilterField("live"),
        index.FilterField("parent_id"),
        index.FilterField("year"),
    ]

    class Meta:
        verbose_name = _("device or category")
        verbose_name_plural = _("devices and categories")
        ordering = ["sort_order", "name"]
        indexes = [models.Index(fields=["kind", "live", "sort_order", "name"])]

    def __str__(self) -> str:
        return self.name

    @property
    def revisions(self):  # type: ignore[no-untyped-def]
        return self._revisions

    def clean(self) -> None:
        super().clean()
        wanted = self.PARENT_KIND.get(self.Kind(self.kind)) if self.kind else None
        found = self.parent.kind if self.parent else None
        if self.kind and found != wanted:
            raise ValidationError(
                {"parent": _("A family has no parent, a category belongs to a family, a device to a category.")}
            )

    def get_preview_template(self, request, mode_name):  # type: ignore[no-untyped-def]
        return "cms/subject_preview.html"
