"""What we ask before an order."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from oscar.apps.checkout.forms import *  # noqa: F403
from phonenumber_field.formfields import PhoneNumberField

from shop.checkout.session import needs_address
from shop.payments import providers

CHOOSE = {"required": _("Please choose one.")}


class DetailsForm(forms.Form):
    """Who comes, how we reach them, how the device gets to us. `methods` are Oscar shipping methods."""

    name = forms.CharField(
        label=_("Your name"), max_length=200, error_messages={"required": _("Tell us your name, please.")}
    )
    email = forms.EmailField(label=_("E-mail"), error_messages={"required": _("Tell us where to write to, please.")})
    phone = PhoneNumberField(label=_("Telephone"), required=False, help_text=_("For a text when it is ready."))
    shipping_method = forms.ChoiceField(
        label=_("How do we get your device?"), widget=forms.RadioSelect, error_messages=CHOOSE
    )
    line1 = forms.CharField(label=_("Street and number"), max_length=120, required=False)
    line2 = forms.CharField(label=_("Address, second line"), max_length=120, required=False)
    town = forms.CharField(label=_("Town"), max_length=80, required=False)
    postcode = forms.CharField(label=_("Postcode"), max_length=20, required=False)
    notes = forms.CharField(
        label=_("Anything we should know?"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, methods: list[Any], country: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.methods, self.country = {method.code: method for method in methods}, country
        shipping_method: Any = self.fields["shipping_method"]
        shipping_method.choices = [(method.code, method.name) for method in methods]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        method = self.methods.get(cleaned.get("shipping_method", ""))
        if method is not None and needs_address(method):
            for field in ("line1", "town", "postcode"):
                if not cleaned.get(field):
                    self.add_error(field, _("We need this to send it."))
        return cleaned

    def details(self) -> dict[str, Any]:
        """The answers as text for the session, the address under one key, or None when none is needed."""
        cleaned = self.cleaned_data
        address = {"name": cleaned["name"], "country": self.country}
        address |= {field: cleaned[field] for field in ("line1", "line2", "town", "postcode")}
        sent = needs_address(self.methods[cleaned["shipping_method"]])
        return {
            "name": cleaned["name"],
            "email": cleaned["email"],
            "phone": str(cleaned["phone"] or ""),
            "notes": cleaned["notes"],
            "address": address if sent else None,
        }


class ReviewForm(forms.Form):
    """The last word before an order: the total that was on the screen, and how it will be paid."""

    shown_total = forms.DecimalField(max_digits=12, decimal_places=2, widget=forms.HiddenInput)
    pay_by = forms.ChoiceField(label=_("How would you like to pay?"), widget=forms.RadioSelect, error_messages=CHOOSE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = list(settings.PAYMENT_PROVIDERS)
        pay_by: Any = self.fields["pay_by"]
        pay_by.choices = [(name, providers.named(name).words.offer) for name in names]
        pay_by.initial = names[0] if names else None
