"""What looks like advertising rather than like a customer. Pure; a suspicion is kept and shown, never told."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms

LINK = re.compile(r"https?:|www\.|\b[a-z0-9-]+\.(?:ru|xyz|top|click|shop|online|site|icu)\b", re.IGNORECASE)
MARKUP = re.compile(
    r"<\s*/?\s*(?:a|img|script|iframe|style|div|p|b|h\d)\b|\[/?(?:url|link|img|b)\b|\]\(https?:", re.IGNORECASE
)
MOST_LINKS = 1  # a customer may point to one listing or photo


def suspicious(fields: Mapping[str, forms.Field], values: Mapping[str, Any]) -> bool:
    """Whether the words hold markup, more than one link, or a link where a line such as a name belongs.

    What was chosen from the form's own choices and what a field for links holds is not looked at.
    """
    links = 0
    for name, field in fields.items():
        text = values.get(name)
        if not isinstance(text, str) or type(field) is not forms.CharField:
            continue
        found = len(LINK.findall(text))
        if MARKUP.search(text) or (found and not isinstance(field.widget, forms.Textarea)):
            return True
        links += found
    return links > MOST_LINKS
