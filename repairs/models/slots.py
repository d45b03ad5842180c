"""Time that can be taken once: resources, the cells of their day, holds and appointments.

A cell is a quarter of an hour counted from the Unix epoch in UTC, so clock changes can neither double nor lose one.
"""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.versions import Scope, bump

CELL_MINUTES = 15


class Resource(models.Model):
    """A counter seat or a bench. How many bookings fit at once is how many resources are there."""

    class Kind(models.TextChoices):
        COUNTER = "counter", _("Counter")
        BENCH = "bench", _("Bench")

    site = models.ForeignKey("wagtailcore.Site", models.PROTECT, related_name="resources")
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.COUNTER)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("resource")
        verbose_name_plural = _("resources")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["site", "name"], name="one_resource_per_name")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs):  # type: ignore[no-untyped-def]
        super().save(*args, **kwargs)
        bump(Scope.POLICIES, site_id=self.site_id)


class Hold(models.Model):
    """A span on one resource, kept for a customer who is still deciding, or taken for good."""

    class State(models.TextChoices):
        HELD = "held", _("Held")
        CONFIRMED = "confirmed", _("Confirmed")
        RELEASED = "released", _("Released")

    site = models.ForeignKey("wagtailcore.Site", models.PROTECT, related_name="+")
    reference = models.CharField(max_length=24, unique=True)
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="holds")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.HELD)
    expires_at = models.DateTimeField(null=True, blank=True, help_text=_("Empty once confirmed."))
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(starts_at__lt=models.F("ends_at")), name="hold_has_a_length"),
        ]

    def __str__(self) -> str:
        return f"{self.resource_id} {self.starts_at:%Y-%m-%d %H:%M}"


class SlotCell(models.Model):
    """One quarter of an hour on one resource. The unique pair is what makes a double booking impossible."""

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="+", db_index=False)
    cell = models.IntegerField(help_text=_("Minutes since the epoch in UTC, divided by 15."))
    hold = models.ForeignKey(Hold, models.CASCADE, related_name="cells")
    expires_at = models.DateTimeField(null=True, blank=True, help_text=_("Empty once confirmed."))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["resource", "cell"], name="one_taker_per_cell")]

    def __str__(self) -> str:
        return f"{self.resource_id}:{self.cell}"


class Appointment(models.Model):
    """One visit of one order: when the customer comes in, and in what state that promise is."""

    class State(models.TextChoices):
        PROVISIONAL = "provisional", _("Waiting for payment")
        REQUESTED = "requested", _("Asked for, not yet confirmed")
        CONFIRMED = "confirmed", _("Confirmed")
        KEPT = "kept", _("Kept")
        MISSED = "missed", _("Missed")
        CANCELLED = "cancelled", _("Cancelled")

    site = models.ForeignKey("wagtailcore.Site", models.PROTECT, related_name="+")
    reference = models.CharField(max_length=24, unique=True)
    contact = models.ForeignKey("notifications.Contact", models.PROTECT, related_name="appointments")
    hold = models.OneToOneField(Hold, models.PROTECT, related_name="appointment", null=True, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State, default=State.PROVISIONAL)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["site", "starts_at"])]

    def __str__(self) -> str:
        return f"{self.reference} {self.starts_at:%Y-%m-%d %H:%M}"
