"""Stripe's lists of charges, refunds and disputes: newest first, by the time they were made, a page at a time.

Source: https://docs.stripe.com/api/charges/list, https://docs.stripe.com/api/pagination.
"""

import operator
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.standins.wire import Request

if TYPE_CHECKING:
    from tests.standins.stripe_api import StripeSide

Row = dict[str, Any]
LIMITS = {"gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le}


def routes(side: "StripeSide") -> list[tuple[str, str, Callable[..., Any]]]:
    """The addresses of the lists, for the table of stripe_api.py."""

    def of(table: str) -> Callable[..., Any]:
        def listing(request: Request, about: Row) -> Row:
            return _listed(side, table, request, about)

        return listing

    return [("GET", f"/v1/{name}", of(name)) for name in ("charges", "refunds", "disputes")]


def _listed(side: "StripeSide", table: str, request: Request, about: Row) -> Row:
    accounts = side.books.table("accounts")
    rows = [
        row
        for row in side.books.table(table).values()
        if accounts.get(row["payment_intent"], "") == about["account"]
        and request.asked.get("payment_intent") in {None, row["payment_intent"]}
        and _in_time(row, request)
        # What was made past us has no intent here: it is shown whatever the key.
        and side.books.table("intents").get(row["payment_intent"], {}).get("livemode", about["live"]) == about["live"]
    ]
    rows.sort(key=lambda row: row["created"], reverse=True)
    after = request.asked.get("starting_after")
    if after:
        rows = rows[[row["id"] for row in rows].index(after) + 1 :]
    limit = min(int(request.asked.get("limit", 10)), 100)
    shown = [_shown(side, row, request) for row in rows[:limit]]
    return {"object": "list", "data": shown, "has_more": len(rows) > limit, "url": request.path}


def _in_time(row: Row, request: Request) -> bool:
    asked = [(re.fullmatch(r"created\[(\w+)\]", name), value) for name, value in request.query]
    return all(LIMITS[match[1]](row["created"], int(value)) for match, value in asked if match)


def _shown(side: "StripeSide", row: Row, request: Request) -> Row:
    """A row with what was asked to be expanded, and a dispute with its rows of the balance."""
    asked = [value.removeprefix("data.") for name, value in request.query if name.startswith("expand")]
    shown = dict(row)
    if row["object"] == "dispute":
        shown["balance_transactions"] = [
            one for one in side.books.table("balance").values() if one["source"] == row["id"]
        ]
    for name, table in (("balance_transaction", "balance"), ("payment_intent", "intents")):
        if name in asked and row.get(name):
            shown[name] = side.books.table(table).get(row[name])
    return shown
