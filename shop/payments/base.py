"""The door to payment providers. A provider translates; it never decides, and it sees no model, request or settings."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal, Protocol, runtime_checkable

ReportKind = Literal[
    "authorised",
    "succeeded",
    "failed",
    "cancelled",
    "refunded",
    "reversed",
    "refund_pending",
    "refund_failed",
    "inquiry_opened",
    "inquiry_closed",
    "dispute_opened",
    "dispute_won",
    "dispute_lost",
    "not_closed",
    "other",
]


class Unavailable(Exception):
    """The provider could not be asked just now. Asking again with the same key is safe.

    `remembered`: it answered with a fault of its own, and answers so for as long as it knows the key.
    """

    code = "payment_unavailable"

    def __init__(self, *words: object, remembered: bool = False) -> None:
        super().__init__(*words)
        self.remembered = remembered


class Refused(Exception):
    """The provider said no, and will say it again. The text is for a person."""

    code = "payment_refused"


class BadSignature(Exception):
    """What arrived was not signed by the provider, or too long ago, or was changed on its way."""

    code = "bad_signature"


@dataclass(frozen=True)
class StartAsk:
    """What we want to be paid. `amount` is in whole units of `currency`; `reference` is our payment's.

    `capture` "later" only holds the money until `capture` is called. `hosted` says that the customer's browser runs
    no script: the provider's own page takes the payment. `cancel_url` is where a customer lands who turns back there;
    without it they come to `return_url`. `locale` is a language tag such as en-GB, empty for the provider's guess.
    """

    reference: str
    idempotency_key: str
    amount: Decimal
    currency: str
    description: str
    return_url: str
    customer_email: str
    capture: Literal["now", "later"] = "now"
    hosted: bool = False
    cancel_url: str = ""
    locale: str = ""


@dataclass(frozen=True)
class Started:
    """The provider's name for the payment, and where the customer goes now (None: nowhere).

    `client` is what a page or a headless frontend needs to take the payment itself; nothing in it is a secret of ours.
    A "pending" payment has a `redirect_url` or a `client`; one that is paid "at_counter" has neither. Where there is a
    `redirect_url`, the customer must go there, whatever `client` says. `account` is the provider's name for the
    account that the money will come to, empty where it does not tell.
    """

    provider_id: str
    redirect_url: str | None
    state: Literal["pending", "at_counter"]
    client: Mapping[str, str] = field(default_factory=dict)
    account: str = ""


@dataclass(frozen=True)
class Report:
    """One thing that became of a payment, in our words.

    `amount` is what moved in this event: for `refunded`, and for `reversed` by the provider or a bank, the sum given
    back this time, not the running total; for `authorised` the sum that may be captured. `event_id` is the same in a
    webhook and in a look-up wherever the provider allows it. `provider_id` is empty where the event does not name the
    payment by the name it was started under; `reference` does then. `fee` is the provider's, in `currency`; None where
    it is not told or was taken in another currency. `at` is the provider's time. Two reports are equal when they tell
    the same fact: a look-up may know the fee and other bytes.
    """

    event_id: str
    kind: ReportKind
    provider_id: str
    reference: str
    amount: Decimal | None
    currency: str
    live: bool
    account: str = ""
    refund_id: str = ""
    fee: Decimal | None = field(default=None, compare=False)
    at: datetime | None = field(default=None, compare=False)
    body: dict[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class CaptureAsk:
    """Authorised money to take now, all of it or less; the same key never takes twice."""

    provider_id: str
    reference: str
    idempotency_key: str
    amount: Decimal
    currency: str


@dataclass(frozen=True)
class CancelAsk:
    """A payment to let go: an open one, or one that is authorised and not captured."""

    provider_id: str
    reference: str
    idempotency_key: str


@dataclass(frozen=True)
class RefundAsk:
    """Money to give back of one payment; the same key never gives back twice.

    Providers forget keys after a while. So the key is hung on the refund as its mark, and where it was asked for
    `again` the provider is asked first what went: a refund with that mark is the answer, and nothing is sent.
    `only_look` sends nothing either way: Refused where none went.
    """

    provider_id: str
    reference: str
    idempotency_key: str
    amount: Decimal
    currency: str
    again: bool = False
    only_look: bool = False


@dataclass(frozen=True)
class Refunded:
    """A refund as the provider has it now. A pending one is told of later by a `refunded` or `refund_failed` report."""

    refund_id: str
    state: Literal["pending", "succeeded", "failed"]


@dataclass(frozen=True)
class Movement:
    """Money that moved at the provider, whether we know of it or not.

    `id` is the provider's name for the charge, the refund or the dispute; `at` is when it moved, by the provider's
    clock. `held` by a bank in a dispute, `released` when that was won. `provider_id` and `reference` name the payment
    as in a Report, and are empty where the provider cannot say. `event_id` is what its webhook would be called;
    `fee` is in `currency`, None where it is not told.
    """

    id: str
    kind: Literal["came", "back", "held", "released"]
    provider_id: str
    reference: str
    amount: Decimal
    currency: str
    fee: Decimal | None
    at: datetime
    event_id: str = ""


@dataclass(frozen=True)
class CheckAsk:
    """What an operator wants to know: whether news come to `webhook_url`, which of the shops' `currencies` can be
    taken, and whether our clock, which said `at` just now, is right."""

    webhook_url: str
    currencies: Sequence[str]
    at: datetime


@dataclass(frozen=True)
class Finding:
    """One thing that is right or wrong with a provider, in plain words without any key, and what to do about it."""

    level: Literal["ok", "warning", "error"]
    text: str
    what_to_do: str = ""


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
    """What every provider offers. All methods raise Unavailable or Refused and nothing else of their own.

    They go over the network: none is called inside a transaction.
    """

    online: bool
    """Whether the provider can be asked and speaks to us by itself; False for money taken by our own people."""
    live: bool
    """Whether it moves real money: False for stand-ins and test keys."""
    words: Words
    """What customers and staff read of it."""
    page_sources: Mapping[str, Sequence[str]]
    """What a page may load and where it may lead to take a payment, by directive of its Content-Security-Policy:
    `script-src`, `frame-src`, `connect-src`, and `form-action` for pages that a form of ours leads to. Origins only."""
    lasts: timedelta
    """How long an answer of `start` is good: after it the provider has closed its page, or forgotten the key."""

    def start(self, ask: StartAsk) -> Started:
        """Open a payment. The same idempotency key answers with the same payment."""
        ...

    def read_webhook(self, body: bytes, headers: Mapping[str, str], *, at: datetime) -> list[Report]:
        """Check who sent the bytes and what they say. Raises BadSignature, and Unavailable where the provider itself
        must be asked and does not answer: they send it again then. What we do not know is reported as `other`."""
        ...

    def look_up(self, provider_id: str) -> Report | None:
        """What became of a payment; None while nothing has. Where the provider wants to be asked for it, this also
        places the hold that the customer agreed to; asking again places it once."""
        ...

    def capture(self, ask: CaptureAsk) -> Report:
        """Take authorised money. Taken before: the report of that. `other` while the provider has not decided."""
        ...

    def cancel(self, ask: CancelAsk) -> Report:
        """Let a payment go, and answer with what is true now: `cancelled`, or `succeeded` when that was faster."""
        ...

    def refund(self, ask: RefundAsk) -> Refunded:
        """Give money back. Never more than was taken: Refused."""
        ...

    def movements(self, *, since: datetime, until: datetime) -> Iterable[Movement]:
        """All money that moved from `since` until before `until`, in any order, each movement once; also what was
        moved past us. Refunds and disputes that moved nothing in the end are left out. Unavailable also when it is
        more than we are willing to read."""
        ...

    def follow_up(self, kind: Literal["refund", "dispute"], about_id: str) -> Report | None:
        """What became of a refund or a dispute, as its webhook would tell; None while it is open, for an unknown one,
        and where the provider has no such question."""
        ...

    def check(self, ask: CheckAsk) -> Iterable[Finding]:
        """What is right and what is wrong between us and the provider; for an operator, before the first customer.
        Raises nothing: a provider that does not answer is a finding."""
        ...
