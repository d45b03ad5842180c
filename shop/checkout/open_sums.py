"""What of a placed order is open, and what paying it asks for."""

from decimal import Decimal
from typing import Any

from shop import deposits
from shop.payments import attempts, ledger
from shop.payments.starting import PAYABLE, what_to_ask


def money_of(order: Any) -> dict[str, Any]:
    """What is open, what paying asks for, what was agreed and what the bank keeps. One statement, or two."""
    balance, agreed = ledger.balance(order), deposits.agreed(order)
    promise = attempts.promised(order) if agreed.kept and order.status == "awaiting-payment" else None
    return {
        "balance": balance,
        "payable": order.status in PAYABLE and order.visit.pay_by != "in_store" and promise is None,
        "asks": what_to_ask(order, balance)[0],
        "agreed": agreed,
        "promised": promise.amount if promise else Decimal(0),
    }
