"""What a shop says about itself. One row per site, edited in Wagtail under Settings."""

import zoneinfo

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting

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
    tax_number = models.CharField(_("tax number"), max_length=40, blank=True)

    panels = [
        MultiFieldPanel([FieldPanel("name"), FieldPanel("email"), FieldPanel("phone")], heading=_("Who we are")),
        MultiFieldPanel(
            [FieldPanel("street"), FieldPanel("city"), FieldPanel("postcode"), FieldPanel("country")],
            heading=_("Where we are"),
        ),
        MultiFieldPanel([FieldPanel("time_zone"), FieldPanel("tax_number")], heading=_("Time and tax")),
        MultiFieldPanel([FieldPanel("terms_page"), FieldPanel("privacy_page")], heading=_("What customers agree to")),
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
