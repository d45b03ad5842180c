"""Who I am to the shop: name, telephone, language. E-mail and password are changed where one logs in."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications import contacts
from notifications.contacts import ContactNotUsable
from shop.portal.mine import Mine

OWN_NAMES = {"en-gb": "English", "pt-br": "Português (Brasil)"}


class ProfileForm(forms.Form):
    """What a person may change about themselves."""

    first_name = forms.CharField(
        label=gettext_lazy("First name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=gettext_lazy("Last name"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("Telephone"),
        max_length=30,
        required=False,
        help_text=gettext_lazy("A mobile number gets text messages. Repairs on their way use the new number at once."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel", "type": "tel"}),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of our messages"), choices=())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(code, OWN_NAMES.get(code, name)) for code, name in settings.LANGUAGES]
        self.fields["language"].choices = names  # type: ignore[attr-defined]


class Profile(Mine):
    """The form, and ways to what belongs to the log-in."""

    http_method_names = ["get", "head", "post"]
    template_name = "portal/profile.html"

    def facts(self, **named: Any) -> dict[str, Any]:
        """What is known."""
        user, own = self.request.user, contacts.own(user=self.request.user, site=self.site)
        known = {
            "first_name": user.first_name,  # type: ignore[union-attr]
            "last_name": user.last_name,  # type: ignore[union-attr]
            "phone": contacts.readable_phone(str(own.phone or "")) if own else "",
            "language": own.language if own else settings.LANGUAGE_CODE,
        }
        return {"form": ProfileForm(initial=known)}

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep it, or show the form again with what is wrong."""
        form = ProfileForm(request.POST)
        if form.is_valid():
            try:
                contacts.keep_own(user=request.user, site=self.site, at=self.at, **form.cleaned_data)
            except ContactNotUsable as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
            else:
                messages.success(request, _("Saved."))
                return redirect("account-profile")
        return self.page(form=form)
