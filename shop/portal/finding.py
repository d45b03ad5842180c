"""The page that finds a repair for people without its link: by reference and address, or by a link that they paste."""

import re
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.cache import never_cache

from cms.sites import shop_settings, site_for
from repairs import knocks
from shop.portal import lookup

PASTED = re.compile(r"/track/([^/\s?#]{1,500})")
BARE = re.compile(r"[A-Za-z0-9_=:.-]{20,500}")


class AskForm(forms.Form):
    """What is known: the reference, and where we wrote to."""

    reference = forms.CharField(
        label=gettext_lazy("Reference"),
        max_length=40,
        help_text=gettext_lazy("It is in every message from us and looks like R-7KQ2-XR4D or M-7KQ2XR4D."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    reach = forms.CharField(
        label=gettext_lazy("E-mail or telephone"),
        max_length=254,
        help_text=gettext_lazy("The one you gave when you booked. The link goes there and nowhere else."),
        widget=forms.TextInput(attrs={"autocomplete": "email"}),
    )


class LinkForm(forms.Form):
    """A link from one of our messages."""

    link = forms.CharField(
        label=gettext_lazy("Your link"),
        max_length=1000,
        help_text=gettext_lazy("Copy it from the e-mail or text message; it begins with https://."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "url", "spellcheck": "false"}),
    )

    def clean_link(self) -> str:
        """The token in the link."""
        given = self.cleaned_data["link"].strip()
        found = PASTED.search(given)
        if found is None and not BARE.fullmatch(given):
            raise forms.ValidationError(_("This is not one of our links. It has /track/ in it."))
        return found.group(1) if found else given


@method_decorator(never_cache, name="dispatch")
class FindRepair(View):
    """Two small forms. Asking for a link counts for this address, found or not."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(request, asked="asked" in request.GET)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Open the pasted link, or ask for one; the answer to the asking is always the same."""
        if "link" in request.POST:
            pasted = LinkForm(request.POST)
            if pasted.is_valid():
                return redirect("track", token=pasted.cleaned_data["link"])
            return self.page(request, pasted=pasted)
        if knocks.too_many(request, "asking"):
            return knocks.wait_a_little(request)
        form = AskForm(request.POST)
        if not form.is_valid():
            return self.page(request, form=form)
        knocks.note(request, "asking")
        lookup.ask(site=site_for(request), at=timezone.now(), **form.cleaned_data)
        return redirect(f"{request.path}?asked")

    def page(self, request: HttpRequest, **more: Any) -> HttpResponse:
        """The page with its forms, as they were sent or fresh."""
        shop = shop_settings(site_for(request))
        context = {"form": AskForm(), "pasted": LinkForm(auto_id="paste-%s"), "shop": shop, "asked": False}
        return render(request, "portal/find.html", context | more)
