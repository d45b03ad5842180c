"""What moved at PayPal in a time, from the events it keeps for our webhooks, also those that never reached us.

Source: https://developer.paypal.com/docs/api/webhooks/v1/#webhooks-events_list. The list takes a time and a size and
names no next page that could be relied on, so a time with more events than fit on a page is asked for in two halves.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlencode

from shop.payments import paypal_reports as reports
from shop.payments.base import Movement, Report, ReportKind, Unavailable

PAGE, MOST_CALLS = 100, 200
SHORTEST = timedelta(seconds=2)  # a time is not cut in two below this
MoveKind = Literal["came", "back", "held", "released"]
KINDS: dict[ReportKind, MoveKind] = {
    "succeeded": "came",
    "refunded": "back",
    "reversed": "back",
    "refund_pending": "back",  # done by now, perhaps: it is asked
    "dispute_opened": "held",
    "dispute_won": "released",
}
# What may be of use; the list takes one type only, so they are sorted out here.
TOLD = reports.CAPTURE_EVENTS | reports.REFUND_EVENTS.keys() | {"CUSTOMER.DISPUTE.CREATED", "CUSTOMER.DISPUTE.RESOLVED"}
Find = Callable[[str], Mapping[str, Any] | None]


def between(find: Find, *, since: datetime, until: datetime, live: bool) -> list[Movement]:
    """All that moved in the time, each once. `find` answers with what is at a path, None where nothing is."""
    found: dict[tuple[str, str], Movement] = {}
    captures: dict[str, Mapping[str, Any] | None] = {}

    def capture_of(name: str) -> Mapping[str, Any] | None:
        if name and name not in captures:
            captures[name] = find(f"/v2/payments/captures/{name}")
        return captures.get(name)

    for event in _events(find, since, until):
        if event.get("event_type") not in TOLD:
            continue
        movement = _movement(reports.of_event(event, live=live, capture_of=capture_of))
        if movement is not None and since <= movement.at < until:
            found.setdefault((movement.kind, movement.id), movement)
    return [one for one in found.values() if one.kind != "back" or _still_back(find, one)]


def _events(find: Find, since: datetime, until: datetime) -> Iterator[Mapping[str, Any]]:
    """The events of a time, in halves where one page does not hold them. Raises Unavailable for too many."""
    waiting, seen = [(since, until)], set()
    for _number in range(MOST_CALLS):
        if not waiting:
            return
        first, last = waiting.pop()
        asked = urlencode({"page_size": PAGE, "start_time": _time(first), "end_time": _time(last)})
        answer = find(f"/v1/notifications/webhooks-events?{asked}") or {}
        rows = answer.get("events") or []
        if not isinstance(rows, list):
            raise Unavailable("PayPal answered something we cannot read.")
        if len(rows) >= PAGE or reports.link(answer, "next"):
            if last - first <= SHORTEST:
                raise Unavailable("PayPal has more events of one second than it shows.")
            middle = first + (last - first) / 2
            waiting += [(first, middle), (middle, last)]
            continue
        for event in rows:
            if event.get("id") not in seen:
                seen.add(event.get("id"))
                yield event
    if waiting:
        raise Unavailable("PayPal has more events of this time than we read.")


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _movement(report: Report) -> Movement | None:
    kind = KINDS.get(report.kind)
    if kind is None or report.amount is None or report.at is None:
        return None
    return Movement(
        id=report.refund_id or report.event_id.partition(":")[0],
        kind=kind,
        provider_id=report.provider_id,
        reference=report.reference,
        amount=report.amount,
        currency=report.currency,
        fee=report.fee,
        at=report.at,
        event_id=f"{report.refund_id}:refunded" if kind == "back" else report.event_id,
    )


def _still_back(find: Find, movement: Movement) -> bool:
    """Whether a refund is done by now: one that waits, or that a bank sent back, moved nothing."""
    refund = find(f"/v2/payments/refunds/{movement.id}")
    return refund is None or refund.get("status") in {None, "COMPLETED"}
