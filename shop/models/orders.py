"""Side tables that tie Oscar's baskets and orders to quotes, visits and jobs. Oscar's own tables stay as they are."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BasketLineQuote(models.Model):
    """The frozen price behind a basket line."""

    line = models.OneToOneField("basket.Line", models.CASCADE, primary_key=True, related_name="quote_row")
    quote = models.ForeignKey("shop.Quote", models.PROTECT, related_name="basket_rows")

    def __str__(self) -> str:
        return f"{self.line_id}: {self.quote_id}"


class BasketVisit(models.Model):
    """Whose basket it is (by token, for clients without a session) and the time held for it."""

    basket = models.OneToOneField("basket.Basket", models.CASCADE, primary_key=True, related_name="visit")
    site = models.ForeignKey("wagtailcore.Site", models.CASCADE, related_name="+")
    token_hash = models.CharField(
        max_length=64,
        unique=True,
        null=True,
        blank=True,
        help_text=_("SHA-256 of the X-Basket-Token; empty for browsers."),
    )
    hold = models.OneToOneField("repairs.Hold", models.SET_NULL, null=True, blank=True, related_name="basket_visit")
    has_photos = models.BooleanField(
        default=False, help_text=_("Whether placing the order must look for photos: most orders save the statement.")
    )

    def __str__(self) -> str:
        return f"{self.basket_id}"


class OrderVisit(models.Model):
    """What an order is about beside money: who is told, when they come, until when it waits for payment."""

    order = models.OneToOneField("order.Order", models.CASCADE, primary_key=True, related_name="visit")
    site = models.ForeignKey("wagtailcore.Site", models.PROTECT, related_name="+")
    contact = models.ForeignKey("notifications.Contact", models.PROTECT, related_name="order_visits")
    appointment = models.OneToOneField(
        "repairs.Appointment", models.PROTECT, null=True, blank=True, related_name="order_visit"
    )
    pay_by = models.CharField(_("way to pay"), max_length=20, help_text=_("The provider chosen at checkout."))
    due_now = models.DecimalField(
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("The deposit that books it. Empty: all of it, or nothing where it is paid in the shop."),
    )
    capture = models.CharField(max_length=5, default="now", help_text=_("Whether the deposit is taken now or later."))
    release_at = models.DateTimeField(
        null=True,
        blank=True,
        db_index=True,
        help_text=_("Unpaid until then: released. Empty when it may be paid in the shop."),
    )
    pay_first = models.BooleanField(
        default=False,
        help_text=_("Was held for its payment before another way was chosen: so it is again when that is given up."),
    )
    token_hash = models.CharField(
        max_length=64, blank=True, db_index=True, help_text=_("Basket token that placed the order; it may read it.")
    )
    terms_version = models.CharField(
        max_length=80, blank=True, help_text=_("The terms the customer agreed to: page and revision.")
    )
    privacy_version = models.CharField(max_length=80, blank=True, help_text=_("The privacy notice that was shown."))
    agreed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.order_id}"


class OrderJob(models.Model):
    """Which order a job was sold in."""

    job = models.OneToOneField("repairs.Job", models.CASCADE, primary_key=True, related_name="order_row")
    order = models.ForeignKey("order.Order", models.PROTECT, related_name="job_rows")

    def __str__(self) -> str:
        return f"{self.job_id}: {self.order_id}"


class OrderLineQuote(models.Model):
    """The quote that priced an order line, and the job that does it."""

    line = models.OneToOneField("order.Line", models.CASCADE, primary_key=True, related_name="quote_row")
    quote = models.OneToOneField("shop.Quote", models.PROTECT, related_name="order_row")
    job = models.ForeignKey("repairs.Job", models.PROTECT, null=True, related_name="line_rows")

    def __str__(self) -> str:
        return f"{self.line_id}: {self.quote_id}"
