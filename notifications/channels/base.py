"""The door to a channel. A channel translates and sends; it sees no model, no request and no template."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

ReceiptStatus = Literal["delivered", "failed", "other"]


class Unavailable(Exception):
    """The provider could not be reached or is busy: the queue tries again.

    `maybe_sent`: the call was under way when it broke, so the message may have gone out. It is tried once more only.
    """

    def __init__(self, words: str, *, maybe_sent: bool = False) -> None:
        super().__init__(words)
        self.maybe_sent = maybe_sent


class Refused(Exception):
    """The provider will never take this message; the text says why to a human. Not tried again."""


class BadSignature(Exception):
    """A status did not come from the provider."""

    code = "bad_signature"


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a mail."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Outgoing:
    """One rendered message. `key` is the same on every try, so that receivers can fold a repeat into one.

    `unsubscribe` is the address that a POST without a log-in ends such messages at; blank where they always come.
    `attachments` is empty for channels that carry no files.
    """

    key: str
    to: str
    subject: str
    text: str
    html: str = ""
    unsubscribe: str = ""
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True)
class Accepted:
    """The provider took it. `provider_id` is the provider's own number of the message, or blank."""

    provider: str
    provider_id: str = ""


@dataclass(frozen=True)
class Reported:
    """What a provider says later about one message; `event_id` is unique for this provider."""

    event_id: str
    provider_id: str
    status: ReceiptStatus
    detail: str = ""


class Channel(Protocol):
    """What every channel can do."""

    name: str

    def send(self, outgoing: Outgoing) -> Accepted:
        """Hand one message to the provider. Raises Unavailable or Refused."""
        ...

    def read_receipts(self, *, url: str, body: bytes, headers: Mapping[str, str]) -> list[Reported]:
        """Check and read what the provider posted to `url` (as the provider called it). Raises BadSignature."""
        ...
