"""What a home page shows below its search until its editors put something else there: stored blocks, as JSON."""

from typing import Any

from django.utils.translation import gettext as _

from cms.blocks import samples as block_samples

Raw = dict[str, Any]


def of_a_home_page(*, faqs: list[int]) -> list[Raw]:
    """Families, prices, steps, reasons, questions, where and when, and the last word, in the reader's language."""
    words = block_samples.words()
    services = {
        "heading": _("What it costs"),
        "text": _("Fixed prices with parts, work and tax. What changes them is written beside them."),
        "repair_types": [],
    }
    questions = {"heading": _("Good to know"), "text": "", "group": None, "faqs": faqs}
    call = words["call"] | {
        "text": _(
            "Find your device, see the price, choose a time. It takes less than three minutes, "
            "and nothing is charged before you say so."
        )
    }
    blocks = [
        ("kinds", words["kinds"]),
        ("services", services),
        ("steps", words["steps"]),
        ("trust", words["trust"] | {"heading": _("What you can count on")}),
        *([("questions", questions)] if faqs else []),
        ("visit", words["visit"]),
        ("call", call),
    ]
    return [
        {"type": name, "value": value, "id": f"00000000-0000-0000-0000-{place:012}"}
        for place, (name, value) in enumerate(blocks, start=1)
    ]
