"""What is repaired: a tree of families, categories and devices.

Devices are proper nouns and are not translated. A repair type may hang on any node of the tree.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.search import index

from cms.models.published import Published
from cms.pictures.subjects import picture_of


class Subject(Published, index.Indexed, models.Model):
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
    slug = models.SlugField(
        _("slug"), max_length=140, unique=True, help_text=_("Its part of the address; made from the name.")
    )
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
    also_called = models.CharField(
        _("also called"),
        max_length=300,
        blank=True,
        help_text=_("Other names that customers type, separated by commas; the search reads them."),
    )
    specifications = models.JSONField(
        _("specifications"), default=dict, blank=True, help_text=_("What it is built of: chip, memory, storage, ports.")
    )
    difficulty = models.CharField(
        _("difficulty"),
        max_length=10,
        blank=True,
        choices=[("easy", _("Easy")), ("medium", _("Medium")), ("hard", _("Hard"))],
        help_text=_("How hard it is to open and to mend."),
    )
    photo = models.ForeignKey(
        "wagtailimages.Image",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("photo"),
        help_text=_("Shown instead of the drawing; a device without one shows that of its category or family."),
    )
    photo_alt = models.CharField(
        _("what the photo shows"), max_length=160, blank=True, help_text=_("For people who cannot see it.")
    )
    description = models.TextField(
        _("description"), blank=True, help_text=_("Empty: the text of the category or family it belongs to.")
    )
    preparation = models.TextField(
        _("before the visit"),
        blank=True,
        help_text=_("What customers should do or bring. Empty: the text of the category or family it belongs to."),
    )
    seo_title = models.CharField(_("title for search engines"), max_length=70, blank=True)
    search_description = models.CharField(_("description for search engines"), max_length=170, blank=True)
    icon = models.CharField(
        _("icon"), max_length=20, choices=Icon, default=Icon.WRENCH, help_text=_("The drawing when there is no photo.")
    )
    sort_order = models.PositiveSmallIntegerField(_("order"), default=0, help_text=_("The lowest stands first."))

    search_fields = [
        index.SearchField("name", boost=3),
        index.AutocompleteField("name"),
        index.SearchField("brand"),
        index.AutocompleteField("brand"),
        index.SearchField("model_codes"),
        index.SearchField("also_called"),
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

    def clean(self) -> None:
        super().clean()
        wanted = self.PARENT_KIND.get(self.Kind(self.kind)) if self.kind else None
        found = self.parent.kind if self.parent else None
        if self.kind and found != wanted:
            raise ValidationError(
                {"parent": _("A family has no parent, a category belongs to a family, a device to a category.")}
            )

    def publish(self, revision: Any, *args: Any, **kwargs: Any) -> Any:
        """Wagtail's; then the files of its photo are made, so that no visitor waits for them."""
        done = super().publish(revision, *args, **kwargs)
        shown = revision.as_object()
        if shown.photo is not None:
            transaction.on_commit(lambda: picture_of(shown, shown.photo))
        return done

    def preview_place(self) -> str:
        """The page of the device, or of the family or category; a draft without an address stands at "new"."""
        return reverse("device" if self.kind == self.Kind.DEVICE else "kind", args=[self.slug or "new"])

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "cms/subject_preview.html"
