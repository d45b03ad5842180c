"""Base prices and the rules that change them: rows that an owner edits, applied by `shop/pricing.py`."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.versions import Scope, bump


class BumpsPrices(models.Model):
    """Every saved or deleted row counts as a change of prices, in the same transaction."""

    site_id: int

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):  # type: ignore[no-untyped-def]
        super().save(*args, **kwargs)
        bump(Scope.PRICES, site_id=self.site_id)

    def delete(self, *args, **kwargs):  # type: ignore[no-untyped-def]
        site_id, done = self.site_id, super().delete(*args, **kwargs)
        bump(Scope.PRICES, site_id=site_id)
        return done


class RepairOffer(BumpsPrices):
    """The base price of a repair type on a site, for a node of the catalogue. The nearest node wins."""

    site = models.ForeignKey("wagtailcore.Site", models.PROTECT, related_name="repair_offers")
    repair_type = models.ForeignKey(
        "cms.RepairType", models.CASCADE, related_name="offers", help_text=_("The row of the default language.")
    )
    subject = models.ForeignKey(
        "cms.Subject", models.CASCADE, null=True, blank=True, related_name="offers", verbose_name=_("for")
    )
    currency = models.CharField(_("currency"), max_length=3, default="GBP")
    price = models.DecimalField(
        _("gross price"), max_digits=12, decimal_places=2, validators=[MinValueValidator(Decimal("0"))]
    )
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("repair price")
        verbose_name_plural = _("repair prices")
        constraints = [
            models.UniqueConstraint(fields=["site", "repair_type", "subject", "currency"], name="one_price_per_node"),
            models.UniqueConstraint(
                fields=["site", "repair_type", "currency"],
                condition=models.Q(subject=None),
                name="one_price_without_node",
            ),
            models.CheckConstraint(condition=models.Q(price__gte=0), name="price_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.repair_type} {self.price} {self.currency}"


class PriceRule(BumpsPrices):
    """A factor and when it applies. Every condition that is filled in must hold; empty ones do not matter."""

    site = models.ForeignKey("wagtailcore.Site", models.PROTECT, related_name="price_rules")
    name = models.CharField(
        _("name"), max_length=120, help_text=_("Customers read it beside the amount, such as Urgent repair.")
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True, help_text=_("One sentence for customers."))
    factor = models.DecimalField(
        _("factor"),
        max_digits=7,
        decimal_places=4,
        validators=[MinValueValidator(Decimal("0.01"))],
        help_text=_("1.2 means a fifth more, 0.9 a tenth less."),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    subject = models.ForeignKey("cms.Subject", models.CASCADE, null=True, blank=True, related_name="+")
    repair_type = models.ForeignKey("cms.RepairType", models.CASCADE, null=True, blank=True, related_name="+")
    older_than_years = models.PositiveSmallIntegerField(_("device older than years"), null=True, blank=True)
    condition = models.CharField(_("condition"), max_length=20, blank=True)
    urgency = models.CharField(_("urgency"), max_length=20, blank=True)
    service_type = models.CharField(_("service type"), max_length=20, blank=True)
    valid_from = models.DateTimeField(_("valid from"), null=True, blank=True)
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("price rule")
        verbose_name_plural = _("price rules")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["site", "name"], name="one_rule_per_name"),
            models.CheckConstraint(condition=models.Q(factor__gt=0), name="factor_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.name} x{self.factor.normalize()}"


class AddOn(BumpsPrices):
    """Something a customer may add to a repair at a fixed gross price: a screen protector, a backup, a pick-up box."""

    site = models.ForeignKey("wagtailcore.Site", models.PROTECT, related_name="add_ons")
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("slug"), max_length=140)
    description = models.CharField(_("description"), max_length=200, blank=True)
    price = models.DecimalField(
        _("gross price"), max_digits=12, decimal_places=2, validators=[MinValueValidator(Decimal("0"))]
    )
    subject = models.ForeignKey(
        "cms.Subject", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("only for")
    )
    repair_type = models.ForeignKey(
        "cms.RepairType", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("only with")
    )
    sort_order = models.PositiveSmallIntegerField(_("order"), default=0)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("add-on")
        verbose_name_plural = _("add-ons")
        ordering = ["sort_order", "name"]
        constraints = [
            models.UniqueConstraint(fields=["site", "slug"], name="one_add_on_per_slug"),
            models.CheckConstraint(condition=models.Q(price__gte=0), name="add_on_not_negative"),
        ]

    def __str__(self) -> str:
        return self.name
