"""The demo payment, written like any real provider: it translates between our door and the stand-in bank."""

import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.models import DemoCharge
from shop.payments import demo_bank
from shop.payments.base import (
    BadSignature,
    CancelAsk,
    CaptureAsk,
    CheckAsk,
    Finding,
    Movement,
    RefundAsk,
    Refunded,
    Refused,
    Report,
    ReportKind,
    StartAsk,
    Started,
    Unavailable,
    Words,
)
from shop.payments.minor_units import from_minor, to_minor

TOLERANCE_SECONDS = 300
REFUNDABLE = timedelta(days=366)  # refunds of older charges are not looked for
KINDS: dict[str, ReportKind] = {
    "charge.authorised": "authorised",
    "charge.succeeded": "succeeded",
    "charge.failed": "failed",
    "charge.cancelled": "cancelled",
    "charge.refunded": "refunded",
}


class Demo:
    """`secret` signs webhooks, `origin` is where the bank's page is, `fail` makes it "unavailable" or "refused"."""

    online = True
    live = False
    lasts = timedelta(hours=24)
    words = Words(
        offer=_("Pay online now (demo bank, no real money)"),
        told=_("Online, at the demo bank"),
        staff=_("Demo bank"),
        means=_(
            "Due today. You go to the bank's page and come back here; nothing is taken before you approve it there."
        ),
    )

    def __init__(self, *, secret: str, origin: str, fail: str = "") -> None:
        self.secret = secret
        self.origin = origin.rstrip("/")
        self.page_sources = {"form-action": [self.origin]}
        self.fail = fail

    def start(self, ask: StartAsk) -> Started:
        """Open a charge at the bank; the customer decides on the bank's page."""
        self._reach_the_bank()
        try:
            charge = demo_bank.open_charge(
                key=ask.idempotency_key,
                reference=ask.reference,
                minor=to_minor(ask.amount, ask.currency),
                currency=ask.currency,
                description=ask.description,
                return_url=ask.return_url,
                at=timezone.now(),
                capture=ask.capture,
            )
        except (demo_bank.BankRefused, ValueError) as error:
            raise Refused(str(error)) from error
        return Started(charge.charge_id, f"{self.origin}/demo/pay/{charge.charge_id}/", "pending")

    def read_webhook(self, body: bytes, headers: Mapping[str, str], *, at: datetime) -> list[Report]:
        """Raises BadSignature unless the bytes were signed with our secret within five minutes of `at`, either way."""
        parts = dict(
            part.split("=", 1) for part in headers.get(demo_bank.SIGNATURE_HEADER, "").split(",") if "=" in part
        )
        stamp, given = parts.get("t", ""), parts.get("v1", "")
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 12):
            raise BadSignature("The signature has no time.")
        expected = demo_bank.signature(body, timestamp=int(stamp), secret=self.secret)
        if not hmac.compare_digest(expected.encode(), given.encode()):
            raise BadSignature("The signature does not match.")
        if abs(at.timestamp() - int(stamp)) > TOLERANCE_SECONDS:
            raise BadSignature("The signature is too old or from the future.")
        return [_report(json.loads(body))]

    def look_up(self, provider_id: str) -> Report | None:
        """What the bank's books say about a charge; None while it is open or unknown."""
        self._reach_the_bank()
        charge = demo_bank.as_of(provider_id, at=timezone.now())
        event = demo_bank.outcome(charge) if charge else None
        return _report(event) if event else None

    def capture(self, ask: CaptureAsk) -> Report:
        """Take what is held, or tell what was taken. Refused above what is held, and when nothing is held any more."""
        charge = self.look_up(ask.provider_id)
        if charge is None or charge.kind not in {"authorised", "succeeded"}:
            raise Refused(_("Nothing was approved that could be taken."))
        try:
            minor = to_minor(ask.amount, ask.currency)
            taken = demo_bank.take(charge_id=ask.provider_id, minor=minor, at=timezone.now())
        except (demo_bank.BankRefused, ValueError) as error:
            raise Refused(str(error)) from error
        return _report(demo_bank.outcome(taken) or {})

    def cancel(self, ask: CancelAsk) -> Report:
        """Close an open charge or give back what is held; others keep their outcome. Refused for an unknown one."""
        self._reach_the_bank()
        demo_bank.let_go(charge_id=ask.provider_id)
        report = self.look_up(ask.provider_id)
        if report is None:
            raise Refused(_("There is no such payment."))
        return report

    def refund(self, ask: RefundAsk) -> Refunded:
        """Give money back at the bank, which forgets no key. Refused above what is left of the charge."""
        self._reach_the_bank()
        if ask.only_look and not demo_bank.went(charge_id=ask.provider_id, key=ask.idempotency_key):
            raise Refused("Nothing went back.")
        try:
            refund_id = demo_bank.refund(
                charge_id=ask.provider_id,
                key=ask.idempotency_key,
                minor=to_minor(ask.amount, ask.currency),
                at=timezone.now(),
            )
        except (demo_bank.BankRefused, ValueError) as error:
            raise Refused(str(error)) from error
        return Refunded(refund_id, "succeeded")

    def movements(self, *, since: datetime, until: datetime) -> Iterable[Movement]:
        """What the bank's books say moved. A charge counts when it was opened, one that was held when it was taken."""
        self._reach_the_bank()
        rows = DemoCharge.objects.filter(state="approved", created_at__lt=until, created_at__gte=since - REFUNDABLE)
        moved = [movement for charge in rows.iterator() for movement in _movements(charge)]
        return [movement for movement in moved if since <= movement.at < until]

    def follow_up(self, kind: Literal["refund", "dispute"], about_id: str) -> Report | None:
        """None: this bank decides refunds at once and knows no disputes."""
        return None

    def check(self, ask: CheckAsk) -> Iterable[Finding]:
        """Nothing can be wrong with a bank that is ours; but no money comes from it."""
        yield Finding("ok", "The demo bank is part of this installation. It moves no money, and production has it not.")

    def _reach_the_bank(self) -> None:
        if self.fail == "unavailable":
            raise Unavailable("The demo bank was told not to answer.")
        if self.fail == "refused":
            raise Refused("The demo bank was told to refuse.")


def _movements(charge: DemoCharge) -> Iterable[Movement]:
    """An approved charge and what went back of it."""
    paid = demo_bank.outcome(charge)
    came = Movement(
        id=charge.charge_id,
        kind="came",
        provider_id=charge.charge_id,
        reference=charge.reference,
        amount=from_minor(demo_bank.taken_minor(charge), charge.currency),
        currency=charge.currency,
        fee=None,
        at=charge.taken_at or charge.created_at,
        event_id=str(paid["id"]) if paid else "",
    )
    yield came
    for key in charge.refunds:
        name, minor = demo_bank.refund_id(charge, key), demo_bank.refunded_minor(charge, key)
        back = from_minor(minor, charge.currency)
        at = demo_bank.refunded_at(charge, key)
        yield replace(came, id=name, kind="back", amount=back, at=at, event_id=f"evt_{name}")


def _report(event: dict[str, Any]) -> Report:
    charge = event["charge"]
    return Report(
        event_id=event["id"],
        kind=KINDS.get(event["type"], "other"),
        provider_id=charge["id"],
        reference=charge["reference"],
        amount=from_minor(charge["amount"], charge["currency"]),
        currency=charge["currency"],
        live=event["live"],
        refund_id=event["id"].removeprefix("evt_") if event["type"] == "charge.refunded" else "",
        body=event,
    )
