"""POST orders and GET orders/{number}: a basket becomes an order that waits for its payment."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from api.authentication import basket_token
from api.errors import ApiFault
from api.idempotency import once
from api.schema import BASKET, OWNER, operation
from api.shapes import moment, money
from api.throttles import Orders
from api.v1 import deposit_shapes, document_shapes
from api.v1.order_shapes import ASKED, NUMBER, SHOWN, OrderAsk, OrderShape
from api.views import PrivateView
from cms.sites import site_for
from repairs import tracking
from shop import baskets, consent, deposits, given_back, placement
from shop.models import OrderLineQuote, OrderVisit
from shop.owners import owns
from shop.payments import attempts
from shop.payments.balance import Balance, balance


def hint(visit: OrderVisit, sums: Balance, *, fresh: bool) -> dict[str, Any]:
    """How the order is to be paid from here."""
    at_counter = visit.release_at is None
    step = "nothing" if not sums.open else "at_counter" if at_counter else "start"
    if step == "start" and not fresh and attempts.promised(visit.order) is not None:
        step = "wait"
    return {
        "pay_by": visit.pay_by,
        "open": money(sums.open, sums.currency),
        "next": step,
        "pay_until": moment(visit.release_at) if sums.open else None,
    }


def appointment(visit: OrderVisit) -> dict[str, Any] | None:
    """The visit to the shop as JSON."""
    row = visit.appointment
    return (
        {
            "starts_at": moment(row.starts_at),
            "ends_at": moment(row.ends_at),
            "state": row.state,
        }
        if row
        else None
    )


def repair(job: Any) -> dict[str, Any]:
    """A job and its tracking link as JSON."""
    return {
        "reference": job.reference,
        "device": job.subject_name,
        "status": job.status,
        "tracking_token": tracking.token(job),
        "tracking_url": tracking.link(job),
    }


def printed(visit: OrderVisit, *, fresh: bool = False) -> dict[str, Any]:
    """An order as JSON. Four statements: lines with quotes and jobs, ledger, refunds, documents, and one more
    while it is to be paid online; two for a `fresh` one."""
    order = visit.order
    sums, agreed = balance(order), deposits.agreed(order)
    rows = list(
        OrderLineQuote.objects.filter(line__order=order).select_related("line", "quote", "job").order_by("line_id")
    )
    jobs = {row.job.pk: row.job for row in rows if row.job}
    return {
        "number": order.number,
        "status": order.status,
        "placed_at": moment(order.date_placed),
        "total": money(order.total_incl_tax, order.currency),
        "shipping": money(order.shipping_incl_tax, order.currency),
        "shipping_method": order.shipping_code,
        "due_today": money(agreed.today, order.currency),
        "deposit": deposit_shapes.deposit(agreed),
        "balance": deposit_shapes.balance_of(sums),
        "refunds": deposit_shapes.refunds([] if fresh else given_back.of_order(order)),
        "documents": [] if fresh else document_shapes.of_order(order),
        "lines": [
            {
                "quote": row.quote.reference,
                "device": row.quote.subject_name,
                "repair": row.quote.repair_name,
                "amount": money(row.line.line_price_incl_tax, order.currency),
            }
            for row in rows
        ],
        "appointment": appointment(visit),
        "payment": hint(visit, sums, fresh=fresh),
        "repairs": [repair(job) for job in jobs.values()],
        "terms_version": visit.terms_version,
        "agreed_at": moment(visit.agreed_at),
    }


def may_see(request: Request, visit: OrderVisit) -> bool:
    """Whether the order is the basket token's own, or the logged-in customer's."""
    if owns(request.user, visit):
        return True
    token = request.headers.get("X-Basket-Token", "")
    return bool(token and visit.token_hash) and baskets.hash_token(token) == visit.token_hash


def visible(request: Request, number: str) -> OrderVisit:
    """The order's visit row, order and appointment at hand. Raises ApiFault not_found for anybody else's."""
    visits = OrderVisit.objects.select_related("order", "appointment", "contact")
    visit = visits.filter(order__number=number, site=site_for(request._request)).first()
    if visit is None or not may_see(request, visit):
        raise ApiFault("not_found", _("There is no such order, or it is not yours."))
    return visit


PLACING = [
    "basket_empty", "already_placed", "price_moved", "time_moves_price", "no_time_chosen", "hold_expired",
    "quote_expired", "quote_redeemed", "contact_needed", "contact_not_usable", "address_needed", "shipping_not_offered",
    "way_to_pay_not_offered", "other_currency", "other_shop", "no_policy",
    "terms_not_agreed", "terms_changed",
]  # fmt: skip


class OrderList(PrivateView):
    """Orders."""

    write_throttle = Orders

    @operation(
        name="order_place",
        summary="Order what is in the basket",
        tag="orders",
        ask=OrderAsk,
        asked=ASKED,
        answer=OrderShape,
        shown=SHOWN,
        status=201,
        role=BASKET,
        errors=PLACING,
        key="required",
    )
    @once(required=True)
    def post(self, request: Request) -> Response:
        """All or nothing: an order with its visit and its jobs, or a problem and the basket as it was."""
        token, asked, at = basket_token(request), self.asked(OrderAsk), self.at
        basket = baskets.find(site=self.site, token=token, at=at)
        customer, shown = asked["customer"], asked["shown_total"]
        order = placement.place(
            basket=basket,
            customer=placement.Customer(
                name=customer["name"],
                email=customer.get("email", ""),
                phone=customer.get("phone", ""),
                language=customer.get("language") or get_language() or "en-gb",
                user=request.user if request.user.is_authenticated else None,
            ),
            pay_by=asked["pay_by"],
            shipping_code=asked["shipping_method"],
            address={"name": customer["name"], **asked["address"]} if asked.get("address") else None,
            shown_total=shown["amount"],
            currency=shown["currency"],
            at=at,
            token_hash=baskets.hash_token(token),
            notes=asked.get("notes", ""),
            consent=consent.agree(site=self.site, terms_version=asked.get("terms_version") or None, at=at),
        )
        return Response(
            printed(order.visit, fresh=True),
            status=201,
            headers={"Location": f"/api/v1/orders/{order.number}/"},
        )


class OrderOne(PrivateView):
    """One order."""

    @operation(
        name="order",
        summary="An order",
        tag="orders",
        path=[NUMBER],
        answer=OrderShape,
        shown=SHOWN,
        role=OWNER,
    )
    def get(self, request: Request, number: str) -> Response:
        """The order, for the basket that placed it and for the customer it belongs to."""
        return Response(printed(visible(request, number)))
