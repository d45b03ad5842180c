"""What stands around every page of a site: menu, footer and social links."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.fields import StreamField

from cms.blocks import LinkBlock
from cms.versions import Scope, bump

NETWORKS = [
    ("instagram", "Instagram"),
    ("facebook", "Facebook"),
    ("tiktok", "TikTok"),
    ("youtube", "YouTube"),
    ("linkedin", "LinkedIn"),
    ("whatsapp", "WhatsApp"),
    ("google", "Google"),
]


class ColumnBlock(blocks.StructBlock):
    """A column of the footer."""

    heading = blocks.CharBlock(max_length=40, label=_("Heading"))
    links = blocks.ListBlock(LinkBlock(), min_num=1, max_num=8, label=_("Links"))


class SocialBlock(blocks.StructBlock):
    """One of the shop's pages elsewhere."""

    network = blocks.ChoiceBlock(choices=NETWORKS, label=_("Network"))
    address = blocks.URLBlock(label=_("Address"))


@register_setting(icon="list-ul")
class SiteMenus(BaseSiteSetting):
    """Menu, footer columns and social links. What is left empty shows the shop's own screens."""

    main = StreamField(
        [("link", LinkBlock())],
        blank=True,
        max_num=6,
        verbose_name=_("main menu"),
        help_text=_("Empty: find my device, prices, services, track a repair."),
    )
    footer = StreamField([("column", ColumnBlock(icon="list-ul"))], blank=True, max_num=3, verbose_name=_("footer"))
    footer_line = models.CharField(_("line at the foot"), max_length=160, blank=True)
    social = StreamField([("page", SocialBlock(icon="site"))], blank=True, max_num=8, verbose_name=_("social links"))

    panels = [FieldPanel("main"), FieldPanel("footer"), FieldPanel("footer_line"), FieldPanel("social")]

    class Meta:
        verbose_name = _("menus and footer")

    def save(self, *args, **kwargs):  # type: ignore[no-untyped-def]
        super().save(*args, **kwargs)
        bump(Scope.CONTENT, site_id=self.site_id)
