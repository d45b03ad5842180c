"""The blocks that pages are built from. A block keeps references, never prices: those come live (references.py).

Each has a template in templates/cms/blocks/ for our own pages, and answers the API with the same facts.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.snippets.blocks import SnippetChooserBlock

from cms.blocks import samples
from cms.blocks.links import LinkBlock
from cms.blocks.parts import PictureChoice, SignalBlock, StepBlock, TestimonialBlock

__all__ = ["RICH_TEXT", "Body", "LinkBlock"]

SIMPLE_TEXT = ["bold", "italic", "link", "document-link"]
RICH_TEXT = ["h2", "h3", "bold", "italic", "ol", "ul", "hr", "link", "document-link", "image", "blockquote"]


class SectionBlock(blocks.StructBlock):
    """A section of a page. While an editor chooses, it shows itself with sample words (cms/blocks/samples.py)."""

    def get_preview_value(self) -> Any:
        return self.to_python(samples.of(self.name))


class HeadedBlock(SectionBlock):
    """A section with a heading and a line below it."""

    heading = blocks.CharBlock(
        max_length=90, label=_("Heading"), help_text=_("What the section says, in up to eight words.")
    )
    text = blocks.CharBlock(
        required=False,
        max_length=250,
        label=_("Line below the heading"),
        help_text=_("One or two sentences, or nothing."),
    )


class HeroBlock(SectionBlock):
    """The first thing on a page: one promise and one thing to do."""

    heading = blocks.CharBlock(
        max_length=90,
        label=_("Promise"),
        help_text=_("The page's main heading when the hero stands first; the page's title stays in menus."),
    )
    text = blocks.CharBlock(required=False, max_length=250, label=_("Line below it"))
    image = PictureChoice(
        required=False, label=_("Picture"), help_text=_("Landscape, at least 1200 wide. Empty: a drawing of the house.")
    )
    finder = blocks.BooleanBlock(
        required=False, label=_("Show the device search"), help_text=_("People who know their device book from here.")
    )
    links = blocks.ListBlock(
        LinkBlock(),
        max_num=2,
        default=[],
        label=_("Buttons"),
        help_text=_("The first is the main one. Without any and without the search, people cannot go on from here."),
    )


class KindsBlock(HeadedBlock):
    """What is repaired, as drawn cards: the families, or the categories of the only one."""


class ServicesBlock(HeadedBlock):
    """Repairs with what they cost from, live."""

    repair_types = blocks.ListBlock(
        SnippetChooserBlock("cms.RepairType"),
        max_num=12,
        default=[],
        label=_("Repairs"),
        help_text=_("Empty: the eight that stand first in the list of repair types."),
    )


class StepsBlock(HeadedBlock):
    """How it goes, step by step."""

    steps = blocks.ListBlock(StepBlock(), min_num=2, max_num=6, label=_("Steps"))


class TestimonialsBlock(HeadedBlock):
    """What customers said. Only real words of real customers who agreed."""

    quotes = blocks.ListBlock(TestimonialBlock(), min_num=1, max_num=9, label=_("Customers"))


class TrustBlock(SectionBlock):
    """What customers can count on, with a sign each."""

    heading = blocks.CharBlock(required=False, max_length=90, label=_("Heading"))
    signals = blocks.ListBlock(SignalBlock(), min_num=2, max_num=6, label=_("Reasons"))


class PriceTableBlock(HeadedBlock):
    """What each repair of a family, category or device costs from, live."""

    subject = SnippetChooserBlock(
        "cms.Subject",
        label=_("Of which device, category or family"),
        help_text=_("A device shows its own prices; a category or family the lowest of what belongs to it."),
    )
    most = blocks.IntegerBlock(default=8, min_value=1, max_value=20, label=_("At most so many rows"))


class OfferBlock(HeadedBlock):
    """One repair of one device with its price, time, warranty and next free time, live."""

    device = SnippetChooserBlock("cms.Subject", label=_("Device"))
    repair_type = SnippetChooserBlock(
        "cms.RepairType",
        label=_("Repair"),
        help_text=_("One that is offered for the device, or for what it belongs to."),
    )
    image = PictureChoice(required=False, label=_("Picture"), help_text=_("Empty: a drawing of the device."))

    def clean(self, value: Any) -> Any:
        """A device, not a family, and a repair that is done on it. Whether it has a price, the page says live."""
        cleaned = super().clean(value)
        device, repair_type = cleaned.get("device"), cleaned.get("repair_type")
        if device and device.kind != device.Kind.DEVICE:
            told = _("Choose a device: %(name)s is a family or category. A price table can show it.")
            raise StructBlockValidationError({"device": ValidationError(told % {"name": device.name})})
        if device and repair_type and repair_type.subject_id not in {None, *tree_ids(device)}:
            told = _("%(repair)s is not offered for %(device)s.")
            names = {"repair": repair_type.name, "device": device.name}
            raise StructBlockValidationError({"repair_type": ValidationError(told % names)})
        return cleaned


class FinderBlock(HeadedBlock):
    """The search that finds a device as you type."""


class QuestionsBlock(HeadedBlock):
    """Questions with their answers, from a group or chosen one by one."""

    group = SnippetChooserBlock(
        "cms.FAQGroup",
        required=False,
        label=_("A whole group"),
        help_text=_("New questions of it appear by themselves."),
    )
    faqs = blocks.ListBlock(
        SnippetChooserBlock("cms.FAQ"),
        max_num=12,
        default=[],
        label=_("And these"),
        help_text=_("In this order, after those of the group."),
    )

    def clean(self, value: Any) -> Any:
        """A group, or questions, or both; a draft may still lack them."""
        cleaned = super().clean(value)
        if not cleaned.get("group") and not cleaned.get("faqs") and not self.is_deferred_validation:
            told = _("Choose a group, or at least one question.")
            raise StructBlockValidationError({"group": ValidationError(told)})
        return cleaned


class VisitBlock(HeadedBlock):
    """Where we are and when we are open, from the shop's settings."""

    show_map = blocks.BooleanBlock(
        required=False,
        default=True,
        label=_("Show the map"),
        help_text=_("The picture of the map in the shop details."),
    )


class BeforeAfterBlock(HeadedBlock):
    """Two pictures of one thing: as it came, as it left."""

    before = PictureChoice(label=_("Before"), help_text=_("Both are cut to the same shape; set their focal points."))
    after = PictureChoice(label=_("After"))


class CallBlock(HeadedBlock):
    """The one thing to do next."""

    link = LinkBlock(label=_("Button"))


class PictureBlock(SectionBlock):
    """A picture with a line below it. Its focal point decides what stays in sight when it is cut."""

    image = PictureChoice(label=_("Picture"))
    caption = blocks.CharBlock(
        required=False,
        max_length=160,
        label=_("Line below it"),
        help_text=_("What the picture adds, not what it shows."),
    )
    wide = blocks.BooleanBlock(required=False, label=_("As wide as the page"))


class FormBlock(HeadedBlock):
    """A form of the shop, such as the one that asks for a call back."""

    form = blocks.PageChooserBlock(page_type="cms.FormPage", label=_("Form"))


def tree_ids(device: Any) -> list[int]:
    """The device's id and the ids above it."""
    category = device.parent
    return [pk for pk in (device.pk, device.parent_id, category.parent_id if category else None) if pk]


def block(kind: type[blocks.StructBlock], name: str, *, icon: str, label: Any, group: Any, **more: Any) -> Any:
    """A block with its template and the words that the editor chooses it by."""
    told = (kind.__doc__ or "").strip()
    return kind(icon=icon, label=label, group=group, template=f"cms/blocks/{name}.html", description=_(told), **more)


OPENING, SELLING, TRUST, WORDS = _("Opening"), _("Selling"), _("Trust"), _("Words and pictures")


class Body(blocks.StreamBlock):
    """Everything that a page may be built from."""

    hero = block(HeroBlock, "hero", icon="home", label=_("Hero"), group=OPENING)
    finder = block(FinderBlock, "finder", icon="search", label=_("Device search"), group=OPENING)
    kinds = block(KindsBlock, "kinds", icon="tablet-alt", label=_("What we mend"), group=OPENING)
    services = block(ServicesBlock, "services", icon="cogs", label=_("Services"), group=SELLING)
    price_table = block(PriceTableBlock, "price_table", icon="table", label=_("Price table"), group=SELLING)
    offer = block(OfferBlock, "offer", icon="tag", label=_("One repair"), group=SELLING)
    call = block(CallBlock, "call", icon="pick", label=_("Call to action"), group=SELLING)
    form = block(FormBlock, "form", icon="form", label=_("Form"), group=SELLING)
    steps = block(StepsBlock, "steps", icon="list-ol", label=_("Steps"), group=TRUST)
    trust = block(TrustBlock, "trust", icon="tick-inverse", label=_("Trust signals"), group=TRUST)
    testimonials = block(TestimonialsBlock, "testimonials", icon="openquote", label=_("Testimonials"), group=TRUST)
    before_after = block(BeforeAfterBlock, "before_after", icon="image", label=_("Before and after"), group=TRUST)
    questions = block(QuestionsBlock, "questions", icon="help", label=_("Questions"), group=WORDS)
    visit = block(VisitBlock, "visit", icon="site", label=_("Hours and map"), group=WORDS)
    text = blocks.RichTextBlock(
        features=RICH_TEXT,
        icon="pilcrow",
        label=_("Text"),
        group=WORDS,
        template="cms/blocks/text.html",
        description=_("Headings, paragraphs, lists and links."),
        preview_value=samples.TEXT,
    )
    picture = block(PictureBlock, "picture", icon="image", label=_("Picture"), group=WORDS)

    class Meta:
        max_num = 24
        block_counts = {
            "hero": {"max_num": 1},
            "form": {"max_num": 2},
            "finder": {"max_num": 1},
            "kinds": {"max_num": 1},
            "visit": {"max_num": 1},
        }
