"""A developer's machine and the demo: SQLite, stand-ins, no key needed."""

from django.core.exceptions import ImproperlyConfigured

from site_config.settings.base import *  # noqa: F403
from site_config.settings.base import FRONTENDS, OUR_CLIENT, PAYMENT_PROVIDERS, STATIC_ROOT, VAR_DIR, env
from site_config.settings.payment_keys import refusal

if _no := refusal(PAYMENT_PROVIDERS):
    raise ImproperlyConfigured(_no)
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
(VAR_DIR / "media").mkdir(exist_ok=True)
DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=True)
PREVIEW_CLIENT = env.bool("PREVIEW_CLIENT", default=True)
FRONTENDS = FRONTENDS or (OUR_CLIENT if PREVIEW_CLIENT else {})
SECRET_KEY = env("SECRET_KEY", default="development-only-never-in-production-0123456789abcdef")
# A demo may be shown through any forwarded host.
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["*"])
USE_X_FORWARDED_HOST = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
# A frontend on the same machine hears of what is published.
WEBHOOK_PRIVATE_HOSTS = env.list("WEBHOOK_PRIVATE_HOSTS", default=["127.0.0.1", "localhost"])
