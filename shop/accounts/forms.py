"""What we ask at sign-up beyond allauth's fields."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from notifications.contacts import one_line


class NameForm(forms.Form):
    """A name for who wants to give one; allauth adds e-mail and password below it."""

    name = forms.CharField(
        label=_("Your name"),
        required=False,
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["email", "name", "password1"]

    def signup(self, request: HttpRequest, user: Any) -> None:
        """Write the name: the first word as first name, the rest as last name."""
        first, _blank, rest = one_line(self.cleaned_data.get("name", ""), 150).partition(" ")
        if first:
            user.first_name, user.last_name = first, rest
            user.save(update_fields=["first_name", "last_name"])
