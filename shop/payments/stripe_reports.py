"""What Stripe's objects and events say, as reports. Source: https://docs.stripe.com/api, events and objects.

A payment is known by its PaymentIntent (pi_), or by its Checkout Session (cs_) where Stripe's own page takes it: such
a session has no intent yet when it is made. An intent of a session carries HOSTED in its metadata, and events about it
name the payment by our reference alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from shop.payments.base import Report, ReportKind
from shop.payments.minor_units import DECIMALS, decimals, from_minor, to_minor

# Stripe counts these otherwise than ISO 4217: https://docs.stripe.com/currencies#special-cases.
PLACES = {**DECIMALS, "ISK": 2, "UGX": 2, "MGA": 0}
HOSTED = "hosted"
REFUND = "refund"  # in the metadata of a refund: our name for it
OWN = "own"  # the account that the keys belong to: its events name none, those of connected accounts do
INTENT_EVENTS = {
    "payment_intent.amount_capturable_updated",
    "payment_intent.canceled",
    "payment_intent.payment_failed",
    "payment_intent.succeeded",
}
SESSION_EVENTS = {
    "checkout.session.async_payment_failed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.completed",
    "checkout.session.expired",
}
DISPUTE_EVENTS = {"charge.dispute.created", "charge.dispute.funds_withdrawn", "charge.dispute.closed"}
REFUND_EVENTS = {"refund.created", "refund.updated", "refund.failed"}
REFUND_KINDS: dict[str, ReportKind] = {"succeeded": "refunded", "failed": "refund_failed", "canceled": "refund_failed"}
REFUND_MARKS: dict[ReportKind, str] = {"refunded": "refunded", "refund_failed": "failed", "refund_pending": "pending"}
REFUND_STATES: dict[str, Literal["succeeded", "failed"]] = {
    "succeeded": "succeeded",
    "failed": "failed",
    "canceled": "failed",
}
DISPUTE_KINDS: dict[str, ReportKind] = {
    "won": "dispute_won",
    "warning_closed": "inquiry_closed",
    "lost": "dispute_lost",
}
IntentOf = Callable[[str], Mapping[str, Any] | None]


def minor_of(amount: Decimal, currency: str) -> int:
    """The amount in Stripe's units. Raises ValueError for what Stripe cannot take: in currencies with three decimals
    the last must be 0, and ISK and UGX have none though they are sent with two."""
    minor = to_minor(amount, currency, PLACES)
    coarse = (
        10 if decimals(currency, PLACES) == 3 else 10 ** max(PLACES.get(currency.upper(), 2) - decimals(currency), 0)
    )
    if minor % coarse:
        raise ValueError(f"{amount} cannot be paid in {currency}.")
    return minor


def amount_of(minor: Any, currency: Any) -> Decimal | None:
    """The amount in whole units; None for what is no amount."""
    if type(minor) is int and isinstance(currency, str) and currency:
        return from_minor(minor, currency, PLACES)
    return None


def of_intent(intent: Mapping[str, Any]) -> Report | None:
    """What became of a PaymentIntent; None while nothing has. A status that is new to us is `other`."""
    status = intent.get("status")
    charge, error = expanded(intent.get("latest_charge")), expanded(intent.get("last_payment_error"))
    kind: ReportKind = "other"
    minor, mark = intent.get("amount"), str(status)
    if status == "succeeded":
        kind, minor, mark = "succeeded", intent.get("amount_received"), "succeeded"
    elif status == "requires_capture":
        kind, minor, mark = "authorised", intent.get("amount_capturable"), "authorised"
    elif status == "canceled":
        kind, mark = "cancelled", "cancelled"
    elif status == "requires_payment_method" and error:
        kind, mark = "failed", f"failed:{error.get('charge') or charge.get('id') or ''}"
    elif status in {"requires_payment_method", "requires_confirmation", "requires_action", "processing"}:
        return None
    about = metadata_of(intent)
    return Report(
        event_id=f"{intent.get('id')}:{mark}",
        kind=kind,
        provider_id="" if HOSTED in about else str(intent.get("id") or ""),
        reference=str(about.get("reference", "")),
        amount=amount_of(minor, intent.get("currency")),
        currency=str(intent.get("currency") or "").upper(),
        live=bool(intent.get("livemode")),
        fee=_fee(charge, intent.get("currency")),
        at=moment(charge.get("created") or intent.get("created")),
        body=dict(intent),
    )


def of_session(session: Mapping[str, Any]) -> Report | None:
    """What became of a Checkout Session, its intent expanded or not; None while the customer is on its page."""
    intent = expanded(session.get("payment_intent"))
    about = Report(
        event_id=f"{session.get('id')}:{session.get('status')}",
        kind="other",
        provider_id=str(session.get("id") or ""),
        reference=str(metadata_of(session).get("reference", "")),
        amount=amount_of(session.get("amount_total"), session.get("currency")),
        currency=str(session.get("currency") or "").upper(),
        live=bool(session.get("livemode")),
        at=moment(session.get("created")),
        body=dict(session),
    )
    if session.get("status") == "open":
        return None
    if session.get("status") == "expired":
        return replace(about, event_id=f"{about.provider_id}:cancelled", kind="cancelled")
    if session.get("status") == "complete" and "status" in intent:
        known = of_intent(intent)
        if known is None or known.kind != "failed":
            return known and replace(known, provider_id=about.provider_id)
        return replace(about, event_id=f"{about.provider_id}:failed", kind="failed")
    if session.get("payment_status") == "paid":
        return replace(about, event_id=f"{intent.get('id')}:succeeded", kind="succeeded")
    return about


def of_event(event: Mapping[str, Any], *, intent_of: IntentOf) -> Report:
    """What an event says. `intent_of` finds the intent of a refund or a dispute that does not carry our reference."""
    kind, thing = str(event.get("type", "")), expanded(expanded(event.get("data")).get("object"))
    report: Report | None = None
    if kind in INTENT_EVENTS:
        report = of_intent(thing)
        if report is not None and report.kind == "failed" and not report.provider_id:
            report = None  # The customer is still on Stripe's page and may try another card.
    elif kind in SESSION_EVENTS:
        report = of_session(thing)
        if report is not None and kind.endswith("payment_failed"):
            report = replace(report, event_id=f"{report.provider_id}:failed", kind="failed")
    elif kind in REFUND_EVENTS:
        report = of_refund(thing, intent_of, waits="refund_pending")
    elif kind in DISPUTE_EVENTS:
        report = of_dispute(thing, intent_of, closed=kind.endswith("closed"))
    if report is None or report.kind == "other":
        report = _other(event, thing)
    return replace(
        report,
        live=bool(event.get("livemode")),
        account=str(event.get("account") or OWN),
        at=_moment_of(event, report),
        body=dict(event),
    )


def _moment_of(event: Mapping[str, Any], report: Report) -> datetime | None:
    """When it happened. Stripe counts whole seconds, and after a promise no try of an intent is declined any more: one
    that was declined in the same second was declined before."""
    at = moment(event.get("created"))
    return at - timedelta(seconds=1) if at and report.kind == "failed" else at


def of_refund(refund: Mapping[str, Any], intent_of: IntentOf, *, waits: ReportKind | None = None) -> Report | None:
    """What a refund says; while it is on its way `waits`, or None."""
    status = str(refund.get("status"))
    kind = waits if status in {"pending", "requires_action"} else REFUND_KINDS.get(status)
    if kind is None:
        return None
    provider_id, reference = payment_of(refund, intent_of)
    return Report(
        event_id=f"{refund.get('id')}:{REFUND_MARKS[kind]}",
        kind=kind,
        provider_id=provider_id,
        reference=reference,
        amount=amount_of(refund.get("amount"), refund.get("currency")),
        currency=str(refund.get("currency") or "").upper(),
        live=False,
        refund_id=str(refund.get("id") or ""),
    )


def of_dispute(dispute: Mapping[str, Any], intent_of: IntentOf, *, closed: bool) -> Report | None:
    """What a dispute says; None for one that is said to be closed and is not."""
    status = str(dispute.get("status"))
    # A bank that only asks (warning_...) withholds nothing; its question may become a dispute later.
    opened: ReportKind = "inquiry_opened" if status.startswith("warning_") else "dispute_opened"
    kind = DISPUTE_KINDS.get(status) if closed else opened
    if kind is None:
        return None
    provider_id, reference = payment_of(dispute, intent_of)
    return Report(
        event_id=f"{dispute.get('id')}:{kind}",
        kind=kind,
        provider_id=provider_id,
        reference=reference,
        amount=amount_of(dispute.get("amount"), dispute.get("currency")),
        currency=str(dispute.get("currency") or "").upper(),
        live=False,
        fee=_dispute_fee(dispute) if kind == "dispute_opened" else None,
    )


def _dispute_fee(dispute: Mapping[str, Any]) -> Decimal | None:
    """What Stripe takes for handling a dispute; its rows come with the dispute."""
    rows = [row for row in dispute.get("balance_transactions") or [] if isinstance(row, Mapping)]
    same = [row for row in rows if row.get("currency") == dispute.get("currency")]
    fees = [amount_of(row.get("fee"), row.get("currency")) for row in same]
    return sum((fee for fee in fees if fee), Decimal(0)) or None


def payment_of(thing: Mapping[str, Any], intent_of: IntentOf) -> tuple[str, str]:
    """Whose refund or dispute it is: the payment's name at Stripe and our reference."""
    about = metadata_of(thing)
    if about.get("payment") and about.get("reference"):  # a refund of ours
        return str(about["payment"]), str(about["reference"])
    intent_id = str(expanded(thing.get("payment_intent")).get("id") or "")
    intent = intent_of(intent_id) if intent_id else None
    about = metadata_of(intent or {})
    return "" if HOSTED in about else intent_id, str(about.get("reference", ""))


def _other(event: Mapping[str, Any], thing: Mapping[str, Any]) -> Report:
    about = metadata_of(thing)
    ours = str(thing.get("id") or "") if thing.get("object") in {"payment_intent", "checkout.session"} else ""
    return Report(
        event_id=str(event.get("id")),
        kind="other",
        provider_id="" if HOSTED in about else ours,
        reference=str(about.get("reference", "")),
        amount=None,
        currency="",
        live=False,
    )


def metadata_of(thing: Mapping[str, Any]) -> Mapping[str, Any]:
    """The words we hung on an object; empty when there are none."""
    found = thing.get("metadata")
    return found if isinstance(found, Mapping) else {}


def expanded(thing: Any) -> Mapping[str, Any]:
    """An object that Stripe gives whole or by its id only."""
    if isinstance(thing, Mapping):
        return thing
    return {"id": thing} if thing else {}


def moment(seconds: Any) -> datetime | None:
    """Stripe's time, in seconds since 1970; None for anything else."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _fee(charge: Mapping[str, Any], currency: Any) -> Decimal | None:
    """Stripe's fee, where it was taken in the payment's own currency."""
    booked = expanded(charge.get("balance_transaction"))
    return amount_of(booked.get("fee"), currency) if booked.get("currency") == currency else None
