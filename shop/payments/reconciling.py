"""Our books beside the provider's: one day of UTC, movement by movement first, and only then as sums.

A movement is matched by its name over a longer time than the day, so that one near midnight, which we booked a minute
later, is no difference. A matched movement counts on the day on which the provider says that it moved; one of ours
alone on the earliest day that we know of. What only the provider has, and is for a payment of ours, is booked as if its
webhook had come; then both are compared again.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from oscar.core.loading import get_model

from shop.models import LedgerEntry, Payment, PaymentEvent, Reconciliation
from shop.payments import entries, inbox, ledger, our_books, providers, returning
from shop.payments.base import Movement, Refused, Report, ReportKind, Unavailable
from shop.payments.our_books import Booked, Key
from shop.payments.settling import take_fee

Order = get_model("order", "Order")
State = Reconciliation.State
AROUND = timedelta(hours=6)  # before and after the day: how late a webhook may be without being asked for
FURTHEST = timedelta(days=10)  # how far the time may be widened for what took long
MOST_HEALED = 50  # look-ups of one comparison
MOST_SHOWN = 200  # differences that are kept of one day
ZERO = Decimal("0.00")
SIGNS = {"came": ("came", 1), "back": ("back", 1), "held": ("held", 1), "released": ("held", -1)}
REPORTS: dict[str, ReportKind] = {
    "came": "succeeded",
    "back": "refunded",
    "held": "dispute_opened",
    "released": "dispute_won",
}

logger = logging.getLogger(__name__)


@dataclass
class Side:
    """What moved in one currency by one side's books."""

    came: Decimal = ZERO
    back: Decimal = ZERO
    held: Decimal = ZERO
    fees: Decimal = ZERO

    def add(self, kind: str, amount: Decimal, fee: Decimal | None) -> None:
        name, sign = SIGNS[kind]
        setattr(self, name, getattr(self, name) + sign * amount)
        self.fees += fee or ZERO

    def as_text(self) -> dict[str, str]:
        return {name: f"{getattr(self, name):f}" for name in ("came", "back", "held", "fees")}


@dataclass
class Page:
    """One currency of one day."""

    ours: Side = field(default_factory=Side)
    theirs: Side = field(default_factory=Side)
    differences: list[dict[str, Any]] = field(default_factory=list)


def compare(*, provider: str, date: date, at: datetime) -> list[Reconciliation]:
    """Compare one day of a provider and write down what came of it, one row for each currency.

    A provider that cannot be asked leaves the day unread. Not inside a transaction. Raises UnknownProvider.
    """
    since = datetime.combine(date, time(), UTC)
    until = since + timedelta(days=1)
    touched = our_books.payments_of(provider, since=since, until=until)
    ours = our_books.booked(provider, touched)
    try:
        first, last = _window(ours.values(), since, until)
        theirs = list(providers.named(provider).movements(since=first, until=last))
    except (Unavailable, Refused) as error:
        return _unread(provider, date, str(error), at=at)
    known = our_books.payments_named(provider, theirs)
    touched |= {payment.pk for payment in known.values()}
    of_day = [move for move in theirs if since <= move.at < until]
    ours = our_books.booked(provider, touched)
    healed = _heal(provider, of_day, ours, known, at=at)
    ours = our_books.booked(provider, touched)
    pages = _pages(theirs, ours, known, since, until)
    return _write(provider, date, pages, healed, at=at)


def _window(ours: Iterable[Booked], since: datetime, until: datetime) -> tuple[datetime, datetime]:
    """The time for which the provider is asked: the day and a little more, wider for what we know took long."""
    times = [moment for one in ours if since <= one.at < until for moment in one.times]
    first, last = min([since, *times]), max([until, *times])
    return max(first, since - FURTHEST) - AROUND, min(last, until + FURTHEST) + AROUND


# --- what they have and we do not ---


def _heal(
    provider: str, moves: list[Movement], ours: dict[Key, Booked], known: dict[Key, Payment], *, at: datetime
) -> int:
    """Book what never reached us, as its webhook would have, and fees that are told only now; says how much it was.

    Fees are not counted: many a webhook does not tell them.
    """
    lost = 0
    for move in sorted(moves, key=lambda one: one.at):
        payment = known.get((move.provider_id, move.reference))
        mine = ours.get(our_books.key_of(move, payment))
        if payment is not None and mine is None and lost < MOST_HEALED:
            lost += 1
            _hear(provider, move, payment, at=at)
        if payment is not None and move.fee and (mine is None or not mine.fee):
            _book_fee(move, payment, at=at)
    return lost


def _hear(provider: str, move: Movement, payment: Payment, *, at: datetime) -> None:
    """Let the ledger judge a movement that we were never told of."""
    try:
        if move.kind == "came" and payment.provider_id and returning.look_up(payment, at=at):
            return
    except (Unavailable, Refused) as error:
        logger.warning("Payment %s could not be looked up: %s", payment.reference, error)
    report = Report(
        event_id=move.event_id,
        kind=REPORTS[move.kind],
        provider_id=move.provider_id,
        reference=move.reference,
        amount=move.amount,
        currency=move.currency,
        live=providers.named(provider).live,
        refund_id=move.id if move.kind == "back" else "",
        fee=move.fee,
        at=move.at,
    )
    for event in inbox.keep(provider=provider, reports=[report], at=at):
        if ledger.apply(event.pk, at=at).state == PaymentEvent.State.ODD:
            ledger.judge_again(event.pk, at=at)


def _book_fee(move: Movement, payment: Payment, *, at: datetime) -> None:
    """What the provider kept of a movement that we have: a payment's, or that of a dispute."""
    with transaction.atomic():
        order = Order.objects.select_for_update().get(pk=payment.order_id)
        payment = Payment.objects.select_for_update().get(pk=payment.pk)
        if move.kind == "came" and payment.captured:
            take_fee(order, payment, move.fee, at=at)
        elif move.kind == "held" and move.fee:
            facts = {"key": our_books.fee_key(move, payment), "at": at, "currency": move.currency}
            entries.enter(order, payment, LedgerEntry.Kind.FEE, move.fee, **facts)  # type: ignore[arg-type]


# --- side by side ---


def _pages(
    theirs: list[Movement], ours: dict[Key, Booked], known: dict[Key, Payment], since: datetime, until: datetime
) -> dict[str, Page]:
    """Sums and differences of the day by currency."""
    pages: dict[str, Page] = {}
    left = dict(ours)

    def page(currency: str) -> Page:
        return pages.setdefault(currency, Page())

    for move in sorted(theirs, key=lambda one: one.at):
        payment = known.get((move.provider_id, move.reference))
        mine = left.pop(our_books.key_of(move, payment), None)
        if not since <= move.at < until:
            continue
        page(move.currency).theirs.add(move.kind, move.amount, move.fee)
        if mine is not None:
            # Fees that the provider does not tell in its lists are no difference.
            page(mine.currency).ours.add(mine.kind, mine.amount, mine.fee if move.fee is not None else None)
        what = _what(move, mine)
        if what:
            page(move.currency).differences.append(_difference(what, move, mine, payment))
    for mine in left.values():
        if since <= mine.at < until:
            page(mine.currency).ours.add(mine.kind, mine.amount, mine.fee)
            page(mine.currency).differences.append(_difference("only_ours", None, mine, mine.payment))
    return pages


def _what(move: Movement, mine: Booked | None) -> str:
    """In what theirs and ours differ; empty when they do not."""
    if mine is None:
        return "only_theirs"
    if (move.amount, move.currency) != (mine.amount, mine.currency):
        return "amount"
    return "fee" if move.fee is not None and move.fee != (mine.fee or ZERO) else ""


def _difference(what: str, move: Movement | None, mine: Booked | None, payment: Payment | None) -> dict[str, Any]:
    """One difference as it is kept; the words for it are chosen where it is shown (shop/counter/reconciliation.py)."""
    fee = what == "fee"
    return {
        "what": what,
        "kind": move.kind if move else mine.kind if mine else "",
        "id": move.id if move else mine.key[1] if mine and mine.kind != "came" else "",
        "provider_id": (move.provider_id if move else "") or (payment.provider_id if payment else "") or "",
        "theirs": f"{(move.fee if fee else move.amount) or ZERO:f} {move.currency}" if move else "",
        "ours": f"{(mine.fee if fee else mine.amount) or ZERO:f} {mine.currency}" if mine else "",
        "payment": payment.reference if payment else move.reference if move else "",
        "order": payment.order.number if payment else "",
        "site": payment.site_id if payment else None,
        "at": (move.at if move else mine.at).isoformat() if move or mine else "",  # type: ignore[union-attr]
    }


def _write(provider: str, date: date, pages: dict[str, Page], healed: int, *, at: datetime) -> list[Reconciliation]:
    """Keep the day: a row for each currency, or one without a currency when nothing moved."""
    rows = []
    told = ""
    if healed:
        told = ngettext(
            "%(n)s movement had not reached us and was looked up.",
            "%(n)s movements had not reached us and were looked up.",
            healed,
        ) % {"n": healed}
    for currency, page in (pages or {"": Page()}).items():
        agrees = not page.differences and page.ours == page.theirs
        more = len(page.differences) - MOST_SHOWN
        facts = {
            "ours": page.ours.as_text(),
            "theirs": page.theirs.as_text(),
            "differences": page.differences[:MOST_SHOWN],
            "state": State.AGREES if agrees else State.DIFFERS,
            "detail": _("%(n)s more differences are not listed.") % {"n": more} if more > 0 else told,
            "checked_at": at,
        }
        rows.append(_keep(provider, date, currency, facts))
    Reconciliation.objects.filter(provider=provider, date=date).exclude(pk__in=[row.pk for row in rows]).delete()
    return rows


def _unread(provider: str, date: date, why: str, *, at: datetime) -> list[Reconciliation]:
    """The provider could not be asked: what was read before stays, marked."""
    logger.warning("%s could not be compared for %s: %s", provider, date, why)
    rows = list(Reconciliation.objects.filter(provider=provider, date=date)) or [
        Reconciliation(provider=provider, date=date, currency="")
    ]
    facts = {"state": State.UNREAD, "detail": why[:300], "checked_at": at}
    return [_keep(provider, date, row.currency, facts) for row in rows]


def _keep(provider: str, date: date, currency: str, facts: dict[str, Any]) -> Reconciliation:
    row, _created = Reconciliation.objects.update_or_create(
        provider=provider, date=date, currency=currency, defaults=facts
    )
    return row
