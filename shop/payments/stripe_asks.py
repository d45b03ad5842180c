"""What Stripe is asked: the parameters of a PaymentIntent, a Checkout Session and a refund; and what its pages load."""

from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from shop.payments import stripe_reports as reports
from shop.payments.base import RefundAsk, Refused, StartAsk

API = "https://api.stripe.com"
HOOKS = "https://hooks.stripe.com"  # frames in which banks ask
PAGES = "https://checkout.stripe.com"

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


def refund_params(ask: RefundAsk, intent_id: str) -> dict[str, Any]:
    """A refund, with our name for it and its payment: its webhook says whose it is without another question."""
    return {
        "payment_intent": intent_id,
        "amount": minor(ask.amount, ask.currency),
        "metadata": {"reference": ask.reference, "payment": ask.provider_id, reports.REFUND: ask.idempotency_key},
    }


def page_sources(script_url: str, api_base: str) -> dict[str, list[str]]:
    """https://docs.stripe.com/security/guide#content-security-policy; a stand-in does all of it on its own origin."""
    script, api = ("{0.scheme}://{0.netloc}".format(urlsplit(url)) for url in (script_url, api_base))
    theirs = api == API
    return {
        "script-src": [script, "https://*.js.stripe.com"] if theirs else [script],
        "frame-src": [script, "https://*.js.stripe.com", HOOKS] if theirs else [script, api],
        "connect-src": [api],
        "form-action": [PAGES if theirs else api],
    }


def _capture(ask: StartAsk) -> dict[str, str]:
    return {"capture_method": "manual"} if ask.capture == "later" else {}
