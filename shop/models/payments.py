"""Money asked for, money seen, and every word a payment provider ever sent us."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Payment(models.Model):
    """One attempt to be paid for an order through one provider."""

    class State(models.TextChoices):
        CREATED = "created", _("Not started")
        PENDING = "pending", _("Waiting for the customer")
        SUCCEEDED = "succeeded", _("Paid")
        FAILED = "failed", _("Declined")
        CANCELLED = "cancelled", _("Given up")
        LATE = "late", _("Paid after the order was released")
        MISMATCH = "mismatch", _("Paid, but not what was asked: staff must look")
        REFUNDED = "refunded", _("Refunded")

    order = models.ForeignKey("order.Order", models.PROTECT, related_name="payments")
    site = models.ForeignKey("wagtailcore.Site", models.PROTECT, related_name="+")
    reference = models.CharField(max_length=24, unique=True)
    attempt = models.PositiveSmallIntegerField(default=1)
    provider = models.CharField(max_length=20)
    provider_id = models.CharField(max_length=120, null=True, blank=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    currency = models.CharField(max_length=3)
    live = models.BooleanField(default=False, help_text=_("Real money; never true for stand-ins and test keys."))
    state = models.CharField(max_length=12, choices=State, default=State.CREATED)
    detail = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "provider_id"], name="one_payment_per_provider_id"),
            models.UniqueConstraint(fields=["order", "attempt"], name="one_payment_per_attempt"),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="payment_not_negative"),
        ]
        indexes = [models.Index(fields=["state", "changed_at"])]

    def __str__(self) -> str:
        return f"{self.reference} {self.amount} {self.currency} {self.state}"


class PaymentEvent(models.Model):
    """One thing a provider said, kept before it is believed. Unique per provider and event id."""

    class State(models.TextChoices):
        RECEIVED = "received", _("Received")
        APPLIED = "applied", _("Applied")
        IGNORED = "ignored", _("Nothing to do")
        ODD = "odd", _("Staff must look")

    provider = models.CharField(max_length=20)
    event_id = models.CharField(max_length=200)
    kind = models.CharField(max_length=30)
    provider_id = models.CharField(
        max_length=120, blank=True, help_text=_("The payment it speaks of, in the provider's words.")
    )
    reference = models.CharField(max_length=24, blank=True, help_text=_("The payment it speaks of, in our words."))
    amount = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    live = models.BooleanField(default=False)
    body = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED)
    outcome = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    received_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "event_id"], name="provider_event_once")]
        indexes = [
            models.Index(fields=["received_at"], condition=models.Q(state="received"), name="payment_event_open")
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.event_id}"


class LedgerEntry(models.Model):
    """Money that moved for an order. Append-only; what an order is owed or has paid is the sum of its rows."""

    class Kind(models.TextChoices):
        DUE = "due", _("Asked")
        PAID = "paid", _("Paid")
        REFUNDED = "refunded", _("Refunded")
        WRITTEN_OFF = "written_off", _("No longer asked")

    order = models.ForeignKey("order.Order", models.PROTECT, related_name="ledger")
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, blank=True, related_name="ledger")
    kind = models.CharField(max_length=12, choices=Kind)
    amount = models.DecimalField(
        max_digits=12,
        decimal_places=2,
        help_text=_("Positive when the shop may expect or got money, negative otherwise."),
    )
    currency = models.CharField(max_length=3)
    key = models.CharField(max_length=200, unique=True, help_text=_("What makes this entry happen once."))
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount} {self.currency}"


class DemoCharge(models.Model):
    """The books of the demo bank: what a real provider would keep on its side. The product never reads it."""

    charge_id = models.CharField(max_length=40, primary_key=True)
    idempotency_key = models.CharField(max_length=120, unique=True)
    reference = models.CharField(max_length=24)
    amount_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    description = models.CharField(max_length=200, blank=True)
    return_url = models.URLField(max_length=500)
    state = models.CharField(max_length=12, default="open")
    refunded_minor = models.PositiveBigIntegerField(default=0)
    refunds = models.JSONField(
        default=dict, help_text=_("Amount in minor units by the idempotency key of each refund.")
    )
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.charge_id
