"""What can be done: screen repair, battery replacement. Prices are money and live in `shop`."""

from django.contrib.contenttypes.fields import GenericRelation
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, PublishingPanel
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    PreviewableMixin,
    RevisionMixin,
    TranslatableMixin,
    WorkflowMixin,
)
from wagtail.search import index

from cms.models.subjects import Subject
from cms.versions import BumpsContent


class RepairType(
    BumpsContent,
    WorkflowMixin,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    PreviewableMixin,
    TranslatableMixin,
    index.Indexed,
    models.Model,
):
    """A repair as customers know it. It hangs on a family, a category, a device, or on nothing (a treatment)."""

    class Difficulty(models.TextChoices):
        EASY = "easy", _("Easy")
        MEDIUM = "medium", _("Medium")
        HARD = "hard", _("Hard")

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("slug"), max_length=140)
    subject = models.ForeignKey(
        Subject, models.PROTECT, null=True, blank=True, related_name="repair_types", verbose_name=_("offered for")
    )
    summary = models.CharField(_("summary"), max_length=250, blank=True)
    description = models.TextField(_("description"), blank=True)
    minutes = models.PositiveIntegerField(
        _("working time in minutes"), default=60, validators=[MinValueValidator(5), MaxValueValidator(60 * 24 * 14)]
    )
    warranty_days = models.PositiveSmallIntegerField(_("warranty in days"), default=90)
    difficulty = models.CharField(_("difficulty"), max_length=10, choices=Difficulty, default=Difficulty.MEDIUM)
    sort_order = models.PositiveSmallIntegerField(_("order"), default=0)

    _revisions = GenericRelation("wagtailcore.Revision", related_query_name="repair_type")
    workflow_states = GenericRelation(
        "wagtailcore.WorkflowState",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="repair_type",
        for_concrete_model=False,
    )

    panels = [
        FieldPanel("name"),
        FieldPanel("slug"),
        FieldPanel("subject"),
        FieldPanel("summary"),
        FieldPanel("description"),
        FieldPanel("minutes"),
        FieldPanel("warranty_days"),
        FieldPanel("difficulty"),
        FieldPanel("sort_order"),
        PublishingPanel(),
    ]
    search_fields = [
        index.SearchField("name", boost=2),
        index.AutocompleteField("name"),
        index.SearchField("summary"),
        index.SearchField("description"),
        index.FilterField("live"),
        index.FilterField("locale"),
        index.FilterField("subject_id"),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("repair type")
        verbose_name_plural = _("repair types")
        ordering = ["sort_order", "name"]
        unique_together = [("translation_key", "locale"), ("slug", "locale")]

    def __str__(self) -> str:
        return self.name

    @property
    def revisions(self):  # type: ignore[no-untyped-def]
        return self._revisions

    def get_preview_template(self, request, mode_name):  # type: ignore[no-untyped-def]
        return "cms/repair_type_preview.html"
