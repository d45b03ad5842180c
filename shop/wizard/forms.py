"""What a customer fills in between the price and the time."""

from datetime import datetime

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from shop.storefront.answers import QUESTIONS


class BookForm(forms.Form):
    """The answers that decide the price, and the customer's own words."""

    problem = forms.CharField(
        label=_("What is wrong with it?"),
        help_text=_("In your own words. It helps us to bring the right parts."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args, **kwargs) -> None:  # type: ignore[no-untyped-def]
        super().__init__(*args, **kwargs)
        for question in QUESTIONS:
            self.fields[question.name] = forms.ChoiceField(
                label=question.legend,  # type: ignore[arg-type]  # a lazy text
                choices=[(answer.code, answer.label) for answer in question.answers],
                error_messages={"required": _("Choose one of these."), "invalid_choice": _("Choose one of these.")},
            )

    @property
    def answers(self) -> dict[str, str]:
        """The chosen codes, once the form is valid."""
        return {question.name: self.cleaned_data[question.name] for question in QUESTIONS}


class TimeForm(forms.Form):
    """The moment the customer wants to come, as the page offered it."""

    starts_at = forms.CharField(
        label=_("Time"),
        max_length=40,
        error_messages={"required": _("Choose a time first.")},
    )

    def clean_starts_at(self) -> datetime:
        """The chosen start as an aware time; a text that is none is answered in words."""
        try:
            moment = parse_datetime(self.cleaned_data["starts_at"].replace(" ", "+"))
        except ValueError:
            moment = None
        if moment is None or timezone.is_naive(moment):
            raise forms.ValidationError(_("Choose one of the times on this page."))
        return moment
