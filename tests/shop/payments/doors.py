"""The real doors to Stripe and PayPal, pointed at their stand-ins."""

from typing import Any

from tests.standins.server import STRIPE_SECRET, WEBHOOK_ID, StandIns


def doors_at(standins: StandIns) -> dict[str, Any]:
    """Entries of settings.PAYMENT_PROVIDERS."""
    return {
        "stripe": {
            "BACKEND": "shop.payments.stripe.Stripe",
            "OPTIONS": {
                "secret_key": "sk_test_standin",
                "publishable_key": "pk_test_standin",
                "webhook_secrets": [STRIPE_SECRET],
                "api_base": standins.address,
                "script_url": f"{standins.address}/v3/",
                "timeout": 5.0,
            },
        },
        "paypal": {
            "BACKEND": "shop.payments.paypal.PayPal",
            "OPTIONS": {
                "client_id": "standin",
                "client_secret": "standin",
                "webhook_id": WEBHOOK_ID,
                "api_base": standins.address,
                "timeout": 5.0,
            },
        },
    }
