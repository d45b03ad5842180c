"""As production serves, but on loopback without TLS and with the database that the bench names."""

from site_config.settings.base import *  # noqa: F403
from site_config.settings.base import STORAGES, VAR_DIR

SECRET_KEY = "bench-only-never-in-production-0123456789abcdef0123456789abcdef"
ALLOWED_HOSTS = ["127.0.0.1", "testserver"]
PUBLIC_ORIGIN = "https://shop.example"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
# One client asks thousands of times here.
API_RATES: dict[str, str] = {}
# Collected by tests/bench/environment.py.
STATIC_ROOT = VAR_DIR / "bench-static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STORAGES["staticfiles"] = {"BACKEND": "site_config.static_files.Storage"}
