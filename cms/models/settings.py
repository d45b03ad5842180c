"""What a shop says about itself. One row per site, edited in Wagtail under Settings."""

import zoneinfo

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting

from cms.brand import readable_colour
from cms.versions import Scope, bump


def known_zone(name: str) -> None:
    """Refuse a time zone that this machine does not know."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("%(name)s is not a time zone; write it like Europe/London.") % {"name": name})


@register_setting(icon="home")
class ShopSettings(BaseSiteSetting):
    """Name, address and time zone of a shop."""

    name = models.CharField(_("shop name"), max_length=80, default="Mendwell")
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    street = models.CharField(_("street"), max_length=120, blank=True)
    city = models.CharField(_("town"), max_length=80, blank=True)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    country = models.CharField(_("country code"), max_length=2, default="GB")
    time_zone = models.CharField(_("time zone"), max_length=60, default="Europe/London", validators=[known_zone])
    terms_page = models.ForeignKey(
        "wagtailcore.Page",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("terms"),
        help_text=_("Customers agree to its newest published version when they book."),
    )
    privacy_page = models.ForeignKey(
        "wagtailcore.Page",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("privacy notice"),
    )
    logo = models.ForeignKey(
        "wagtailimages.Image",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("logo"),
        help_text=_("A wide picture without a background works best. Empty: the sign of the house and the name."),
    )
    brand_colour = models.CharField(
        _("brand colour"),
        max_length=7,
        blank=True,
        validators=[readable_colour],
        help_text=_("Like #1f6f5c; white words on it must be readable. Empty: the pine of the house."),
    )
    share_image = models.ForeignKey(
        "wagtailimages.Image",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture for links"),
        help_text=_("Shown where somebody shares an address of the shop; at least 1200 by 630."),
    )
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    map_image = models.ForeignKey(
        "wagtailimages.Image",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture of the map"),
        help_text=_("Your own drawing or photo of how to find you; it links to a map. Nothing is loaded from others."),
    )
    headless_only = models.BooleanField(
        _("headless only"),
        default=False,
        help_text=_("The customer's pages are served by another frontend: here they send people there."),
    )
    tax_number = models.CharField(_("tax number"), max_length=40, blank=True)
    legal_name = models.CharField(
        _("legal name"),
        max_length=120,
        blank=True,
        help_text=_("Who sells, such as Mendwell London Ltd. Empty: the shop name."),
    )
    company_number = models.CharField(_("company number"), max_length=40, blank=True)
    document_prefix = models.CharField(
        _("first letters of numbers"),
        max_length=6,
        blank=True,
        validators=[RegexValidator(r"^[A-Z0-9]+$", _("Capital letters and figures only."))],
        help_text=_(
            "Such as LDN for LDN-INV-2026-00001. Give each shop of a company its own. A new one begins to count at 1."
        ),
    )
    document_footer = models.TextField(
        _("small print"),
        max_length=600,
        blank=True,
        help_text=_("At the foot of invoices, receipts and credit notes: bank details, terms, registered office."),
    )

    panels = [
        MultiFieldPanel([FieldPanel("name"), FieldPanel("email"), FieldPanel("phone")], heading=_("Who we are")),
        MultiFieldPanel(
            [FieldPanel("street"), FieldPanel("city"), FieldPanel("postcode"), FieldPanel("country")],
            heading=_("Where we are"),
        ),
        HelpPanel(template="wagtailadmin/mendwell/hours_help.html", heading=_("When we are open")),
        MultiFieldPanel(
            [FieldPanel("latitude"), FieldPanel("longitude"), FieldPanel("map_image")],
            heading=_("On the map"),
            help_text=_("With both figures, such as 51.4664 and -0.1023, the map leads to OpenStreetMap."),
        ),
        MultiFieldPanel(
            [FieldPanel("logo"), FieldPanel("brand_colour"), FieldPanel("share_image")], heading=_("How we look")
        ),
        MultiFieldPanel([FieldPanel("time_zone")], heading=_("Time")),
        MultiFieldPanel(
            [
                FieldPanel("legal_name"),
                FieldPanel("company_number"),
                FieldPanel("tax_number"),
                FieldPanel("document_prefix"),
                FieldPanel("document_footer"),
            ],
            heading=_("On invoices"),
            help_text=_("What was issued keeps what stood here then."),
        ),
        MultiFieldPanel([FieldPanel("terms_page"), FieldPanel("privacy_page")], heading=_("What customers agree to")),
        MultiFieldPanel([FieldPanel("headless_only")], heading=_("Frontend")),
    ]

    class Meta:
        verbose_name = _("shop details")

    def save(self, *args, **kwargs):  # type: ignore[no-untyped-def]
        super().save(*args, **kwargs)
        bump(Scope.CONTENT, site_id=self.site_id)

    @property
    def address(self) -> str:
        """Street, town and postcode in one line; what is not filled in is left out."""
        return ", ".join(part for part in (self.street, f"{self.city} {self.postcode}".strip()) if part)

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The time zone that opening hours and printed times are meant in."""
        return zoneinfo.ZoneInfo(self.time_zone)
