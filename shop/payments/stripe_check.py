"""What is right and wrong with Stripe: asked of its API, in words for an operator.

Source: https://docs.stripe.com/api/accounts/retrieve, /api/webhook_endpoints, /api/country_specs.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from shop.payments import findings as found
from shop.payments import stripe_reports as reports
from shop.payments.base import CheckAsk, Finding, Refused, Unavailable

if TYPE_CHECKING:
    from shop.payments.stripe import Stripe

API = "https://api.stripe.com"
SCRIPT = "https://js.stripe.com/v3/"
EVENTS = reports.INTENT_EVENTS | reports.SESSION_EVENTS | reports.DISPUTE_EVENTS | reports.REFUND_EVENTS
WHERE = "at the endpoint in Stripe's dashboard (Developers, Webhooks)"
ALLOW = "Give the restricted key the right to read this, or look in Stripe's dashboard yourself."


def findings(provider: "Stripe", ask: CheckAsk, *, version: str) -> Iterator[Finding]:
    """Everything that Stripe tells with our key. `version` is of the API as our library speaks it."""
    yield from found.place(
        "Stripe", live=provider.live, base=provider.api_base, usual=API, timeout=provider.calls.patience.timeout
    )
    yield from _keys(provider)
    calls = provider.calls
    try:
        account = calls.ask(calls.v1.accounts.retrieve_current)
    except (Unavailable, Refused) as error:
        yield _unanswered(error, provider.key_ending)
        if _status(error) != 403:
            return
        account = {}
    yield found.clock("Stripe", calls.told_at, ask.at)
    if account:
        yield from _account(account)
    yield from _endpoint(provider, ask.webhook_url, version)
    yield from _currencies(provider, account, ask)


def _status(error: Exception) -> int:
    return int(getattr(error.__cause__, "http_status", None) or 0)


def _unanswered(error: Exception, key: str) -> Finding:
    """Why Stripe did not tell us its account."""
    if _status(error) == 401:
        return Finding(
            "error",
            f"Stripe does not accept STRIPE_SECRET_KEY ({key}).",
            "Copy the key anew from the dashboard (Developers, API keys); a rolled key is worth nothing.",
        )
    if _status(error) == 403:
        return Finding("warning", f"The key ({key}) is good, but may not read its account.", ALLOW)
    return Finding(
        "error",
        f"Stripe does not answer: {error}",
        "Look at status.stripe.com, at STRIPE_API_BASE, and whether this machine may reach the internet.",
    )


def _keys(provider: "Stripe") -> Iterator[Finding]:
    """What the keys show by themselves; they were refused at start where they cannot be right."""
    secrets = [secret for secret in provider.webhook_secrets if secret]
    if not all(secret.startswith("whsec_") for secret in secrets) or not secrets:
        yield Finding("error", "STRIPE_WEBHOOK_SECRETS holds no secret (whsec_...).", f"It stands {WHERE}.")
    elif len(secrets) > 1:
        yield Finding(
            "warning",
            f"{len(secrets)} webhook secrets are good at once.",
            "That is right while one replaces the other. Take the old one away when it has run out.",
        )
    else:
        yield Finding("ok", "One webhook secret is set. Whether it is the right one shows in the first news.")
    published = provider.client["publishable_key"]
    if published.startswith("pk_live_") != provider.live:
        yield Finding(
            "error",
            "The secret and the publishable key are of two modes.",
            "Take both from live, or both from test mode.",
        )
    yield Finding(
        "ok",
        f"The pay page loads {provider.client['script_url']}.",
        "Only a browser can say whether it is reachable: open a pay page.",
    )
    if provider.live and provider.client["script_url"] != SCRIPT:
        yield Finding("error", "Stripe wants its script loaded from js.stripe.com.", f"Set STRIPE_SCRIPT_URL={SCRIPT}")


def _account(account: dict[str, Any]) -> Iterator[Finding]:
    name = f"{account.get('id')}, {account.get('country') or 'country unknown'}"
    if account.get("charges_enabled"):
        yield Finding("ok", f"The account ({name}) may take payments.")
    else:
        yield Finding(
            "error",
            f"The account ({name}) may not take payments yet.",
            "Stripe's dashboard says on its first page what it still wants to know.",
        )
    if account.get("payouts_enabled") is False:
        yield Finding("warning", "Money is not paid out yet.", "Add a bank account in Stripe's dashboard.")


def _endpoint(provider: "Stripe", url: str, version: str) -> Iterator[Finding]:
    """Whether Stripe sends its news to us, and all of them."""
    calls = provider.calls
    try:
        rows = calls.listed("webhook_endpoints", {"limit": 100}).get("data") or []
    except (Unavailable, Refused) as error:
        hint = ALLOW if _status(error) == 403 else "Try again in a minute."
        yield Finding("warning", "The webhook endpoints could not be read.", hint)
        return
    ours = [row for row in rows if str(row.get("url")).rstrip("/") == url.rstrip("/")]
    if not ours:
        yield from _no_endpoint(provider, rows, url)
        return
    enabled = [row for row in ours if row.get("status") == "enabled"]
    if not enabled:
        yield Finding("error", f"The endpoint {url} is switched off.", f"Switch it on {WHERE}.")
        return
    yield Finding("ok", f"An endpoint sends to {url}.")
    if len(enabled) > 1:
        yield Finding(
            "warning", f"{len(enabled)} endpoints send to the same address: all comes twice.", f"Delete one {WHERE}."
        )
    heard = {str(one) for row in enabled for one in row.get("enabled_events") or []}
    yield found.events("Stripe", heard=heard, wanted=EVENTS, where=WHERE)
    written = sorted({str(row["api_version"]) for row in enabled if row.get("api_version")})
    if written and written != [version]:
        yield Finding(
            "warning",
            f"Its events are written as of {', '.join(written)}; this installation was tried with {version}.",
            "A new endpoint with that version is best. What we cannot read is kept and shown to staff.",
        )


def _no_endpoint(provider: "Stripe", rows: list[dict[str, Any]], url: str) -> Iterator[Finding]:
    others = sorted(str(row.get("url")) for row in rows)
    what = f"No endpoint sends to {url}." + (f" There are: {', '.join(others[:5])}." if others else "")
    if provider.account:
        yield Finding("warning", what, "For a connected account it may be registered at the platform: look there.")
    else:
        yield Finding("error", what, f"Add it {WHERE}, with the events of docs/payments.md. Is PUBLIC_ORIGIN right?")


def _currencies(provider: "Stripe", account: dict[str, Any], ask: CheckAsk) -> Iterator[Finding]:
    country = str(account.get("country") or "")
    try:
        spec = provider.calls.ask(provider.calls.v1.country_specs.retrieve, country) if country else {}
    except (Unavailable, Refused):
        spec = {}
    taken = {str(code).upper() for code in spec.get("supported_payment_currencies") or []}
    if taken:
        yield found.money("Stripe", ask.currencies, taken)
    else:
        yield Finding(
            "warning", "Which currencies Stripe takes from this account could not be read.", "Stripe's site lists them."
        )
