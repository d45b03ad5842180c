"""What some blocks are made of: a step, a reason, a customer's words."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageBlock, ImageBlockComparison

ICONS = [
    ("shield-check", _("Shield")),
    ("receipt-text", _("Receipt")),
    ("lock", _("Lock")),
    ("clock", _("Clock")),
    ("truck", _("Van")),
    ("leaf", _("Leaf")),
    ("award", _("Award")),
    ("users", _("People")),
    ("wrench", _("Spanner")),
    ("map-pin", _("Place")),
]


class StepBlock(blocks.StructBlock):
    """One step of how it goes."""

    title = blocks.CharBlock(max_length=60, label=_("Step"))
    text = blocks.CharBlock(max_length=200, label=_("What happens"))


class SignalBlock(blocks.StructBlock):
    """One reason to trust the shop."""

    icon = blocks.ChoiceBlock(choices=ICONS, default="shield-check", label=_("Sign"))
    title = blocks.CharBlock(max_length=60, label=_("Reason"))
    text = blocks.CharBlock(required=False, max_length=160, label=_("In a sentence"))


class TestimonialBlock(blocks.StructBlock):
    """What a customer said."""

    quote = blocks.TextBlock(
        max_length=400, label=_("What they said"), help_text=_("Their own words, shortened at most.")
    )
    name = blocks.CharBlock(max_length=60, label=_("Name, as they want it shown"))
    detail = blocks.CharBlock(required=False, max_length=80, label=_("What was repaired"))


class PictureComparison(ImageBlockComparison):
    """Two versions of a picture, one of which may be empty: Wagtail's own comparison breaks on that."""

    val_a: Any
    val_b: Any

    def __init__(self, block: Any, exists_a: bool, exists_b: bool, val_a: Any, val_b: Any) -> None:
        super().__init__(block, exists_a, exists_b, val_a, val_b)
        self.val_a, self.val_b = _words_for(self.val_a), _words_for(self.val_b)

    def htmlvalue(self, val: Any) -> Any:
        """The picture with its words."""
        return super().htmlvalue(self.block._image_to_struct_value(None) | _EMPTY if val is None else val)


_EMPTY = {"alt_text": "", "decorative": False}


def _words_for(value: dict[str, Any]) -> dict[str, Any]:
    return value if value["image"] else value | _EMPTY


class PictureChoice(ImageBlock):
    """A picture with what it shows, or that it only decorates."""

    def get_comparison_class(self) -> type[PictureComparison]:
        """Ours."""
        return PictureComparison
