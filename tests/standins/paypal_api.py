"""PayPal's API as far as a shop needs it: tokens, orders, captures, holds, refunds, disputes, verification, reporting.

Source: https://developer.paypal.com/docs/api/orders/v2/, /payments/v2/, /webhooks/v1/, /transaction-search/v1/.
"""

import base64
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from tests.standins import endpoints, paypal_lists
from tests.standins.books import Books
from tests.standins.post import Post, paypal_signature
from tests.standins.wire import Problem, Request, Response, answer

MERCHANT = "MENDWELLSHOP1"
# What the customer chose on PayPal's page, and so what becomes of a capture or a hold.
FATES = ("good", "declined", "pending", "denied")


class PayPalSide:
    """All methods are called with the books' lock held."""

    def __init__(self, books: Books, post: Post) -> None:
        self.books, self.post = books, post
        self.routes: list[tuple[str, str, Callable[..., Any]]] = [
            ("POST", r"/v2/checkout/orders", self.create_order),
            ("GET", r"/v2/checkout/orders/([^/]+)", self.get_order),
            ("POST", r"/v2/checkout/orders/([^/]+)/capture", self.capture_order),
            ("POST", r"/v2/checkout/orders/([^/]+)/authorize", self.authorize_order),
            ("GET", r"/v2/payments/authorizations/([^/]+)", self.get_hold),
            ("POST", r"/v2/payments/authorizations/([^/]+)/capture", self.capture_hold),
            ("POST", r"/v2/payments/authorizations/([^/]+)/void", self.void_hold),
            ("GET", r"/v2/payments/captures/([^/]+)", self.get_capture),
            ("POST", r"/v2/payments/captures/([^/]+)/refund", self.refund_capture),
            ("GET", r"/v2/payments/refunds/([^/]+)", self.get_refund),
            ("POST", r"/v1/notifications/verify-webhook-signature", self.verify),
            ("GET", r"/v1/reporting/transactions", self.transactions),
            *paypal_lists.routes(self),
            *endpoints.paypal_routes(self),
        ]

    # --- the door of the API ---

    def serve(self, request: Request, spoil: Callable[[Callable[[], Response]], Response]) -> Response | None:
        if (request.method, request.path) == ("POST", "/v1/oauth2/token"):
            return spoil(lambda: self._token(request))
        for method, path, handler in self.routes:
            match = re.fullmatch(path, request.path)
            if match and method == request.method:
                return spoil(partial(self._once, request, handler, match.groups()))
        return None

    def _token(self, request: Request) -> Response:
        given = base64.b64decode(request.headers.get("authorization", "").removeprefix("Basic ") or b"").decode()
        if not given or "wrong" in given or request.fields.get("grant_type") != "client_credentials":
            return answer({"error": "invalid_client", "error_description": "Client Authentication failed"}, 401)
        token = self.books.new_id("A21AA")
        self.books.table("tokens")[token] = True
        lasts = self.books.table("switches").get("token_seconds", 32_400)
        return answer(
            {"access_token": token, "token_type": "Bearer", "expires_in": lasts, "scope": "x", "app_id": "APP"}
        )

    def _once(self, request: Request, handler: Callable[..., Any], parts: tuple[str, ...]) -> Response:
        """PayPal's idempotency: the same request id answers with what was done then, whatever is asked now."""
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if token not in self.books.table("tokens"):
            return answer({"name": "AUTHENTICATION_FAILURE", "message": "Token signature verification failed"}, 401)
        key = request.headers.get("paypal-request-id", "")
        kept = self.books.table("paypal_keys")
        name = f"{re.sub('[0-9A-Z]{12,}', '*', request.path)}|{key}"
        if key and name in kept:
            return _as_preferred(request, kept[name]["status"], kept[name]["content"])
        try:
            status, content = handler(request, *parts)
        except Problem as problem:
            return problem.response
        if key:
            kept[name] = {"status": status, "content": content}
        return _as_preferred(request, status, content)

    # --- orders ---

    def create_order(self, request: Request) -> tuple[int, dict[str, Any]]:
        wanted = json.loads(request.body)
        [unit] = wanted["purchase_units"]
        page = wanted.get("application_context", {})
        name = self.books.new_id("5O", upper=True)[:17].ljust(17, "0")
        order = {
            "id": name,
            "intent": wanted["intent"],
            "status": "CREATED",
            "create_time": clock(),
            "purchase_units": [{**unit, "payee": {"merchant_id": MERCHANT, "email_address": "shop@example.com"}}],
            "links": [
                {"href": f"{request.origin}/v2/checkout/orders/{name}", "rel": "self", "method": "GET"},
                {"href": f"{request.origin}/checkoutnow?token={name}", "rel": "approve", "method": "GET"},
            ],
        }
        self.books.table("orders")[name] = order
        self.books.table("pages")[name] = {"return_url": page.get("return_url"), "cancel_url": page.get("cancel_url")}
        return 201, order

    def get_order(self, request: Request, name: str) -> tuple[int, dict[str, Any]]:
        """With the refunds of its captures as they are now."""
        order = json.loads(json.dumps(self.one("orders", name)))
        payments = order["purchase_units"][0].get("payments", {})
        names = {capture["id"] for capture in payments.get("captures", [])}
        rows = [one for one in self.books.table("paypal_refunds").values() if one["capture"] in names]
        if rows:
            payments["refunds"] = [_without_capture(one) for one in rows]
        return 200, order

    def approve(self, name: str, fate: str = "good") -> dict[str, Any]:
        """The customer agrees on PayPal's page; money moves later, and `fate` is what becomes of it then."""
        order = self.one("orders", name)
        if order["status"] == "CREATED" or fate != "good":
            self.books.table("fates")[name] = fate
        if order["status"] == "CREATED":
            order.update(status="APPROVED", payer={"payer_id": "QYR5Z8XDVJNXQ", "email_address": "buyer@example.com"})
            self.tell("CHECKOUT.ORDER.APPROVED", "checkout-order", order)
        return order

    def lapse(self, name: str) -> None:
        """An approved order that nobody captured in time."""
        order = self.one("orders", name)
        order["status"] = "VOIDED"
        self.tell("CHECKOUT.PAYMENT-APPROVAL.REVERSED", "checkout-order", order)

    def capture_order(self, request: Request, name: str) -> tuple[int, dict[str, Any]]:
        order = self._approved(name, "CAPTURE", "ORDER_ALREADY_CAPTURED")
        unit = order["purchase_units"][0]
        capture = self._capture(order, unit["amount"])
        unit["payments"] = {"captures": [capture]}
        order["status"] = "COMPLETED"
        return 201, order

    def authorize_order(self, request: Request, name: str) -> tuple[int, dict[str, Any]]:
        order = self._approved(name, "AUTHORIZE", "ORDER_ALREADY_AUTHORIZED")
        unit = order["purchase_units"][0]
        hold = {
            "id": self.books.new_id("0A", upper=True)[:17],
            "status": "CREATED",
            "amount": unit["amount"],
            "create_time": clock(),
            **self._ours(order),
        }
        self.books.table("holds")[hold["id"]] = hold
        unit["payments"] = {"authorizations": [hold]}
        order["status"] = "COMPLETED"
        self.tell("PAYMENT.AUTHORIZATION.CREATED", "authorization", hold)
        return 201, order

    def _approved(self, name: str, intent: str, again: str) -> dict[str, Any]:
        order = self.one("orders", name)
        if order["status"] == "COMPLETED":
            raise Problem(error(422, again))
        if order["status"] != "APPROVED" or order["intent"] != intent:
            raise Problem(error(422, "ORDER_NOT_APPROVED"))
        if self.books.table("fates").get(name) == "declined":
            order["status"] = "CREATED"
            raise Problem(error(422, "INSTRUMENT_DECLINED"))
        return order

    def _ours(self, order: dict[str, Any]) -> dict[str, Any]:
        """What PayPal hangs on everything that belongs to an order."""
        unit = order["purchase_units"][0]
        return {
            "custom_id": unit.get("custom_id"),
            "invoice_id": unit.get("invoice_id"),
            "supplementary_data": {"related_ids": {"order_id": order["id"]}},
            "payee": unit["payee"],
        }

    def _capture(self, order: dict[str, Any], money: dict[str, str]) -> dict[str, Any]:
        fate = self.books.table("fates").get(order["id"], "good")
        gross = Decimal(money["value"])
        fee = (gross * Decimal("0.029") + Decimal("0.30")).quantize(Decimal(1).scaleb(gross.as_tuple().exponent))
        currency = money["currency_code"]
        capture = {
            "id": self.books.new_id("3C", upper=True)[:17],
            "status": "COMPLETED" if fate == "good" else "PENDING",
            "amount": money,
            "final_capture": True,
            "create_time": clock(),
            "seller_receivable_breakdown": {
                "gross_amount": money,
                "paypal_fee": {"currency_code": currency, "value": str(fee)},
                "net_amount": {"currency_code": currency, "value": str(gross - fee)},
            },
            **self._ours(order),
        }
        self.books.table("captures")[capture["id"]] = capture
        if fate == "good":
            self.tell("PAYMENT.CAPTURE.COMPLETED", "capture", capture)
        else:
            self.tell("PAYMENT.CAPTURE.PENDING", "capture", capture)
            if fate == "denied":
                self.decide_capture(capture["id"], "DECLINED")
        return capture

    def decide_capture(self, name: str, status: str) -> None:
        """What becomes of a pending capture: COMPLETED or DECLINED."""
        capture = self.one("captures", name)
        capture["status"] = status
        event = "COMPLETED" if status == "COMPLETED" else "DENIED"
        self.tell(f"PAYMENT.CAPTURE.{event}", "capture", capture)

    # --- holds ---

    def get_hold(self, request: Request, name: str) -> tuple[int, dict[str, Any]]:
        return 200, self.one("holds", name)

    def capture_hold(self, request: Request, name: str) -> tuple[int, dict[str, Any]]:
        hold = self.one("holds", name)
        if hold["status"] == "VOIDED":
            raise Problem(error(422, "AUTHORIZATION_VOIDED"))
        if hold["status"] == "CAPTURED":
            raise Problem(error(422, "AUTHORIZATION_ALREADY_CAPTURED"))
        money = json.loads(request.body or b"{}").get("amount", hold["amount"])
        if Decimal(money["value"]) > Decimal(hold["amount"]["value"]):
            raise Problem(error(422, "AUTHORIZATION_AMOUNT_EXCEEDED"))
        order = self.one("orders", hold["supplementary_data"]["related_ids"]["order_id"])
        hold["status"] = "CAPTURED"
        capture = self._capture(order, money)
        order["purchase_units"][0]["payments"]["captures"] = [capture]
        return 201, capture

    def void_hold(self, request: Request, name: str) -> tuple[int, dict[str, Any]]:
        hold = self.one("holds", name)
        if hold["status"] != "CREATED":
            raise Problem(error(422, "PREVIOUSLY_VOIDED" if hold["status"] == "VOIDED" else "PREVIOUSLY_CAPTURED"))
        hold["status"] = "VOIDED"
        self.tell("PAYMENT.AUTHORIZATION.VOIDED", "authorization", hold)
        return 200, hold

    # --- money that goes back ---

    def get_capture(self, request: Request, name: str) -> tuple[int, dict[str, Any]]:
        return 200, self.one("captures", name)

    def refund_capture(self, request: Request, name: str) -> tuple[int, dict[str, Any]]:
        capture = self.one("captures", name)
        wanted = json.loads(request.body or b"{}")
        money = wanted.get("amount", capture["amount"])
        return 201, self.give_back(capture, money, wanted.get("custom_id"), wanted.get("invoice_id"))

    def give_back(
        self, capture: dict[str, Any], money: dict[str, str], custom_id: str | None, invoice_id: str | None = None
    ) -> dict[str, Any]:
        """A refund by the API, or by a person on PayPal's site (without our reference)."""
        left = Decimal(capture["amount"]["value"]) - self._given_back(capture["id"])
        if capture["status"] not in {"COMPLETED", "PARTIALLY_REFUNDED"} or not left:
            raise Problem(error(422, "CAPTURE_FULLY_REFUNDED"))
        if not 0 < Decimal(money["value"]) <= left:
            raise Problem(error(422, "REFUND_AMOUNT_EXCEEDED"))
        capture["status"] = "REFUNDED" if Decimal(money["value"]) == left else "PARTIALLY_REFUNDED"
        refund = {
            "id": self.books.new_id("1J", upper=True)[:17],
            "status": self.books.table("switches")
            .get("refund_state", "succeeded")
            .replace("succeeded", "completed")
            .upper(),
            "amount": money,
            "create_time": clock(),
            "payee": capture["payee"],
            "links": [{"href": f"https://api.paypal.com/v2/payments/captures/{capture['id']}", "rel": "up"}],
            **({"custom_id": custom_id, "invoice_id": invoice_id or capture["invoice_id"]} if custom_id else {}),
        }
        self.books.table("paypal_refunds")[refund["id"]] = {**refund, "capture": capture["id"]}
        self.tell("PAYMENT.CAPTURE.REFUNDED", "refund", refund)
        return refund

    def _given_back(self, capture_id: str) -> Decimal:
        rows = [one for one in self.books.table("paypal_refunds").values() if one["capture"] == capture_id]
        there = [one for one in rows if one["status"] in {"PENDING", "COMPLETED"}]
        return sum((Decimal(one["amount"]["value"]) for one in there), Decimal(0))

    def end_refund(self, name: str, status: str) -> None:
        """What becomes of a refund that waits, or was done: COMPLETED, FAILED, or CANCELLED without a word."""
        refund = self.one("paypal_refunds", name)
        refund["status"] = status
        capture = self.one("captures", refund["capture"])
        back = self._given_back(capture["id"])
        left = Decimal(capture["amount"]["value"]) - back
        capture["status"] = "REFUNDED" if not left else "PARTIALLY_REFUNDED" if back else "COMPLETED"
        told = _without_capture(refund)
        if status != "CANCELLED":
            kind = "PAYMENT.CAPTURE.REFUNDED" if status == "COMPLETED" else "PAYMENT.REFUND.FAILED"
            self.tell(kind, "refund", told)

    def get_refund(self, request: Request, name: str) -> tuple[int, dict[str, Any]]:
        return 200, self.one("paypal_refunds", name)

    def dispute(self, capture: dict[str, Any], value: str) -> dict[str, Any]:
        name = self.books.new_id("PP-D-", upper=True)[:17]
        dispute = {
            "dispute_id": name,
            "create_time": clock(),
            "reason": "MERCHANDISE_OR_SERVICE_NOT_AS_DESCRIBED",
            "status": "OPEN",
            "dispute_amount": {"currency_code": capture["amount"]["currency_code"], "value": value},
            "disputed_transactions": [{"seller_transaction_id": capture["id"], "seller": capture["payee"]}],
        }
        self.books.table("paypal_disputes")[name] = dispute
        self.tell("CUSTOMER.DISPUTE.CREATED", "dispute", dispute)
        return dispute

    def close_dispute(self, name: str, outcome: str) -> None:
        dispute = self.one("paypal_disputes", name)
        code = {"won": "RESOLVED_SELLER_FAVOUR", "lost": "RESOLVED_BUYER_FAVOUR"}.get(outcome, outcome)
        dispute.update(status="RESOLVED", dispute_outcome={"outcome_code": code})
        self.tell("CUSTOMER.DISPUTE.RESOLVED", "dispute", dispute)

    # --- webhooks and reports ---

    def verify(self, request: Request) -> tuple[int, dict[str, Any]]:
        """Whether the event is byte for byte the one that was signed, under this webhook."""
        asked, text = json.loads(request.body), request.body.decode()
        begin = text.index('"webhook_event"') + len('"webhook_event"')
        begin = re.compile(r"\s*:\s*").match(text, begin).end()  # type: ignore[union-attr]
        _event, end = json.JSONDecoder().raw_decode(text, begin)
        signed = paypal_signature(
            asked["transmission_id"], asked["transmission_time"], asked["webhook_id"], text[begin:end].encode()
        )
        good = signed == asked["transmission_sig"] and asked["webhook_id"] == self.post.webhook_id
        self.books.table("verified")[str(len(self.books.table("verified")))] = asked["transmission_id"]
        return 200, {"verification_status": "SUCCESS" if good else "FAILURE"}

    def transactions(self, request: Request) -> tuple[int, dict[str, Any]]:
        rows = [
            {"transaction_info": {
                "transaction_id": one["id"],
                "transaction_amount": one["amount"],
                "fee_amount": one["seller_receivable_breakdown"]["paypal_fee"],
                "transaction_status": "S",
                "custom_field": one["custom_id"],
            }}
            for one in self.books.table("captures").values()
            if one["status"] not in {"PENDING", "DECLINED"}
        ] + [
            {"transaction_info": {
                "transaction_id": one["id"],
                "transaction_amount": {**one["amount"], "value": f"-{one['amount']['value']}"},
                "transaction_status": "S",
            }}
            for one in self.books.table("paypal_refunds").values()
        ]  # fmt: skip
        return 200, {"transaction_details": rows, "account_number": MERCHANT, "page": 1, "total_pages": 1}

    # --- parts ---

    def one(self, table: str, name: str) -> dict[str, Any]:
        found = self.books.table(table).get(name)
        if found is None:
            raise Problem(error(404, "INVALID_RESOURCE_ID", name="RESOURCE_NOT_FOUND"))
        return found

    def tell(self, kind: str, resource_type: str, thing: dict[str, Any]) -> None:
        event = {
            "id": self.books.new_id("WH-", upper=True),
            "event_version": "1.0",
            "create_time": clock(),
            "resource_type": resource_type,
            "event_type": kind,
            "summary": kind.lower(),
            "resource": json.loads(json.dumps(thing)),
        }
        self.post.send("paypal", event)


def _as_preferred(request: Request, status: int, content: dict[str, Any]) -> Response:
    """What was made is told in full only to those who asked for that: PayPal says id, status and links by itself."""
    whole = request.method == "GET" or request.headers.get("prefer") == "return=representation" or "id" not in content
    return answer(
        content if whole else {key: content[key] for key in ("id", "status", "links") if key in content}, status
    )


def _without_capture(refund: dict[str, Any]) -> dict[str, Any]:
    """A refund as PayPal shows it: whose it is stands in its links."""
    return {key: value for key, value in refund.items() if key != "capture"}


def error(status: int, issue: str, *, name: str = "UNPROCESSABLE_ENTITY") -> Response:
    details = [{"issue": issue, "description": issue.replace("_", " ").capitalize()}]
    return answer(
        {"name": name, "message": "It could not be done.", "debug_id": "stand-in", "details": details}, status
    )


def clock() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
