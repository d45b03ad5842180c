"""PayPal's list of the events it kept for a webhook, by time. Source: the webhooks API, `webhooks-events`."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tests.standins.wire import Request

if TYPE_CHECKING:
    from tests.standins.paypal_api import PayPalSide


def routes(side: "PayPalSide") -> list[tuple[str, str, Callable[..., Any]]]:
    """The address of the list, for the table of paypal_api.py."""

    def listing(request: Request) -> tuple[int, dict[str, Any]]:
        first, last = (datetime.fromisoformat(request.asked[name]) for name in ("start_time", "end_time"))
        rows = [row for row in side.books.table("paypal_events").values() if first <= _at(row) <= last]
        rows.sort(key=_at, reverse=True)
        size = int(request.asked.get("page_size", 10))
        links = [{"rel": "next", "href": f"{request.origin}{request.path}?page=2"}] if len(rows) > size else []
        return 200, {"events": rows[:size], "count": len(rows[:size]), "links": links}

    return [("GET", "/v1/notifications/webhooks-events", listing)]


def _at(row: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(row["create_time"]).astimezone(UTC)
