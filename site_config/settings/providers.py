"""Who carries mail, texts and money. Chosen by name; a name that is not built fails at start (docs/providers.md)."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

from site_config.settings import payment_keys
from site_config.settings.environment import PUBLIC_ORIGIN, env

# Mail: the console unless EMAIL_URL or an Anymail backend is named.
if env("EMAIL_URL", default=""):
    vars().update(env.email("EMAIL_URL"))
else:
    EMAIL_BACKEND = env("EMAIL_BACKEND", default="django.core.mail.backends.dummy.EmailBackend")
ANYMAIL = {key[8:]: value for key, value in env.ENVIRON.items() if key.startswith("ANYMAIL_")}
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Mendwell <hello@mendwell.example>")
OSCAR_FROM_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_TIMEOUT = 10

# Providers. A name that is not built fails by name; see notifications/outbound.py and docs/providers.md.
CHANNELS: dict[str, dict[str, Any]] = {
    "email": {"BACKEND": env("EMAIL_CHANNEL", default="notifications.channels.email.Email"), "OPTIONS": {}},
    "sms": {"BACKEND": "notifications.channels.sms_demo.DemoSMS", "OPTIONS": {}},
}
if env("TWILIO_ACCOUNT_SID", default=""):
    CHANNELS["sms"] = {
        "BACKEND": "notifications.channels.sms_twilio.Twilio",
        "OPTIONS": {
            "account_sid": env("TWILIO_ACCOUNT_SID"),
            "auth_token": env("TWILIO_AUTH_TOKEN"),
            "sender": env("TWILIO_SENDER"),
            "base_url": env("TWILIO_BASE_URL", default="https://api.twilio.com"),
            "timeout": env.float("TWILIO_TIMEOUT", default=10.0),
            "status_url": f"{PUBLIC_ORIGIN}/notifications/twilio/status/",
        },
    }
# Files that go with mails: the kind of a source, and the function that gives its type and bytes.
ATTACHMENTS = {"document": "shop.documents.file_of"}


def _demo() -> dict[str, Any]:
    secret = env("DEMO_PAYMENT_SECRET", default="demo-webhook-secret")
    return {"BACKEND": "shop.payments.demo.Demo", "OPTIONS": {"secret": secret, "origin": PUBLIC_ORIGIN}}


def _stripe() -> dict[str, Any]:
    """Raises ImproperlyConfigured by the name of a key that is not set. Two webhook secrets while one is replaced."""
    return {
        "BACKEND": "shop.payments.stripe.Stripe",
        "OPTIONS": {
            "secret_key": env("STRIPE_SECRET_KEY"),
            "publishable_key": env("STRIPE_PUBLISHABLE_KEY"),
            "webhook_secrets": env.list("STRIPE_WEBHOOK_SECRETS"),
            "account": env("STRIPE_ACCOUNT", default=""),
            "api_base": env("STRIPE_API_BASE", default="https://api.stripe.com"),
            "timeout": env.float("STRIPE_TIMEOUT", default=10.0),
            "script_url": env("STRIPE_SCRIPT_URL", default="https://js.stripe.com/v3/"),
        },
    }


def _paypal() -> dict[str, Any]:
    """Raises ImproperlyConfigured by the name of a key that is not set."""
    return {
        "BACKEND": "shop.payments.paypal.PayPal",
        "OPTIONS": {
            "client_id": env("PAYPAL_CLIENT_ID"),
            "client_secret": env("PAYPAL_CLIENT_SECRET"),
            "webhook_id": env("PAYPAL_WEBHOOK_ID"),
            "api_base": env("PAYPAL_API_BASE", default="https://api-m.paypal.com"),
            "timeout": env.float("PAYPAL_TIMEOUT", default=10.0),
        },
    }


def _by_name(name: str) -> dict[str, Any]:
    """A name that is not ours is looked for by its convention."""
    ours = {"demo": _demo, "stripe": _stripe, "paypal": _paypal}
    if name in ours:
        return ours[name]()
    return {"BACKEND": f"shop.payments.{name}.{name.title().replace('_', '')}", "OPTIONS": {}}


# In the order in which customers are offered them.
PAYMENT_PROVIDERS: dict[str, dict[str, Any]] = {
    name: _by_name(name) for name in env.list("PAYMENT_PROVIDERS", default=["demo", "in_store"])
}
if _faults := payment_keys.faults(PAYMENT_PROVIDERS, origin=PUBLIC_ORIGIN):
    raise ImproperlyConfigured("Mendwell cannot take payments like this:\n- " + "\n- ".join(_faults))
# Those that are real but take no money: test keys, sandboxes, stand-ins. Production does not start on them.
_real_addresses = ("https://api.stripe.com", "https://api-m.paypal.com")
TEST_PAYMENTS = [
    name
    for name, spec in PAYMENT_PROVIDERS.items()
    if "_test_" in spec["OPTIONS"].get("secret_key", "")
    or spec["OPTIONS"].get("api_base", _real_addresses[0]).rstrip("/") not in _real_addresses
]
