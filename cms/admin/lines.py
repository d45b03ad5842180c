"""Lists and labelled facts as lines of text, so that nobody has to write JSON."""

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class Lines(forms.Textarea):
    """A list of texts, one a line."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"rows": 4, **(attrs or {})})

    def format_value(self, value: Any) -> str:
        """The text for a value; what is no list any more (a form with an error) stays as it was typed."""
        try:
            found = json.loads(value or "null")
        except ValueError:
            return str(value)
        return self.as_text(found)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:
        """The value as JSON, as the form field wants it."""
        lines = [line.strip() for line in str(data.get(name, "")).splitlines()]
        return json.dumps(self.as_value([line for line in lines if line]))

    def as_text(self, value: Any) -> str:
        """The lines of a list."""
        return "\n".join(str(one) for one in value or [])

    def as_value(self, lines: list[str]) -> Any:
        """The list of the lines."""
        return lines


class LabelledLines(Lines):
    """Facts with a label, one a line: "chip: A15 Bionic". A line without a colon is a label without a fact."""

    def as_text(self, value: Any) -> str:
        """The lines of the facts."""
        return "\n".join(f"{label}: {fact}" for label, fact in (value or {}).items())

    def as_value(self, lines: list[str]) -> Any:
        """The facts of the lines."""
        parts = (line.partition(":") for line in lines)
        return {label.strip(): fact.strip() for label, _colon, fact in parts}


HELP_PARTS = _("One part a line.")
HELP_FACTS = _("One a line, with a label: chip: A15 Bionic.")
