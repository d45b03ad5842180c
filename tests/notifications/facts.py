"""Facts that the tests of the post room share."""

from datetime import UTC, datetime
from typing import Any

from wagtail.models import Site

from notifications import outbox
from notifications.kinds import KINDS
from notifications.models import Contact

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
EMAIL_OPTIONS: dict[str, Any] = {"BACKEND": "notifications.channels.email.Email", "OPTIONS": {}}

FACTS: dict[str, Any] = {
    "shop_name": "Mendwell London",
    "shop_phone": "+44 20 7946 0018",
    "shop_address": "12 Coldharbour Lane, London SE5 9NR",
    "customer_name": "Ada",
    "link": "https://shop.example/track/token/",
    "reference": "MW-2026-ABC",
    "device": "iPhone 8",
    "repair": "Screen repair",
    "lines": [
        {"label": "Screen repair", "amount": "£199.99"},
        {"label": "Older device, times 1.2", "amount": "£40.00"},
        {"label": "Poor condition, times 1.3", "amount": "£72.00"},
        {"label": "Urgent repair, times 1.5", "amount": "£155.99"},
    ],
    "total": "£467.98",
    "tax": "£78.00",
    "paid": "£467.98",
    "appointment": "Monday 2 March 2026, 10:30 GMT",
    "payment": "In the shop",
    "status": "Ready",
    "note": "The frame was bent; we straightened it.",
    "provider_note": "Demo payment: no money moved.",
}
ACCOUNT = {"subject": "Reset your password", "body": "Open https://shop.example/reset/abc/ to choose a new one."}


def facts_for(kind: str) -> dict[str, Any]:
    """A full context for a kind."""
    return {**FACTS, **ACCOUNT} if kind == "account.mail" else FACTS


def make_contact(**details: Any) -> Contact:
    """A guest with an e-mail address and a mobile number."""
    site = Site.objects.get(is_default_site=True)
    fixed = {"name": "Ada Byron", "email": "ada@example.com", "phone": "+447911123456", "language": "en-gb"}
    return Contact.objects.create(site=site, created_at=AT, **{**fixed, **details})


def post(kind: str = "job.ready", key: str = "job:1:ready", contact: Contact | None = None, **more: Any) -> None:
    """Post one message to a contact."""
    assert kind in KINDS
    more = {"at": AT, "context": facts_for(kind), **more}
    outbox.post(kind=kind, contact=contact or make_contact(), dedupe_key=key, **more)
