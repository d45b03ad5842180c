"""What is right and wrong with PayPal: asked of its API, in words for an operator.

Source: https://developer.paypal.com/docs/api/webhooks/v1/#webhooks_get and /api/rest/authentication/.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from shop.payments import findings as found
from shop.payments import paypal_reports as reports
from shop.payments.base import CheckAsk, Finding, Refused, Unavailable

if TYPE_CHECKING:
    from shop.payments.paypal import PayPal

API = "https://api-m.paypal.com"
SANDBOX = "https://api-m.sandbox.paypal.com"
EVENTS = {
    "CHECKOUT.ORDER.APPROVED",
    "CHECKOUT.PAYMENT-APPROVAL.REVERSED",
    *reports.CAPTURE_EVENTS,
    *reports.HOLD_EVENTS,
    *reports.REFUND_EVENTS,
    "CUSTOMER.DISPUTE.CREATED",
    "CUSTOMER.DISPUTE.RESOLVED",
}
WHERE = "at the webhook of your app (developer.paypal.com, Apps & Credentials)"


def findings(provider: "PayPal", ask: CheckAsk, *, takes: Iterable[str]) -> Iterator[Finding]:
    """Everything that PayPal tells with our keys."""
    calls = provider.calls
    usual = SANDBOX if calls.api_base == SANDBOX else API
    yield from found.place("PayPal", live=provider.live, base=calls.api_base, usual=usual, timeout=calls.timeout)
    path = f"/v1/notifications/webhooks/{quote(provider.webhook_id, safe='')}"
    try:
        webhook = calls.find(path)
    except (Unavailable, Refused) as error:
        yield _unanswered(error, found.ending(calls.client_id))
        if _status(error) in {0, 401} or _status(error) >= 500:
            return
        webhook = {}
    else:
        yield Finding("ok", f"PayPal accepts the app {found.ending(calls.client_id)}.")
    yield found.clock("PayPal", calls.told_at, ask.at)
    if webhook is None:
        yield Finding(
            "error",
            f"PayPal knows no webhook {provider.webhook_id} of this app.",
            f"Copy its id anew into PAYPAL_WEBHOOK_ID; it stands {WHERE}. Sandbox and live have different ones.",
        )
    elif webhook:
        yield from _webhook(webhook, ask.webhook_url)
    yield found.money("PayPal", ask.currencies, takes)
    yield Finding(
        "ok",
        "PayPal does not tell whose account an app is for.",
        "The payments page of a first payment names it; the app's page in the dashboard, too.",
    )


def _status(error: Exception) -> int:
    return int(getattr(error.__cause__, "status", 0) or 0)


def _unanswered(error: Exception, name: str) -> Finding:
    """Why PayPal did not tell us of its webhook."""
    if _status(error) == 401:
        return Finding(
            "error",
            f"PayPal does not accept PAYPAL_CLIENT_ID ({name}) with its secret.",
            "Copy both anew from the app. Sandbox and live have different ones: does PAYPAL_API_BASE fit?",
        )
    if _status(error) == 403:
        return Finding("warning", "The app may not read its webhooks.", f"Look {WHERE} yourself.")
    return Finding(
        "error",
        f"PayPal does not answer: {error}",
        "Look at paypal-status.com, at PAYPAL_API_BASE, and whether this machine may reach the internet.",
    )


def _webhook(webhook: dict[str, Any], url: str) -> Iterator[Finding]:
    """Whether PayPal sends its news to us, and all of them."""
    told = str(webhook.get("url") or "")
    if told.rstrip("/") != url.rstrip("/"):
        yield Finding("error", f"The webhook sends to {told}, not to {url}.", f"Change it {WHERE}, or PUBLIC_ORIGIN.")
    else:
        yield Finding("ok", f"The webhook sends to {url}.")
    rows = webhook.get("event_types")
    types = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    off = {"DISABLED", "DEPRECATED"}
    heard = {str(row.get("name")) for row in types if str(row.get("status") or "ENABLED").upper() not in off}
    yield found.events("PayPal", heard=heard, wanted=EVENTS, where=WHERE)
