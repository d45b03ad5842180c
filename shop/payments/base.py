"""The door to payment providers. A provider translates; it never decides, and it sees no model, request or settings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, Protocol, runtime_checkable

ReportKind = Literal["succeeded", "failed", "cancelled", "refunded", "other"]


class Unavailable(Exception):
    """The provider could not be asked just now. Asking again with the same key is safe."""

    code = "payment_unavailable"


class Refused(Exception):
    """The provider said no, and will say it again. The text is for a person."""

    code = "payment_refused"


class BadSignature(Exception):
    """What arrived was not signed by the provider, or too long ago, or was changed on its way."""

    code = "bad_signature"


@dataclass(frozen=True)
class StartAsk:
    """What we want to be paid. `amount` is in whole units of `currency`; `reference` is our payment's."""

    reference: str
    idempotency_key: str
    amount: Decimal
    currency: str
    description: str
    return_url: str
    customer_email: str


@dataclass(frozen=True)
class Started:
    """The provider's name for the payment, and where the customer goes now (None: nowhere, they pay at the counter)."""

    provider_id: str
    redirect_url: str | None
    state: Literal["pending", "at_counter"]


@dataclass(frozen=True)
class Report:
    """One thing that became of a payment, in our words.

    `amount` is what moved in this event: for `refunded` the sum given back this time, not the running total.
    `event_id` is the provider's own, the same in a webhook and in a look-up wherever the provider allows it.
    """

    event_id: str
    kind: ReportKind
    provider_id: str
    reference: str
    amount: Decimal | None
    currency: str
    live: bool
    body: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class RefundAsk:
    """Money to give back of one payment; the same key never gives back twice."""

    provider_id: str
    reference: str
    idempotency_key: str
    amount: Decimal
    currency: str


@dataclass(frozen=True)
class Words:
    """What people read of a provider (lazy texts): the `offer` at checkout and what it `means`, how it was paid
    (`told`, in mails), and its short name for `staff`."""

    offer: Any
    told: Any
    staff: Any
    means: Any = ""


@runtime_checkable
class PaymentProvider(Protocol):
    """What every provider offers. All methods raise Unavailable or Refused and nothing else of their own."""

    online: bool
    """Whether the provider can be asked and speaks to us by itself; False for money taken by our own people."""
    live: bool
    """Whether it moves real money: False for stand-ins and test keys."""
    words: Words
    """What customers and staff read of it."""

    def start(self, ask: StartAsk) -> Started:
        """Open a payment. The same idempotency key answers with the same payment."""
        ...

    def read_webhook(self, body: bytes, headers: Mapping[str, str], *, at: datetime) -> list[Report]:
        """Check who sent the bytes and what they say. Raises BadSignature."""
        ...

    def look_up(self, provider_id: str) -> Report | None:
        """What became of a payment; None while nothing has."""
        ...

    def refund(self, ask: RefundAsk) -> str:
        """Give money back and answer with the provider's id of the refund. Never more than was taken: Refused."""
        ...
