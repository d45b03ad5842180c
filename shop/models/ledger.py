"""The books: money that moved between accounts, and money that is on its way back. Append-only."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from notifications.masked_fields import MaskedCharField
from shop.models.handled import Handled
from shop.models.payments import Payment


class LedgerEntry(models.Model):
    """An amount that moved for an order from one account (credit) to another (debit): each row balances by itself.

    Which two accounts a kind moves between stands in `shop/payments/entries.py`.
    """

    class Account(models.TextChoices):
        RECEIVABLE = "receivable", _("Owed by customers")
        SALES = "sales", _("Sales")
        NO_SHOW = "no_show", _("Fees for missed visits")
        RETURNS = "returns", _("Price given back")
        WRITTEN_OFF = "written_off", _("Written off")
        PROVIDER = "provider", _("With the payment provider")
        TILL = "till", _("In the till")
        FEES = "fees", _("Fees of providers")
        SUSPENSE = "suspense", _("Came, belongs to nothing yet")
        DISPUTED = "disputed", _("Held back in disputes")
        LOST = "lost", _("Lost in disputes")

    class Kind(models.TextChoices):
        DUE = "due", _("Asked")
        NO_SHOW = "no_show", _("Fee for a missed visit")
        DEPOSIT = "deposit", _("Deposit paid")
        PAID = "paid", _("Paid")
        FEE = "fee", _("Fee of the provider")
        REFUNDED = "refunded", _("Refunded")
        REFUND_BACK = "refund_back", _("Refund came back")
        CREDITED = "credited", _("Taken off the price")
        CREDIT_BACK = "credit_back", _("Asked again")
        WRITTEN_OFF = "written_off", _("No longer asked")
        UNPLACED = "unplaced", _("Came, but not as asked")
        UNPLACED_BACK = "unplaced_back", _("Went back as it came")
        UNPLACED_AGAIN = "unplaced_again", _("Came back to us, belongs to nothing")
        DISPUTED = "disputed", _("Held back by the bank")
        DISPUTE_WON = "dispute_won", _("Dispute won")
        DISPUTE_LOST = "dispute_lost", _("Dispute lost")

    order = models.ForeignKey("order.Order", models.PROTECT, related_name="ledger")
    site = models.ForeignKey("wagtailcore.Site", models.PROTECT, related_name="+")
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, blank=True, related_name="ledger")
    kind = models.CharField(max_length=14, choices=Kind)
    debit = models.CharField(max_length=12, choices=Account, help_text=_("Where the amount went."))
    credit = models.CharField(max_length=12, choices=Account, help_text=_("Where it came from."))
    amount = models.DecimalField(max_digits=12, decimal_places=2, help_text=_("Above nothing, whichever way it went."))
    currency = models.CharField(max_length=3)
    key = models.CharField(max_length=200, unique=True, help_text=_("What makes this entry happen once."))
    note = MaskedCharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="entry_not_negative"),
            models.CheckConstraint(condition=~models.Q(debit=models.F("credit")), name="entry_between_two_accounts"),
        ]
        indexes = [models.Index(fields=["site", "at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount} {self.currency}"


class Refund(Handled):
    """Money of one payment that goes back: asked for by our people, or seen at the provider."""

    class State(models.TextChoices):
        ASKED = "asked", _("About to go back")
        SENT = "sent", _("On its way")
        DONE = "done", _("Given back")
        FAILED = "failed", _("Did not work")

    class Reason(models.TextChoices):
        CUSTOMER = "customer", _("The customer cancelled")
        MISSED = "missed", _("The visit was missed")
        SHOP = "shop", _("We cannot do the repair")
        GOODWILL = "goodwill", _("Goodwill or complaint")
        TWICE = "twice", _("Paid twice or too much")
        WRONG = "wrong", _("Not what was asked")
        PROVIDER = "provider", _("Given back at the provider")

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds")
    site = models.ForeignKey("wagtailcore.Site", models.PROTECT, related_name="+")
    reference = models.CharField(max_length=24, unique=True, help_text=_("Also the key under which it is asked for."))
    provider_id = models.CharField(max_length=120, blank=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=10, choices=Reason)
    tender = models.CharField(
        max_length=5,
        blank=True,
        choices={"cash": _("Cash")},
        help_text=_("How it was paid out at the counter; blank where it goes back the way it came."),
    )
    note = MaskedCharField(max_length=300, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    detail = models.CharField(max_length=300, blank=True, help_text=_("What the provider said."))
    tries = models.PositiveSmallIntegerField(default=0)
    once = models.CharField(
        max_length=80, null=True, blank=True, unique=True, help_text=_("The same when a form is sent twice.")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="refund_above_nothing"),
            models.UniqueConstraint(
                fields=["payment", "provider_id"],
                condition=~models.Q(provider_id=""),
                name="one_refund_per_provider_id",
            ),
        ]
        indexes = [models.Index(fields=["state", "changed_at"])]

    def __str__(self) -> str:
        return f"{self.reference} {self.amount} {self.currency} {self.state}"
