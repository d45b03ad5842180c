"""As production serves, but on loopback without TLS and with the database that the bench names."""

from site_config.settings.base import *  # noqa: F403

SECRET_KEY = "bench-only-never-in-production-0123456789abcdef0123456789abcdef"
ALLOWED_HOSTS = ["127.0.0.1", "testserver"]
PUBLIC_ORIGIN = "https://shop.example"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
# One client asks thousands of times here.
API_RATES: dict[str, str] = {}
