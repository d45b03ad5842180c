"""What providers tell us: verified, put into our words, kept once, and handed to the ledger."""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from notifications import followups
from shop.models import PaymentEvent
from shop.payments import providers
from shop.payments.base import BadSignature, Report

logger = logging.getLogger(__name__)


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
    rows = [_row(provider, report, at) for report in reports]
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
    """The amount if its column holds it exactly. A rounded amount could equal what was asked; none never does."""
    if amount is None or amount != amount.quantize(Decimal("0.01")) or abs(amount) >= Decimal(10) ** 10:
        return None
    return amount
