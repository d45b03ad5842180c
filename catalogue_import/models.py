"""What is kept of an import: the file with what was read out of it, each line of the dry run, what people decided."""

from typing import Any

from django.conf import settings
from django.core.files.storage import storages
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _


def private_storage() -> Any:
    """Where uploaded files lie: no web address leads there."""
    return storages["private"]


class ImportRun(models.Model):
    """One file on its way into the catalogue. `catalogue_import/runs.py` owns its status."""

    class Status(models.TextChoices):
        UPLOADED = "uploaded", _("Read, not tried yet")
        PLANNING = "planning", _("Trying")
        PLANNED = "planned", _("Tried, nothing written")
        APPLYING = "applying", _("Writing")
        APPLIED = "applied", _("Written")
        UNDOING = "undoing", _("Taking back")
        UNDONE = "undone", _("Taken back")
        FAILED = "failed", _("Failed, nothing written")

    class Source(models.TextChoices):
        PACK = "pack", _("Catalogue in our own format")
        TABLE = "table", _("Table, one price or device a row")
        MATRIX = "matrix", _("Price matrix, one repair a column")
        SHOPIFY = "shopify", _("Shopify products")
        WOOCOMMERCE = "woocommerce", _("WooCommerce products")
        REGISTRY = "registry", _("List of devices or prices in JSON")

    BUSY = (Status.PLANNING, Status.APPLYING, Status.UNDOING)

    site = models.ForeignKey("wagtailcore.Site", models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    name = models.CharField(_("file"), max_length=200)
    file = models.FileField(storage=private_storage, upload_to="imports", max_length=200, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    source = models.CharField(_("kind of file"), max_length=12, choices=Source)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.UPLOADED)
    # What was found out about the file, in the words of `reading/facts.py`: encoding, delimiter, decimals, sheets...
    facts = models.JSONField(default=dict, blank=True)
    # One entry a column: {"position", "header", "field", "confidence", "samples", "personal"}; empty without columns.
    columns = models.JSONField(default=list, blank=True)
    # `options.Options`: currency, sheet, brand, category, family, decimal, grade.
    options = models.JSONField(default=dict, blank=True)
    # rows, created, changed, unchanged, doubtful, matched, refused, left_out, skipped; after undo: kept.
    counts = models.JSONField(default=dict, blank=True)
    words = models.TextField(_("what to know"), blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    attempt = models.PositiveIntegerField(default=0)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(_("uploaded"))
    planned_at = models.DateTimeField(_("tried"), null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    applied_at = models.DateTimeField(_("written"), null=True, blank=True)
    undone_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-pk"]
        constraints = [
            # Two at once would plan and write against each other: the database refuses the second.
            models.UniqueConstraint(
                fields=["site"],
                condition=models.Q(status__in=["planning", "applying", "undoing"]),
                name="one_import_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_status_display()})"


class ImportLine(models.Model):
    """One thing that an import would write, doubts or refuses, or a name that it took for another without asking.

    What stays as it is has no line, only a count.
    """

    class Outcome(models.TextChoices):
        CREATED = "created", _("New")
        CHANGED = "changed", _("Changed")
        DOUBTFUL = "doubtful", _("To be decided")
        MATCHED = "matched", _("Taken for")
        REFUSED = "refused", _("Refused")

    class Decision(models.TextChoices):
        OPEN = "", _("Not decided")
        MATCH = "match", _("It is this one")
        NEW = "new", _("It is new")
        SKIP = "skip", _("Leave it out")

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField(_("row"), default=0, help_text=_("In the file, the first line being 1."))
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome)
    kind = models.CharField(_("kind"), max_length=20, blank=True)  # plan.NAMES: subject, repair type, price...
    key = models.JSONField(default=list, blank=True)  # plan.KEYS of the row
    title = models.CharField(max_length=300, blank=True)
    column = models.CharField(_("column"), max_length=200, blank=True)
    value = models.CharField(_("in the file"), max_length=300, blank=True)
    words = models.CharField(_("why"), max_length=500, blank=True)
    old = models.JSONField(null=True, blank=True, encoder=DjangoJSONEncoder)
    new = models.JSONField(null=True, blank=True, encoder=DjangoJSONEncoder)
    confidence = models.PositiveSmallIntegerField(_("confidence in percent"), null=True, blank=True)
    # For what is doubtful or was taken for something: [{"slug", "name", "confidence"}], the best first.
    candidates = models.JSONField(default=list, blank=True)
    rows = models.PositiveIntegerField(_("rows that wait for it"), default=0)
    decision = models.CharField(_("decision"), max_length=5, choices=Decision, blank=True, default=Decision.OPEN)
    slug = models.CharField(max_length=140, blank=True)  # of the one it was decided to be
    kept = models.CharField(_("not taken back"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("line of an import")
        verbose_name_plural = _("lines of imports")
        ordering = ["pk"]
        indexes = [models.Index(fields=["run", "outcome", "id"], name="import_lines_by_outcome")]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}: {self.title}"


class ColumnMapping(models.Model):
    """Which column means what, as somebody corrected it, for the next file with the same header."""

    site = models.ForeignKey("wagtailcore.Site", models.CASCADE, related_name="+")
    fingerprint = models.CharField(max_length=64)
    headers = models.JSONField(default=list)
    fields = models.JSONField(default=dict)  # position as text -> field
    options = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("column mapping")
        verbose_name_plural = _("column mappings")
        constraints = [models.UniqueConstraint(fields=["site", "fingerprint"], name="one_mapping_per_header")]

    def __str__(self) -> str:
        return ", ".join(str(header) for header in self.headers)[:80]


class KnownName(models.Model):
    """What somebody decided a name of a file to mean; asked before any guess is made."""

    class What(models.TextChoices):
        DEVICE = "device", _("Device")
        REPAIR = "repair", _("Repair")

    site = models.ForeignKey("wagtailcore.Site", models.CASCADE, related_name="+")
    what = models.CharField(max_length=6, choices=What)
    said = models.CharField(max_length=300)  # match.said(): brand and name, folded
    decision = models.CharField(max_length=5, choices=ImportLine.Decision)
    slug = models.CharField(max_length=140, blank=True)
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = _("known name")
        verbose_name_plural = _("known names")
        constraints = [models.UniqueConstraint(fields=["site", "what", "said"], name="one_meaning_per_name")]

    def __str__(self) -> str:
        return self.said
