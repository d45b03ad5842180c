"""What staff type when they take money or give it back."""

import secrets
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shop.models import Payment, Refund
from shop.payments import paying_out, refunds
from shop.pricing import half_up
from shop.templatetags.money import money

LEAST = Decimal("0.01")
# "Given back at the provider" is what we see there, nobody's reason here.
REASONS = [choice for choice in Refund.Reason.choices if choice[0] != Refund.Reason.PROVIDER]
# A missed visit has a step of its own.
WHY_CANCELLED = [choice for choice in REASONS if choice[0] != Refund.Reason.MISSED]
WAYS_BACK = [("", _("The way it came")), (paying_out.CASH, _("In cash, out of the till"))]


def fresh_mark() -> str:
    """A mark that one shown form carries, so that sending it twice is doing it once."""
    return secrets.token_hex(8)


def sum_field(label: Any, *, least: Decimal = LEAST, **more: Any) -> forms.DecimalField:
    """A field for an amount of money with two decimals."""
    look = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return forms.DecimalField(label=label, min_value=least, max_digits=12, decimal_places=2, widget=look, **more)


class MoneyForm(forms.Form):
    """What every form about an order's money knows: the most that may be given or kept, in which currency."""

    def __init__(self, *args: Any, most: Decimal = Decimal(0), currency: str = "", **more: Any) -> None:
        super().__init__(*args, **more)
        self.most, self.currency = most, currency

    def refuse_above(self, field: str, most: Decimal, why: Any) -> None:
        """Put an error beside the field when its sum is above `most`, or is none that its currency has."""
        given = self.cleaned_data.get(field)
        if given is not None and given > most:
            self.add_error(field, why % {"sum": money(most, self.currency)})
        elif given is not None:
            self.refuse_finer(field)

    def refuse_finer(self, field: str) -> None:
        """Put an error beside the field when its currency has no coins so small."""
        given = self.cleaned_data.get(field)
        if given is not None and given != half_up(given, self.currency):
            why = gettext("%(currency)s has no smaller coins: write a whole number.")
            self.add_error(field, why % {"currency": self.currency})


class TakeMoneyForm(MoneyForm):
    """How much, how, and a note for colleagues."""

    amount = sum_field(_("Amount"))
    way = forms.ChoiceField(
        label=_("Paid by"), choices=[("cash", _("Cash")), ("card", _("Card at the terminal"))], widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("Note"), max_length=200, required=False, help_text=_("A receipt number, say. Only colleagues see it.")
    )
    once = forms.RegexField(r"^[0-9a-f]{16}$", widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """The same, after looking whether the currency has such a sum."""
        given = super().clean() or self.cleaned_data
        self.refuse_finer("amount")
        return given


class RefundForm(MoneyForm):
    """Of which payment how much goes back, and why."""

    payment = forms.ChoiceField(label=_("Of which payment"), widget=forms.RadioSelect)
    amount = sum_field(_("Amount"))
    tender = forms.ChoiceField(
        label=_("How it goes back"), choices=WAYS_BACK, required=False, widget=forms.RadioSelect, initial=""
    )
    reason = forms.ChoiceField(label=_("Reason"), choices=[("", _("Choose one")), *REASONS])
    note = forms.CharField(label=_("Note"), max_length=300, required=False, help_text=_("Only colleagues see it."))
    once = forms.RegexField(r"^[0-9a-f]{16}$", widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, payments: Sequence[tuple[Payment, str]] = (), paid_out: Sequence[Payment] = (), **more: Any
    ) -> None:
        """`paid_out`: those whose money may be paid out of the till."""
        super().__init__(*args, **more)
        self.payments = {payment.reference: payment for payment, _words in payments}
        self.paid_out = {payment.reference for payment in paid_out}
        if not self.paid_out:
            self.fields["tender"].widget, self.initial["tender"] = forms.HiddenInput(), ""
        self.fields["payment"].choices = [(row.reference, words) for row, words in payments]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The same, after comparing the sum with what is left of the payment."""
        given = super().clean() or self.cleaned_data
        payment = self.payments.get(given.get("payment", ""))
        if payment is not None:
            self.currency = refunds.currency_of(payment)
            self.refuse_above("amount", refunds.left(payment), _("%(sum)s is left of this payment."))
            if given.get("tender") and payment.reference not in self.paid_out:
                self.add_error("tender" if self.paid_out else None, gettext("This payment goes back the way it came."))
        return given


class CancelForm(MoneyForm):
    """What is kept of the money, and why the order ends."""

    keep = sum_field(_("Fee to keep"), least=Decimal(0))
    reason = forms.ChoiceField(label=_("Reason"), choices=[("", _("Choose one")), *WHY_CANCELLED])
    note = forms.CharField(label=_("Note"), max_length=300, required=False, help_text=_("Only colleagues see it."))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        held = {"sum": money(self.most, self.currency)}
        self.fields["keep"].help_text = gettext("We hold %(sum)s of this order. What is not kept goes back.") % held

    def clean(self) -> dict[str, Any]:
        """The same, after comparing the fee with what we hold."""
        given = super().clean() or self.cleaned_data
        self.refuse_above("keep", self.most, _("We hold %(sum)s of this order."))
        return given


class MissedForm(MoneyForm):
    """The fee for the visit that nobody came to."""

    fee = sum_field(_("Fee"), least=Decimal(0))
    note = forms.CharField(label=_("Note"), max_length=300, required=False, help_text=_("Only colleagues see it."))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        top = {"sum": money(self.most, self.currency)}
        self.fields["fee"].help_text = gettext("%(sum)s at most. What else was paid goes back.") % top

    def clean(self) -> dict[str, Any]:
        """The same, after comparing the fee with the shop's own."""
        given = super().clean() or self.cleaned_data
        self.refuse_above("fee", self.most, _("The fee is %(sum)s at most."))
        return given


class StopAskingForm(MoneyForm):
    """Why what is open is not asked for any more."""

    reason = forms.CharField(label=_("Why"), max_length=300, help_text=_("It stands in the ledger, for colleagues."))
