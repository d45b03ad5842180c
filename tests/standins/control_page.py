"""The stand-ins' dashboard for a person: payments of both providers, and buttons for what goes wrong.

Served at /_control/. Every button is a form; nothing here needs a script.
"""

import threading
from decimal import Decimal, InvalidOperation
from html import escape
from typing import Any

from shop.payments.minor_units import from_minor, to_minor
from tests.standins.faults import Fault
from tests.standins.post import MODES
from tests.standins.shown import show
from tests.standins.wire import Problem, Request, Response, away

FOR_EVER = 1_000_000
HEALTH = {
    "well": ("Well", None),
    "slow": ("Slow", Fault("slow", times=FOR_EVER, seconds=6.0)),
    "down": ("Down", Fault("500", times=FOR_EVER)),
    "lost": ("Answers get lost", Fault("reset", times=FOR_EVER, after=True)),
}
POSTS = {
    "once": "Once",
    "twice": "Twice",
    "reversed": "After 30 s, last first",
    "late": "After 30 s",
    "never": "Never",
}
REFUNDS = {"succeeded": "At once", "pending": "After days"}
API = r"\w+ /v\d/.*"
LATER = 30.0  # seconds until a late webhook comes by itself
SHOWN = 40  # rows of a table, the latest first


def serve(standins: Any, request: Request) -> Response:
    """The page, or what a button of it asks for. Called with the books' lock held."""
    if request.method == "GET":
        return show("control.html", title="Stand-ins for Stripe and PayPal", **_values(standins, request.asked))
    said = ""
    try:
        _do(standins, request.fields)
        standins.books.save()
    except (Problem, ValueError, KeyError) as error:
        said = "?wrong=" + ("That cannot be done now." if isinstance(error, Problem) else "That is no such sum.")
    return away(f"/_control/{said.replace(' ', '+')}")


def _do(standins: Any, told: dict[str, str]) -> None:
    """One button. Raises Problem, ValueError, KeyError."""
    deed, stripe, paypal = told.pop("deed"), standins.stripe, standins.paypal
    if deed == "health":
        standins.faults.clear()
        fault = HEALTH[told["is"]][1]
        if fault is not None:
            standins.faults.add(Fault(fault.kind, API, fault.times, fault.after, fault.seconds))
    elif deed == "post" and told["mode"] in MODES:
        standins.post.mode, standins.post.delay = told["mode"], LATER
    elif deed == "release":
        threading.Thread(target=standins.post.release, daemon=True).start()  # the shop asks us back while it reads
    elif deed == "refunds":
        standins.books.table("switches")["refund_state"] = told["state"]
    elif deed == "again":
        standins.post.deliver_again(told["provider"], told["event"])
    elif deed == "refund" and told["provider"] == "stripe":
        charge = standins.books.table("charges")[told["charge"]]
        intent = standins.books.table("intents")[charge["payment_intent"]]
        minor = to_minor(_sum(told), charge["currency"])
        if not 0 < minor <= charge["amount_captured"] - charge["amount_refunded"]:
            raise ValueError
        stripe.give_back(intent, charge, minor, {})
    elif deed == "refund":
        capture = paypal.one("captures", told["charge"])
        paypal.give_back(capture, {**capture["amount"], "value": str(_sum(told))}, None)
    elif deed == "dispute" and told["provider"] == "stripe":
        charge = standins.books.table("charges")[told["charge"]]
        left = charge["amount_captured"] - charge["amount_refunded"]
        stripe.dispute(standins.books.table("intents")[charge["payment_intent"]], left)
    elif deed == "dispute":
        capture = paypal.one("captures", told["charge"])
        paypal.dispute(capture, capture["amount"]["value"])
    elif deed == "close":
        (stripe if told["provider"] == "stripe" else paypal).close_dispute(told["dispute"], told["outcome"])
    elif deed == "end-refund":
        stripe.end_refund(told["refund"], told["state"])
    elif deed == "decide":
        paypal.decide_capture(told["charge"], told["status"])
    else:
        raise KeyError(deed)


def _sum(told: dict[str, str]) -> Any:
    """The sum that was typed, exact in its currency. Raises ValueError."""
    try:
        amount = Decimal(told["sum"].strip().replace(",", "."))
    except InvalidOperation as error:
        raise ValueError from error
    return from_minor(to_minor(amount, told["currency"]), told["currency"])


def _values(standins: Any, asked: dict[str, str]) -> dict[str, str]:
    struck = next((fault for fault in standins.faults.waiting if fault.times > 0), None)
    kinds = {fault.kind: name for name, (_words, fault) in HEALTH.items() if fault is not None}
    health = kinds.get(struck.kind, "") if struck else "well"
    refund_state = standins.books.table("switches").get("refund_state", "succeeded")
    waiting = len(standins.post.kept)
    rows = [*_stripe_rows(standins.books), *_paypal_rows(standins.books)]
    events = [
        (event.get("created") or event.get("create_time"), provider, event)
        for provider in ("stripe", "paypal")
        for event in standins.events(provider)
    ]
    wrong = asked.get("wrong", "")
    return {
        "wrong_html": f'<p class="wrong" role="alert">{escape(wrong)}</p>' if wrong else "",
        "health_html": _switch("health", "is", {name: words for name, (words, _f) in HEALTH.items()}, health),
        "post_html": _switch("post", "mode", POSTS, standins.post.mode),
        "refunds_html": _switch("refunds", "state", REFUNDS, refund_state),
        "kept_html": _button("Send what is kept back", deed="release") if waiting else "",
        "waiting": f"{waiting} kept back." if waiting else "Nothing is kept back.",
        "payments_html": "".join(rows)
        or '<tr><td colspan="4">No payment yet. Book a repair in the shop and pay.</td></tr>',
        "events_html": "".join(_event(provider, event) for _at, provider, event in _latest(events))
        or '<tr><td colspan="3">Nothing was told yet.</td></tr>',
    }


def _latest(events: list[Any]) -> list[Any]:
    """Both providers' events, each in its own order, the latest first."""
    return [
        *[one for one in events if one[1] == "stripe"][::-1][:SHOWN],
        *[one for one in events if one[1] == "paypal"][::-1][:SHOWN],
    ]


def _stripe_rows(books: Any) -> list[str]:
    rows = []
    charges, disputes, refunds = (books.table(name) for name in ("charges", "disputes", "refunds"))
    for intent in list(books.table("intents").values())[::-1][:SHOWN]:
        charge = charges.get(intent["latest_charge"] or "")
        acts = ""
        if charge and charge["captured"]:
            left = from_minor(charge["amount_captured"] - charge["amount_refunded"], charge["currency"])
            acts = _acts("stripe", charge["id"], left, charge["currency"], disputed=charge["disputed"])
        for dispute in disputes.values():
            if dispute["payment_intent"] == intent["id"]:
                acts += _dispute("stripe", dispute["id"], dispute["status"], still="response" in dispute["status"])
        for refund in refunds.values():
            if refund["payment_intent"] == intent["id"]:
                acts += _refund(refund)
        state = intent["status"].replace("_", " ")
        money = f"{from_minor(intent['amount'], intent['currency'])} {intent['currency'].upper()}"
        rows.append(_row("Stripe", intent["metadata"].get("reference", ""), intent["description"], money, state, acts))
    return rows


def _paypal_rows(books: Any) -> list[str]:
    rows = []
    captures, disputes = books.table("captures"), books.table("paypal_disputes")
    for order in list(books.table("orders").values())[::-1][:SHOWN]:
        unit, acts, state = order["purchase_units"][0], "", order["status"].lower()
        for capture in captures.values():
            if capture["supplementary_data"]["related_ids"]["order_id"] != order["id"]:
                continue
            state = capture["status"].replace("_", " ").lower()
            money = capture["amount"]
            mine = [
                row for row in disputes.values()
                if row["disputed_transactions"][0]["seller_transaction_id"] == capture["id"]
            ]  # fmt: skip
            if capture["status"] == "PENDING":
                for words, status in (("The transfer arrives", "COMPLETED"), ("It is denied", "DECLINED")):
                    acts += _button(words, deed="decide", provider="paypal", charge=capture["id"], status=status)
            elif capture["status"] in {"COMPLETED", "PARTIALLY_REFUNDED"}:
                acts += _acts("paypal", capture["id"], money["value"], money["currency_code"], disputed=bool(mine))
            for row in mine:
                acts += _dispute("paypal", row["dispute_id"], row["status"].lower(), still=row["status"] == "OPEN")
        told = unit["amount"]
        shown = f"{told['value']} {told['currency_code']}"
        rows.append(_row("PayPal", unit.get("custom_id", ""), unit.get("description"), shown, state, acts))
    return rows


def _row(provider: str, reference: str, what: Any, money: str, state: str, acts: str) -> str:
    return (
        f"<tr><td><strong>{provider}</strong><br>{escape(reference)}<br>{escape(str(what or ''))}</td>"
        f'<td class="number">{escape(money)}</td><td>{escape(state)}</td><td><div class="acts">{acts}</div></td></tr>'
    )


def _acts(provider: str, charge: str, left: Any, currency: str, *, disputed: bool) -> str:
    """Refund and dispute of money that came."""
    about = {"provider": provider, "charge": charge, "currency": currency.upper()}
    shown = "" if disputed else _button("Open a dispute", deed="dispute", **about)
    if disputed or not float(left):
        return shown
    hidden = _hidden(deed="refund", **about)
    field = f'<input name="sum" value="{left}" inputmode="decimal" size="7" aria-label="Sum to refund">'
    return f'<form method="post" class="line">{hidden}{field}<button>Refund</button></form>{shown}'


def _dispute(provider: str, name: str, status: str, *, still: bool) -> str:
    about = {"deed": "close", "provider": provider, "dispute": name}
    ends = (
        _button("Shop wins", outcome="won", **about) + _button("Customer wins", outcome="lost", **about)
        if still
        else ""
    )
    return f"<p>Dispute: {escape(status.replace('_', ' '))}</p>{ends}"


def _refund(refund: dict[str, Any]) -> str:
    told = f"<p>Refund of {from_minor(refund['amount'], refund['currency'])}: {escape(refund['status'])}</p>"
    about = {"deed": "end-refund", "provider": "stripe", "refund": refund["id"]}
    if refund["status"] == "pending":
        told += _button("It arrives", state="succeeded", **about)
    return told + ("" if refund["status"] == "failed" else _button("It comes back", state="failed", **about))


def _event(provider: str, event: dict[str, Any]) -> str:
    kind = event.get("type") or event.get("event_type") or ""
    again = _button("Send again", deed="again", provider=provider, event=event["id"])
    return f"<tr><td>{'Stripe' if provider == 'stripe' else 'PayPal'}</td><td>{escape(kind)}</td><td>{again}</td></tr>"


def _switch(deed: str, name: str, choices: dict[str, str], now: str) -> str:
    """Buttons of which one is on."""
    return "".join(_button(words, pressed=value == now, deed=deed, **{name: value}) for value, words in choices.items())


def _button(words: str, *, pressed: bool | None = None, **told: str) -> str:
    mark = "" if pressed is None else f' aria-pressed="{str(pressed).lower()}"'
    return f'<form method="post">{_hidden(**told)}<button{mark}>{escape(words)}</button></form>'


def _hidden(**told: str) -> str:
    return "".join(f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in told.items())
