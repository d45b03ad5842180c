"""What staff type on the bench."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from repairs.bench import people
from repairs.workflow import Status

ME, NOBODY = "me", "nobody"


class MoveForm(forms.Form):
    """Where a job goes, from where the person saw it, and a word for the customer."""

    to = forms.ChoiceField(choices=Status.choices)
    expected = forms.ChoiceField(choices=Status.choices, required=False)
    note = forms.CharField(
        label=_("Word to the customer"),
        required=False,
        max_length=2000,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Goes into the message and onto the tracking page."),
    )


class UndoForm(forms.Form):
    """The status from which the last move is taken back."""

    expected = forms.ChoiceField(choices=Status.choices, required=False)


class NoteForm(forms.Form):
    """A line in the history: for colleagues, or for the customer."""

    note = forms.CharField(label=_("Note"), max_length=4000, widget=forms.Textarea(attrs={"rows": 1}))
    public = forms.BooleanField(label=_("Show it to the customer on the tracking page"), required=False)


class LetGoForm(forms.Form):
    """Why a thing that was kept back is handed over all the same."""

    note = forms.CharField(label=_("Why it may be handed over"), max_length=400)


class AssignForm(forms.Form):
    """Whose job it is: me, nobody, or a colleague of the bench."""

    to = forms.ChoiceField(label=_("Technician"), choices=())

    def __init__(self, *args: Any, colleagues: list[people.Person] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.colleagues = people.of_the_bench() if colleagues is None else colleagues
        names = [(str(person.pk), person.name) for person in self.colleagues]
        self.fields["to"].choices = [(NOBODY, _("Nobody")), *names]  # type: ignore[attr-defined]
        if self.is_bound:
            self.fields["to"].choices += [(ME, _("Me"))]  # type: ignore[attr-defined]


class PromiseForm(forms.Form):
    """When the job will be ready, on the shop's clock."""

    promised_at = forms.DateTimeField(
        label=_("Promised for"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
