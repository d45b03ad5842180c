"""What a person reads in a mail or on the telephone when logging in."""

import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client

from notifications.models import Message

PASSWORD = "a-good-pass-phrase"


def mail_to(email: str) -> dict[str, str]:
    """The newest mail about an account posted to this address: subject, body, code, link."""
    row = Message.objects.filter(to=email, kind="account.mail").order_by("-pk").first()
    assert row is not None, f"no mail to {email}"
    return dict(row.context)


def code_to(email: str) -> str:
    code = mail_to(email)["code"]
    assert code, "this mail has no code"
    return code


def app_code(secret: str) -> str:
    """What an authenticator app shows now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def with_app(user: Any) -> str:
    """Turn on the second factor for the user; returns the app's secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    assert Authenticator.objects.filter(user=user).count() == 2
    return str(secret)


def log_in(client: Client, email: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post("/accounts/login/", {"login": email, "password": password, **more})


def sign_up(client: Client, email: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post("/accounts/signup/", {"email": email, "password1": password, **more})


def confirm(client: Client, email: str, code: str | None = None) -> Any:
    return client.post("/accounts/confirm-email/", {"code": code or code_to(email)})


__all__ = ["PASSWORD", "app_code", "code_to", "confirm", "log_in", "mail_to", "sign_up", "with_app"]
