"""PayPal's page: the customer approves an order there, or turns back."""

from urllib.parse import urlencode

from tests.standins.paypal_api import PayPalSide
from tests.standins.shown import show
from tests.standins.wire import Request, Response, away


def serve(side: PayPalSide, request: Request) -> Response | None:
    """The answer to the page's calls; None for another address."""
    if request.path != "/checkoutnow":
        return None
    token = request.fields.get("token") or request.asked.get("token", "")
    order, back = side.one("orders", token), side.books.table("pages").get(token, {})
    if request.method == "GET":
        unit = order["purchase_units"][0]
        money = f"{unit['amount']['value']} {unit['amount']['currency_code']}"
        what = unit.get("description") or "Your payment"
        return show("approve.html", title="Pay with PayPal", what=what, sum=money, token=token)
    choice = request.fields["choice"]
    if choice == "cancel":
        return away(_with(back["cancel_url"], token=token))
    side.approve(token, choice)
    return away(_with(back["return_url"], token=token, PayerID="QYR5Z8XDVJNXQ"))


def _with(address: str, **values: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(values)}"
