"""What staff type when they take money."""

import secrets
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _


def fresh_mark() -> str:
    """A mark that one shown form carries, so that sending it twice is taking money once."""
    return secrets.token_hex(8)


class TakeMoneyForm(forms.Form):
    """How much, how, and a note for colleagues."""

    amount = forms.DecimalField(
        label=_("Amount"),
        min_value=Decimal("0.01"),
        max_digits=12,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.01"}),
    )
    way = forms.ChoiceField(
        label=_("Paid by"), choices=[("cash", _("Cash")), ("card", _("Card at the terminal"))], widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("Note"), max_length=200, required=False, help_text=_("A receipt number, say. Only colleagues see it.")
    )
    once = forms.RegexField(r"^[0-9a-f]{16}$", widget=forms.HiddenInput)
