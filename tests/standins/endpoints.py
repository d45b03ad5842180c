"""What an account of Stripe's or an app of PayPal's knows about itself: who it is, and where its news go.

Source: https://docs.stripe.com/api/accounts, /api/webhook_endpoints, /api/country_specs and
https://developer.paypal.com/docs/api/webhooks/v1/#webhooks_get. Tables of the books: `stripe_endpoints`,
`paypal_webhooks`; the switches `account` (what differs in it) and `forbidden` (paths that the key may not read).
"""

import re
from collections.abc import Callable
from typing import Any

from tests.standins.wire import Problem, Request, answer

Row = dict[str, Any]
ACCOUNT = {
    "id": "acct_1StandIn",
    "object": "account",
    "charges_enabled": True,
    "country": "GB",
    "default_currency": "gbp",
    "payouts_enabled": True,
}
CURRENCIES = "aud brl cad chf czk dkk eur gbp hkd huf jpy kwd nok nzd pln sek sgd usd".split()  # noqa: SIM905 - a table


def stripe_routes(side: Any) -> list[tuple[str, str, Callable[..., Any]]]:
    """For the table of stripe_api.py."""

    def allowed(request: Request) -> Row:
        switches = side.books.table("switches")
        if any(re.fullmatch(path, request.path) for path in switches.get("forbidden", [])):
            error = {"type": "invalid_request_error", "message": "The provided key does not have the permission."}
            raise Problem(answer({"error": error}, 403))
        return switches

    def account(request: Request, about: Row) -> Row:
        return {**ACCOUNT, **allowed(request).get("account", {})}

    def endpoints(request: Request, about: Row) -> Row:
        allowed(request)
        rows = list(side.books.table("stripe_endpoints").values()) or _own(side)
        return {"object": "list", "url": request.path, "has_more": False, "data": rows}

    def country(request: Request, about: Row, code: str) -> Row:
        allowed(request)
        return {"id": code, "object": "country_spec", "supported_payment_currencies": CURRENCIES}

    return [
        ("GET", r"/v1/account", account),
        ("GET", r"/v1/webhook_endpoints", endpoints),
        ("GET", r"/v1/country_specs/([A-Z]{2})", country),
    ]


def _own(side: Any) -> list[Row]:
    """Where this stand-in sends its news, if anywhere."""
    if not side.post.url:
        return []
    return [stripe_endpoint(side.post.url.replace("{provider}", "stripe"))]


def stripe_endpoint(url: str, **changed: Any) -> Row:
    return {
        "id": "we_1StandIn",
        "object": "webhook_endpoint",
        "api_version": None,
        "enabled_events": ["*"],
        "livemode": False,
        "status": "enabled",
        "url": url,
        **changed,
    }


def paypal_routes(side: Any) -> list[tuple[str, str, Callable[..., Any]]]:
    """For the table of paypal_api.py."""

    def webhook(request: Request, name: str) -> tuple[int, Row]:
        if side.books.table("switches").get("forbidden"):
            raise Problem(answer({"name": "NOT_AUTHORIZED", "message": "Authorization failed."}, 403))
        own = {} if not side.post.url else {side.post.webhook_id: paypal_webhook(
            side.post.url.replace("{provider}", "paypal"), ["*"], name=side.post.webhook_id
        )}  # fmt: skip
        rows = side.books.table("paypal_webhooks") or own
        if name not in rows:
            details = [{"issue": "INVALID_RESOURCE_ID"}]
            raise Problem(answer({"name": "INVALID_RESOURCE_ID", "message": "Not found.", "details": details}, 404))
        return 200, rows[name]

    return [("GET", r"/v1/notifications/webhooks/([^/]+)", webhook)]


def paypal_webhook(url: str, events: list[str], *, name: str) -> Row:
    return {"id": name, "url": url, "event_types": [{"name": event, "status": "ENABLED"} for event in events]}
