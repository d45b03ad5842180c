"""Where editors may send people: a page of the site, or an address that cannot carry a script."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail_localize.segments import StringSegmentValue

# Within the shop (one slash, not two: those lead to another host), an anchor, or one of these schemes.
SAFE = re.compile(r"(/(?![/\\])|#|https?://[^/\s]|mailto:[^\s@]+@|tel:\+?[\d ().-]+$)[^\s\\<>\"]*", re.IGNORECASE)


def safe_address(text: str) -> None:
    """Refuse an address that is neither within the shop nor https, e-mail or telephone."""
    if text and not SAFE.fullmatch(text.replace(" ", "") if text[:4].lower() == "tel:" else text):
        raise ValidationError(
            _("Write an address within the shop such as /devices/, a full https address, mailto: or tel:.")
        )


class LinkValue(blocks.StructValue):
    """What a link leads to."""

    def address(self, request: Any = None) -> str:
        """The address; blank for a page that is gone or not published, so that nobody is sent to a 404."""
        page = self.get("page")
        if page is None:
            return str(self.get("address") or "")
        return (page.get_url(request) or "") if page.live else ""


class LinkBlock(blocks.StructBlock):
    """Where a button leads: a page of the site, or an address."""

    text = blocks.CharBlock(
        max_length=40, label=_("Words on it"), help_text=_("What happens: “See prices”, not “Here”.")
    )
    page = blocks.PageChooserBlock(required=False, label=_("Page"))
    address = blocks.CharBlock(
        required=False,
        max_length=250,
        label=_("Or an address"),
        validators=[safe_address],
        help_text=_("Within the shop, such as /devices/, or a full https address."),
    )

    class Meta:
        icon = "link"
        label = _("Link")
        value_class = LinkValue

    def clean(self, value: Any) -> Any:
        """One of page and address, not both and not neither; a draft may still lack it."""
        cleaned = super().clean(value)
        page, address = cleaned.get("page"), cleaned.get("address")
        if page and address:
            raise StructBlockValidationError(
                {"address": ValidationError(_("Choose a page or write an address, not both."))}
            )
        if not page and not address and not self.is_deferred_validation:
            raise StructBlockValidationError({"page": ValidationError(_("Choose a page or write an address."))})
        return cleaned

    def get_translatable_segments(self, value: Any) -> list[StringSegmentValue]:
        """What translators write: its words. Where it leads stays."""
        return [StringSegmentValue("text", value["text"])]

    def restore_translated_segments(self, value: Any, segments: list[StringSegmentValue]) -> Any:
        """The link with the words of another language."""
        value["text"] = segments[0].render_text()
        return value
