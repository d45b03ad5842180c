"""What goes wrong with a device, in customers' words."""

from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.models import TranslatableMixin
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from cms.models.published import Published
from cms.models.repair_types import RepairType, first_device
from cms.models.subjects import Subject


class CommonIssue(Published, TranslatableMixin, index.Indexed, models.Model):
    """A fault that customers know of a family, category or device: offered while booking, explained on its pages."""

    phrase = models.CharField(
        _("in customers' words"), max_length=120, help_text=_("As they would say it, such as Battery drains fast.")
    )
    advice = models.TextField(
        _("what we say to it"), blank=True, help_text=_("A sentence or two: what it may be, what to do until then.")
    )
    subject = models.ForeignKey(
        Subject,
        models.CASCADE,
        related_name="issues",
        verbose_name=_("happens to"),
        help_text=_("A device, or everything below a category or family."),
    )
    repair_type = models.ForeignKey(
        RepairType,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="issues",
        verbose_name=_("usually mended by"),
        help_text=_("The repair that its link leads to; empty: the one that its words are about, if that can be told."),
    )
    sort_order = models.PositiveSmallIntegerField(_("order"), default=0, help_text=_("The lowest stands first."))

    override_translatable_fields = [SynchronizedField("subject", overridable=False)]
    search_fields = [
        index.SearchField("phrase", boost=2),
        index.AutocompleteField("phrase"),
        index.SearchField("advice"),
        index.FilterField("live"),
        index.FilterField("locale"),
        index.FilterField("subject_id"),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("common issue")
        verbose_name_plural = _("common issues")
        ordering = ["sort_order", "phrase"]

    def __str__(self) -> str:
        return self.phrase

    def preview_place(self) -> str:
        """The page of the first device that it happens to."""
        device = first_device(self.subject) if self.subject_id else None
        return reverse("device", args=[device.slug]) if device else ""

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "cms/issue_preview.html"
