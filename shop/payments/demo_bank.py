"""The stand-in bank: what a real provider would do on its own side, with its own books (`DemoCharge`).

Nothing of the product reads these books. It hears of them only through the provider's door: signed webhooks and
look-ups, as it would from a real bank.
"""

import hashlib
import hmac
import json
import secrets
from datetime import datetime, timedelta
from typing import Any, Literal

from django.db import transaction
from django.utils import timezone

from shop.models import DemoCharge

SIGNATURE_HEADER = "Demo-Signature"
Decision = Literal["approved", "declined", "cancelled"]
EVENT_TYPES = {
    "held": "charge.authorised",
    "approved": "charge.succeeded",
    "declined": "charge.failed",
    "cancelled": "charge.cancelled",
    "lapsed": "charge.cancelled",
}
HELD_FOR = timedelta(days=7)  # as long as a bank keeps its promise for a card


class BankRefused(Exception):
    """The bank does not do this; the text says why."""

    code = "bank_refused"


def open_charge(
    *,
    key: str,
    reference: str,
    minor: int,
    currency: str,
    description: str,
    return_url: str,
    at: datetime,
    capture: str = "now",
) -> DemoCharge:
    """A new charge, or the one already opened under this key. The same key for other money raises BankRefused.

    With `capture` "later" the customer's approval only holds the money, until `take`.
    """
    charge, created = DemoCharge.objects.get_or_create(
        idempotency_key=key,
        defaults={
            "charge_id": f"ch_{secrets.token_hex(12)}",
            "reference": reference,
            "amount_minor": minor,
            "currency": currency,
            "description": description[:200],
            "return_url": return_url,
            "created_at": at,
            "capture": capture,
        },
    )
    asked = (reference, minor, currency, capture)
    if not created and (charge.reference, charge.amount_minor, charge.currency, charge.capture) != asked:
        raise BankRefused("This key was used for another payment.")
    return charge


def decide(*, charge_id: str, decision: Decision, at: datetime | None = None) -> DemoCharge:
    """The customer's choice on the bank's page, now or at `at`. Only the first one counts."""
    with transaction.atomic():
        charge = DemoCharge.objects.select_for_update().get(pk=charge_id)
        if charge.state == "open":
            charge.state = decision
            if decision == "approved" and charge.capture == "later":
                charge.state, charge.held_until = "held", (at or timezone.now()) + HELD_FOR
            charge.save(update_fields=["state", "held_until"])
    return charge


def as_of(charge_id: str, *, at: datetime) -> DemoCharge | None:
    """A charge as it is now: what was held too long is not held any more. None for an unknown one."""
    DemoCharge.objects.filter(pk=charge_id, state="held", held_until__lte=at).update(state="lapsed")
    return DemoCharge.objects.filter(pk=charge_id).first()


def take(*, charge_id: str, minor: int, at: datetime) -> DemoCharge:
    """Take held money, all of it or less; what was taken stays as it was. Raises BankRefused for anything else."""
    with transaction.atomic():
        charge = DemoCharge.objects.select_for_update().filter(pk=charge_id).first()
        if charge is None or charge.state not in {"held", "approved"}:
            raise BankRefused("Nothing is held that could be taken.")
        if charge.state == "approved":
            return charge
        if not 0 < minor <= charge.amount_minor:
            raise BankRefused("That is more than is held.")
        charge.state, charge.taken_minor, charge.taken_at = "approved", minor, at
        charge.save(update_fields=["state", "taken_minor", "taken_at"])
        return charge


def let_go(*, charge_id: str) -> None:
    """Close an open charge, or give back what is held. Anything else stays as it was."""
    DemoCharge.objects.filter(pk=charge_id, state__in=("open", "held")).update(state="cancelled")


def taken_minor(charge: DemoCharge) -> int:
    """How much of an approved charge was taken: all of it, unless it was held and less was asked for."""
    return charge.amount_minor if charge.taken_minor is None else charge.taken_minor


def refund(*, charge_id: str, key: str, minor: int, at: datetime) -> str:
    """Give back part of an approved charge; the same key gives it back once. Raises BankRefused above what is left."""
    with transaction.atomic():
        charge = DemoCharge.objects.select_for_update().filter(pk=charge_id).first()
        if charge is None or charge.state != "approved":
            raise BankRefused("There is no such payment to give back.")
        if key in charge.refunds:
            if refunded_minor(charge, key) != minor:
                raise BankRefused("This key was used for another refund.")
            return refund_id(charge, key)
        if minor <= 0 or charge.refunded_minor + minor > taken_minor(charge):
            raise BankRefused("That is more than is left of this payment.")
        charge.refunds = {**charge.refunds, key: {"minor": minor, "at": at.isoformat()}}
        charge.refunded_minor += minor
        charge.save(update_fields=["refunds", "refunded_minor"])
        return refund_id(charge, key)


def went(*, charge_id: str, key: str) -> bool:
    """Whether money went back under a key."""
    charge = DemoCharge.objects.filter(pk=charge_id).first()
    return charge is not None and key in charge.refunds


def refund_id(charge: DemoCharge, key: str) -> str:
    """The bank's name for one refund."""
    return f"re_{charge.charge_id[3:]}_{list(charge.refunds).index(key) + 1}"


def refunded_minor(charge: DemoCharge, key: str) -> int:
    """How much went back under a key. Earlier versions kept the amount alone."""
    kept = charge.refunds[key]
    return int(kept["minor"] if isinstance(kept, dict) else kept)


def refunded_at(charge: DemoCharge, key: str) -> datetime:
    """When it went back; the day of the charge for one of an earlier version."""
    kept = charge.refunds[key]
    return datetime.fromisoformat(kept["at"]) if isinstance(kept, dict) else charge.created_at


def outcome(charge: DemoCharge) -> dict[str, Any] | None:
    """The event that tells what became of a charge; its id is always the same. None while it is open."""
    if charge.state not in EVENT_TYPES:
        return None
    minor = taken_minor(charge) if charge.state == "approved" else charge.amount_minor
    return _event(charge, f"evt_{charge.charge_id[3:]}_{charge.state}", EVENT_TYPES[charge.state], minor)


def refund_outcome(charge: DemoCharge, key: str) -> dict[str, Any]:
    """The event that tells of one refund of a charge."""
    return _event(charge, f"evt_{refund_id(charge, key)}", "charge.refunded", refunded_minor(charge, key))


def signed(event: dict[str, Any], *, secret: str, at: datetime) -> tuple[bytes, dict[str, str]]:
    """The bytes and the headers of the webhook that carries an event: HMAC-SHA256 over "timestamp.body"."""
    body = json.dumps(event).encode()
    timestamp = int(at.timestamp())
    return body, {SIGNATURE_HEADER: f"t={timestamp},v1={signature(body, timestamp=timestamp, secret=secret)}"}


def signature(body: bytes, *, timestamp: int, secret: str) -> str:
    """The bank's signature under one body at one second, in hexadecimal."""
    return hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


def _event(charge: DemoCharge, event_id: str, kind: str, minor: int) -> dict[str, Any]:
    return {
        "id": event_id,
        "type": kind,
        "live": False,
        "charge": {
            "id": charge.charge_id,
            "reference": charge.reference,
            "amount": minor,
            "currency": charge.currency,
        },
    }
