"""Who carries mail, texts and money. Chosen by name; a name that is not built fails at start (docs/providers.md)."""

from typing import Any

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
_ours: dict[str, dict[str, Any]] = {
    "demo": {
        "BACKEND": "shop.payments.demo.Demo",
        "OPTIONS": {"secret": env("DEMO_PAYMENT_SECRET", default="demo-webhook-secret"), "origin": PUBLIC_ORIGIN},
    },
    "in_store": {"BACKEND": "shop.payments.in_store.InStore", "OPTIONS": {}},
}
# In the order in which customers are offered them. A name that is not ours is looked for by its convention.
PAYMENT_PROVIDERS: dict[str, dict[str, Any]] = {
    name: _ours.get(name, {"BACKEND": f"shop.payments.{name}.{name.title().replace('_', '')}", "OPTIONS": {}})
    for name in env.list("PAYMENT_PROVIDERS", default=["demo", "in_store"])
}
