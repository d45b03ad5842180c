"""The fields of an editor's form as browsers show them: bounded, with the right keyboard, filled in where known."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.forms.forms import FormBuilder

# A field that people do not see and that programs fill in; its hyphen keeps it apart from every label of an editor.
TRAP = "homepage-url"
LINE, TEXT, MAIL, ADDRESS, DIGITS = 255, 4000, 254, 500, 15
# What browsers may fill in (WCAG 2.2, 1.3.5), by the words in a field's name; en-GB and pt-BR.
PURPOSES = (
    (r"phone|mobile|telefone|celular", {"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    (r"post_?code|cep", {"autocomplete": "postal-code"}),
    (r"name|nome", {"autocomplete": "name"}),
)


def purpose(name: str) -> dict[str, str]:
    """Attributes of the input for a line of text of this name; none where nothing is known."""
    return next((dict(found) for words, found in PURPOSES if re.search(words, name)), {})


class Builder(FormBuilder):
    """Wagtail's, with a bound on every field, inputs that phones understand, and refusals in our own words."""

    def get_field_options(self, field: Any) -> dict[str, Any]:
        chosen = field.field_type in {"radio", "dropdown", "checkbox", "checkboxes", "multiselect"}
        words = {
            "required": _("Please choose one.") if chosen else _("Please fill this in."),
            "invalid_choice": _("Please choose one of these."),
        }
        if field.field_type == "email":
            words["invalid"] = _("This e-mail address is not complete. Check it for typing errors.")
        if field.field_type == "checkbox":
            words["required"] = _("Please tick this.")
        options: dict[str, Any] = super().get_field_options(field)
        return {**options, "error_messages": words}

    def create_singleline_field(self, field: Any, options: dict[str, Any]) -> forms.Field:
        attrs = purpose(field.clean_name or field.get_field_clean_name())
        kind = attrs.pop("type", "text")
        widget = forms.TextInput(attrs=attrs)
        widget.input_type = kind
        return forms.CharField(**options, max_length=LINE, widget=widget)

    def create_multiline_field(self, field: Any, options: dict[str, Any]) -> forms.Field:
        return forms.CharField(**options, max_length=TEXT, widget=forms.Textarea(attrs={"rows": 6}))

    def create_email_field(self, field: Any, options: dict[str, Any]) -> forms.Field:
        widget = forms.EmailInput(attrs={"autocomplete": "email"})
        return forms.EmailField(**options, max_length=MAIL, widget=widget)

    def create_url_field(self, field: Any, options: dict[str, Any]) -> forms.Field:
        return forms.URLField(**options, max_length=ADDRESS, assume_scheme="https")

    def create_number_field(self, field: Any, options: dict[str, Any]) -> forms.Field:
        return forms.DecimalField(**options, max_digits=DIGITS, decimal_places=4)

    def create_date_field(self, field: Any, options: dict[str, Any]) -> forms.Field:
        return forms.DateField(**options, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))

    def create_datetime_field(self, field: Any, options: dict[str, Any]) -> forms.Field:
        widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
        return forms.DateTimeField(**options, widget=widget)

    def create_dropdown_field(self, field: Any, options: dict[str, Any]) -> forms.Field:
        # An empty first line: nothing is chosen for people who did not choose.
        choices = [("", _("Choose")), *self.get_formatted_field_choices(field)]
        return forms.ChoiceField(**options, choices=choices)

    def create_multiselect_field(self, field: Any, options: dict[str, Any]) -> forms.Field:
        """A list in which one holds a key to choose several is for nobody: boxes to tick."""
        return self.create_checkboxes_field(field, options)

    def create_hidden_field(self, field: Any, options: dict[str, Any]) -> forms.Field:
        return forms.CharField(**options, max_length=LINE, widget=forms.HiddenInput())
