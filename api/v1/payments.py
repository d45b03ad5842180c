"""POST payments and GET payments/{reference}: paying an order through its provider."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.errors import ApiFault
from api.idempotency import once
from api.schema import OWNER, in_path, operation
from api.shapes import Ask, Money, Text, moment, money
from api.throttles import Orders
from api.v1.orders import visible
from api.v1.quotes import gbp
from api.views import PrivateView
from cms.frontends.known import allowed_origins
from shop.models import Payment
from shop.payments import returning, starting

REFERENCE = in_path("reference", "The payment's reference.", "P-7KQ2XR4D")


class PaymentAsk(Ask):
    """Which order is to be paid."""

    order = Text(max_length=24, help_text="The order's number.")
    return_url = serializers.URLField(
        required=False,
        max_length=400,
        help_text="Where the provider sends the customer back to; on an allowed origin.",
    )


class PaymentShape(serializers.Serializer):
    """One attempt to be paid."""

    reference = serializers.CharField()
    order = serializers.CharField()
    provider = serializers.CharField()
    state = serializers.CharField(
        help_text="created, pending, succeeded, failed, cancelled, late, mismatch or refunded"
    )
    amount = Money()
    detail = serializers.CharField(allow_blank=True)
    changed_at = serializers.DateTimeField()


class StartedPayment(PaymentShape):
    """An attempt, and where to send the customer."""

    redirect_url = serializers.CharField(allow_null=True, help_text="Null: nowhere; paid already, or paid in the shop.")


SHOWN = {
    "reference": "P-7KQ2XR4D",
    "order": "M-7KQ2XR4D",
    "provider": "demo",
    "state": "pending",
    "amount": gbp("467.98"),
    "detail": "",
    "changed_at": "2026-11-21T12:06:00Z",
}


def printed(payment: Payment, number: str) -> dict[str, Any]:
    """A payment as JSON."""
    return {
        "reference": payment.reference,
        "order": number,
        "provider": payment.provider,
        "state": payment.state,
        "amount": money(payment.amount, payment.currency),
        "detail": payment.detail,
        "changed_at": moment(payment.changed_at),
    }


def allowed(url: str | None) -> str | None:
    """The address to come back to, on our own or an allowed origin. Raises ApiFault: nobody is sent elsewhere."""
    if not url:
        return None
    parts = urlsplit(url)
    if f"{parts.scheme}://{parts.netloc}" not in {
        settings.PUBLIC_ORIGIN,
        *allowed_origins(),
    }:
        raise ApiFault(
            "return_url_not_allowed",
            _("The return_url must be on this shop's own or an allowed origin."),
        )
    return url


class PaymentList(PrivateView):
    """Payments."""

    write_throttle = Orders

    @operation(
        name="payment_start",
        summary="Pay an order",
        tag="orders",
        ask=PaymentAsk,
        asked={"order": "M-7KQ2XR4D"},
        answer=StartedPayment,
        shown={**SHOWN, "redirect_url": "https://shop.example.com/demo/pay/ch_123/"},
        status=201,
        role=OWNER,
        key="required",
        errors=[
            "not_found",
            "order_not_payable",
            "payment_refused",
            "payment_unavailable",
            "return_url_not_allowed",
        ],
    )
    @once(required=True)
    def post(self, request: Request) -> Response:
        """Asks for what is open, through the provider the order was placed with; an open attempt is used again."""
        asked = self.asked(PaymentAsk)
        visit = visible(request, asked["order"])
        started = starting.start(order=visit.order, at=self.at, return_url=allowed(asked.get("return_url")))
        payment = started.payment
        return Response(
            {
                **printed(payment, visit.order.number),
                "redirect_url": started.redirect_url,
            },
            status=201,
            headers={"Location": f"/api/v1/payments/{payment.reference}/"},
        )


class PaymentOne(PrivateView):
    """One payment."""

    @operation(
        name="payment",
        summary="What became of a payment",
        tag="orders",
        path=[REFERENCE],
        answer=PaymentShape,
        shown={**SHOWN, "state": "succeeded"},
        role=OWNER,
    )
    def get(self, request: Request, reference: str) -> Response:
        """While it is open the provider is asked, so a client that comes back need not wait for a webhook."""
        payment = Payment.objects.select_related("order").filter(reference=reference).first()
        if payment is None:
            raise returning.PaymentNotFound(_("There is no such payment, or it is not yours."))
        number = visible(request, payment.order.number).order.number
        return Response(printed(returning.settle_return(payment_reference=reference, at=self.at), number))
