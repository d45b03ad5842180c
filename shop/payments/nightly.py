"""What is asked of providers once a night: every payment that has not ended, and which days are to be compared."""

import logging
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from time import monotonic
from typing import Any, Literal

from django.db.models import Q

from shop.models import LedgerEntry, Payment, Reconciliation, Refund
from shop.payments import inbox, ledger, providers, returning
from shop.payments.base import Refused, Unavailable

State = Payment.State
NOT_ENDED = (State.PENDING, State.AUTHORISED, State.DISPUTED)
PAGE = 20  # payments that one task asks about
LONGEST = 30.0  # seconds of one task; the queue ends a task after 60
SENT_BACK_WITHIN = timedelta(days=35)  # a bank may send a refund back for 30 days (docs.stripe.com/refunds), and some
DAYS_BACK = 7  # how many days are compared again until they agree
What = Literal["payments", "refunds"]

logger = logging.getLogger(__name__)


def look_up_page(what: What, after: int, *, at: datetime) -> int | None:
    """Ask about the next payments or refunds whose id is above `after`; each once, however old it is. A refund that is
    done is asked about as long as a bank may send it back.

    Answers with the id to go on from, None at the end. Not inside a transaction.
    """
    began = monotonic()
    rows: list[Any] = list((_payments() if what == "payments" else _refunds(at)).filter(pk__gt=after)[:PAGE])
    for row in rows:
        try:
            _ask_refund(row, at=at) if isinstance(row, Refund) else _ask_payment(row, at=at)
        except (Unavailable, Refused) as error:
            logger.warning("%s could not be looked up: %s", row.reference, error)
        after = row.pk
        if monotonic() - began > LONGEST:
            return after
    return after if len(rows) == PAGE else None


def days_to_compare(*, at: datetime) -> list[tuple[str, date]]:
    """Yesterday for every provider that can be asked, and days of the last week that did not agree or were left out."""
    today = at.astimezone(UTC).date()
    days = [today - timedelta(days=back) for back in range(1, DAYS_BACK + 1)]
    rows = Reconciliation.objects.filter(date__in=days).values_list("provider", "date", "state")
    states: dict[tuple[str, date], set[str]] = {}
    for provider, day, state in rows:
        states.setdefault((provider, day), set()).add(state)
    found = []
    for provider in providers.online_names():
        begun = [day for name, day in states if name == provider]
        since = min(begun, default=days[0])
        open_days = [day for day in days if states.get((provider, day)) != {Reconciliation.State.AGREES}]
        found += [(provider, day) for day in open_days if day >= since or day == days[0]]
    return found


def _payments() -> Any:
    rows = Payment.objects.filter(state__in=NOT_ENDED, provider__in=providers.online_names())
    return rows.filter(provider_id__isnull=False).order_by("pk")


def _refunds(at: datetime) -> Any:
    done = Q(state=Refund.State.DONE, changed_at__gte=at - SENT_BACK_WITHIN)
    rows = Refund.objects.filter(Q(state=Refund.State.SENT) | done, payment__provider__in=providers.online_names())
    return rows.exclude(provider_id="").select_related("payment").order_by("pk")


def _ask_payment(payment: Payment, *, at: datetime) -> None:
    if payment.state != State.DISPUTED:
        returning.look_up(payment, at=at)
        return
    for about_id in _open_disputes(payment):
        _follow_up(payment, "dispute", about_id, at=at)


def _ask_refund(refund: Refund, *, at: datetime) -> None:
    _follow_up(refund.payment, "refund", refund.provider_id, at=at)


def _follow_up(payment: Payment, kind: Literal["refund", "dispute"], about_id: str, *, at: datetime) -> None:
    report = providers.named(payment.provider).follow_up(kind, about_id)
    for event in inbox.keep(provider=payment.provider, reports=[report] if report else [], at=at):
        ledger.apply(event.pk, at=at)


def _open_disputes(payment: Payment) -> Iterable[str]:
    """The disputes of a payment that nobody has told us the end of, by the provider's names."""
    kinds = (LedgerEntry.Kind.DISPUTED, LedgerEntry.Kind.DISPUTE_WON, LedgerEntry.Kind.DISPUTE_LOST)
    rows = LedgerEntry.objects.filter(payment=payment, kind__in=kinds).values_list("kind", "key")
    ended = {key.rpartition(":")[2] for kind, key in rows if kind != LedgerEntry.Kind.DISPUTED}
    held = {key.rpartition(":")[2] for kind, key in rows if kind == LedgerEntry.Kind.DISPUTED}
    return sorted(held - ended)
