"""What the pay page says of an order: one state, what is asked now and later, and the other ways to pay."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from shop import deposits
from shop.models import Payment
from shop.payments import ledger, providers, starting, switching
from shop.payments.starting import PAYABLE

PATIENCE = timedelta(minutes=10)  # so long after the return the page waits for the bank's word and offers nothing else
LATE = {Payment.State.LATE, Payment.State.MISMATCH}
OVER = {"paid", "promised", "counter"}  # nothing is left to do here: the confirmation says so

HEADS: dict[str, tuple[Any, Any]] = {
    "ready": (_("Your payment is still open"), _("Your booking is safe and nothing was taken yet.")),
    "here": (_("Pay by card"), _("Your booking is safe. One step is left.")),
    "away": (
        _("Your payment is still open"),
        _("Your booking is safe. You pay on the provider's page and come back here."),
    ),
    "failed": (
        _("The payment did not go through"),
        _("Your bank declined it. Your booking is safe and nothing was taken: try again or choose another way."),
    ),
    "cancelled": (
        _("You have not paid yet"),
        _("The payment was given up and nothing was taken. Your booking is safe; you can pay now."),
    ),
    "confirming": (
        _("We are asking the bank"),
        _("You are back before its answer. This page looks again by itself; there is nothing you need to do."),
    ),
    "waiting": (
        _("The bank takes its time"),
        _("We have not heard of your payment yet. We write to you as soon as we have; you may close this page."),
    ),
    "odd": (
        _("We are looking at your payment"),
        _("The money has reached us, but something needs a person's eye. Do not pay again: we write to you shortly."),
    ),
    "counter": (
        _("Pay online now instead"),
        _("Your booking is safe, and you may just as well pay in the shop. Choose a way if you want it done now."),
    ),
    "gone": (
        _("This booking was let go"),
        _("It was not paid in time, so the place went to somebody else. Book again whenever you like."),
    ),
    "called off": (_("This booking was cancelled"), _("There is nothing to pay. Book again whenever you like.")),
}


@dataclass(frozen=True)
class Asked:
    """What is paid now, gross; `purpose` is full, deposit or rest; `later` is paid afterwards; `kept`: the bank only
    keeps it until the thing is here."""

    amount: Decimal
    purpose: str
    later: Decimal
    kept: bool
    rest_when: Any


@dataclass(frozen=True)
class Way:
    """Another way to pay: its code, what it is called and what it means."""

    code: str
    name: Any
    means: Any
    online: bool


def head_of(state: str, order: Any) -> tuple[Any, Any]:
    """Title and lead of the page in a state."""
    told = "called off" if state == "gone" and order.status == "cancelled" else state
    return HEADS.get(told, HEADS["ready"])


def state_of(
    order: Any, payment: Payment | None, money: ledger.Balance, *, back_at: datetime | None, at: datetime
) -> str:
    """The page's state, from the order and its newest attempt. `back_at`: when this visitor came back from the
    provider of that attempt, if they did. The first state that fits, the gravest first."""
    if payment is not None and payment.state in LATE:
        return "odd"
    if order.status in {"released", "cancelled"}:
        return "gone"
    if order.status not in PAYABLE:
        return "paid"
    if payment is not None and payment.state == Payment.State.AUTHORISED:
        return "promised"
    way = order.visit.pay_by
    if way in settings.PAYMENT_PROVIDERS and not providers.named(way).online:
        return "counter"
    if payment is None or payment.provider != way:
        return "ready"  # another way was chosen and nothing has begun there
    if payment.state == Payment.State.PENDING:
        return _open_state(order, payment, money, back_at=back_at, at=at)
    return {Payment.State.FAILED: "failed", Payment.State.CANCELLED: "cancelled"}.get(
        Payment.State(payment.state), "ready"
    )


def _open_state(order: Any, payment: Payment, money: ledger.Balance, *, back_at: datetime | None, at: datetime) -> str:
    if back_at is not None:
        return "confirming" if at - back_at < PATIENCE else "waiting"
    if not starting.good(payment, order, money, at=at):
        return "ready"
    if payment.redirect_url:
        return "away"
    return "here" if payment.client else "ready"


def asked(order: Any, payment: Payment | None, money: ledger.Balance) -> Asked:
    """What the page asks for: what the open attempt asks for, else what the next one would."""
    amount, purpose = starting.what_to_ask(order, money)
    if payment is not None and payment.state == Payment.State.PENDING:
        amount, purpose = payment.amount, payment.purpose
    kept = purpose == Payment.Purpose.DEPOSIT and order.visit.capture == "later"
    later = max(money.open - amount, Decimal(0))
    return Asked(amount, purpose, later, kept, deposits.when_rest(order.shipping_code))


def ways(order: Any) -> list[Way]:
    """The other ways to pay that are offered."""
    found = []
    for code in switching.others(order):
        provider = providers.named(code)
        found.append(Way(code, provider.words.offer, provider.words.means, provider.online))
    return found


def sources(order: Any, state: str, others: Sequence[Way]) -> Mapping[str, Sequence[str]]:
    """What the browser may load on the page, and where its forms may lead, beside our own: the script of the provider
    whose form is shown, and nobody else's."""
    way = order.visit.pay_by
    shown = [code for code in (way, *(other.code for other in others)) if code in settings.PAYMENT_PROVIDERS]
    forms = [origin for code in shown for origin in providers.named(code).page_sources.get("form-action", ())]
    found: dict[str, Sequence[str]] = dict(providers.named(way).page_sources) if state == "here" else {}
    return found | {"form-action": list(dict.fromkeys(forms))}
