"""Every kind of message: by which channels it goes, for what purpose, and which words it may be filled with."""

from dataclasses import dataclass
from typing import Literal

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
        "payment",
        "appointment",
        "provider_note",
        "subject",
        "body",
    }
)

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("order.placed", ("email", "sms")),
        Kind("order.released", ("email",)),
        Kind("payment.settled", ("email",), "receipt"),
        Kind("job.received", ("email", "sms")),
        Kind("job.diagnosing", ("email",)),
        Kind("job.waiting_parts", ("email", "sms")),
        Kind("job.repairing", ("email",)),
        Kind("job.ready", ("email", "sms")),
        Kind("job.collected", ("email",)),
        Kind("job.cancelled", ("email",)),
        Kind("account.mail", ("email",), "security"),
    )
}
