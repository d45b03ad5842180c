"""What we ask before an order."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from oscar.apps.checkout.forms import *  # noqa: F403

from notifications import contacts
from shop.checkout.session import needs_address

CHOOSE = {"required": _("Choose one of these."), "invalid_choice": _("Choose one of these.")}
ADDRESS = ("line1", "line2", "town", "postcode")


def text(label: Any, most: int, fill: str, *, hint: Any = "", missing: Any = "", **attrs: str) -> forms.CharField:
    """A line of text that the browser may fill in (`fill` as in autocomplete); needed when `missing` says so."""
    kind = attrs.pop("kind", "text")
    field = forms.CharField(label=label, max_length=most, help_text=hint, required=bool(missing))
    if missing:
        field.error_messages["required"] = missing
    field.widget.input_type = kind
    field.widget.attrs |= {"autocomplete": fill, **attrs}
    return field


class DetailsForm(forms.Form):
    """Who comes, how we reach them, and where we send to. `methods` are Oscar shipping methods.

    `fixed` is the code of the way to hand over that was chosen before; without it the form asks for one.
    """

    name = text(_("Your name"), 200, "name", missing=_("Tell us your name."), autocapitalize="words")
    email = text(
        _("E-mail"), 254, "email", kind="email", inputmode="email", autocapitalize="none", spellcheck="false",
        hint=_("Your confirmation and every step of the repair come here."), missing=_("Tell us where to write to."),
    )  # fmt: skip
    phone = text(_("Telephone"), 40, "tel", kind="tel", inputmode="tel", hint=_("For a text when it is ready."))
    shipping_method = forms.ChoiceField(
        label=_("How do we get your device?"), widget=forms.RadioSelect, error_messages=CHOOSE
    )
    line1 = text(_("Street and number"), 120, "address-line1")
    line2 = text(_("Flat, building, company"), 120, "address-line2")
    town = text(_("Town"), 80, "address-level2")
    postcode = text(_("Postcode"), 20, "postal-code", autocapitalize="characters")
    notes = forms.CharField(
        label=_("Anything we should know?"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, methods: list[Any], country: str, fixed: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.methods, self.country = {method.code: method for method in methods}, country
        self.fixed = fixed if fixed in self.methods else ""
        self.initial["phone"] = contacts.readable_phone(self.initial.get("phone", ""))
        shipping_method: Any = self.fields["shipping_method"]
        shipping_method.choices = [(method.code, method.name) for method in methods]
        shipping_method.required = not self.fixed

    def clean_email(self) -> str:
        return self._usable(contacts.normal_email, "email")

    def clean_phone(self) -> str:
        return self._usable(contacts.normal_phone, "phone")

    def _usable(self, normal: Callable[[str], str], field: str) -> str:
        """The detail as it will be kept, or what is wrong with it, by the same verb that keeps it."""
        try:
            return normal(self.cleaned_data[field])
        except contacts.ContactNotUsable as unusable:
            raise forms.ValidationError(str(unusable)) from unusable

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["shipping_method"] = self.fixed or cleaned.get("shipping_method", "")
        method = self.methods.get(cleaned["shipping_method"])
        if method is not None and needs_address(method):
            for field in ("line1", "town", "postcode"):
                if not cleaned.get(field) and field not in self.errors:
                    self.add_error(field, _("We need this to send it."))
        return cleaned

    def details(self) -> dict[str, Any]:
        """The answers as text for the session, the address under one key, or None when none is needed."""
        cleaned = self.cleaned_data
        address = {"name": cleaned["name"], "country": self.country} | {field: cleaned[field] for field in ADDRESS}
        sent = needs_address(self.methods[cleaned["shipping_method"]])
        plain = {field: cleaned[field] for field in ("name", "email", "phone", "notes")}
        return plain | {"address": address if sent else None}
