"""What can be done: screen repair, battery replacement. Prices are money and live in `shop`."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.models import TranslatableMixin
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from cms.models.published import Published
from cms.models.subjects import Subject


class RepairType(Published, TranslatableMixin, index.Indexed, models.Model):
    """A repair as customers know it. It hangs on a family, a category, a device, or on nothing (a treatment)."""

    class Difficulty(models.TextChoices):
        EASY = "easy", _("Easy")
        MEDIUM = "medium", _("Medium")
        HARD = "hard", _("Hard")

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("slug"), max_length=140, help_text=_("Its part of the address; made from the name."))
    subject = models.ForeignKey(
        Subject,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="repair_types",
        verbose_name=_("offered for"),
        help_text=_("A device, or everything below a category or family; empty: anything, such as moving files."),
    )
    heading = models.CharField(
        _("heading"),
        max_length=60,
        blank=True,
        help_text=_("Where it stands in lists of what needs no device, such as Brows and lashes."),
    )
    summary = models.CharField(
        _("summary"), max_length=250, blank=True, help_text=_("One sentence below its name; the search reads it too.")
    )
    also_called = models.CharField(
        _("also called"),
        max_length=300,
        blank=True,
        help_text=_("Other words for it, separated by commas, such as glass, display; the search reads them."),
    )
    parts_required = models.JSONField(_("parts"), default=list, blank=True, help_text=_("What the bench needs for it."))
    description = models.TextField(
        _("description"), blank=True, help_text=_("What is done. Empty: the text of the device, category or family.")
    )
    preparation = models.TextField(
        _("before the visit"),
        blank=True,
        help_text=_("What customers should do or bring. Empty: the text of the device, its category or its family."),
    )
    seo_title = models.CharField(_("title for search engines"), max_length=70, blank=True)
    search_description = models.CharField(_("description for search engines"), max_length=170, blank=True)
    minutes = models.PositiveIntegerField(
        _("working time in minutes"), default=60, validators=[MinValueValidator(5), MaxValueValidator(60 * 24 * 14)]
    )
    warranty_days = models.PositiveSmallIntegerField(_("warranty in days"), default=90)
    difficulty = models.CharField(_("difficulty"), max_length=10, choices=Difficulty, default=Difficulty.MEDIUM)
    sort_order = models.PositiveSmallIntegerField(_("order"), default=0, help_text=_("The lowest stands first."))

    # Its address and what money hangs on are those of the original.
    override_translatable_fields = [SynchronizedField(name, overridable=False) for name in ("slug", "subject")]
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

    def preview_place(self) -> str:
        """Its page for the first device that it is offered for."""
        device = first_device(self.subject)
        return reverse("repair", args=[device.slug, self.slug or "new"]) if device else ""

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "cms/repair_type_preview.html"


def first_device(node: Subject | None) -> Subject | None:
    """The node itself when it is a device, else the first live device below it; below nothing: of all."""
    if node is not None and node.kind == Subject.Kind.DEVICE:
        return node
    rows = Subject.objects.filter(kind=Subject.Kind.DEVICE, live=True)
    if node is not None:
        rows = rows.filter(models.Q(parent=node) | models.Q(parent__parent=node))
    return rows.first()
