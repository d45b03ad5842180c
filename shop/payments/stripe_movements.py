"""What moved at Stripe in a time, from its lists of charges, refunds and disputes.

Source: https://docs.stripe.com/api/charges/list, /refunds/list, /disputes/list, /pagination. Lists go by the time at
which a thing was made; a charge that was held first is captured up to a week later, and a dispute ends months later,
so that both are looked for from earlier on and kept by the time at which their money moved.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from shop.payments import stripe_reports as reports
from shop.payments.base import Movement, Unavailable

PAGE, MOST_PAGES = 100, 60  # rows of a page, the most Stripe gives; and pages of one list
HOLDS = timedelta(days=8)  # the longest that a card's promise lasts, and a day
DISPUTES = timedelta(days=120)
CHARGES, REFUNDS, CASES = "charges", "refunds", "disputes"
EXPANDED = {
    CHARGES: ["data.balance_transaction"],
    REFUNDS: ["data.payment_intent"],
    CASES: ["data.payment_intent"],
}
# Asks for one page of a list (charges, refunds or disputes) with these parameters; the answer as a dictionary.
AskPage = Callable[[str, dict[str, Any]], Mapping[str, Any]]


def between(ask: AskPage, *, since: datetime, until: datetime) -> list[Movement]:
    """All that moved in the time. Raises what `ask` raises, and Unavailable for more pages than we read."""
    found = [
        *(_came(charge) for charge in _all(ask, CHARGES, since - HOLDS, until)),
        *(_back(refund) for refund in _all(ask, REFUNDS, since, until)),
        *(move for dispute in _all(ask, CASES, since - DISPUTES, until) for move in _disputed(dispute)),
    ]
    return [movement for movement in found if movement is not None and since <= movement.at < until]


def _all(ask: AskPage, name: str, since: datetime, until: datetime) -> Iterator[Mapping[str, Any]]:
    """Every row of a list that was made in the time, page after page."""
    made = {"gte": int(since.timestamp()), "lt": int(until.timestamp())}
    return _pages(ask, name, {"created": made, "expand": EXPANDED[name]})


def refund_of(ask: AskPage, intent_id: str, mark: str) -> Mapping[str, Any] | None:
    """The refund of an intent that carries our mark; None where none went under it."""
    rows = _pages(ask, REFUNDS, {"payment_intent": intent_id})
    return next((row for row in rows if reports.metadata_of(row).get(reports.REFUND) == mark), None)


def _pages(ask: AskPage, name: str, wanted: dict[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every row of a list, page after page."""
    params: dict[str, Any] = {**wanted, "limit": PAGE}
    for _number in range(MOST_PAGES):
        answer = ask(name, params)
        rows = answer.get("data")
        if not isinstance(rows, list):
            raise Unavailable("Stripe answered something we cannot read.")
        yield from rows
        if not answer.get("has_more") or not rows:
            return
        params = {**params, "starting_after": rows[-1].get("id")}
    raise Unavailable(f"Stripe has more than {PAGE * MOST_PAGES} {name} to list.")


def _came(charge: Mapping[str, Any]) -> Movement | None:
    """A charge that was taken; what is only held or was declined moved nothing."""
    if charge.get("status") != "succeeded" or not charge.get("captured"):
        return None
    about = reports.metadata_of(charge)
    intent = str(reports.expanded(charge.get("payment_intent")).get("id") or "")
    booked = reports.expanded(charge.get("balance_transaction"))
    same = booked.get("currency") == charge.get("currency")
    return _movement(
        charge,
        "came",
        minor=charge.get("amount_captured"),
        payment=("" if reports.HOSTED in about else intent, str(about.get("reference", ""))),
        fee=booked.get("fee") if same else None,
        at=booked.get("created") or charge.get("created"),
        event_id=f"{intent}:succeeded",
    )


def _back(refund: Mapping[str, Any]) -> Movement | None:
    """A refund that is done; one that is on its way, or came back, is no movement."""
    if refund.get("status") != "succeeded":
        return None
    name = refund.get("id")
    return _movement(refund, "back", minor=refund.get("amount"), payment=_payment(refund), event_id=f"{name}:refunded")


def _disputed(dispute: Mapping[str, Any]) -> Iterator[Movement | None]:
    """What the bank holds back, and what it gave back when the dispute was won. A mere question holds nothing."""
    status, name = str(dispute.get("status")), dispute.get("id")
    if status.startswith("warning_"):
        return
    booked = dispute.get("balance_transactions")
    rows = [reports.expanded(row) for row in booked] if isinstance(booked, list) else []
    currency = dispute.get("currency")
    facts: dict[str, Any] = {"minor": dispute.get("amount"), "payment": _payment(dispute)}
    out = next((row for row in rows if (row.get("amount") or 0) < 0), {})
    back = next((row for row in rows if (row.get("amount") or 0) > 0), {})
    fee = out.get("fee") if out.get("currency") == currency else None
    at = out.get("created") or dispute.get("created")
    yield _movement(dispute, "held", fee=fee, at=at, event_id=f"{name}:dispute_opened", **facts)
    if status == "won":
        ended = back.get("created") or at
        yield _movement(dispute, "released", at=ended, event_id=f"{name}:dispute_won", **facts)


def _movement(
    thing: Mapping[str, Any],
    kind: Any,
    *,
    minor: Any,
    payment: tuple[str, str],
    event_id: str,
    fee: Any = None,
    at: Any = None,
) -> Movement:
    amount = reports.amount_of(minor, thing.get("currency"))
    moved_at = reports.moment(at or thing.get("created"))
    if amount is None or moved_at is None or not thing.get("id"):
        raise Unavailable("Stripe answered something we cannot read.")
    return Movement(
        id=str(thing["id"]),
        kind=kind,
        provider_id=payment[0],
        reference=payment[1],
        amount=amount,
        currency=str(thing.get("currency")).upper(),
        fee=reports.amount_of(fee, thing.get("currency")),
        at=moved_at,
        event_id=event_id,
    )


def _payment(thing: Mapping[str, Any]) -> tuple[str, str]:
    """Whose refund or dispute it is; the intent is expanded, so nothing more has to be asked."""
    return reports.payment_of(thing, lambda _intent_id: reports.expanded(thing.get("payment_intent")))
