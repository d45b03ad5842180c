"""What is asked on the payment step: the total that was shown, the way to pay, the terms."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cms.terms import Terms
from shop.checkout.forms import CHOOSE
from shop.payments import providers


class ReviewForm(forms.Form):
    """The last word before an order: the total that was on the screen, how it is paid, and what was agreed to."""

    shown_total = forms.DecimalField(max_digits=12, decimal_places=2, widget=forms.HiddenInput)
    pay_by = forms.ChoiceField(label=_("How would you like to pay?"), widget=forms.RadioSelect, error_messages=CHOOSE)
    terms_version = forms.CharField(max_length=80, required=False, widget=forms.HiddenInput)
    privacy_version = forms.CharField(max_length=80, required=False, widget=forms.HiddenInput)
    agree = forms.BooleanField(
        label=_("Terms"), required=False, error_messages={"required": _("Agree to the terms to go on.")}
    )

    def __init__(self, *args: Any, terms: Terms, ways: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agree"].required = terms.terms is not None
        pay_by: Any = self.fields["pay_by"]
        pay_by.choices = [(name, providers.named(name).words.offer) for name in ways]
        pay_by.initial = ways[0] if ways else None


def afresh(*, terms: Terms, total: Decimal, pay_by: str | None, ways: list[str]) -> ReviewForm:
    """The form for what holds now: nothing agreed to yet, the way to pay as chosen before."""
    versions = {"terms_version": terms.terms_version, "privacy_version": terms.privacy_version}
    chosen = {"pay_by": pay_by} if pay_by in ways else {}
    return ReviewForm(initial={"shown_total": total, **versions, **chosen}, terms=terms, ways=ways)
