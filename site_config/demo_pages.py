"""Pages that only a demo shows: the tour (site_config/tour.py), and every component with its states."""

from datetime import datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.counter.label import qr
from shop.deposits import Terms
from shop.pricing import PriceLine
from shop.storefront.answers import QUESTIONS
from shop.wizard.photos import limits
from site_config import tour

# Every drawing by the icon that chooses it, every sign of a repair by the slug that does.
DRAWINGS = (
    ("smartphone", _("Smartphone")),
    ("tablet", _("Tablet")),
    ("laptop", _("Laptop")),
    ("pc-case", _("Desktop computer")),
    ("monitor", _("Screen")),
    ("gamepad-2", _("Game console")),
    ("watch", _("Watch")),
    ("car", _("Car")),
    ("sparkles", _("Cleaning")),
    ("wrench", _("Anything else")),
)
SIGNS = (
    ("screen-repair", _("Screen")),
    ("back-glass", _("Back glass")),
    ("battery", _("Battery")),
    ("charging-port", _("Charging port")),
    ("camera", _("Camera")),
    ("liquid-damage", _("Liquid damage")),
    ("keyboard", _("Keyboard")),
    ("board-repair", _("Circuit board")),
    ("disc-drive", _("Disc drive")),
    ("cooling", _("Cooling")),
    ("data-recovery", _("Data")),
    ("power-supply", _("Power supply")),
    ("diagnosis", _("Diagnosis")),
    ("other", _("Any other repair")),
)

PRICED = {"currency": "GBP", "kind": "fixed", "maximum": None, "repair_name": "Screen repair"}


class SampleForm(forms.Form):
    """Fields as they look when they are filled, empty and wrong."""

    name = forms.CharField(label=_("Your name"))
    email = forms.EmailField(label=_("E-mail"), help_text=_("We write only about your repair."))
    size = forms.ChoiceField(label=_("Size"), choices=[("s", _("Small")), ("l", _("Large"))])
    notes = forms.CharField(label=_("Anything else?"), required=False, widget=forms.Textarea(attrs={"rows": 3}))


def new_samples(now: datetime) -> dict[str, Any]:
    """Samples for the larger components: steps, summary, uploader, label."""
    names = ("Device", "Issue", "Service and time", "Photos", "Details", "Payment", "Confirmation")
    states = ("done", "done", "current", "open", "next", "next", "next")
    steps = [
        SimpleNamespace(number=number, name=name, state=state, url="#main" if state in ("done", "open") else None)
        for number, (name, state) in enumerate(zip(names, states, strict=True), 1)
    ]
    lines = [
        {"name": "Screen repair", "reason": "", "factor": None, "amount": "199.99"},
        {"name": "Urgent repair", "reason": "Before all others on the bench.", "factor": "1.5", "amount": "100.00"},
    ]
    repair = SimpleNamespace(lines=lines, total=Decimal("299.99"), **PRICED)
    thing = SimpleNamespace(key=None, name="iPhone 13", icon="smartphone", condition="Good", repairs=[repair], photos=2)
    summary = SimpleNamespace(
        things=[thing],
        discounts=[SimpleNamespace(name="Voucher", code="WELCOME10", amount=Decimal("30.00"))],
        method=None,
        charge=Decimal(0),
        subtotal=Decimal("299.99"),
        total=Decimal("269.99"),
        tax=Decimal("45.00"),
        tax_name="VAT",
        currency="GBP",
        hold=SimpleNamespace(starts_at=now + timedelta(days=1), expires_at=now + timedelta(minutes=12)),
        zone=ZoneInfo("Europe/London"),
        due_today=Decimal("67.50"),
        paying=Terms(Decimal("269.99"), Decimal("67.50"), "GBP", 25),
        count=1,
    )
    return {
        "booking_steps": steps,
        "summary_sample": summary,
        "upload_limits": limits(),
        "upload_refused": [
            SimpleNamespace(name="scan.pdf", words=_("This is not a picture. Send a JPEG, PNG, WebP or HEIC."))
        ],
        "now": now,
        **label_samples(now),
    }


def label_samples(now: datetime) -> dict[str, Any]:
    """A sample for the label that is stuck on a device."""
    return {
        "label_job": SimpleNamespace(
            reference="R-7K2M-9QXD",
            subject_name="iPhone 13",
            thing={"serial": "F17XK2M"},
            urgent=True,
            promised_at=now + timedelta(days=1),
        ),
        "label_tasks": [SimpleNamespace(name="Screen repair"), SimpleNamespace(name="Battery replacement")],
        "label_qr": qr("https://shop.example.com/bench/jobs/R-7K2M-9QXD/"),
    }


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
        **new_samples(now),
        "icons": DRAWINGS,
        "signs": SIGNS,
    }
    messages.success(request, _("This is how a message looks."))
    return render(request, "demo/components.html", context)


urlpatterns = [
    path("", tour.tour, name="demo"),
    path("sign-in/", tour.sign_in, name="demo-sign-in"),
    path("run/", tour.run_now, name="demo-run"),
    path("components/", components, name="demo-components"),
]
