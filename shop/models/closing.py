"""What the books were compared with: the provider's own totals, and the cash that was counted."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from notifications.masked_fields import MaskedCharField


class Reconciliation(models.Model):
    """One day of one provider in one currency: what our books say moved, what the provider says, what differs."""

    class State(models.TextChoices):
        AGREES = "agrees", _("Agrees")
        DIFFERS = "differs", _("Differs")
        UNREAD = "unread", _("Could not be read")

    provider = models.CharField(max_length=20)
    date = models.DateField(help_text=_("A day of UTC, as providers count them."))
    currency = models.CharField(max_length=3)
    ours = models.JSONField(default=dict, help_text=_("Sums by kind (came, back, fees, held) as text."))
    theirs = models.JSONField(default=dict)
    differences = models.JSONField(default=list, help_text=_("One object for each movement that only one side has."))
    state = models.CharField(max_length=8, choices=State)
    detail = models.CharField(max_length=300, blank=True)
    checked_at = models.DateTimeField()

    class Meta:
        ordering = ["-date", "provider", "currency"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "date", "currency"], name="one_reconciliation_per_day")
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.date} {self.currency} {self.state}"


class DayClose(models.Model):
    """The till at the end of one day of a shop: what should be in it and what was counted. Written once."""

    site = models.ForeignKey("wagtailcore.Site", models.PROTECT, related_name="+")
    date = models.DateField(help_text=_("A day of the shop's own calendar."))
    currency = models.CharField(max_length=3)
    takings = models.JSONField(default=dict, help_text=_("Sums of the day by way to pay, as text."))
    expected = models.DecimalField(max_digits=12, decimal_places=2, help_text=_("Cash taken less cash given back."))
    counted = models.DecimalField(max_digits=12, decimal_places=2)
    note = MaskedCharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-date", "currency"]
        constraints = [models.UniqueConstraint(fields=["site", "date", "currency"], name="a_day_is_closed_once")]

    def __str__(self) -> str:
        return f"{self.date} {self.currency} {self.counted}"
