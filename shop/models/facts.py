"""What ties a Wagtail site to its Oscar partner and to money."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from shop.models.prices import BumpsPrices


class SiteShop(BumpsPrices):
    """One shop: a Wagtail site, its Oscar partner and its Django site are one-to-one."""

    class Payment(models.TextChoices):
        CHOICE = "choice", _("As the customer likes")
        ADVANCE = "advance", _("In full with the booking")
        LATER = "later", _("Later, in the shop")

    class DepositFor(models.TextChoices):
        NOBODY = "nobody", _("Nobody")
        URGENT = "urgent", _("Urgent repairs")
        EVERYBODY = "everybody", _("Every booking")

    class Capture(models.TextChoices):
        NOW = "now", _("With the booking")
        LATER = "later", _("When the thing is here")

    site = models.OneToOneField("wagtailcore.Site", models.PROTECT, related_name="shop")
    partner = models.OneToOneField("partner.Partner", models.PROTECT, related_name="shop")
    django_site = models.OneToOneField("sites.Site", models.PROTECT, related_name="shop")
    currency = models.CharField(_("currency"), max_length=3, default="GBP")
    more_currencies = models.CharField(
        _("more currencies"),
        max_length=40,
        blank=True,
        help_text=_("What else prices may be asked in, such as EUR USD; each needs prices of its own."),
    )
    tax_name = models.CharField(_("tax name"), max_length=20, default="VAT")
    tax_code = models.CharField(
        _("tax code"), max_length=20, default="GB-standard", help_text=_("Its rates stand in the list of tax rates.")
    )
    payment = models.CharField(_("when customers pay"), max_length=10, choices=Payment, default=Payment.CHOICE)
    deposit_for = models.CharField(
        _("who pays a deposit"),
        max_length=10,
        choices=DepositFor,
        default=DepositFor.NOBODY,
        help_text=_("Of those who pay online. Everybody else pays in full or in the shop."),
    )
    deposit_percent = models.PositiveSmallIntegerField(
        _("deposit in percent"), default=25, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    deposit_capture = models.CharField(
        _("when a deposit is taken"),
        max_length=5,
        choices=Capture,
        default=Capture.NOW,
        help_text=_(
            "A bank keeps its promise for about seven days: choose at once when visits may be later than that."
        ),
    )
    no_show_fee = models.DecimalField(
        _("fee for a missed visit"),
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    unknown_year = models.PositiveSmallIntegerField(
        _("year of a device without one"), default=2020, help_text=_("Decides the age that prices depend on.")
    )
    ready_days = models.PositiveSmallIntegerField(
        _("days until a repair is ready"),
        null=True,
        blank=True,
        help_text=_("At the latest, from handing over; it stands on printed quotes. Empty: agreed at the counter."),
    )
    loan_price = models.DecimalField(
        _("price of a device meanwhile"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0"))],
        help_text=_(
            "What a customer pays in all to borrow one from you during the repair; 0 if it is free. Empty: none."
        ),
    )
    quote_valid_hours = models.PositiveSmallIntegerField(_("hours a price is kept"), default=30 * 24)

    class Meta:
        verbose_name = _("shop")

    def __str__(self) -> str:
        return str(self.site)
