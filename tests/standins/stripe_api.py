"""Stripe's API as far as a shop needs it: intents, checkout pages, refunds, disputes, events and the balance.

Source: https://docs.stripe.com/api, https://docs.stripe.com/testing (cards), https://docs.stripe.com/api/idempotent_requests.
"""

import hashlib
import re
from collections.abc import Callable
from functools import partial
from typing import Any

from tests.standins import endpoints, stripe_lists
from tests.standins.books import Books, now
from tests.standins.contracts import nested
from tests.standins.post import Post
from tests.standins.wire import Problem, Request, Response, answer

CARDS = {
    "4242424242424242": "",
    "4000000000000002": "generic_decline",
    "4000000000009995": "insufficient_funds",
    "4000000000000069": "expired_card",
    "4000000000000127": "incorrect_cvc",
    "4000002500003155": "3ds",
    "4000000000003220": "3ds",
}
CODES = {"expired_card": "expired_card", "incorrect_cvc": "incorrect_cvc"}  # all others are card_declined
SMALLEST = 1


class StripeSide:
    """All methods are called with the books' lock held."""

    def __init__(self, books: Books, post: Post) -> None:
        self.books, self.post = books, post
        self.busy: set[str] = set()
        self.routes: list[tuple[str, str, Callable[..., Any]]] = [
            ("POST", r"/v1/payment_intents", self.create_intent),
            ("GET", r"/v1/payment_intents/([^/]+)", self.get_intent),
            ("POST", r"/v1/payment_intents/([^/]+)/capture", self.capture),
            ("POST", r"/v1/payment_intents/([^/]+)/cancel", self.cancel),
            ("POST", r"/v1/checkout/sessions", self.create_session),
            ("GET", r"/v1/checkout/sessions/([^/]+)", self.get_session),
            ("POST", r"/v1/checkout/sessions/([^/]+)/expire", self.expire_session),
            ("POST", r"/v1/refunds", self.create_refund),
            ("GET", r"/v1/refunds/([^/]+)", self.get_refund),
            ("GET", r"/v1/disputes/([^/]+)", self.get_dispute),
            ("GET", r"/v1/events", self.list_events),
            ("GET", r"/v1/balance_transactions", self.list_balance),
            ("GET", r"/v1/balance", self.balance),
            *stripe_lists.routes(self),
            *endpoints.stripe_routes(self),
        ]

    # --- the door of the API ---

    def serve(self, request: Request, spoil: Callable[[Callable[[], Response]], Response]) -> Response | None:
        """The answer to one of Stripe's calls; None for another address. `spoil` may break it."""
        for method, path, handler in self.routes:
            match = re.fullmatch(path, request.path)
            if match and method == request.method:
                return spoil(partial(self._once, request, handler, match.groups()))
        return None

    def _once(self, request: Request, handler: Callable[..., Any], parts: tuple[str, ...]) -> Response:
        """Stripe's idempotency: the first answer again for the same key, an error for the same key and other words."""
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not given.startswith(("sk_", "rk_")) or "wrong" in given:
            masked = f"Invalid API Key provided: {given[:8]}****"
            return error(401, "invalid_request_error", masked)
        about = {
            "live": given.startswith(("sk_live_", "rk_live_")),
            "account": request.headers.get("stripe-account", ""),
        }
        key = request.headers.get("idempotency-key", "") if request.method == "POST" else ""
        kept = self.books.table("stripe_keys")
        mark = hashlib.sha256(f"{request.path}?{request.body.decode()}".encode()).hexdigest()
        name = f"{about['account']}|{key}"
        if key and name in kept:
            if kept[name]["mark"] != mark:
                return error(
                    400, "idempotency_error", "Keys for idempotent requests can only be used with the same parameters."
                )
            return answer(kept[name]["content"], kept[name]["status"], Idempotent_Replayed="true")
        status, content = 200, None
        try:
            content = handler(request, about, *parts)
        except Problem as problem:
            return problem.response
        if key:
            kept[name] = {"mark": mark, "status": status, "content": content}
        return answer(content, status)

    # --- intents ---

    def create_intent(self, request: Request, about: dict[str, Any]) -> dict[str, Any]:
        wanted = nested(request.form)
        return self._new_intent(wanted, about)

    def _new_intent(self, wanted: dict[str, Any], about: dict[str, Any]) -> dict[str, Any]:
        minor = int(wanted.get("amount", 0))
        if minor < SMALLEST:
            raise Problem(error(400, "invalid_request_error", "Too small.", code="amount_too_small"))
        name = self.books.new_id("pi_3Q")
        intent = {
            "id": name,
            "object": "payment_intent",
            "amount": minor,
            "amount_capturable": 0,
            "amount_received": 0,
            "automatic_payment_methods": wanted.get("automatic_payment_methods"),
            "canceled_at": None,
            "capture_method": wanted.get("capture_method", "automatic_async"),
            "client_secret": f"{name}_secret_{hashlib.sha256(name.encode()).hexdigest()[:16]}",
            "created": now(),
            "currency": wanted["currency"],
            "description": wanted.get("description"),
            "last_payment_error": None,
            "latest_charge": None,
            "livemode": about["live"],
            "metadata": wanted.get("metadata", {}),
            "next_action": None,
            "payment_method_types": ["card"],
            "status": "requires_payment_method",
        }
        self.books.table("intents")[name] = intent
        self.books.table("accounts")[name] = about["account"]
        return intent

    def get_intent(self, request: Request, about: dict[str, Any], name: str) -> dict[str, Any]:
        return self.shown_intent(self.one("intents", name), request)

    def capture(self, request: Request, about: dict[str, Any], name: str) -> dict[str, Any]:
        intent = self.one("intents", name)
        if intent["status"] != "requires_capture":
            raise Problem(unexpected(intent))
        minor = int(request.fields.get("amount_to_capture") or intent["amount_capturable"])
        if not 0 < minor <= intent["amount_capturable"]:
            raise Problem(
                error(400, "invalid_request_error", "Larger than what may be captured.", code="amount_too_large")
            )
        self._take(intent, minor)
        return self.shown_intent(intent, request)

    def cancel(self, request: Request, about: dict[str, Any], name: str) -> dict[str, Any]:
        intent = self.one("intents", name)
        if intent["status"] in {"succeeded", "canceled"}:
            raise Problem(unexpected(intent))
        self.let_go(intent)
        return self.shown_intent(intent, request)

    def let_go(self, intent: dict[str, Any]) -> None:
        intent.update(status="canceled", canceled_at=now(), amount_capturable=0, next_action=None)
        self.tell("payment_intent.canceled", intent)

    def confirm(self, intent: dict[str, Any], card: str) -> dict[str, Any]:
        """The customer pays with a card; what a browser does through Stripe's script or page."""
        if intent["status"] not in {"requires_payment_method", "requires_action"}:
            raise Problem(unexpected(intent))
        found = CARDS.get(re.sub(r"\D", "", card))
        if found is None:
            raise Problem(error(402, "card_error", "Your card number is incorrect.", code="incorrect_number"))
        if found == "3ds":
            intent.update(status="requires_action", next_action={"type": "use_stripe_sdk"}, last_payment_error=None)
            self.tell("payment_intent.requires_action", intent)
            return intent
        return self.settle(intent, decline=found)

    def settle(self, intent: dict[str, Any], *, decline: str = "") -> dict[str, Any]:
        """The bank's word on a card."""
        charge = self._charge(intent, decline)
        intent.update(latest_charge=charge["id"], next_action=None)
        if decline:
            failed = {
                "type": "card_error",
                "code": CODES.get(decline, "card_declined"),
                "decline_code": decline,
                "message": "Your card was declined.",
                "charge": charge["id"],
            }
            intent.update(status="requires_payment_method", last_payment_error=failed)
            self.tell("payment_intent.payment_failed", intent)
        elif intent["capture_method"] == "manual":
            intent.update(status="requires_capture", amount_capturable=intent["amount"], last_payment_error=None)
            self.tell("payment_intent.amount_capturable_updated", intent)
            self._finish_session(intent)
        else:
            self._take(intent, intent["amount"])
            self._finish_session(intent)
        return intent

    def _charge(self, intent: dict[str, Any], decline: str) -> dict[str, Any]:
        name = self.books.new_id("ch_3Q")
        charge = {
            "id": name,
            "object": "charge",
            "amount": intent["amount"],
            "amount_captured": 0,
            "amount_refunded": 0,
            "balance_transaction": None,
            "captured": False,
            "created": now(),
            "currency": intent["currency"],
            "disputed": False,
            "failure_code": decline or None,
            "livemode": intent["livemode"],
            "metadata": intent["metadata"],
            "payment_intent": intent["id"],
            "refunded": False,
            "status": "failed" if decline else "succeeded",
        }
        self.books.table("charges")[name] = charge
        return charge

    def _take(self, intent: dict[str, Any], minor: int) -> None:
        charge = self.books.table("charges")[intent["latest_charge"]]
        booked = self.book("charge", charge["id"], minor, fee=minor * 15 // 1000 + 20, intent=intent)
        charge.update(captured=True, amount_captured=minor, balance_transaction=booked["id"])
        intent.update(status="succeeded", amount_received=minor, amount_capturable=0, last_payment_error=None)
        self.tell("payment_intent.succeeded", intent)
        self.tell("charge.succeeded", charge)

    def book(self, kind: str, source: str, minor: int, *, fee: int = 0, intent: dict[str, Any]) -> dict[str, Any]:
        """A row of the balance: what an account has, after fees."""
        name = self.books.new_id("txn_3Q")
        row = {
            "id": name,
            "object": "balance_transaction",
            "amount": minor,
            "created": now(),
            "currency": intent["currency"],
            "fee": fee,
            "net": minor - fee,
            "source": source,
            "status": "available",
            "type": kind,
        }
        self.books.table("balance")[name] = row
        self.books.table("accounts")[name] = self.books.table("accounts").get(intent["id"], "")
        return row

    def shown_intent(self, intent: dict[str, Any], request: Request) -> dict[str, Any]:
        """The intent with what was asked to be expanded; by its id otherwise, as Stripe shows it."""
        asked = " ".join(value for name, value in [*request.query, *request.form] if name.startswith("expand"))
        charge = self.books.table("charges").get(intent["latest_charge"] or "")
        if "latest_charge" in asked and charge:
            booked = self.books.table("balance").get(charge["balance_transaction"] or "")
            return {**intent, "latest_charge": {**charge, "balance_transaction": booked}}
        return intent

    # --- Stripe's own page ---

    def create_session(self, request: Request, about: dict[str, Any]) -> dict[str, Any]:
        wanted = nested(request.form)
        [line] = wanted["line_items"].values()
        price = line["price_data"]
        name = self.books.new_id(f"cs_{'live' if about['live'] else 'test'}_a1")
        session = {
            "id": name,
            "object": "checkout.session",
            "amount_total": int(price["unit_amount"]) * int(line["quantity"]),
            "cancel_url": wanted.get("cancel_url"),
            "client_reference_id": wanted.get("client_reference_id"),
            "created": now(),
            "currency": price["currency"],
            "expires_at": now() + 86_400,
            "livemode": about["live"],
            "metadata": wanted.get("metadata", {}),
            "mode": wanted["mode"],
            "payment_intent": None,
            "payment_status": "unpaid",
            "status": "open",
            "success_url": wanted["success_url"],
            "url": f"{request.origin}/pay/c/{name}",
        }
        self.books.table("sessions")[name] = session
        self.books.table("asked")[name] = {"intent": wanted.get("payment_intent_data", {}), "about": about}
        return session

    def intent_of_session(self, session: dict[str, Any]) -> dict[str, Any]:
        """The intent behind a page: made when the customer first tries to pay."""
        if not session["payment_intent"]:
            asked = self.books.table("asked")[session["id"]]
            wanted = {"amount": session["amount_total"], "currency": session["currency"], **asked["intent"]}
            intent = self._new_intent(wanted, asked["about"])
            session["payment_intent"] = intent["id"]
        return self.books.table("intents")[session["payment_intent"]]

    def get_session(self, request: Request, about: dict[str, Any], name: str) -> dict[str, Any]:
        session = self.one("sessions", name)
        asked = " ".join(value for name, value in request.query if name.startswith("expand"))
        intent = self.books.table("intents").get(session["payment_intent"] or "")
        if "payment_intent" in asked and intent:
            return {**session, "payment_intent": self.shown_intent(intent, request)}
        return session

    def expire_session(self, request: Request, about: dict[str, Any], name: str) -> dict[str, Any]:
        session = self.one("sessions", name)
        if session["status"] != "open":
            raise Problem(error(400, "invalid_request_error", "Only open sessions can be expired."))
        session.update(status="expired", url=None)
        # What is behind a page cannot be cancelled otherwise: https://docs.stripe.com/api/payment_intents/cancel
        intent = self.books.table("intents").get(session["payment_intent"] or "", {"status": "canceled"})
        if intent["status"] not in {"succeeded", "canceled"}:
            self.let_go(intent)
        self.tell("checkout.session.expired", session)
        return session

    def _finish_session(self, intent: dict[str, Any]) -> None:
        for session in self.books.table("sessions").values():
            if session["payment_intent"] == intent["id"]:
                paid = "paid" if intent["status"] == "succeeded" else "unpaid"
                session.update(status="complete", payment_status=paid, url=None)
                self.tell("checkout.session.completed", session)

    # --- money that goes back ---

    def create_refund(self, request: Request, about: dict[str, Any]) -> dict[str, Any]:
        wanted = nested(request.form)
        intent = self.one("intents", wanted.get("payment_intent", ""), param="payment_intent")
        charge = self.books.table("charges").get(intent["latest_charge"] or "")
        if charge is None or not charge["captured"]:
            raise Problem(error(400, "invalid_request_error", "This intent has no successful charge to refund."))
        left = charge["amount_captured"] - charge["amount_refunded"]
        minor = int(wanted.get("amount", left))
        if left == 0:
            code = "charge_already_refunded"
            raise Problem(error(400, "invalid_request_error", "The charge has been refunded.", code=code))
        if not 0 < minor <= left:
            raise Problem(error(400, "invalid_request_error", "Greater than the unrefunded amount."))
        return self.give_back(intent, charge, minor, wanted.get("metadata", {}))

    def give_back(
        self, intent: dict[str, Any], charge: dict[str, Any], minor: int, metadata: dict[str, str]
    ) -> dict[str, Any]:
        """A refund, by the API or by a person in the dashboard. `refund_state` in the switches holds it back."""
        name = self.books.new_id("re_3Q")
        state = self.books.table("switches").get("refund_state", "succeeded")
        refund = {
            "id": name,
            "object": "refund",
            "amount": minor,
            "charge": charge["id"],
            "created": now(),
            "currency": charge["currency"],
            "metadata": metadata,
            "payment_intent": intent["id"],
            "status": state,
        }
        self.books.table("refunds")[name] = refund
        charge["amount_refunded"] += minor
        charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
        self.book("refund", name, -minor, intent=intent)
        self.tell("refund.created", refund)
        self.tell("charge.refunded", charge)
        return refund

    def end_refund(self, name: str, state: str) -> None:
        """What becomes of a pending refund: succeeded, or failed and the money is back with the shop."""
        refund = self.one("refunds", name)
        refund["status"] = state
        if state == "failed":
            intent = self.books.table("intents")[refund["payment_intent"]]
            self.books.table("charges")[refund["charge"]]["amount_refunded"] -= refund["amount"]
            self.book("refund_failure", name, refund["amount"], intent=intent)
        self.tell("refund.failed" if state == "failed" else "refund.updated", refund)

    def get_refund(self, request: Request, about: dict[str, Any], name: str) -> dict[str, Any]:
        return self.one("refunds", name)

    def dispute(self, intent: dict[str, Any], minor: int, *, inquiry: bool = False) -> dict[str, Any]:
        """The customer goes to the bank: the money is withdrawn until that is decided, but not for an inquiry."""
        name = self.books.new_id("dp_1Q")
        dispute = {
            "id": name,
            "object": "dispute",
            "amount": minor,
            "balance_transactions": [],
            "charge": intent["latest_charge"],
            "created": now(),
            "currency": intent["currency"],
            "metadata": {},
            "payment_intent": intent["id"],
            "reason": "general",
            "status": "warning_needs_response" if inquiry else "needs_response",
        }
        self.books.table("disputes")[name] = dispute
        self.books.table("charges")[intent["latest_charge"]]["disputed"] = True
        if not inquiry:
            self._withdraw(dispute, intent)
        self.tell("charge.dispute.created", dispute)
        return dispute

    def escalate(self, name: str) -> None:
        """A bank that asked wants its money now."""
        dispute = self.one("disputes", name)
        dispute["status"] = "needs_response"
        intent = self.books.table("intents")[dispute["payment_intent"]]
        self._withdraw(dispute, intent)
        self.tell("charge.dispute.funds_withdrawn", dispute)

    def _withdraw(self, dispute: dict[str, Any], intent: dict[str, Any]) -> None:
        booked = self.book("adjustment", dispute["id"], -dispute["amount"], fee=1500, intent=intent)
        dispute["balance_transactions"] = [booked]

    def close_dispute(self, name: str, outcome: str) -> None:
        dispute = self.one("disputes", name)
        dispute["status"] = outcome
        if outcome == "won":
            intent = self.books.table("intents")[dispute["payment_intent"]]
            self.book("adjustment", name, dispute["amount"], intent=intent)
        self.tell("charge.dispute.closed", dispute)

    def get_dispute(self, request: Request, about: dict[str, Any], name: str) -> dict[str, Any]:
        return self.one("disputes", name)

    # --- lists ---

    def list_events(self, request: Request, about: dict[str, Any]) -> dict[str, Any]:
        return listed(list(self.books.table("stripe_events").values())[::-1], request)

    def list_balance(self, request: Request, about: dict[str, Any]) -> dict[str, Any]:
        accounts = self.books.table("accounts")
        rows = [row for row in self.books.table("balance").values() if accounts.get(row["id"], "") == about["account"]]
        return listed(rows[::-1], request)

    def balance(self, request: Request, about: dict[str, Any]) -> dict[str, Any]:
        sums: dict[str, int] = {}
        for row in self.list_balance(request, about)["data"]:
            sums[row["currency"]] = sums.get(row["currency"], 0) + row["net"]
        available = [{"amount": minor, "currency": currency} for currency, minor in sums.items()]
        return {"object": "balance", "available": available, "livemode": about["live"], "pending": []}

    # --- parts ---

    def one(self, table: str, name: str, *, param: str = "id") -> dict[str, Any]:
        found = self.books.table(table).get(name)
        if found is None:
            missing = f"No such {table[:-1]}: '{name}'"
            raise Problem(error(404, "invalid_request_error", missing, code="resource_missing", param=param))
        return found

    def tell(self, kind: str, thing: dict[str, Any]) -> None:
        """An event about a thing as it is now."""
        payment = thing.get("payment_intent") or thing["id"]
        account = self.books.table("accounts").get(payment, "")
        about = self.books.table("intents").get(payment, thing)  # refunds and disputes do not say themselves
        event = {
            "id": self.books.new_id("evt_1Q"),
            "object": "event",
            "api_version": "2026-10-28.endive",
            "created": now(),
            "data": {"object": dict(thing)},
            "livemode": about.get("livemode", False),
            "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": None},
            "type": kind,
            **({"account": account} if account else {}),
        }
        self.post.send("stripe", event)


def error(status: int, kind: str, message: str, **more: str) -> Response:
    return answer({"error": {"type": kind, "message": message, **more}}, status, Request_Id="req_standin")


def unexpected(intent: dict[str, Any]) -> Response:
    message = f"This PaymentIntent has a status of {intent['status']}."
    return error(400, "invalid_request_error", message, code="payment_intent_unexpected_state")


def listed(rows: list[dict[str, Any]], request: Request) -> dict[str, Any]:
    limit = int(request.asked.get("limit", 10))
    after = request.asked.get("starting_after")
    if after:
        names = [row["id"] for row in rows]
        rows = rows[names.index(after) + 1 :] if after in names else []
    return {"object": "list", "data": rows[:limit], "has_more": len(rows) > limit, "url": request.path}
