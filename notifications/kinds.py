"""Every kind of message: by which channels it goes, for what purpose, and which words it may be filled with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

Purpose = Literal["service", "receipt", "security", "marketing"]


class UnknownPlaceholder(Exception):
    """A message was posted with a fact that no template can show."""

    code = "unknown_placeholder"


@dataclass(frozen=True)
class Kind:
    """One kind of message. `channels` in the order of sending; marketing needs consent, the others do not."""

    name: str
    channels: tuple[str, ...]
    purpose: Purpose = "service"

    @property
    def folder(self) -> str:
        """Where its templates are: subject.txt, body.txt, body.html and, for SMS, sms.txt."""
        return f"notifications/{self.name.replace('.', '_')}"

    @property
    def secret(self) -> bool:
        """Whether its text opens an account, so that it must not stay in the log."""
        return self.purpose == "security"


# The list is closed. What is missing renders blank, what is not listed is refused at posting.
LINE_KEYS = frozenset({"label", "amount"})
PLACEHOLDERS = frozenset(
    {
        "shop_name",
        "shop_phone",
        "shop_address",
        "brand",
        "brand_tint",
        "brand_night",
        "brand_night_tint",
        "customer_name",
        "link",
        "reference",
        "device",
        "repair",
        "status",
        "note",
        "lines",
        "total",
        "tax",
        "tax_name",
        "paid",
        "due",
        "due_label",
        "paid_before",
        "deposit",
        "deposit_label",
        "promise",
        "miss_fee",
        "pay_link",
        "pay_words",
        "refund",
        "back_to",
        "back_when",
        "kept",
        "payment",
        "appointment",
        "provider_note",
        "subject",
        "by",
        "body",
        "code",
        "button",
        "unsubscribe",
    }
)

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("order.placed", ("email", "sms"), "receipt"),
        Kind("order.released", ("email",), "receipt"),
        Kind("order.cancelled", ("email", "sms"), "receipt"),
        Kind("order.no_show", ("email",), "receipt"),
        Kind("payment.promised", ("email",), "receipt"),
        Kind("payment.settled", ("email",), "receipt"),
        Kind("payment.refunded", ("email",), "receipt"),
        Kind("payment.refund_failed", ("email",), "receipt"),
        Kind("job.received", ("email", "sms")),
        Kind("job.diagnosing", ("email",)),
        Kind("job.waiting_parts", ("email", "sms")),
        Kind("job.repairing", ("email",)),
        Kind("job.ready", ("email", "sms")),
        Kind("job.collected", ("email",)),
        Kind("job.cancelled", ("email",)),
        Kind("track.link", ("email", "sms"), "security"),
        Kind("draft.link", ("email",), "security"),
        Kind("account.mail", ("email",), "security"),
        Kind("form.answered", ("email",), "receipt"),
        Kind("form.thanks", ("email",), "receipt"),
        Kind("content.submitted", ("email",), "receipt"),
        Kind("content.approved", ("email",), "receipt"),
        Kind("content.sent_back", ("email",), "receipt"),
    )
}

# How a message is called where its own words are not shown, such as on the page behind a tracking link.
TITLES = {
    "order.placed": gettext_lazy("Your order is confirmed"),
    "order.released": gettext_lazy("Your booking was not paid and is released"),
    "order.cancelled": gettext_lazy("Your booking is cancelled"),
    "order.no_show": gettext_lazy("You missed your visit"),
    "payment.promised": gettext_lazy("Your bank keeps your deposit"),
    "payment.settled": gettext_lazy("Your receipt"),
    "payment.refunded": gettext_lazy("Your money is on its way back"),
    "payment.refund_failed": gettext_lazy("A refund did not work"),
    "job.received": gettext_lazy("We have your device"),
    "job.diagnosing": gettext_lazy("We are looking at your device"),
    "job.waiting_parts": gettext_lazy("We are waiting for a part"),
    "job.repairing": gettext_lazy("Your device is being repaired"),
    "job.ready": gettext_lazy("Your repair is ready"),
    "job.collected": gettext_lazy("Your device is back with you"),
    "job.cancelled": gettext_lazy("Your repair is cancelled"),
    "track.link": gettext_lazy("Your link to follow the repair"),
    "draft.link": gettext_lazy("Your link to go on booking"),
    "account.mail": gettext_lazy("About your account"),
    "form.answered": gettext_lazy("Somebody wrote to the shop"),
    "form.thanks": gettext_lazy("We have your message"),
    "content.submitted": gettext_lazy("A draft waits for approval"),
    "content.approved": gettext_lazy("A draft was approved"),
    "content.sent_back": gettext_lazy("A draft came back"),
}


def title_of(kind: str, facts: Mapping[str, Any] | None = None) -> str:
    """What a message of this kind is called, in the active language. With the facts it was posted with, by its fact:
    who has a visit has booked, who stood at the counter has left an order."""
    if kind == "order.placed" and facts is not None:
        return _("Your repair is booked") if facts.get("appointment") else _("Your order is with us")
    return str(TITLES[kind]) if kind in TITLES else _("A message from us")
