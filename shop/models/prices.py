"""Base prices and the rules that change them: rows that an owner edits, applied by `shop/pricing.py`."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import RevisionMixin

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
    """The base price of a repair type on a site, for a node of the catalogue. The nearest node wins, grade by grade."""

    class Kind(models.TextChoices):
        FIXED = "fixed", _("Fixed price")
        FROM = "from", _("From this price")
        RANGE = "range", _("Between two prices")
        ON_REQUEST = "on_request", _("Price on request")
        NOT_OFFERED = "not_offered", _("Not offered")

    class Grade(models.TextChoices):
        STANDARD = "", _("Standard")
        ORIGINAL = "original", _("Original part")
        COMPATIBLE = "compatible", _("Compatible part")
        REFURBISHED = "refurbished", _("Refurbished part")

    WITHOUT_PRICE = (Kind.ON_REQUEST, Kind.NOT_OFFERED)

    site = models.ForeignKey("wagtailcore.Site", models.PROTECT, related_name="repair_offers")
    repair_type = models.ForeignKey(
        "cms.RepairType", models.CASCADE, related_name="offers", help_text=_("The row of the default language.")
    )
    subject = models.ForeignKey(
        "cms.Subject", models.CASCADE, null=True, blank=True, related_name="offers", verbose_name=_("for")
    )
    currency = models.CharField(_("currency"), max_length=3, default="GBP")
    part_grade = models.CharField(
        _("part"), max_length=12, blank=True, choices=Grade, default=Grade.STANDARD, help_text=_("Of what quality.")
    )
    kind = models.CharField(_("kind of price"), max_length=12, choices=Kind, default=Kind.FIXED)
    price = models.DecimalField(
        _("gross price"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0"))],
    )
    price_max = models.DecimalField(
        _("at most"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0"))],
        help_text=_("Only between two prices."),
    )
    minutes = models.PositiveIntegerField(
        _("working time in minutes"), null=True, blank=True, help_text=_("Empty: that of the repair type.")
    )
    warranty_days = models.PositiveSmallIntegerField(
        _("warranty in days"), null=True, blank=True, help_text=_("Empty: that of the repair type.")
    )
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("repair price")
        verbose_name_plural = _("repair prices")
        constraints = [
            models.UniqueConstraint(
                fields=["site", "repair_type", "subject", "currency", "part_grade"], name="one_price_per_node"
            ),
            models.UniqueConstraint(
                fields=["site", "repair_type", "currency", "part_grade"],
                condition=models.Q(subject=None),
                name="one_price_without_node",
            ),
            models.CheckConstraint(condition=models.Q(price=None) | models.Q(price__gte=0), name="price_not_negative"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["on_request", "not_offered"], price=None)
                | models.Q(kind__in=["fixed", "from", "range"], price__isnull=False),
                name="price_where_the_kind_has_one",
            ),
            models.CheckConstraint(
                condition=(~models.Q(kind="range") & models.Q(price_max=None))
                | models.Q(kind="range", price_max__gt=models.F("price")),
                name="range_has_two_ends",
            ),
        ]

    def __str__(self) -> str:
        amount = self.get_kind_display() if self.price is None else f"{self.price} {self.currency}"
        return f"{self.repair_type} {amount}"

    def clean(self) -> None:
        """Prices fit their kind; each fault is told at its field."""
        super().clean()
        faults = {}
        if self.kind in self.WITHOUT_PRICE and (self.price is not None or self.price_max is not None):
            faults["price"] = _("Leave the price empty: it is on request or not offered.")
        elif self.kind not in self.WITHOUT_PRICE and self.price is None:
            faults["price"] = _("Enter the price.")
        elif self.kind == self.Kind.RANGE and (self.price_max is None or self.price_max <= (self.price or 0)):
            faults["price_max"] = _("Enter the upper price; it must be higher than the lower one.")
        elif self.kind != self.Kind.RANGE and self.price_max is not None:
            faults["price_max"] = _("Only a price between two prices has an upper one.")
        if faults:
            raise ValidationError(faults)


class PriceRule(RevisionMixin, BumpsPrices):
    """What changes a price, and when. Every condition that is filled in must hold; empty ones do not matter."""

    class Effect(models.TextChoices):
        MULTIPLY = "multiply", _("Multiply by")
        ADD = "add", _("Add (or take off)")
        SET = "set", _("Set to")
        MINIMUM = "minimum", _("Ask at least")
        ROUND = "round", _("Round to a multiple of")

    site = models.ForeignKey("wagtailcore.Site", models.PROTECT, related_name="price_rules")
    name = models.CharField(
        _("name"), max_length=120, help_text=_("Customers read it beside the amount, such as Urgent repair.")
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True, help_text=_("One sentence for customers."))
    effect = models.CharField(_("effect"), max_length=10, choices=Effect, default=Effect.MULTIPLY)
    value = models.DecimalField(
        _("value"),
        max_digits=12,
        decimal_places=4,
        help_text=_("A factor (1.2 means a fifth more, 0.9 a tenth less) or an amount in the shop's currency."),
    )
    currency = models.CharField(
        _("currency"),
        max_length=3,
        blank=True,
        help_text=_("Counts for prices in it alone. Empty: a factor for all, an amount for the shop's own currency."),
    )
    priority = models.PositiveSmallIntegerField(_("priority"), default=0, help_text=_("The lowest runs first."))
    group = models.CharField(
        _("group"), max_length=40, blank=True, help_text=_("Of the rules of one group only the first that fits counts.")
    )
    stop = models.BooleanField(_("stop here"), default=False, help_text=_("When it counts, no later rule does."))
    subject = models.ForeignKey(
        "cms.Subject", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("only for")
    )
    brand = models.CharField(_("brand"), max_length=80, blank=True)
    repair_type = models.ForeignKey(
        "cms.RepairType", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("only with")
    )
    older_than_years = models.PositiveSmallIntegerField(_("device older than years"), null=True, blank=True)
    at_most_years = models.PositiveSmallIntegerField(_("device at most years old"), null=True, blank=True)
    year_from = models.PositiveSmallIntegerField(_("device from year"), null=True, blank=True)
    year_until = models.PositiveSmallIntegerField(_("device up to year"), null=True, blank=True)
    condition = models.CharField(
        _("condition"),
        max_length=20,
        blank=True,
        choices=[("good", _("Good")), ("fair", _("Fair")), ("poor", _("Poor"))],
    )
    urgency = models.CharField(
        _("urgency"), max_length=20, blank=True, choices=[("standard", _("Standard")), ("urgent", _("Urgent"))]
    )
    service_type = models.CharField(
        _("hand-over"),
        max_length=20,
        blank=True,
        choices=[("in_store", _("In the shop")), ("postal", _("By post")), ("courier", _("By courier"))],
    )
    part_grade = models.CharField(
        _("part"), max_length=12, blank=True, choices=[row for row in RepairOffer.Grade.choices if row[0]]
    )
    add_on = models.ForeignKey(
        "shop.AddOn", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("with the add-on")
    )
    weekdays = models.JSONField(
        _("weekdays of the visit"), default=list, blank=True, help_text=_("Numbers, Monday is 0; empty: any day.")
    )
    visit_from = models.TimeField(_("visit from"), null=True, blank=True)
    visit_until = models.TimeField(_("visit before"), null=True, blank=True)
    valid_from = models.DateTimeField(_("valid from"), null=True, blank=True)
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("price rule")
        verbose_name_plural = _("price rules")
        ordering = ["priority", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["site", "name"], name="one_rule_per_name"),
            models.CheckConstraint(
                condition=models.Q(effect__in=["multiply", "round"], value__gt=0)
                | models.Q(effect__in=["set", "minimum"], value__gte=0)
                | models.Q(effect="add"),
                name="value_fits_the_effect",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.get_effect_display()} {self.value.normalize():f}"


class AddOn(BumpsPrices):
    """Something a customer may add to a repair at a fixed gross price: a screen protector, a backup, a pick-up box."""

    site = models.ForeignKey("wagtailcore.Site", models.PROTECT, related_name="add_ons")
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("slug"), max_length=140)
    description = models.CharField(_("description"), max_length=200, blank=True)
    price = models.DecimalField(
        _("gross price"), max_digits=12, decimal_places=2, validators=[MinValueValidator(Decimal("0"))]
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True, help_text=_("Empty: the shop's own."))
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


class TaxRate(models.Model):
    """How much a tax takes from a day on. The rate in force is the newest that has begun. It is one for all sites."""

    code = models.CharField(_("code"), max_length=20, help_text=_("A shop names it, such as GB-standard."))
    country = models.CharField(_("country"), max_length=2, blank=True, help_text=_("Two letters, such as GB."))
    rate = models.DecimalField(
        _("rate"),
        max_digits=5,
        decimal_places=4,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text=_("0.2 means 20 %. Prices are gross; the tax is taken out of them."),
    )
    valid_from = models.DateField(_("valid from"))

    class Meta:
        verbose_name = _("tax rate")
        verbose_name_plural = _("tax rates")
        ordering = ["code", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="one_rate_per_day"),
            models.CheckConstraint(condition=models.Q(rate__gte=0, rate__lte=1), name="rate_is_a_share"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.rate * 100:.2f} %"

    def save(self, *args, **kwargs):  # type: ignore[no-untyped-def]
        super().save(*args, **kwargs)
        bump(Scope.PRICES)

    def delete(self, *args, **kwargs):  # type: ignore[no-untyped-def]
        done = super().delete(*args, **kwargs)
        bump(Scope.PRICES)
        return done
