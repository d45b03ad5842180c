"""What Stripe is asked: the parameters of a PaymentIntent and of a Checkout Session."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from shop.payments import stripe_reports as reports
from shop.payments.base import Refused, StartAsk

# https://docs.stripe.com/api/checkout/sessions/create#create_checkout_session-locale
LOCALES = (
    "auto bg cs da de el en en-GB es es-419 et fi fil fr fr-CA hr hu id it ja ko lt lv ms mt nb nl pl pt pt-BR ro ru"
    " sk sl sv th tr vi zh zh-HK zh-TW"
)


def minor(amount: Decimal, currency: str) -> int:
    """The amount in Stripe's units. Raises Refused for nothing, and for what Stripe cannot take."""
    try:
        units = reports.minor_of(amount, currency)
    except ValueError as error:
        shown = {"amount": amount, "currency": currency}
        raise Refused(_("%(amount)s %(currency)s cannot be paid by card.") % shown) from error
    if units <= 0:
        raise Refused(_("There is nothing to pay or to give back."))
    return units


def intent_params(ask: StartAsk) -> dict[str, Any]:
    """A PaymentIntent for a page of ours, in whatever ways Stripe's dashboard allows."""
    return {
        "amount": minor(ask.amount, ask.currency),
        "currency": ask.currency.lower(),
        "description": ask.description,
        "automatic_payment_methods": {"enabled": True},
        "metadata": {"reference": ask.reference},
        **_capture(ask),
    }


def session_params(ask: StartAsk) -> dict[str, Any]:
    """A Checkout Session: Stripe's own page, for one sum. Its intent carries our reference too, for its webhooks."""
    about = {"reference": ask.reference}
    price = {
        "currency": ask.currency.lower(),
        "unit_amount": minor(ask.amount, ask.currency),
        "product_data": {"name": ask.description},
    }
    params: dict[str, Any] = {
        "mode": "payment",
        "line_items": [{"quantity": 1, "price_data": price}],
        "success_url": ask.return_url,
        "cancel_url": ask.cancel_url or ask.return_url,
        "client_reference_id": ask.reference,
        "locale": ask.locale if ask.locale in LOCALES.split() else "auto",
        "metadata": about,
        "payment_intent_data": {
            "description": ask.description,
            "metadata": {**about, reports.HOSTED: "1"},
            **_capture(ask),
        },
    }
    if ask.customer_email:
        params["customer_email"] = ask.customer_email
    return params


def _capture(ask: StartAsk) -> dict[str, str]:
    return {"capture_method": "manual"} if ask.capture == "later" else {}
