"""Forms that editors put together: their fields, and where an answer is sent."""

from typing import Any

from django import forms
from rest_framework import serializers

# What a browser should draw, by the kind of field that the form's page uses.
KINDS: tuple[tuple[type[forms.Field], str], ...] = (
    (forms.EmailField, "email"),
    (forms.URLField, "url"),
    (forms.DecimalField, "number"),
    (forms.DateTimeField, "datetime-local"),
    (forms.DateField, "date"),
    (forms.BooleanField, "checkbox"),
    (forms.MultipleChoiceField, "checkboxes"),
    (forms.ChoiceField, "select"),
)


class ChoiceShape(serializers.Serializer):
    """One of the answers to choose from."""

    value = serializers.CharField(allow_blank=True)
    label = serializers.CharField()  # type: ignore[assignment]


class FieldShape(serializers.Serializer):
    """One field. `name` is its member in `answers`."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    type = serializers.CharField(
        help_text="text, tel, email, url, number, date, datetime-local, textarea, select, radio, checkbox, "
        "checkboxes or hidden."
    )
    required = serializers.BooleanField()  # type: ignore[assignment]
    help_text = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    initial = serializers.CharField(allow_blank=True)
    max_length = serializers.IntegerField(allow_null=True)
    autocomplete = serializers.CharField(allow_blank=True, help_text="What browsers may fill in.")
    choices = ChoiceShape(many=True)


class FormShape(serializers.Serializer):
    """A form. POST `{"answers": {...}}` to `action`; `trap` names a field that people must not see and leave empty."""

    slug = serializers.CharField()
    title = serializers.CharField()
    action = serializers.CharField()
    button = serializers.CharField()
    thank_you = serializers.CharField(allow_blank=True)
    trap = serializers.CharField()
    fields = FieldShape(many=True)  # type: ignore[assignment]


SHOWN = {
    "slug": "contact",
    "title": "Contact",
    "action": "/api/v1/forms/contact/answers/",
    "button": "Send",
    "thank_you": "Thank you. We answer within one working day.",
    "trap": "homepage-url",
    "fields": [
        {
            "name": "your_name",
            "label": "Your name",
            "type": "text",
            "required": True,
            "help_text": "",
            "initial": "",
            "max_length": 255,
            "autocomplete": "name",
            "choices": [],
        }
    ],
}


def kind_of(field: forms.Field) -> str:
    """The kind of input, as HTML names it."""
    if isinstance(field.widget, forms.RadioSelect) and not isinstance(field.widget, forms.CheckboxSelectMultiple):
        return "radio"
    if isinstance(field.widget, forms.Textarea):
        return "textarea"
    found = next((name for kind, name in KINDS if isinstance(field, kind)), "")
    return found or str(getattr(field.widget, "input_type", "text"))


def field_of(name: str, field: forms.Field) -> dict[str, Any]:
    """One field as JSON."""
    choices = getattr(field, "choices", ())
    initial = field.initial
    return {
        "name": name,
        "label": str(field.label or ""),
        "type": kind_of(field),
        "required": field.required,
        "help_text": str(field.help_text or ""),
        "initial": "" if initial is None or isinstance(initial, list) else str(initial),
        "max_length": getattr(field, "max_length", None),
        "autocomplete": str(field.widget.attrs.get("autocomplete", "")),
        "choices": [{"value": str(value), "label": str(label)} for value, label in choices],
    }


def printed(page: Any) -> dict[str, Any]:
    """A form page's form as JSON."""
    return {
        "slug": page.slug,
        "title": page.title,
        "action": f"/api/v1/forms/{page.slug}/answers/",
        "button": page.button,
        "thank_you": page.thank_you,
        "trap": page.trap,
        "fields": [field_of(name, field) for name, field in page.blank_form.fields.items()],
    }


def bcp47(code: str) -> str:
    """A language code as browsers write it: en-gb is en-GB."""
    language, _, region = code.partition("-")
    return f"{language}-{region.upper()}" if region else language
