"""What a customer fills in on the steps of the booking."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from shop.drafts import LONGEST_TEXT
from shop.storefront.answers import QUESTIONS
from shop.wizard.offers import Offered

CHOOSE = {"required": _("Choose one of these."), "invalid_choice": _("Choose one of these.")}
MAXIMUM = {"max_length": _("This is longer than two thousand characters. Shorten it a little.")}


def answer_field(name: str) -> forms.ChoiceField:
    """One of the questions that decide a price."""
    question = next(question for question in QUESTIONS if question.name == name)
    return forms.ChoiceField(
        label=question.legend,  # type: ignore[arg-type]  # a lazy text
        choices=[(answer.code, answer.label) for answer in question.answers],
        error_messages=CHOOSE,
    )


class IssueForm(forms.Form):
    """What is wrong with one thing, and what is to be done to it."""

    problem = forms.CharField(
        label=_("What happened?"),
        help_text=_("In your own words. It helps us to bring the right parts."),
        required=False,
        max_length=LONGEST_TEXT,
        error_messages=MAXIMUM,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, offered: Offered, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["repairs"] = forms.MultipleChoiceField(
            label=_("What should we do?"),
            choices=[(fact.repair_type.slug, fact.repair_type.name) for fact in offered.repairs],
            error_messages={
                "required": _("Choose at least one repair."),
                "invalid_choice": _("One of these is not offered any more. Choose again."),
            },
        )
        self.fields["add_ons"] = forms.MultipleChoiceField(
            label=_("Add something"),
            choices=[(add_on.slug, add_on.name) for add_on in offered.add_ons],
            required=False,
            error_messages={"invalid_choice": _("One of these is not offered any more. Choose again.")},
        )
        self.fields["condition"] = answer_field("condition")
        self.fields["issues"] = forms.MultipleChoiceField(
            choices=[(issue, issue) for issue in offered.issues], required=False
        )


class TimeForm(forms.Form):
    """How soon, by which way, and the moment the customer wants to come, as the page offered it."""

    starts_at = forms.CharField(
        label=_("Time"),
        max_length=40,
        error_messages={"required": _("Choose a time first."), "max_length": _("Choose one of the times below.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("urgency", "service_type"):
            self.fields[name] = answer_field(name)

    def clean_starts_at(self) -> datetime:
        """The chosen start as an aware time; a text that is none is answered in words."""
        try:
            moment = parse_datetime(self.cleaned_data["starts_at"].replace(" ", "+"))
        except ValueError:
            moment = None
        if moment is None or timezone.is_naive(moment):
            raise forms.ValidationError(_("Choose one of the times on this page."))
        return moment


def with_issues(problem: str, issues: list[str]) -> str:
    """The customer's words with the common issues that were ticked, each said once."""
    missing = [issue for issue in issues if issue.casefold() not in problem.casefold()]
    return "\n".join([*missing, problem]).strip()


def one(values: Mapping[str, list[str]], name: str, default: str = "") -> str:
    """The last value of a name in a form's lists, or the default."""
    found = values.get(name) or [default]
    return str(found[-1])
