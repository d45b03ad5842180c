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
from shop.payments import declines, returning, switching

REFERENCE = in_path("reference", "The payment's reference.", "P-7KQ2XR4D")


class PaymentAsk(Ask):
    """Which order is to be paid."""

    order = Text(max_length=24, help_text="The order's number.")
    return_url = serializers.URLField(
        required=False,
        max_length=400,
        help_text="Where the provider sends the customer back to; on an allowed origin.",
    )
    cancel_url = serializers.URLField(
        required=False,
        max_length=400,
        help_text="Where a customer lands who turns back on the provider's page; without it, the return_url.",
    )
    hosted = serializers.BooleanField(
        required=False,
        default=False,
        help_text="True: the provider's own page takes the payment, for a browser without script.",
    )
    provider = Text(
        required=False,
        max_length=20,
        help_text="Pay by this way from now on: stripe, paypal, in_store, what the shop offers. Without it, as agreed.",
    )


class PaymentShape(serializers.Serializer):
    """One attempt to be paid."""

    reference = serializers.CharField()
    order = serializers.CharField()
    provider = serializers.CharField()
    state = serializers.CharField(
        help_text="created, pending, authorised (promised by the bank), succeeded, failed, cancelled, late, mismatch, "
        "refunded, disputed or lost"
    )
    amount = Money()
    purpose = serializers.CharField(help_text="full, deposit or rest")
    detail = serializers.CharField(
        allow_blank=True, help_text="Why it did not go through and what to do, for your customer."
    )
    changed_at = serializers.DateTimeField()


class ClientShape(serializers.Serializer):
    """What a page of yours needs to take a payment itself; only the members that its provider has."""

    client_secret = serializers.CharField(required=False, help_text="Stripe: for the Payment Element.")
    publishable_key = serializers.CharField(required=False, help_text="Stripe: the shop's public key.")
    script_url = serializers.CharField(
        required=False, help_text="Stripe: its script; load it from there, nowhere else."
    )
    account = serializers.CharField(required=False, help_text="Stripe: the connected account, where there is one.")
    approve_url = serializers.CharField(required=False, help_text="PayPal: where the customer approves it.")


class StartedPayment(PaymentShape):
    """An attempt, and what to do with the customer now."""

    redirect_url = serializers.CharField(
        allow_null=True,
        help_text="Send the customer there. Null: take it with `client`; if that is empty too, there is nothing to do.",
    )
    client = ClientShape(help_text="Empty unless the payment waits for the customer.")


SHOWN = {
    "reference": "P-7KQ2XR4D",
    "order": "M-7KQ2XR4D",
    "provider": "demo",
    "state": "pending",
    "amount": gbp("467.98"),
    "purpose": "full",
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
        "purpose": payment.purpose,
        "detail": declines.words(payment),
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
            _("The return_url and the cancel_url must be on this shop's own or an allowed origin."),
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
        shown={
            **SHOWN,
            "provider": "stripe",
            "redirect_url": None,
            "client": {
                "client_secret": "pi_3QExample_secret_abc",
                "publishable_key": "pk_live_example",
                "script_url": "https://js.stripe.com/v3/",
            },
        },
        status=201,
        role=OWNER,
        key="required",
        errors=[
            "not_found",
            "order_not_payable",
            "payment_refused",
            "payment_unavailable",
            "return_url_not_allowed",
            "way_to_pay_not_offered",
        ],
    )
    @once(required=True)
    def post(self, request: Request) -> Response:
        """Asks for what is open; how much that is, the shop knows. An open attempt is used again, with the addresses it
        was opened with. `client` and `redirect_url` tell how the customer pays it."""
        asked = self.asked(PaymentAsk)
        visit = visible(request, asked["order"])
        started = switching.start_with(
            order=visit.order,
            provider=asked.get("provider"),
            hosted=asked["hosted"],
            return_url=allowed(asked.get("return_url")),
            cancel_url=allowed(asked.get("cancel_url")),
            at=self.at,
        )
        payment = started.payment
        return Response(
            {
                **printed(payment, visit.order.number),
                "redirect_url": started.redirect_url,
                "client": started.client,
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
