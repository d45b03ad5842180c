"""What staff type on the bench."""

from django import forms
from django.utils.translation import gettext_lazy as _

from repairs.workflow import Status


class MoveForm(forms.Form):
    """Where a job goes, from where the person saw it, and a word for the customer."""

    to = forms.ChoiceField(choices=Status.choices)
    expected = forms.ChoiceField(choices=Status.choices, required=False)
    note = forms.CharField(
        label=_("Note for the customer"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 1}),
        help_text=_("Goes into the message and onto the tracking page."),
    )


class UndoForm(forms.Form):
    """The status from which the last move is taken back."""

    expected = forms.ChoiceField(choices=Status.choices, required=False)


class NoteForm(forms.Form):
    """A line in the history: for colleagues, or for the customer."""

    note = forms.CharField(label=_("Note"), max_length=4000, widget=forms.Textarea(attrs={"rows": 1}))
    public = forms.BooleanField(label=_("Show it to the customer on the tracking page"), required=False)


class PromiseForm(forms.Form):
    """When the job will be ready, on the shop's clock."""

    promised_at = forms.DateTimeField(
        label=_("Promised for"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
