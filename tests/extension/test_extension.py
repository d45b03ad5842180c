"""The rooms are apps that another project can mount beside its own, with its own provider and followup."""

import os
import subprocess
import sys
from pathlib import Path

from tests.extension.invoice import Invoice
from tests.shop.payments.contract import ProviderContract

STORY = """
import django
django.setup()
from django.core.management import call_command
from django.test import Client
from django.utils.module_loading import import_string
from django.conf import settings
from shop.payments import providers
call_command("check", fail_level="WARNING")
call_command("makemigrations", check=True, dry_run=True, verbosity=0)
print(Client().get("/guestbook/").content.decode())
print(type(providers.named("invoice")).__name__, providers.named("invoice").days)
print(import_string(settings.FOLLOWUPS)["job.collected"][-1])
"""


def test_the_rooms_live_in_a_project_beside_a_foreign_app():
    told = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", STORY],
        cwd=Path(__file__).resolve().parents[2],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.extension.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    for words in ("no issues", "Signed by customers of /devices/", "Invoice 14", "sign_guestbook"):
        assert words in told.stdout


class TestInvoice(ProviderContract):
    """A provider added from outside keeps the same contract as ours."""

    def provider(self) -> Invoice:
        return Invoice(days=14)
