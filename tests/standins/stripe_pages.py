"""What a customer's browser sees of Stripe: the script for the shop's page, its frames, and Stripe's own page."""

from typing import Any

from shop.payments.minor_units import from_minor
from tests.standins.shown import FOLDER, show
from tests.standins.stripe_api import StripeSide
from tests.standins.wire import Problem, Request, Response, answer, away

WORDS = {
    "insufficient_funds": "Your card has insufficient funds.",
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
}
UNSURE = "We are unable to authenticate your payment method. Choose another one and try again."


def serve(side: StripeSide, request: Request) -> Response | None:
    """The answer to a page's call; None for another address."""
    if request.path == "/v3/":
        return Response(200, (FOLDER / "stripe.js").read_bytes(), "text/javascript; charset=utf-8")
    if request.path == "/v3/element":
        return show("element.html", title="Card details", padding=".25rem")
    if request.path == "/v3/confirm":
        return answer(confirmed(side, by_secret(side, request.fields["client_secret"]), request.fields.get("card", "")))
    if request.path == "/v3/retrieve":
        return answer({"paymentIntent": public(by_secret(side, request.fields["client_secret"]))})
    if request.path == "/v3/challenge":
        return _challenge(side, request)
    if request.path.startswith("/pay/c/"):
        return _page(side, request)
    return None


def by_secret(side: StripeSide, secret: str) -> dict[str, Any]:
    """The intent that a browser may touch: it knows its secret."""
    intent = side.one("intents", secret.partition("_secret_")[0])
    if intent["client_secret"] != secret:
        raise Problem(answer({"error": {"type": "invalid_request_error", "message": "No such payment_intent"}}, 404))
    return intent


def public(intent: dict[str, Any]) -> dict[str, Any]:
    names = ("id", "object", "amount", "currency", "status", "client_secret", "last_payment_error", "livemode")
    return {name: intent[name] for name in names}


def confirmed(side: StripeSide, intent: dict[str, Any], card: str) -> dict[str, Any]:
    if intent["status"] not in {"requires_payment_method", "requires_action"}:
        told = {"type": "invalid_request_error", "code": "payment_intent_unexpected_state"}
        return {"error": {**told, "message": f"It is {intent['status']}.", "payment_intent": public(intent)}}
    try:
        intent = side.confirm(intent, card)
    except Problem:
        return {"error": {"type": "card_error", "code": "incorrect_number", "message": "Your card number is invalid."}}
    failed = intent["last_payment_error"]
    if intent["status"] == "requires_payment_method" and failed:
        words = WORDS.get(failed["decline_code"], "Your card was declined.")
        return {"error": {**failed, "message": words, "payment_intent": public(intent)}}
    return {"paymentIntent": public(intent)}


def _sum(intent: dict[str, Any]) -> str:
    return f"{from_minor(intent['amount'], intent['currency'])} {intent['currency'].upper()}"


def _challenge(side: StripeSide, request: Request) -> Response:
    secret = request.fields.get("client_secret") or request.asked.get("client_secret", "")
    intent = by_secret(side, secret)
    if request.method == "GET":
        return show("challenge.html", title="Your bank asks", sum=_sum(intent), secret=secret)
    decision = request.fields["decision"]
    if decision != "abandon":
        side.settle(intent, decline="" if decision == "approve" else "authentication_required")
    return answer({"done": decision})


def _page(side: StripeSide, request: Request) -> Response:
    name, _, part = request.path.removeprefix("/pay/c/").partition("/")
    session = side.one("sessions", name)
    intent = side.intent_of_session(session)
    wrong = ""
    if session["status"] == "open" and request.method == "POST":
        if part == "challenge":
            decision = request.fields["decision"]
            if decision != "abandon":
                side.settle(intent, decline="" if decision == "approve" else "authentication_required")
            wrong = "" if session["status"] == "complete" else UNSURE
        else:
            told = confirmed(side, intent, request.fields.get("card", ""))
            wrong = told.get("error", {}).get("message", "")
        if intent["status"] == "requires_action" and not wrong:
            return away(f"/pay/c/{name}/challenge")
    if session["status"] == "complete":
        return away(_back(session))
    if session["status"] != "open":
        return show("element.html", title="This page has expired")
    if part == "challenge" and request.method == "GET":
        return show("challenge.html", title="Your bank asks", sum=_sum(intent), secret=intent["client_secret"])
    values = {
        "what": str(intent.get("description") or "Your payment"),
        "sum": _sum(intent),
        "wrong_html": f'<p class="wrong" role="alert">{wrong}</p>' if wrong else "",
        "cancel": session["cancel_url"],
        "action": f"/pay/c/{name}",
    }
    return show("checkout.html", title="Pay", **values)


def _back(session: dict[str, Any]) -> str:
    """Stripe fills in the session's name where the shop left room for it, and adds nothing else."""
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", str(session["id"]))
