"""The money of an order for staff with a program of their own: refunds, cancelling, missed visits."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from api.errors import ApiFault
from api.idempotency import caller_of, digest, once
from api.schema import TILL, in_path, operation
from api.v1.bench import OnTheBench
from api.v1.bench_money_shapes import (
    MONEY_SHOWN,
    REFUND_SHOWN,
    CancelAsk,
    NoShowAsk,
    OrderMoney,
    RefundAsk,
    RefundShape,
    printed_money,
    printed_refund,
)
from api.v1.quotes import gbp
from api.views import SAFE, PrivateView
from shop import cancelling, no_show
from shop.models import OrderVisit, Payment, Refund
from shop.payments import refunds
from shop.pricing import half_up

NUMBER = in_path("number", "The order's number.", "M-7KQ2XR4D")
REFERENCE = in_path("reference", "The refund's reference.", "R-7KQ2XR4D")


class AtTheTill(OnTheBench):
    """Of those whom the bench lets in: who may see payments reads, who may give money back writes."""

    message = gettext_lazy("This is for staff who handle money, with their second factor where the shop asks for one.")

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the person who is logged in has the permissions for this method."""
        wanted = "shop.view_payment" if request.method in SAFE else "shop.add_refund"
        return super().has_permission(request, view) and request.user.has_perm(wanted)


class WithMoney(PrivateView):
    """For staff, about an order of the site asked."""

    permission_classes = (AtTheTill,)

    def order(self, number: str) -> Any:
        """The order of this number. Raises ApiFault not_found, for other shops' orders as well."""
        visits = OrderVisit.objects.select_related("order").filter(site=self.site, order__number=number)
        visit = visits.first()
        if visit is None:
            raise ApiFault("not_found", _("There is no such order."))
        return visit.order

    @staticmethod
    def sum(asked: dict[str, Any] | None, field: str, currency: str) -> Decimal | None:
        """The amount that was asked, None for none. Raises ValidationError when it is in another currency."""
        if asked is None:
            return None
        if asked["currency"].upper() != currency:
            wrong = _("The money is in %(currency)s.") % {"currency": currency}
            raise ValidationError({field: {"currency": [wrong]}})
        amount = Decimal(asked["amount"])
        if amount != half_up(amount, currency):
            finer = _("%(currency)s has no smaller coins: write a whole number.") % {"currency": currency}
            raise ValidationError({field: {"amount": [finer]}})
        return amount


class MoneyOfOrder(WithMoney):
    """The money of an order."""

    @operation(
        name="order_money", summary="The money of an order", tag="bench", path=[NUMBER], answer=OrderMoney,
        shown=MONEY_SHOWN, role=TILL,
    )  # fmt: skip
    def get(self, request: Request, number: str) -> Response:
        """Sums, payments, refunds and every row of the books, the newest payment and refund first."""
        return Response(printed_money(self.order(number)))


class RefundList(WithMoney):
    """Refunds of an order."""

    @operation(
        name="refund_ask",
        summary="Give money back",
        tag="bench",
        path=[NUMBER],
        ask=RefundAsk,
        asked={"payment": "P-7KQ2XR4D", "amount": gbp("67.98"), "reason": "goodwill", "note": "Scratch on the frame"},
        answer=RefundShape,
        shown=REFUND_SHOWN,
        status=201,
        role=TILL,
        key="required",
        errors=["more_than_left", "payment_disputed", "not_paid_out"],
    )
    @once(required=True)
    def post(self, request: Request, number: str) -> Response:
        """The worker asks the provider; GET the refund to see how far it is. Money of the till is back at once."""
        asked, order = self.asked(RefundAsk), self.order(number)
        payment = Payment.objects.filter(order=order, reference=asked["payment"]).first()
        if payment is None:
            raise ValidationError({"payment": [_("This order has no such payment.")]})
        amount = self.sum(asked["amount"], "amount", refunds.currency_of(payment))
        assert amount is not None
        if not amount:
            raise ValidationError({"amount": {"amount": [_("Nothing cannot go back.")]}})
        key = request.headers.get("Idempotency-Key", "")
        refund = refunds.ask(
            payment=payment,
            amount=amount,
            reason=asked["reason"],
            by=request.user,
            at=self.at,
            note=asked["note"],
            tender=asked["tender"],
            # The kept answer goes after a day, and with a process that dies; the refund itself is never made twice.
            once=digest("refund", caller_of(request), key, payment.reference, str(amount)),
        )
        refund.payment = payment
        payment.order = order
        headers = {"Location": f"/api/v1/bench/refunds/{refund.reference}/"}
        return Response(printed_refund(refund), status=201, headers=headers)


class RefundOne(WithMoney):
    """One refund."""

    @operation(
        name="refund", summary="How far a refund is", tag="bench", path=[REFERENCE], answer=RefundShape,
        shown={**REFUND_SHOWN, "state": "done"}, role=TILL,
    )  # fmt: skip
    def get(self, request: Request, reference: str) -> Response:
        """asked: the worker will send it; sent: the provider works on it; done; failed: `detail` says why."""
        rows = Refund.objects.select_related("payment__order").filter(site=self.site, reference=reference)
        refund = rows.first()
        if refund is None:
            raise ApiFault("not_found", _("There is no such refund."))
        return Response(printed_refund(refund))


class Cancelling(WithMoney):
    """The end of an order before anything of it came."""

    @operation(
        name="order_cancel",
        summary="Cancel an order",
        tag="bench",
        path=[NUMBER],
        ask=CancelAsk,
        asked={"keep": gbp("20.00"), "reason": "customer", "note": "Called this morning"},
        answer=OrderMoney,
        shown={**MONEY_SHOWN, "status": "paid"},
        role=TILL,
        key="required",
        errors=["not_cancellable", "more_than_left"],
    )
    @once(required=True)
    def post(self, request: Request, number: str) -> Response:
        """Its time is free again, nothing more is asked, and what was paid goes back but for `keep`."""
        asked, order = self.asked(CancelAsk), self.order(number)
        keep = self.sum(asked.get("keep"), "keep", order.currency) or Decimal("0.00")
        cancelling.cancel(
            order=order, by=request.user, at=self.at, reason=asked["reason"], keep=keep, note=asked["note"]
        )
        return Response(printed_money(self.order(number)))


class NoShow(WithMoney):
    """A visit that nobody came to."""

    @operation(
        name="order_no_show",
        summary="Close a missed visit",
        tag="bench",
        path=[NUMBER],
        ask=NoShowAsk,
        asked={"fee": gbp("20.00")},
        answer=OrderMoney,
        shown={**MONEY_SHOWN, "status": "paid"},
        role=TILL,
        key="required",
        errors=["not_missed", "fee_too_high"],
    )
    @once(required=True)
    def post(self, request: Request, number: str) -> Response:
        """The fee stays of what was paid or is asked for, the rest goes back; once, when the visit is over."""
        asked, order = self.asked(NoShowAsk), self.order(number)
        fee = self.sum(asked.get("fee"), "fee", order.currency)
        no_show.charge(order=order, by=request.user, at=self.at, fee=fee, note=asked["note"])
        return Response(printed_money(self.order(number)))
