"""Tests: like the demo, with fast hashing and no time lost. tests/conftest.py points at cloned databases."""

from django.core.exceptions import ImproperlyConfigured

from site_config.settings.base import *  # noqa: F403
from site_config.settings.base import DATABASES, OUR_CLIENT, PAYMENT_PROVIDERS, STORAGES, VAR_DIR
from site_config.settings.payment_keys import refusal

if _no := refusal(PAYMENT_PROVIDERS):
    raise ImproperlyConfigured(_no)
VAR_DIR.mkdir(exist_ok=True)
SECRET_KEY = "test-only-never-in-production-0123456789abcdef0123456789abcdef"  # noqa: S105
DEMO = True
PREVIEW_CLIENT = True
FRONTENDS = OUR_CLIENT
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PUBLIC_ORIGIN = "http://testserver"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DATABASES["default"]["CONN_MAX_AGE"] = 0
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES["private"] = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WHITENOISE_USE_FINDERS = True
API_RATES: dict[str, str] = {}  # tests that speak of limits set their own
