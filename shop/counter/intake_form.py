"""What is typed at the counter when somebody brings a thing: read leniently while typing, strictly when it is sent."""

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from notifications import contacts
from shop import pricing
from shop.counter.forms import fresh_mark

MOMENT = "%Y-%m-%dT%H:%M"


class IntakeForm(forms.Form):
    """One thing, one person. Repairs, add-ons and technicians are what the page offers at this moment."""

    device = forms.CharField(required=False, max_length=140, widget=forms.HiddenInput)
    own_thing = forms.CharField(
        label=_("Or describe it"),
        required=False,
        max_length=160,
        help_text=_("For a thing that is in no catalogue, such as a guitar or a van."),
    )
    serial = forms.CharField(
        label=_("Serial number, IMEI or registration"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    repairs = forms.MultipleChoiceField(
        label=_("Repairs"), error_messages={"required": _("Choose at least one repair.")}
    )
    condition = forms.ChoiceField(choices=[(code, code) for code in pricing.CONDITIONS])
    urgency = forms.ChoiceField(choices=[(code, code) for code in pricing.URGENCIES])
    add_ons = forms.MultipleChoiceField(label=_("Add-ons"), required=False)
    problem = forms.CharField(
        label=_("What the customer says"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("In their words. The technician reads it first."),
    )
    contact = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("Name"), required=False, max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    phone = forms.CharField(
        label=_("Telephone"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    email = forms.CharField(
        label=_("E-mail"),
        required=False,
        max_length=254,
        widget=forms.TextInput(attrs={"inputmode": "email", "autocomplete": "off"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, required=False)
    promised_at = forms.DateTimeField(
        label=_("Promised for"),
        required=False,
        input_formats=[MOMENT, "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
        help_text=_("Empty promises nothing yet."),
    )
    technician = forms.ChoiceField(label=_("Technician"), required=False)
    agreed = forms.BooleanField(
        label=_("The customer has heard the price and agrees to our terms"),
        error_messages={"required": _("Ask the customer, then tick this.")},
    )
    shown_total = forms.DecimalField(required=False, max_digits=12, decimal_places=2, widget=forms.HiddenInput)
    once = forms.RegexField(r"^[0-9a-f]{16}$", widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        repairs: list[tuple[str, str]],
        add_ons: list[tuple[str, str]],
        technicians: list[tuple[str, str]],
        at: datetime,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **{"auto_id": "intake-%s", **kwargs})
        self.at = at
        self.fields["repairs"].choices = repairs  # type: ignore[attr-defined]
        self.fields["add_ons"].choices = add_ons  # type: ignore[attr-defined]
        self.fields["technician"].choices = [("", _("Nobody yet")), *technicians]  # type: ignore[attr-defined]

    @staticmethod
    def first_values(*, promised_at: datetime) -> dict[str, Any]:
        """What an empty page begins with."""
        return {
            "condition": pricing.CONDITIONS[0],
            "urgency": pricing.URGENCIES[0],
            "language": settings.LANGUAGE_CODE,
            "promised_at": promised_at.strftime(MOMENT),
            "once": fresh_mark(),
        }

    def clean_promised_at(self) -> datetime | None:
        """A promise is about the future."""
        moment: datetime | None = self.cleaned_data["promised_at"]
        if moment is not None and moment <= self.at:
            raise forms.ValidationError(_("This moment has passed. Choose a later one, or leave it empty."))
        return moment

    def clean(self) -> dict[str, Any]:
        """A thing and a person are needed, each in one of two ways."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not given.get("device") and not given.get("own_thing"):
            self.add_error("own_thing", _("Find the device above, or describe the thing here."))
        if given.get("shown_total") is None and given.get("repairs"):
            self.add_error("agreed", _("Tell the customer the price that is shown now, then take it in."))
        if not given.get("contact"):
            self._check_newcomer(given)
        return given

    def _check_newcomer(self, given: dict[str, Any]) -> None:
        if not given.get("name"):
            self.add_error("name", _("Find the customer above, or type a name."))
        for field, read in (("phone", contacts.normal_phone), ("email", contacts.normal_email)):
            try:
                read(given.get(field) or "")
            except contacts.ContactNotUsable as refusal:
                self.add_error(field, str(refusal))
        if not given.get("phone") and not given.get("email") and not {"phone", "email"} & set(self.errors):
            self.add_error("phone", _("A telephone number or an e-mail address, so that we can say when it is ready."))
