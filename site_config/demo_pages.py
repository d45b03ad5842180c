"""Pages that only a demo shows: where everything is, and every component with its states."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.pricing import PriceLine
from shop.storefront.answers import QUESTIONS

ROLES = ("owner", "desk", "technician", "editor", "moderator", "translator", "customer")
PLACES = (
    ("search", "/", _("The shop window"), _("Find a device, see the price, book a time.")),
    ("mail", "/demo/inbox/", _("Inbox"), _("Every mail and text message that the shop has sent.")),
    ("wrench", "/bench/", _("Bench"), _("The board of the workshop. Log in as technician or desk.")),
    ("file-pen", "/cms/", _("Content"), _("Pages, devices and repair types. Log in as editor.")),
    ("chart-no-axes-column", "/dashboard/", _("Orders and vouchers"), _("Log in as owner.")),
    ("code-xml", "/api/docs/", _("API"), _("Try every call in the browser.")),
    ("circle-user-round", "/account/", _("A customer's account"), _("Log in as customer.")),
    ("layout-grid", "/demo/components/", _("Components"), _("The parts that the pages are made of.")),
)


class SampleForm(forms.Form):
    """Fields as they look when they are filled, empty and wrong."""

    name = forms.CharField(label=_("Your name"))
    email = forms.EmailField(label=_("E-mail"), help_text=_("We write only about your repair."))
    size = forms.ChoiceField(label=_("Size"), choices=[("s", _("Small")), ("l", _("Large"))])
    notes = forms.CharField(label=_("Anything else?"), required=False, widget=forms.Textarea(attrs={"rows": 3}))


def index(request: HttpRequest) -> HttpResponse:
    """The demo's front door: places to go and who can log in."""
    return render(request, "demo/index.html", {"places": PLACES, "roles": ROLES})


def components(request: HttpRequest) -> HttpResponse:
    """Every component with its states, for looking at."""
    now = timezone.now()
    wrong = SampleForm({"name": "", "email": "not an address", "size": "s"})
    wrong.is_valid()
    context = {
        "form": SampleForm(initial={"name": "Ada Osei"}, auto_id="good_%s"),
        "wrong": wrong,
        "question": {"choices": QUESTIONS[0].choices("fair"), "legend": QUESTIONS[0].legend, "hint": QUESTIONS[0].hint},
        "lines": [
            PriceLine("Screen repair", "", None, Decimal("199.99")),
            PriceLine("Older device", "Parts for older devices are harder to get.", Decimal("1.2"), Decimal("40.00")),
            PriceLine("Autumn offer", "", Decimal("0.9"), Decimal("-24.00")),
        ],
        "total": Decimal("215.99"),
        "tax": Decimal("36.00"),
        "hold": SimpleNamespace(starts_at=now + timedelta(days=1), expires_at=now + timedelta(minutes=12)),
        "zone": ZoneInfo("Europe/London"),
        "samples": [
            SimpleNamespace(tags=level, text=text)
            for level, text in (
                ("info", _("A new part has arrived.")),
                ("success", _("Your time is kept for you.")),
                ("warning", _("The price is kept for one more hour.")),
                ("error", _("The payment was declined.")),
            )
        ],
        "icons": ("smartphone", "tablet", "laptop", "watch", "wrench"),
    }
    messages.success(request, _("This is how a message looks."))
    return render(request, "demo/components.html", context)


urlpatterns = [
    path("", index, name="demo"),
    path("components/", components, name="demo-components"),
]
