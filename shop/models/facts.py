"""What ties a Wagtail site to its Oscar partner and to money."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from shop.models.prices import BumpsPrices


class SiteShop(BumpsPrices):
    """One shop: a Wagtail site, its Oscar partner and its Django site are one-to-one."""

    site = models.OneToOneField("wagtailcore.Site", models.PROTECT, related_name="shop")
    partner = models.OneToOneField("partner.Partner", models.PROTECT, related_name="shop")
    django_site = models.OneToOneField("sites.Site", models.PROTECT, related_name="shop")
    currency = models.CharField(_("currency"), max_length=3, default="GBP")
    tax_rate = models.DecimalField(
        _("tax rate"),
        max_digits=5,
        decimal_places=4,
        default=Decimal("0.2000"),
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text=_("0.2 means 20 %. Prices are gross; the tax is taken out of them."),
    )
    tax_name = models.CharField(_("tax name"), max_length=20, default="VAT")
    tax_code = models.CharField(_("tax code"), max_length=20, default="GB-standard")
    unknown_year = models.PositiveSmallIntegerField(
        _("year of a device without one"), default=2020, help_text=_("Decides the age that prices depend on.")
    )
    quote_valid_hours = models.PositiveSmallIntegerField(_("hours a price is kept"), default=48)

    class Meta:
        verbose_name = _("shop")

    def __str__(self) -> str:
        return str(self.site)
