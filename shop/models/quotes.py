"""A price given to somebody, frozen with the reasons for it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from notifications.masked_fields import MaskedCharField, MaskedJSONField, MaskedTextField


class Quote(models.Model):
    """One subject and one repair type at one price until a moment. Never changed after it was issued, only redeemed."""

    site = models.ForeignKey("wagtailcore.Site", models.PROTECT, related_name="+")
    reference = models.CharField(max_length=24, unique=True)
    contact = models.ForeignKey("notifications.Contact", models.SET_NULL, null=True, blank=True, related_name="quotes")
    device = models.ForeignKey("cms.Subject", models.PROTECT, null=True, blank=True, related_name="+")
    subject_name = MaskedCharField(max_length=200)
    thing = MaskedJSONField(default=dict, blank=True)
    repair_type = models.ForeignKey("cms.RepairType", models.PROTECT, related_name="+")
    repair_name = models.CharField(max_length=120)
    minutes = models.PositiveIntegerField()
    item = models.UUIDField(
        null=True, blank=True, help_text=_("Which of the customer's things it is about; its quotes become one job.")
    )
    answers = MaskedJSONField(default=dict, help_text=_("Condition, urgency and service type, as they were given."))
    add_ons = models.JSONField(default=list, blank=True, help_text=_("What was added: slug and name of each."))
    problem = MaskedTextField(blank=True)
    lines = models.JSONField(
        help_text=_("What is shown: name, reason, factor and amount of each step; amounts as text.")
    )
    currency = models.CharField(max_length=3)
    total = models.DecimalField(max_digits=12, decimal_places=2, help_text=_("Gross."))
    tax = models.DecimalField(max_digits=12, decimal_places=2, help_text=_("Contained in the total."))
    tax_rate = models.DecimalField(max_digits=5, decimal_places=4)
    tax_code = models.CharField(max_length=20)
    kind = models.CharField(max_length=12, default="fixed", help_text=_("Fixed, from or range."))
    maximum = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, blank=True, help_text=_("Gross upper end of a range.")
    )
    snapshot = models.JSONField(
        default=dict, help_text=_("What the price was made of; `price_snapshots.replay` works it out again.")
    )
    visit_at = models.DateTimeField(null=True, blank=True, help_text=_("The visit it was worked out for, if any."))
    replaces = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", help_text=_("The price it was asked after.")
    )
    prices_version = models.PositiveBigIntegerField(default=0)
    issued_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    redeemed_order = models.ForeignKey("order.Order", models.PROTECT, null=True, blank=True, related_name="quotes")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(total__gte=0), name="quote_not_negative"),
        ]

    @property
    def is_withdrawn(self) -> bool:
        """Whether its repair or its device was taken off the site since: the price holds, a new one cannot be had."""
        return not self.repair_type.live or (self.device is not None and not self.device.live)

    def __str__(self) -> str:
        return self.reference
