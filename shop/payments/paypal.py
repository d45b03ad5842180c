"""PayPal, through its REST API. Source: https://developer.paypal.com/docs/api/orders/v2/, /payments/v2/, /webhooks/v1/.

A customer approves an order on PayPal's page; money moves only when we capture it. To hold money for later, the
approved order is authorised first, which the look-up does.
"""

import json
import re
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal
from urllib.parse import quote, urlsplit

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from shop.payments import paypal_check, paypal_movements
from shop.payments import paypal_reports as reports
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
from shop.payments.minor_units import from_minor, to_minor
from shop.payments.paypal_calls import Answer, Calls

API = "https://api-m.paypal.com"
PAGES = {API: "https://www.paypal.com", "https://api-m.sandbox.paypal.com": "https://www.sandbox.paypal.com"}
LIVE_HOSTS = {"api-m.paypal.com", "api.paypal.com"}
# https://developer.paypal.com/api/rest/reference/currency-codes/; without decimals: HUF, JPY and TWD.
CURRENCIES = frozenset(
    "AUD BRL CAD CHF CNY CZK DKK EUR GBP HKD HUF ILS JPY MXN MYR NOK NZD PHP PLN SEK SGD THB TWD USD".split()  # noqa: SIM905 - a table
)
PLACES = {"HUF": 0, "JPY": 0, "TWD": 0}
NEWEST = timedelta(minutes=5)  # how far PayPal's clock may be ahead of ours
OLDEST = timedelta(days=3, hours=1)  # PayPal sends an event again for three days
SIGNED = {
    "transmission_id": "PayPal-Transmission-Id",
    "transmission_time": "PayPal-Transmission-Time",
    "transmission_sig": "PayPal-Transmission-Sig",
    "cert_url": "PayPal-Cert-Url",
    "auth_algo": "PayPal-Auth-Algo",
}
LOCALE = re.compile(r"[a-z]{2}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
HOST = re.compile(r"[a-z0-9.-]+")


class PayPal:
    """`webhook_id` names the webhook whose messages we verify; `api_base` may be the sandbox or a stand-in; `timeout`
    is of one try, in seconds."""

    online = True
    # An order is to be approved within three hours (https://developer.paypal.com/docs/api/orders/v2/#orders_create,
    # `links`), unless an account manager has made it longer.
    lasts = timedelta(hours=3)
    words = Words(
        offer=_("Pay with PayPal now"),
        told=_("Online, with PayPal"),
        staff=_("PayPal"),
        means=_("Due today. You go to PayPal and come back here; nothing is taken before you approve it there."),
    )

    def __init__(
        self,
        *,
        client_id: str,
        client_secret: str,
        webhook_id: str,
        api_base: str = API,
        timeout: float = 10.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        base = api_base.rstrip("/")
        self.live = urlsplit(base).hostname in LIVE_HOSTS
        self.webhook_id = webhook_id
        self.page_sources = {"form-action": [PAGES.get(base, base)]}
        self.calls = Calls(client_id, client_secret, base, timeout, sleep)

    def start(self, ask: StartAsk) -> Started:
        """Open an order; the customer approves it on PayPal's page."""
        money = _money(ask.amount, ask.currency)
        order = self.calls.ask("POST", "/v2/checkout/orders", _order(ask, money), key=ask.idempotency_key)
        approve = reports.link(order, "approve") or reports.link(order, "payer-action")
        if not order.get("id") or not approve:
            raise Unavailable("PayPal answered something we cannot read.")
        # PayPal answers a key that it knows with what it did then, whatever is asked now.
        if reports.sum_of(reports.unit_of(order)) != (ask.amount, ask.currency):
            raise Refused(_now("This payment was asked for before, with another sum."))
        account = reports.account_of(reports.unit_of(order))
        return Started(str(order["id"]), approve, "pending", {"approve_url": approve}, account=account)

    def read_webhook(self, body: bytes, headers: Mapping[str, str], *, at: datetime) -> list[Report]:
        """Raises BadSignature unless PayPal says that it sent these very bytes; Unavailable when it says nothing."""
        try:
            text = body.decode("utf-8")
            event = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise BadSignature("The message is not an event.") from error
        if not isinstance(event, dict) or not event.get("id"):
            raise BadSignature("The message is not an event.")
        signed = _signed(headers, at, webhook_id=self.webhook_id, api_base=self.calls.api_base)
        # The event goes in as it came: read and written again it would be other bytes, and PayPal would not know them.
        asked = f'{json.dumps(signed)[:-1]}, "webhook_event": {text}}}'
        try:
            found = self.calls.ask_once("POST", "/v1/notifications/verify-webhook-signature", data=asked.encode())
        except Answer as error:
            if error.status in {400, 422}:
                raise BadSignature("PayPal cannot read this signature.") from error
            raise Unavailable(f"PayPal could not verify a message: {error}") from error
        if found.get("verification_status") != "SUCCESS":
            raise BadSignature("PayPal did not send this message.")
        return [reports.of_event(event, live=self.live, capture_of=self.calls.named_capture)]

    def look_up(self, provider_id: str) -> Report | None:
        """What became of an order, with the fee; None while it is open or unknown. An approved order whose money is
        to be held is authorised here, once."""
        return self._told(provider_id, self.calls.latest())

    def capture(self, ask: CaptureAsk) -> Report:
        """Take the money of an approved order, all of it, or of an authorised one, all or less."""
        money, until = _money(ask.amount, ask.currency), self.calls.latest()
        told = self._told(ask.provider_id, until)
        if told is None:  # taken before, perhaps, by a transfer that takes days
            order = self.calls.find(_path(ask.provider_id), until=until) or {}
            slow = reports.first(order, "captures")
            return reports.of_capture(slow, live=self.live, order=order) if slow else _taken(None)
        if told.kind != "authorised":
            return _taken(told)
        hold = reports.first(told.body, "authorizations")
        path, content = f"/v2/checkout/orders/{ask.provider_id}/capture", {}
        if hold is not None:
            path = f"/v2/payments/authorizations/{hold.get('id')}/capture"
            content = {"amount": money, "final_capture": True, "invoice_id": ask.reference}
        elif told.amount != ask.amount or told.currency != ask.currency:
            raise Refused(_now("PayPal takes the sum that was approved, no other."))
        try:
            answer = self.calls.ask("POST", path, content, key=ask.idempotency_key, until=until)
        except Refused as error:
            if getattr(error.__cause__, "issue", "") in {"ORDER_ALREADY_CAPTURED", "AUTHORIZATION_ALREADY_CAPTURED"}:
                return _taken(self._told(ask.provider_id, until))
            raise
        capture = answer if hold is not None else reports.first(answer, "captures")
        return reports.of_capture(capture or {}, live=self.live, order={**told.body, "id": ask.provider_id})

    def cancel(self, ask: CancelAsk) -> Report:
        """Void what is held. An order that nobody captures moves no money: PayPal lets it lapse by itself."""
        told = self.look_up(ask.provider_id)
        if told is not None and told.kind != "authorised":
            return told
        hold = reports.first(told.body, "authorizations") if told else None
        if hold is not None:
            self.calls.ask("POST", f"/v2/payments/authorizations/{hold.get('id')}/void", key=ask.idempotency_key)
            voided = self.look_up(ask.provider_id)
            if voided is not None:
                return voided
        name = ask.provider_id
        return Report(f"{name}:cancelled", "cancelled", name, ask.reference, None, "", self.live)

    def refund(self, ask: RefundAsk) -> Refunded:
        """Give money back. Refused above what is left of the payment."""
        money = _money(ask.amount, ask.currency)
        order = self.calls.find(_path(ask.provider_id))
        capture = reports.first(order or {}, "captures")
        if capture is None:
            raise Refused(_now("Nothing was taken that could be given back."))
        look = ask.again or ask.only_look
        refund = reports.refund_of(order or {}, ask.idempotency_key) if look else None
        if refund is None and ask.only_look:
            raise Refused("Nothing went back.")
        if refund is None:
            path = f"/v2/payments/captures/{capture.get('id')}/refund"
            asked = {"amount": money, "custom_id": ask.reference, "invoice_id": ask.idempotency_key}
            refund = self.calls.ask("POST", path, asked, key=ask.idempotency_key)
        return Refunded(str(refund.get("id")), reports.REFUND_STATES.get(str(refund.get("status")), "pending"))

    def movements(self, *, since: datetime, until: datetime) -> Iterable[Movement]:
        """What the events say that PayPal kept for us, told or not."""
        return paypal_movements.between(self.calls.find, since=since, until=until, live=self.live)

    def follow_up(self, kind: Literal["refund", "dispute"], about_id: str) -> Report | None:
        """What a refund is now. Disputes cannot be asked for here: PayPal keeps them behind another API."""
        found = self.calls.find(f"/v2/payments/refunds/{quote(about_id, safe='')}") if kind == "refund" else None
        return reports.of_refund(found, self.calls.capture, live=self.live) if found else None

    def check(self, ask: CheckAsk) -> Iterable[Finding]:
        """Keys, webhook, events, currencies and clock, as PayPal tells them."""
        return paypal_check.findings(self, ask, takes=CURRENCIES)

    def _told(self, provider_id: str, until: float) -> Report | None:
        """What became of an order, all calls for it over by `until`."""
        order = self.calls.find(_path(provider_id), until=until)
        if order is None:
            return None
        if order.get("intent") == "AUTHORIZE" and order.get("status") == "APPROVED":
            path, key = f"{_path(provider_id)}/authorize", f"{provider_id}-authorize"
            order = self.calls.ask("POST", path, {}, key=key, until=until)
        return reports.of_order(order, live=self.live)


def _path(provider_id: str) -> str:
    return f"/v2/checkout/orders/{quote(provider_id, safe='')}"


def _signed(headers: Mapping[str, str], at: datetime, *, webhook_id: str, api_base: str) -> dict[str, str]:
    """What PayPal is asked to verify, once it can be its own and of these days. Raises BadSignature."""
    signed = {name: headers.get(header, "") for name, header in SIGNED.items()}
    sent = reports.moment(signed["transmission_time"])
    if not all(signed.values()) or sent is None:
        raise BadSignature("The message is not signed.")
    if not -NEWEST <= at - sent <= OLDEST:
        raise BadSignature("The message is too old or from the future.")
    if not _is_paypals(signed["cert_url"], api_base):
        raise BadSignature("The certificate is not PayPal's.")
    return {**signed, "webhook_id": webhook_id}


def _is_paypals(address: str, api_base: str) -> bool:
    """Whether a certificate lies with PayPal, or with the stand-in that we were pointed at. It is never fetched."""
    base = urlsplit(api_base)
    try:
        parts = urlsplit(address)
        host, here = parts.hostname or "", (parts.scheme, parts.hostname, parts.port)
    except ValueError:
        return False
    if not HOST.fullmatch(host) or parts.username is not None:
        return False
    ours = here == (base.scheme, base.hostname, base.port)
    return ours or (parts.scheme == "https" and (host == "paypal.com" or host.endswith(".paypal.com")))


def _money(amount: Decimal, currency: str) -> dict[str, str]:
    """An amount as PayPal writes it. Raises Refused for nothing, and for what PayPal does not take."""
    shown = {"amount": amount, "currency": currency}
    if currency not in CURRENCIES:
        raise Refused(_now("PayPal does not take %(currency)s. Choose another way to pay.") % shown)
    try:
        minor = to_minor(amount, currency, PLACES)
    except ValueError as error:
        raise Refused(_now("%(amount)s %(currency)s cannot be paid with PayPal.") % shown) from error
    if minor <= 0:
        raise Refused(_now("There is nothing to pay or to give back."))
    return {"currency_code": currency, "value": str(from_minor(minor, currency, PLACES))}


def _order(ask: StartAsk, money: dict[str, str]) -> dict[str, Any]:
    unit = {
        "reference_id": ask.reference,
        "custom_id": ask.reference,
        "invoice_id": ask.reference,
        "description": ask.description[:127],
        "amount": money,
    }
    page: dict[str, Any] = {
        "return_url": ask.return_url,
        "cancel_url": ask.cancel_url or ask.return_url,
        "user_action": "PAY_NOW",
        "shipping_preference": "NO_SHIPPING",
        # An eCheck would come days after the order's time was given to somebody else.
        "payment_method": {"payee_preferred": "IMMEDIATE_PAYMENT_REQUIRED"},
    }
    if LOCALE.fullmatch(ask.locale):
        page["locale"] = ask.locale
    intent = "AUTHORIZE" if ask.capture == "later" else "CAPTURE"
    return {"intent": intent, "purchase_units": [unit], "application_context": page}


def _taken(report: Report | None) -> Report:
    """The report of a capture that was made before. Raises Refused where none was."""
    if report is None or report.kind in {"cancelled", "authorised"}:
        raise Refused(_now("The customer has not approved this payment, or it has lapsed."))
    return report
