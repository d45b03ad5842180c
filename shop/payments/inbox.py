"""What providers tell us: verified, put into our words, kept once, and handed to the ledger."""

import logging
import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from notifications import followups
from shop.models import PaymentEvent
from shop.payments import providers
from shop.payments.base import BadSignature, Report

logger = logging.getLogger(__name__)
# Who paid, from where and with what, and what would let somebody else pay: the provider keeps it, we need none of it.
PRIVATE = {
    "billing_details",
    "client_secret",
    "customer_details",
    "payer",
    "payer_info",
    "payment_source",
    "receipt_email",
    "shipping",
    "shipping_address",
}


def receive(*, provider: str, body: bytes, headers: Mapping[str, str], at: datetime) -> int:
    """Keep what a webhook says and queue it for the ledger; answers how many reports it held.

    Raises UnknownProvider, BadSignature and the provider's Unavailable; nothing is written then. A report that came
    before is not written again.
    """
    door = providers.named(provider)
    try:
        reports = door.read_webhook(body, headers, at=at)
    except BadSignature as error:
        logger.warning("A webhook for %s was turned away: %s", provider, error)
        raise
    with transaction.atomic():
        for event in keep(provider=provider, reports=reports, at=at):
            if event.state == PaymentEvent.State.RECEIVED:
                # The queue is a table of this database: the task is there exactly when the row is.
                followups.after("payment.reported", event=event)
    return len(reports)


def keep(*, provider: str, reports: Iterable[Report], at: datetime) -> list[PaymentEvent]:
    """Write the reports that are new; answers with the rows of all of them, new or old."""
    rows = [_row(provider, _readable(report), at) for report in reports]
    PaymentEvent.objects.bulk_create(rows, ignore_conflicts=True)
    return list(PaymentEvent.objects.filter(provider=provider, event_id__in=[row.event_id for row in rows]))


def _row(provider: str, report: Report, at: datetime) -> PaymentEvent:
    return PaymentEvent(
        provider=provider,
        event_id=report.event_id[:200],
        kind=report.kind,
        provider_id=report.provider_id[:120],
        reference=report.reference[:24],
        amount=_storable(report.amount),
        currency=report.currency[:3].upper(),
        fee=_storable(report.fee),
        about_id=report.refund_id[:120],
        account=report.account[:60],
        happened_at=report.at,
        live=report.live,
        body=report.body,
        received_at=at,
    )


def _storable(amount: Decimal | None) -> Decimal | None:
    """The amount if its column holds it exactly and it is none below nothing. A rounded amount could equal what was
    asked; none never does."""
    if amount is None or not amount.is_finite() or not 0 <= amount < Decimal(10) ** 10:
        return None
    return amount if amount == amount.quantize(Decimal("0.01")) else None


def _readable(report: Report) -> Report:
    names = ("event_id", "provider_id", "reference", "currency", "account", "refund_id", "body")
    return replace(report, **{name: _plain(getattr(report, name)) for name in names})


def _plain(told: Any) -> Any:
    """The same as every database can keep it: signs that no text has (NUL, half a letter) are marked, and numbers that
    are none become words. Else a message of theirs that is odd would come again for days, and fail each time."""
    if isinstance(told, str):
        return told.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
    if isinstance(told, Mapping):
        return {_plain(name): _plain(value) for name, value in told.items() if name not in PRIVATE}
    if isinstance(told, list):
        return [_plain(value) for value in told]
    return str(told) if isinstance(told, float) and not math.isfinite(told) else told
