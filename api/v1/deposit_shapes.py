"""What is paid when, and what goes back, as baskets, quotes and orders show it to customers."""

from collections.abc import Iterable
from typing import Any

from rest_framework import serializers

from api.shapes import Money, moment, money
from shop.deposits import Terms
from shop.given_back import Back


class DepositShape(serializers.Serializer):
    """A part of the total that books the visit."""

    amount = Money()
    percent = serializers.IntegerField(help_text="Of the total.")
    capture = serializers.ChoiceField(
        choices=["now", "later"],
        help_text="later: the customer's bank keeps it, and it is taken when the device is here.",
    )


class GivenBackShape(serializers.Serializer):
    """Money that goes back."""

    amount = Money()
    state = serializers.ChoiceField(
        choices=["asked", "sent", "done", "failed"],
        help_text="asked: about to go back; sent: on its way; done: given back; failed: the shop will call.",
    )
    at = serializers.DateTimeField(help_text="Since when.")


class BalanceShape(serializers.Serializer):
    """What an order's ledger says."""

    due = Money(help_text="What is asked for: the total, less what the shop wrote off.")
    paid = Money()
    refunded = Money()
    open = Money(help_text="What is still to be paid.")


def deposit(terms: Terms) -> dict[str, Any] | None:
    """A deposit as JSON; null where there is none."""
    if terms.percent is None:
        return None
    return {"amount": money(terms.today, terms.currency), "percent": terms.percent, "capture": terms.capture}


def balance_of(sums: Any) -> dict[str, Any]:
    """An order's balance as JSON."""
    return {name: money(getattr(sums, name), sums.currency) for name in ("due", "paid", "refunded", "open")}


def refunds(backs: Iterable[Back]) -> list[dict[str, Any]]:
    """Refunds as JSON, oldest first."""
    return [{"amount": money(one.amount, one.currency), "state": one.state, "at": moment(one.at)} for one in backs]
