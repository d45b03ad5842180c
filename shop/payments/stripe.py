"""Stripe: cents, idempotency keys, signatures. The only place that imports its library."""

import json
import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Literal

import stripe
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from notifications.breaker import Breaker
from shop.payments import declines, stripe_check, stripe_movements
from shop.payments import stripe_reports as reports
from shop.payments.base import (
    BadSignature,
    CancelAsk,
    CaptureAsk,
    CheckAsk,
    Finding,
    Movement,
    RefundAsk,
    Refunded,
    Refused,
    Report,
    StartAsk,
    Started,
    Unavailable,
    Words,
)
from shop.payments.findings import ending
from shop.payments.patience import LONGEST, Patience
from shop.payments.stripe_asks import API, intent_params, minor, page_sources, refund_params, session_params

SCRIPT = "https://js.stripe.com/v3/"
TOLERANCE_SECONDS = 300
CHARGE = "latest_charge.balance_transaction"

# At DEBUG the library writes whole answers to the log, and with them the client secrets of payments; at INFO each call.
logging.getLogger("stripe").setLevel(logging.WARNING)


class Calls:
    """Calls to Stripe's API with our own patience; answers are plain dictionaries."""

    def __init__(self, client: stripe.StripeClient, patience: Patience) -> None:
        self.v1 = client.v1
        self.patience = patience
        self.told_at = ""  # Stripe's clock, in its latest answer

    def intent(self, intent_id: str) -> dict[str, Any] | None:
        """An intent with its charge and what that cost; None for an unknown one."""
        return self.found(self.v1.payment_intents.retrieve, intent_id, params={"expand": [CHARGE]})

    def named_intent(self, intent_id: str) -> dict[str, Any] | None:
        """The intent that a message names; None also for a name that Stripe does not look up at all."""
        try:
            return self.intent(intent_id)
        except Refused:
            return None

    def session(self, session_id: str) -> dict[str, Any] | None:
        """A session with its intent, as far; None for an unknown one."""
        expand = {"expand": [f"payment_intent.{CHARGE}"]}
        return self.found(self.v1.checkout.sessions.retrieve, session_id, params=expand)

    def intent_id(self, provider_id: str) -> str:
        """The intent behind a payment's name. Raises Refused for a session that never had one."""
        if not provider_id.startswith("cs_"):
            return provider_id
        intent = (self.session(provider_id) or {}).get("payment_intent") or {}
        if not intent.get("id"):
            raise Refused(_now("Nothing was paid on this page."))
        return str(intent["id"])

    def listed(self, name: str, params: dict[str, Any]) -> dict[str, Any]:
        """One page of a list of v1, such as charges."""
        return self.ask(getattr(self.v1, name).list, params=params, needs="object")

    def found(self, call: Callable[..., Any], *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        """The answer, or None where Stripe has no such thing."""
        try:
            return self.ask(call, *args, **kwargs)
        except Refused as error:
            if getattr(error.__cause__, "code", "") == "resource_missing":
                return None
            raise

    def ask(self, call: Callable[..., Any], *args: Any, needs: str = "id", **kwargs: Any) -> dict[str, Any]:
        """Ask Stripe, again with the same key where that may help. Raises Unavailable, also for an answer without what
        it `needs`, and Refused."""
        try:
            answer = self.patience.ask(partial(call, *args, **kwargs), errors=stripe.StripeError, again=_passes)
        except stripe.StripeError as error:
            self.told_at = (error.headers or {}).get("date", "")
            raise _meaning(error) from error
        told = getattr(answer, "last_response", None)
        self.told_at = told.headers.get("date", "") if told else ""
        found = answer.to_dict() if isinstance(answer, stripe.StripeObject) else {}
        if not found.get(needs) or not (found.get("id") or found.get("object") == "list"):
            raise Unavailable("Stripe answered something we cannot read.")
        return found


class Stripe:
    """`webhook_secrets` are several while one replaces another; `account` is a connected account that is acted for.

    `api_base` and `script_url` may point at a stand-in; `timeout` is of one try, in seconds.
    """

    online = True
    lasts = timedelta(hours=24)  # a key is remembered and a Checkout Session is open for so long
    words = Words(
        offer=_("Pay by card now"),
        told=_("Online, by card"),
        staff=_("Stripe"),
        means=_("Due today. Your card details go to our payment provider Stripe and never to us."),
    )

    def __init__(
        self,
        *,
        secret_key: str,
        publishable_key: str,
        webhook_secrets: Sequence[str],
        api_base: str = API,
        timeout: float = 10.0,
        account: str = "",
        script_url: str = SCRIPT,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.live = secret_key.startswith(("sk_live_", "rk_live_"))
        self.webhook_secrets = tuple(webhook_secrets)
        self.account = account
        self.api_base, self.key_ending = api_base.rstrip("/"), ending(secret_key)
        self.client = {"publishable_key": publishable_key, "script_url": script_url}
        if account:
            self.client["account"] = account
        self.page_sources = page_sources(script_url, api_base)
        timeout = min(timeout, LONGEST)
        api = stripe.StripeClient(
            secret_key,
            stripe_account=account or None,
            base_addresses={"api": self.api_base},
            max_network_retries=0,
            http_client=stripe.RequestsClient(timeout=timeout),
        )
        self.calls = Calls(api, Patience(timeout=timeout, sleep=sleep, breaker=Breaker("stripe")))

    def start(self, ask: StartAsk) -> Started:
        """Open a PaymentIntent for our page, or a Checkout Session for a browser without script."""
        key, v1 = {"idempotency_key": ask.idempotency_key}, self.calls.v1
        if ask.hosted:
            page = self.calls.ask(v1.checkout.sessions.create, params=session_params(ask), options=key, needs="url")
            return Started(page["id"], page["url"], "pending", account=self.account or reports.OWN)
        params = intent_params(ask)
        intent = self.calls.ask(v1.payment_intents.create, params=params, options=key, needs="client_secret")
        client = {**self.client, "client_secret": intent["client_secret"]}
        return Started(intent["id"], None, "pending", client, account=self.account or reports.OWN)

    def read_webhook(self, body: bytes, headers: Mapping[str, str], *, at: datetime) -> list[Report]:
        """Raises BadSignature unless one of our secrets signed the bytes within five minutes of `at`, either way."""
        _believe(body, headers.get("Stripe-Signature", ""), at, secrets=self.webhook_secrets)
        try:
            event = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise BadSignature("What was signed is not an event.") from error
        if not isinstance(event, dict) or not event.get("id"):
            raise BadSignature("What was signed is not an event.")
        return [reports.of_event(event, intent_of=self.calls.named_intent)]

    def look_up(self, provider_id: str) -> Report | None:
        """What became of an intent or a session, with the fee; None while it is open or unknown."""
        if provider_id.startswith("cs_"):
            session = self.calls.session(provider_id)
            report = reports.of_session(session) if session else None
        else:
            intent = self.calls.intent(provider_id)
            report = reports.of_intent(intent) if intent else None
        return report and replace(report, account=self.account or reports.OWN)

    def capture(self, ask: CaptureAsk) -> Report:
        """Take held money. An intent that was captured before answers with what it took."""
        params = {"amount_to_capture": minor(ask.amount, ask.currency), "expand": [CHARGE]}
        return self._move(ask, self.calls.v1.payment_intents.capture, params)

    def cancel(self, ask: CancelAsk) -> Report:
        """Let an intent go, or close the page of a session that is still open."""
        session = self.calls.session(ask.provider_id) if ask.provider_id.startswith("cs_") else None
        if session and session.get("status") == "open":
            key = {"idempotency_key": ask.idempotency_key}
            self.calls.ask(self.calls.v1.checkout.sessions.expire, ask.provider_id, options=key)
            return self._told(ask.provider_id)
        return self._move(ask, self.calls.v1.payment_intents.cancel, {})

    def refund(self, ask: RefundAsk) -> Refunded:
        """Give money back. Refused above what is left of the payment."""
        intent_id, key = self.calls.intent_id(ask.provider_id), ask.idempotency_key
        look = ask.again or ask.only_look
        refund = stripe_movements.refund_of(self.calls.listed, intent_id, key) if look else None
        if refund is None and ask.only_look:
            raise Refused("Nothing went back.")
        if refund is None:
            asked, options = refund_params(ask, intent_id), {"idempotency_key": key}
            refund = self.calls.ask(self.calls.v1.refunds.create, params=asked, options=options)
        return Refunded(str(refund["id"]), reports.REFUND_STATES.get(str(refund.get("status")), "pending"))

    def movements(self, *, since: datetime, until: datetime) -> Iterable[Movement]:
        """What Stripe's own lists say moved."""
        return stripe_movements.between(self.calls.listed, since=since, until=until)

    def follow_up(self, kind: Literal["refund", "dispute"], about_id: str) -> Report | None:
        """What a refund or a dispute is now."""
        if kind == "refund":
            refund = self.calls.found(self.calls.v1.refunds.retrieve, about_id)
            report = reports.of_refund(refund, self.calls.intent) if refund else None
        else:
            dispute = self.calls.found(self.calls.v1.disputes.retrieve, about_id)
            report = reports.of_dispute(dispute, self.calls.intent, closed=True) if dispute else None
        return report and replace(report, live=self.live, account=self.account or reports.OWN)

    def check(self, ask: CheckAsk) -> Iterable[Finding]:
        """Keys, account, endpoint, events, currencies and clock, as Stripe tells them."""
        return stripe_check.findings(self, ask, version=stripe.api_version)

    def _move(self, ask: CaptureAsk | CancelAsk, call: Callable[..., Any], params: dict[str, Any]) -> Report:
        """Capture or cancel an intent, and answer with what is true then, also when somebody was faster."""
        try:
            self.calls.ask(
                call,
                self.calls.intent_id(ask.provider_id),
                params=params,
                options={"idempotency_key": ask.idempotency_key},
            )
        except Refused as error:
            report = self.look_up(ask.provider_id)
            if report is None or report.kind not in {"succeeded", "cancelled"}:
                raise
            if isinstance(ask, CaptureAsk) and report.kind == "cancelled":
                raise Refused(str(declines.REQUEST["charge_expired_for_capture"])) from error
            return report
        return self._told(ask.provider_id)

    def _told(self, provider_id: str) -> Report:
        report = self.look_up(provider_id)
        if report is None:
            raise Unavailable("Stripe did what was asked but does not say so yet.")
        return report


def _believe(body: bytes, signature: str, at: datetime, *, secrets: Sequence[str]) -> None:
    """Raises BadSignature. Stripe's own check knows no future and no clock but the machine's: both are ours."""
    stamp = next((part[2:] for part in signature.split(",") if part.startswith("t=")), "")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 12):
        raise BadSignature("The signature has no time.")
    if abs(at.timestamp() - int(stamp)) > TOLERANCE_SECONDS:
        raise BadSignature("The signature is too old or from the future.")
    for secret in secrets:
        try:
            stripe.WebhookSignature.verify_header(body, signature, secret)
        except (stripe.SignatureVerificationError, TypeError, ValueError):
            continue
        return
    raise BadSignature("The signature does not match.")


def _passes(error: Exception) -> bool:
    """Whether asking again may help: Stripe says so, was not reached, is overloaded, or still busy with this key."""
    told = (getattr(error, "headers", None) or {}).get("stripe-should-retry")
    if told in {"true", "false"}:
        return bool(told == "true")
    return isinstance(error, stripe.APIConnectionError | stripe.RateLimitError | stripe.APIError)


def _meaning(error: stripe.StripeError) -> Unavailable | Refused:
    """What Stripe's error means for us. A key that is not taken may be mended, so asking again is right."""
    if isinstance(error, stripe.CardError):
        reason = getattr(error.error, "decline_code", None) or ""
        return Refused(declines.card_text(str(reason), str(error.code or "")))
    if isinstance(error, stripe.IdempotencyError):
        return Refused(_now("This payment was asked for before, with another sum."))
    if isinstance(error, stripe.InvalidRequestError):
        return Refused(declines.request_text(str(error.code or ""), str(error.user_message or "")))
    # https://docs.stripe.com/api/idempotent_requests: the first answer is kept under the key, also a 500.
    words = f"Stripe could not be asked: {type(error).__name__}, request {error.request_id or 'unknown'}."
    return Unavailable(words, remembered=(error.http_status or 0) >= 500)
