"""What of a placed order is open, and what paying it asks for."""

from decimal import Decimal
from typing import Any

from shop import deposits
from shop.payments import attempts, ledger, switching
from shop.payments.starting import PAYABLE, what_to_ask


def money_of(order: Any) -> dict[str, Any]:
    """What is open, what paying asks for, what was agreed, what the bank keeps (`promised`), what is being taken
    (`taking`, deposits.Taking or None), and whether it may be paid online instead. Two statements, or one."""
    balance, agreed = ledger.balance(order), deposits.agreed(order)
    promise = attempts.promised(order) if order.status in PAYABLE else None
    taking = deposits.Taking.of(promise) if promise else None
    return {
        "balance": balance,
        "payable": order.status in PAYABLE and order.visit.pay_by != "in_store" and promise is None,
        "asks": what_to_ask(order, balance)[0],
        "agreed": agreed,
        "promised": promise.amount if promise and not taking else Decimal(0),
        "taking": taking,
        "later": balance.open - taking.amount if taking else balance.open,
        "online_instead": balance.open > 0 and switching.online_instead(order),
    }
