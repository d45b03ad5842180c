"""Money asked for through providers, and every word a payment provider ever sent us. What moved: ledger.py."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shop.models.handled import Handled


class Payment(Handled):
    """One attempt to be paid for an order through one provider."""

    class State(models.TextChoices):
        CREATED = "created", _("Not started")
        PENDING = "pending", _("Waiting for the customer")
        AUTHORISED = "authorised", _("Promised, not taken yet")
        SUCCEEDED = "succeeded", _("Paid")
        FAILED = "failed", _("Declined")
        CANCELLED = "cancelled", _("Given up")
        LATE = "late", _("Paid after the order was released")
        MISMATCH = "mismatch", _("Paid, but not what was asked: staff must look")
        REFUNDED = "refunded", _("Refunded")
        DISPUTED = "disputed", _("Disputed at the bank")
        LOST = "lost", _("Taken back by the bank")

    class Purpose(models.TextChoices):
        FULL = "full", _("All of it")
        DEPOSIT = "deposit", _("Deposit")
        REST = "rest", _("The rest")

    order = models.ForeignKey("order.Order", models.PROTECT, related_name="payments")
    site = models.ForeignKey("wagtailcore.Site", models.PROTECT, related_name="+")
    reference = models.CharField(max_length=24, unique=True)
    attempt = models.PositiveSmallIntegerField(default=1)
    provider = models.CharField(max_length=20)
    provider_id = models.CharField(max_length=120, null=True, blank=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    currency = models.CharField(max_length=3)
    purpose = models.CharField(max_length=10, choices=Purpose, default=Purpose.FULL)
    capture = models.CharField(
        max_length=5,
        choices={"now": _("At once"), "later": _("When the thing is here")},
        default="now",
        help_text=_("Whether the money is taken at once, or promised by the bank first."),
    )
    client = models.JSONField(
        default=dict, blank=True, help_text=_("What the pay page hands to the provider's script; no secret of ours.")
    )
    redirect_url = models.URLField(max_length=2000, blank=True, help_text=_("The provider's own page."))
    hosted = models.BooleanField(
        default=False, help_text=_("Asked for on the provider's own page, because the browser runs no script.")
    )
    tender = models.CharField(
        max_length=5,
        blank=True,
        choices={"cash": _("Cash"), "card": _("Card at the terminal")},
        help_text=_("How it was paid at the counter."),
    )
    captured = models.DecimalField(
        max_digits=12, decimal_places=2, default=0, help_text=_("What has come of it; 0 until it has.")
    )
    returned = models.DecimalField(
        max_digits=12, decimal_places=2, default=0, help_text=_("What went back of it, or is on its way back.")
    )
    live = models.BooleanField(default=False, help_text=_("Real money; never true for stand-ins and test keys."))
    account = models.CharField(max_length=60, blank=True, help_text=_("The provider's name for our account."))
    state = models.CharField(max_length=12, choices=State, default=State.CREATED)
    detail = models.CharField(max_length=300, blank=True)
    decline = models.CharField(
        max_length=40, blank=True, help_text=_("Why it was declined: one of the codes of declines.py, never more.")
    )
    close_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text=_("Given up here: when the provider is asked again to close it. Blank once it has."),
    )
    close_tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "provider_id"], name="one_payment_per_provider_id"),
            models.UniqueConstraint(fields=["order", "attempt"], name="one_payment_per_attempt"),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="payment_not_negative"),
            # The last word on refunds: two people who click at once cannot give back more than came.
            models.CheckConstraint(
                condition=models.Q(returned__gte=0, returned__lte=models.F("captured")),
                name="never_back_more_than_came",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "changed_at"]),
            models.Index(fields=["close_at"], condition=models.Q(close_at__isnull=False), name="payment_to_close"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.amount} {self.currency} {self.state}"


class PaymentEvent(Handled):
    """One thing a provider said, kept before it is believed. Unique per provider and event id."""

    class State(models.TextChoices):
        RECEIVED = "received", _("Received")
        APPLIED = "applied", _("Applied")
        IGNORED = "ignored", _("Nothing to do")
        ODD = "odd", _("Staff must look")

    site = models.ForeignKey(
        "wagtailcore.Site", models.PROTECT, null=True, blank=True, related_name="+", help_text=_("Whose payment it is.")
    )
    provider = models.CharField(max_length=20)
    event_id = models.CharField(max_length=200)
    kind = models.CharField(max_length=30)
    provider_id = models.CharField(
        max_length=120, blank=True, help_text=_("The payment it speaks of, in the provider's words.")
    )
    reference = models.CharField(max_length=24, blank=True, help_text=_("The payment it speaks of, in our words."))
    amount = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    fee = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    about_id = models.CharField(max_length=120, blank=True, help_text=_("The refund or dispute it speaks of."))
    account = models.CharField(max_length=60, blank=True)
    happened_at = models.DateTimeField(null=True, blank=True, help_text=_("By the provider's clock."))
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
    capture = models.CharField(max_length=5, default="now", help_text=_("Later: approving it only holds the money."))
    held_until = models.DateTimeField(null=True, blank=True)
    taken_minor = models.PositiveBigIntegerField(null=True, blank=True, help_text=_("Of what was held."))
    taken_at = models.DateTimeField(null=True, blank=True)
    refunded_minor = models.PositiveBigIntegerField(default=0)
    refunds = models.JSONField(
        default=dict, help_text=_("Amount in minor units by the idempotency key of each refund.")
    )
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.charge_id
