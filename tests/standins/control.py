"""Telling the stand-ins what to do, in a test (`StandIns`), by hand at /_control/ or over HTTP below it.

POST /_control/reset
POST /_control/faults       {"kind", "route", "times", "after", "seconds"}; kinds are in faults.py; {} clears them
POST /_control/post         {"mode": "once|twice|reversed|late|never"}, {"release": true}
POST /_control/switches     {"refund_state": "pending", "token_seconds": 60}
POST /_control/stripe/pay       {"payment", "card"}         POST /_control/paypal/approve  {"order", "fate"}
POST /_control/stripe/authenticate {"payment", "good"}      POST /_control/paypal/decide   {"capture", "status"}
POST /_control/stripe/refund    {"payment", "minor"}        POST /_control/paypal/refund   {"capture", "value"}
POST /_control/stripe/end-refund {"refund", "state"}        POST /_control/paypal/lapse    {"order"}
POST /_control/paypal/end-refund {"refund", "status"}
POST /_control/stripe/dispute   {"payment", "minor"}        POST /_control/paypal/dispute  {"capture", "value"}
POST /_control/stripe/escalate {"dispute"}: an inquiry (dispute with "inquiry") becomes a dispute
POST /_control/stripe/close-dispute {"dispute", "outcome"}  POST /_control/paypal/close-dispute {"dispute", "outcome"}
GET  /_control/state, /_control/calls, /_control/violations, /_control/totals
"""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tests.standins import control_page
from tests.standins.faults import Fault
from tests.standins.paypal_api import PayPalSide
from tests.standins.post import MODES
from tests.standins.stripe_api import StripeSide
from tests.standins.wire import Request, Response, answer

Deed = Callable[[StripeSide, PayPalSide, dict[str, Any]], Any]


def intent(stripe: StripeSide, payment: str) -> dict[str, Any]:
    """The intent behind pi_ or cs_."""
    if payment.startswith("cs_"):
        return stripe.intent_of_session(stripe.one("sessions", payment))
    return stripe.one("intents", payment)


def pay(stripe: StripeSide, paypal: PayPalSide, told: dict[str, Any]) -> Any:
    return stripe.confirm(intent(stripe, told["payment"]), told.get("card", "4242424242424242"))


def authenticate(stripe: StripeSide, paypal: PayPalSide, told: dict[str, Any]) -> Any:
    decline = "" if told.get("good", True) else "authentication_required"
    return stripe.settle(intent(stripe, told["payment"]), decline=decline)


def refund(stripe: StripeSide, paypal: PayPalSide, told: dict[str, Any]) -> Any:
    found = intent(stripe, told["payment"])
    charge = stripe.books.table("charges")[found["latest_charge"]]
    return stripe.give_back(found, charge, int(told["minor"]), {})


def paypal_refund(stripe: StripeSide, paypal: PayPalSide, told: dict[str, Any]) -> Any:
    capture = paypal.one("captures", told["capture"])
    return paypal.give_back(capture, {**capture["amount"], "value": told["value"]}, None)


DEEDS: dict[str, Deed] = {
    "stripe/pay": pay,
    "stripe/authenticate": authenticate,
    "stripe/refund": refund,
    "stripe/end-refund": lambda stripe, paypal, told: stripe.end_refund(told["refund"], told["state"]),
    "stripe/dispute": lambda stripe, paypal, told: stripe.dispute(
        intent(stripe, told["payment"]), int(told["minor"]), inquiry=bool(told.get("inquiry"))
    ),
    "stripe/escalate": lambda stripe, paypal, told: stripe.escalate(told["dispute"]),
    "stripe/close-dispute": lambda stripe, paypal, told: stripe.close_dispute(told["dispute"], told["outcome"]),
    "paypal/approve": lambda stripe, paypal, told: paypal.approve(told["order"], told.get("fate", "good")),
    "paypal/decide": lambda stripe, paypal, told: paypal.decide_capture(told["capture"], told["status"]),
    "paypal/refund": paypal_refund,
    "paypal/end-refund": lambda stripe, paypal, told: paypal.end_refund(told["refund"], told["status"]),
    "paypal/lapse": lambda stripe, paypal, told: paypal.lapse(told["order"]),
    "paypal/dispute": lambda stripe, paypal, told: paypal.dispute(
        paypal.one("captures", told["capture"]), told["value"]
    ),
    "paypal/close-dispute": lambda stripe, paypal, told: paypal.close_dispute(told["dispute"], told["outcome"]),
}


def serve(standins: Any, request: Request) -> Response:
    """One control call. `standins` is the StandIns of server.py."""
    if request.path == "/_control/":
        return control_page.serve(standins, request)
    name, told = request.path.removeprefix("/_control/").strip("/"), json.loads(request.body or b"{}")
    if name in DEEDS:
        return answer(DEEDS[name](standins.stripe, standins.paypal, told))
    if name == "reset":
        standins.reset()
    elif name == "faults":
        standins.faults.add(Fault(**told)) if told else standins.faults.clear()
    elif name == "post":
        if told.get("mode", "once") not in MODES:
            return answer({"error": f"modes are {', '.join(MODES)}"}, 400)
        standins.post.mode = told.get("mode", standins.post.mode)
        if told.get("release"):
            standins.post.release()
    elif name == "switches":
        standins.books.table("switches").update(told)
    elif name == "state":
        return answer(standins.books.tables)
    elif name in {"calls", "violations"}:
        return answer(getattr(standins, name))
    elif name == "totals":
        return answer(totals(standins))
    else:
        return answer({"error": f"{name} is not known here"}, 404)
    return answer({"done": name})


def totals(standins: Any) -> dict[str, Any]:
    """What moved, per provider, account and currency: taken, given back and in dispute, fees; in minor units for
    Stripe and in whole units for PayPal, as each of them counts."""
    sums: dict[str, Any] = {"stripe": {}, "paypal": {}}
    owners = standins.books.table("accounts")
    for row in standins.books.table("balance").values():
        mine = sums["stripe"].setdefault(f"{owners.get(row['id'], '')}|{row['currency']}", {})
        mine[row["type"]] = mine.get(row["type"], 0) + row["amount"]
        mine["fees"] = mine.get("fees", 0) + row["fee"]
    for table, sign in (("captures", 1), ("paypal_refunds", -1)):
        for row in standins.books.table(table).values():
            if row["status"] in {"PENDING", "DECLINED", "FAILED", "CANCELLED"}:
                continue
            mine = sums["paypal"].setdefault(f"{row['payee']['merchant_id']}|{row['amount']['currency_code']}", {})
            mine[table] = str(Decimal(mine.get(table, "0")) + sign * Decimal(row["amount"]["value"]))
    return sums
