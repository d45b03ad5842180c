"""Production. It refuses to start half-configured; `site_config/checks.py` says what is missing."""

from django.core.exceptions import ImproperlyConfigured

from site_config.settings.base import *  # noqa: F403
from site_config.settings.base import (
    ALLOWED_HOSTS,
    CHANNELS,
    DATABASES,
    EMAIL_BACKEND,
    PAYMENT_PROVIDERS,
    PUBLIC_ORIGIN,
    SECRET_KEY,
    STORAGES,
    TEST_PAYMENTS,
    env,
)

DEBUG = False
DEMO = False
ALLOW_STAND_INS = env.bool("ALLOW_STAND_INS", default=False)

problems = []
if env.bool("DEBUG", default=False):
    problems.append("DEBUG must be off in production; remove it from the environment.")
if len(SECRET_KEY) < 50:
    problems.append("SECRET_KEY must be set to at least 50 random characters.")
if not ALLOWED_HOSTS:
    problems.append("ALLOWED_HOSTS must name the hosts you serve, such as shop.example.com.")
if not PUBLIC_ORIGIN.startswith("https://"):
    problems.append("PUBLIC_ORIGIN must be your public https:// address.")
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    problems.append("DATABASE_URL must name a PostgreSQL database; SQLite is for the demo.")
if not env("PAYMENT_PROVIDERS", default="") and not ALLOW_STAND_INS:
    problems.append("PAYMENT_PROVIDERS must name a real provider, or in_store for paying at the counter.")
if not ALLOW_STAND_INS:
    if CHANNELS["sms"]["BACKEND"].endswith("DemoSMS"):
        problems.append("SMS would go to the demo inbox: set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_SENDER.")
    if EMAIL_BACKEND.rsplit(".", 2)[-2] in {"dummy", "console", "locmem", "filebased"}:
        problems.append("Mail would go nowhere: set EMAIL_URL or EMAIL_BACKEND with its ANYMAIL_ variables.")
    PAYMENT_PROVIDERS.pop("demo", None)
    problems += [f"{name} has test keys: real customers would pay nothing." for name in TEST_PAYMENTS]
if problems:
    raise ImproperlyConfigured(
        "Mendwell does not start in production like this:\n- "
        + "\n- ".join(problems)
        + "\nALLOW_STAND_INS=1 lets the stand-ins through, for a rehearsal."
    )

STORAGES["staticfiles"] = {"BACKEND": "site_config.static_files.Storage"}
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
OSCAR_BASKET_COOKIE_SECURE = True
