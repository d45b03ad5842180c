"""Rows of the books: which two accounts each kind of entry moves money between, and that each is written once."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from shop.models import LedgerEntry, Payment

Account = LedgerEntry.Account
Kind = LedgerEntry.Kind
MONEY = "money"  # the till, or the account at the provider

# Kind: where it goes (debit), where it comes from (credit).
MOVES: dict[str, tuple[str, str]] = {
    Kind.DUE: (Account.RECEIVABLE, Account.SALES),
    Kind.NO_SHOW: (Account.RECEIVABLE, Account.NO_SHOW),
    Kind.DEPOSIT: (MONEY, Account.RECEIVABLE),
    Kind.PAID: (MONEY, Account.RECEIVABLE),
    Kind.FEE: (Account.FEES, MONEY),
    Kind.REFUNDED: (Account.RECEIVABLE, MONEY),
    Kind.REFUND_BACK: (MONEY, Account.RECEIVABLE),
    Kind.CREDIT_BACK: (Account.RECEIVABLE, Account.RETURNS),
    Kind.CREDITED: (Account.RETURNS, Account.RECEIVABLE),
    Kind.WRITTEN_OFF: (Account.WRITTEN_OFF, Account.RECEIVABLE),
    Kind.UNPLACED: (MONEY, Account.SUSPENSE),
    Kind.UNPLACED_BACK: (Account.SUSPENSE, MONEY),
    Kind.UNPLACED_AGAIN: (MONEY, Account.SUSPENSE),
    Kind.DISPUTED: (Account.DISPUTED, MONEY),
    Kind.DISPUTE_WON: (MONEY, Account.DISPUTED),
    Kind.DISPUTE_LOST: (Account.LOST, Account.DISPUTED),
}


def enter(
    order: Any,
    payment: Payment | None,
    kind: str,
    amount: Decimal,
    *,
    key: str,
    at: datetime,
    currency: str = "",
    by: Any = None,
    note: str = "",
    till: bool = False,
) -> bool:
    """Write a row under a key that can be written once; say whether it was new. `currency`: where not the order's;
    `till`: the money is the till's, though the payment came through a provider."""
    row = entry(order, payment, kind, amount, key=key, at=at, currency=currency, by=by, note=note, till=till)
    facts = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if field.name != "id"}
    _row, created = LedgerEntry.objects.get_or_create(key=facts.pop("key"), defaults=facts)
    return created


def entry(
    order: Any,
    payment: Payment | None,
    kind: str,
    amount: Decimal,
    *,
    key: str,
    at: datetime,
    currency: str = "",
    by: Any = None,
    note: str = "",
    till: bool = False,
) -> LedgerEntry:
    """A row that is not written yet: the amount, above nothing, between the two accounts of its kind."""
    by_hand = till or (payment is not None and payment.provider == "in_store")
    money = Account.TILL if by_hand else Account.PROVIDER
    debit, credit = (money if side == MONEY else side for side in MOVES[kind])
    return LedgerEntry(
        order=order,
        site_id=order.visit.site_id,
        payment=payment,
        kind=kind,
        debit=debit,
        credit=credit,
        amount=amount,
        currency=currency or order.currency,
        key=key,
        at=at,
        by=by,
        note=note[:300],
    )


def total(order: Any, *kinds: str) -> Decimal:
    """What the rows of these kinds come to. One statement."""
    rows = LedgerEntry.objects.filter(order=order, kind__in=kinds).order_by().values_list("amount", flat=True)
    return sum(rows, Decimal("0.00"))  # added here, because SQLite adds up in binary
