"""Production starts configured or not at all. Each case is a process of its own, as a real start is."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.checks import run_checks

from site_config import checks

GOOD = {
    "DJANGO_SETTINGS_MODULE": "site_config.settings.production",
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghij",
    "ALLOWED_HOSTS": "shop.example.com",
    "PUBLIC_ORIGIN": "https://shop.example.com",
    "DATABASE_URL": "postgres://mendwell@127.0.0.1/mendwell",
    "PAYMENT_PROVIDERS": "in_store",
    "EMAIL_URL": "smtp+tls://user:secret@mail.example.com:587",
    "TWILIO_ACCOUNT_SID": "AC0",
    "TWILIO_AUTH_TOKEN": "token",
    "TWILIO_SENDER": "+447700900000",
}


def start(**changed: str) -> subprocess.CompletedProcess[str]:
    """Load the production settings in a fresh process; an empty value takes the variable away."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "PYTHONPYCACHEPREFIX") if name in os.environ}
    env = {name: value for name, value in {**kept, **GOOD, **changed}.items() if value}
    code = "from django.conf import settings; settings.DEBUG; print('started', sorted(settings.PAYMENT_PROVIDERS))"
    return subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", code], cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, check=False
    )


def test_production_starts_when_everything_is_set():
    done = start()
    assert done.stdout.startswith("started"), done.stderr
    assert "demo" not in done.stdout


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"DEBUG": "1"}, "DEBUG must be off"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS"),
        ({"PUBLIC_ORIGIN": "http://shop.example.com"}, "PUBLIC_ORIGIN"),
        ({"DATABASE_URL": ""}, "DATABASE_URL"),
        ({"PAYMENT_PROVIDERS": ""}, "PAYMENT_PROVIDERS"),
        ({"TWILIO_ACCOUNT_SID": ""}, "TWILIO_ACCOUNT_SID"),
        ({"EMAIL_URL": ""}, "EMAIL_URL"),
    ],
)
def test_production_refuses_to_start_half_configured_and_says_why(changed: dict[str, str], said: str):
    done = start(**changed)
    assert done.returncode != 0
    assert said in done.stderr
    assert "does not start in production" in done.stderr


def test_production_lets_stand_ins_through_only_when_told_so_expressly():
    missing = {"PAYMENT_PROVIDERS": "", "TWILIO_ACCOUNT_SID": "", "EMAIL_URL": ""}
    assert start(**missing).returncode != 0
    assert "'demo'" in start(**missing, ALLOW_STAND_INS="1").stdout


def test_a_provider_that_is_named_but_not_built_fails_by_name(settings):
    settings.PAYMENT_PROVIDERS = {"acme": {"BACKEND": "shop.payments.acme.Acme", "OPTIONS": {}}}
    faults = checks.providers_exist(None)
    assert [fault.id for fault in faults] == ["mendwell.E002"]
    assert "'acme'" in faults[0].msg and "shop.payments.acme.Acme" in faults[0].msg


def test_a_followup_that_points_nowhere_fails_by_name(monkeypatch, settings):
    settings.FOLLOWUPS = "tests.site_config.test_settings.BROKEN"
    assert "shop.followups.nobody" in checks.followups_resolve(None)[0].msg


def test_the_checks_are_asked_at_start():
    assert run_checks() == []


BROKEN = {"order.placed": ("shop.followups.nobody",)}
