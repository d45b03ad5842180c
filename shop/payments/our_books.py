"""What our books say moved through a provider, movement by movement, in the words in which the provider tells it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import TypeVar

from django.db.models import Q

from shop.models import LedgerEntry, Payment, PaymentEvent, Refund
from shop.payments.base import Movement

Kind = LedgerEntry.Kind
# Ours and theirs are the same movement when these are equal: money that came is known by its payment, anything else by
# the provider's name for it.
Key = tuple[str, str]
KINDS: dict[str, str] = {
    Kind.PAID: "came",
    Kind.DEPOSIT: "came",
    Kind.UNPLACED: "came",
    Kind.REFUNDED: "back",
    Kind.UNPLACED_BACK: "back",
    Kind.DISPUTED: "held",
    Kind.DISPUTE_WON: "released",
}
CAME_BACK = (Kind.REFUND_BACK, Kind.UNPLACED_AGAIN)  # refunds that did not arrive
TOLD = {
    "succeeded": "came",
    "refunded": "back",
    "reversed": "back",
    "dispute_opened": "held",
    "dispute_won": "released",
}
CHUNK = 400  # names in one statement
One = TypeVar("One")


@dataclass(frozen=True)
class Booked:
    """One movement as we booked it. `times` are all that we know of when it was: the provider's, and our own."""

    key: Key
    kind: str
    payment: Payment
    amount: Decimal
    currency: str
    fee: Decimal | None
    times: tuple[datetime, ...]

    @property
    def at(self) -> datetime:
        """The earliest of its times: the money moved before we heard of it."""
        return min(self.times)


def payments_of(provider: str, *, since: datetime, until: datetime) -> set[int]:
    """The payments of which something moved in the time by our books, by their ids."""
    rows = LedgerEntry.objects.filter(payment__provider=provider, at__gte=since, at__lt=until, kind__in=KINDS)
    found = set(rows.order_by().values_list("payment", flat=True))
    # What we booked on another day, because we heard of it late or asked for it early, counts on the provider's.
    told = PaymentEvent.objects.filter(provider=provider, kind__in=TOLD, happened_at__gte=since, happened_at__lt=until)
    names = list(told.values_list("provider_id", "reference"))
    asked = Refund.objects.filter(payment__provider=provider, created_at__gte=since, created_at__lt=until)
    by_name = {payment.pk for payment in _named(provider, names)}
    return found | by_name | set(asked.order_by().values_list("payment", flat=True))


def payments_named(provider: str, movements: Iterable[Movement]) -> dict[Key, Payment]:
    """The payments of ours that these movements speak of, by (provider_id, reference) as they name them.

    A reference under another name of the provider's is not ours to believe.
    """
    names = {(move.provider_id, move.reference) for move in movements if move.provider_id or move.reference}
    found = list(_named(provider, names))
    by_id = {payment.provider_id: payment for payment in found if payment.provider_id}
    by_reference = {payment.reference: payment for payment in found}
    known: dict[Key, Payment] = {}
    for provider_id, reference in names:
        payment = by_id.get(provider_id) or by_reference.get(reference)
        if payment and not (provider_id and payment.provider_id and provider_id != payment.provider_id):
            known[provider_id, reference] = payment
    return known


def key_of(movement: Movement, payment: Payment | None) -> Key:
    """What makes a movement the same as one of ours."""
    return (movement.kind, str(payment.pk) if movement.kind == "came" and payment else movement.id)


def booked(provider: str, payment_ids: Iterable[int]) -> dict[Key, Booked]:
    """Everything that moved for these payments by our books. A refund that came back is no movement."""
    found: dict[Key, Booked] = {}
    for ids in _chunks(sorted(payment_ids)):
        payments = {one.pk: one for one in Payment.objects.filter(pk__in=ids).select_related("order")}
        rows = list(LedgerEntry.objects.filter(payment__in=ids, kind__in=[*KINDS, *CAME_BACK, Kind.FEE]))
        refunds = {refund.reference: refund for refund in Refund.objects.filter(payment__in=ids)}
        times = _times(provider, payments.values())
        undone = {_about(row) for row in rows if row.kind in CAME_BACK}
        fees = {_fee_key(row): row.amount for row in rows if row.kind == Kind.FEE}
        for row in rows:
            kind = KINDS.get(row.kind)
            if kind is None or (kind == "back" and _about(row) in undone) or row.payment_id is None:
                continue
            if row.credit == LedgerEntry.Account.TILL:  # paid out of our own till: nothing moved there
                continue
            refund = refunds.get(_about(row)) if kind == "back" else None
            key = _key(row, kind, refund)
            known = (row.at, *times.get(key, ()), *((refund.created_at,) if refund else ()))
            found[key] = Booked(
                key, kind, payments[row.payment_id], row.amount, row.currency, fees.get(key), known
            )  # fmt: skip
    return found


def fee_key(movement: Movement, payment: Payment) -> str:
    """Under which key the fee of a dispute is booked; that of a payment has its own (settling.take_fee)."""
    return f"fee:disputed:{payment.provider}:{movement.id}"


def _key(row: LedgerEntry, kind: str, refund: Refund | None) -> Key:
    if kind == "came":
        return kind, str(row.payment_id)
    return kind, (refund.provider_id if refund and refund.provider_id else _about(row))


def _fee_key(row: LedgerEntry) -> Key:
    return ("held", _about(row)) if row.key.startswith("fee:disputed:") else ("came", str(row.payment_id))


def _about(row: LedgerEntry) -> str:
    """The refund or dispute that a row speaks of: the last part of its key."""
    return row.key.rpartition(":")[2]


def _times(provider: str, payments: Iterable[Payment]) -> dict[Key, tuple[datetime, ...]]:
    """When the provider says that these payments' money moved."""
    rows = list(payments)
    by_name: Mapping[str, Payment] = {name: row for row in rows for name in (row.reference, row.provider_id) if name}
    told = PaymentEvent.objects.filter(_naming([(row.provider_id or "", row.reference) for row in rows]))
    times: dict[Key, tuple[datetime, ...]] = {}
    for event in told.filter(provider=provider, kind__in=TOLD, happened_at__isnull=False).only(
        "kind", "about_id", "event_id", "reference", "provider_id", "happened_at"
    ):
        payment = by_name.get(event.reference) or by_name.get(event.provider_id)
        kind, about = TOLD[event.kind], event.about_id or event.event_id.partition(":")[0]
        key = (kind, str(payment.pk)) if kind == "came" and payment else (kind, about)
        if event.happened_at:
            times[key] = (*times.get(key, ()), event.happened_at)
    return times


def _named(provider: str, names: Iterable[tuple[str, str]]) -> Iterator[Payment]:
    for some in _chunks(sorted(set(names))):
        yield from Payment.objects.filter(_naming(some), provider=provider).select_related("order")


def _naming(names: Iterable[tuple[str, str]]) -> Q:
    rows = list(names)
    return Q(provider_id__in=[one for one, _ in rows if one]) | Q(reference__in=[one for _, one in rows if one])


def _chunks(rows: Iterable[One]) -> Iterator[list[One]]:
    left = iter(rows)
    while some := list(islice(left, CHUNK)):
        yield some
