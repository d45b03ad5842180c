"""Invoices, receipts and credit notes as they were issued: numbered without gaps, frozen, never changed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shop.models.ledger import Refund


class DocumentSeries(models.Model):
    """Where the numbers of one kind of document of one shop come from. The row is locked to take the next."""

    site = models.ForeignKey("wagtailcore.Site", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    prefix = models.CharField(max_length=20, help_text=_("Such as INV-2026-."))
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "kind", "prefix"], name="one_series_per_prefix")]

    def __str__(self) -> str:
        return f"{self.prefix}{self.last_number}"


class Document(models.Model):
    """One document. What it says is kept as facts, from which page and PDF are made the same way for ever."""

    class Kind(models.TextChoices):
        INVOICE = "invoice", _("Invoice")
        RECEIPT = "receipt", _("Receipt")
        CREDIT_NOTE = "credit_note", _("Credit note")

    site = models.ForeignKey("wagtailcore.Site", models.PROTECT, related_name="+")
    order = models.ForeignKey("order.Order", models.PROTECT, related_name="documents")
    series = models.ForeignKey(DocumentSeries, models.PROTECT, related_name="documents")
    refund = models.ForeignKey(Refund, models.PROTECT, null=True, blank=True, related_name="documents")
    kind = models.CharField(max_length=12, choices=Kind)
    sequence = models.PositiveIntegerField(help_text=_("1, 2, 3 ... within its series."))
    number = models.CharField(max_length=40, help_text=_("As printed, such as INV-2026-00042."))
    key = models.CharField(max_length=200, unique=True, help_text=_("What makes it be issued once."))
    language = models.CharField(max_length=10)
    total = models.DecimalField(max_digits=12, decimal_places=2)
    currency = models.CharField(max_length=3)
    facts = models.JSONField(help_text=_("Seller, buyer, lines, tax and sums as they were."))
    digest = models.CharField(max_length=64, help_text=_("SHA-256 of the facts: proof that nobody changed them."))
    issued_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["series", "sequence"], name="one_document_per_number"),
            models.UniqueConstraint(fields=["site", "number"], name="one_number_per_shop"),
        ]
        indexes = [models.Index(fields=["site", "kind", "issued_at"])]

    def __str__(self) -> str:
        return self.number
