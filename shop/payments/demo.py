"""The demo payment, written like any real provider: it translates between our door and the stand-in bank."""

import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.models import DemoCharge
from shop.payments import demo_bank
from shop.payments.base import (
    BadSignature,
    CancelAsk,
    CaptureAsk,
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
KINDS: dict[str, ReportKind] = {
    "charge.succeeded": "succeeded",
    "charge.failed": "failed",
    "charge.cancelled": "cancelled",
    "charge.refunded": "refunded",
}


class Demo:
    """`secret` signs webhooks, `origin` is where the bank's page is, `fail` makes it "unavailable" or "refused"."""

    online = True
    live = False
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
        charge = DemoCharge.objects.filter(pk=provider_id).first()
        event = demo_bank.outcome(charge) if charge else None
        return _report(event) if event else None

    def capture(self, ask: CaptureAsk) -> Report:
        """The report of money that the customer has approved: this bank takes it at once. Refused for anything else."""
        report = self.look_up(ask.provider_id)
        if report is None or report.kind != "succeeded":
            raise Refused(_("Nothing was approved that could be taken."))
        return report

    def cancel(self, ask: CancelAsk) -> Report:
        """Close an open charge; one that was decided on keeps its outcome. Refused for an unknown one."""
        self._reach_the_bank()
        if DemoCharge.objects.filter(pk=ask.provider_id).exists():
            demo_bank.decide(charge_id=ask.provider_id, decision="cancelled")
        report = self.look_up(ask.provider_id)
        if report is None:
            raise Refused(_("There is no such payment."))
        return report

    def refund(self, ask: RefundAsk) -> Refunded:
        """Give money back at the bank. Refused above what is left of the charge."""
        self._reach_the_bank()
        try:
            refund_id = demo_bank.refund(
                charge_id=ask.provider_id, key=ask.idempotency_key, minor=to_minor(ask.amount, ask.currency)
            )
        except (demo_bank.BankRefused, ValueError) as error:
            raise Refused(str(error)) from error
        return Refunded(refund_id, "succeeded")

    def _reach_the_bank(self) -> None:
        if self.fail == "unavailable":
            raise Unavailable("The demo bank was told not to answer.")
        if self.fail == "refused":
            raise Refused("The demo bank was told to refuse.")


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
