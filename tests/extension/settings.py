"""A project of somebody else: Mendwell's rooms beside an app, a payment provider and a followup of its own."""

from site_config.settings.test import *  # noqa: F403
from site_config.settings.test import INSTALLED_APPS, PAYMENT_PROVIDERS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.extension.guestbook"]
ROOT_URLCONF = "tests.extension.urls"
FOLLOWUPS = "tests.extension.followups.AFTER"
PAYMENT_PROVIDERS = {
    **PAYMENT_PROVIDERS,
    "invoice": {"BACKEND": "tests.extension.invoice.Invoice", "OPTIONS": {"days": 14}},
}
