"""The work itself: a job, what is to be done in it, and its history."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from notifications.masked_fields import MaskedCharField, MaskedJSONField, MaskedTextField


class Job(models.Model):
    """One subject within one order, from the booking to the hand-over."""

    class Status(models.TextChoices):
        BOOKED = "booked", _("Booked")
        RECEIVED = "received", _("Received")
        DIAGNOSING = "diagnosing", _("Being diagnosed")
        WAITING_PARTS = "waiting_parts", _("Waiting for parts")
        REPAIRING = "repairing", _("Being repaired")
        TESTING = "testing", _("Being tested")
        READY = "ready", _("Ready")
        COLLECTED = "collected", _("Collected")
        CANCELLED = "cancelled", _("Cancelled")

    site = models.ForeignKey("wagtailcore.Site", models.PROTECT, related_name="+")
    reference = models.CharField(_("reference"), max_length=24, unique=True)
    contact = models.ForeignKey("notifications.Contact", models.PROTECT, related_name="jobs")
    device = models.ForeignKey(
        "cms.Subject", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("device")
    )
    subject_name = MaskedCharField(
        _("what is repaired"), max_length=200, help_text=_("As the customer knows it; frozen when the job was opened.")
    )
    thing = MaskedJSONField(
        _("the customer's own thing"), default=dict, blank=True, help_text=_("Registration, serial number, colour.")
    )
    problem = MaskedTextField(_("what the customer says"), blank=True)
    condition = models.CharField(_("condition"), max_length=20, blank=True)
    urgent = models.BooleanField(_("urgent"), default=False)
    hand_over = models.CharField(_("hand-over"), max_length=20, blank=True, help_text=_("in_store, postal or courier."))
    extras = MaskedJSONField(_("add-ons"), default=list, blank=True, help_text=_("Names of what was added."))
    appointment = models.ForeignKey(
        "repairs.Appointment", models.PROTECT, null=True, blank=True, related_name="jobs", verbose_name=_("visit")
    )
    status = models.CharField(_("status"), max_length=16, choices=Status, default=Status.BOOKED)
    promised_at = models.DateTimeField(_("promised for"), null=True, blank=True)
    kept_back = MaskedCharField(
        _("kept back"), max_length=200, blank=True, help_text=_("Why it must not be handed over; empty: it may be.")
    )
    technician = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="bench_jobs"
    )
    last_seq = models.PositiveIntegerField(
        default=0, help_text=_("Number of the newest event; raised under the row's lock.")
    )
    link_version = models.PositiveSmallIntegerField(
        default=1, help_text=_("Raising it makes every tracking link sent before worthless.")
    )
    status_at = models.DateTimeField(_("in this status since"))
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["site", "status", "status_at"])]
        permissions = [
            ("work_bench", _("Can move jobs on the bench")),
            ("see_bench", _("Can see the bench")),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.subject_name}"


class JobTask(models.Model):
    """One repair within a job: what was bought on one line."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="tasks")
    repair_type = models.ForeignKey("cms.RepairType", models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    minutes = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.name


class JobEvent(models.Model):
    """One line of a job's history. Append-only; numbered per job under the job's lock, so readers miss nothing."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="events", db_index=False)
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=60, help_text=_("Dotted, such as job.ready."))
    status = models.CharField(max_length=16, choices=Job.Status, help_text=_("The job's status after this event."))
    note = MaskedTextField(blank=True)
    public = models.BooleanField(default=True, help_text=_("Whether the customer sees it."))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    data = MaskedJSONField(default=dict, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["job", "seq"]
        constraints = [models.UniqueConstraint(fields=["job", "seq"], name="one_event_per_number")]

    def __str__(self) -> str:
        return f"{self.kind} #{self.seq}"
