"""The payment providers this installation has, by the names of settings.PAYMENT_PROVIDERS."""

from typing import cast

from django.conf import settings

from notifications import outbound
from shop.payments.base import PaymentProvider, Words


class UnknownProvider(Exception):
    """No payment provider goes by that name here."""

    code = "not_found"


def named(name: str) -> PaymentProvider:
    """The provider behind a name. Raises UnknownProvider."""
    if name not in settings.PAYMENT_PROVIDERS:
        raise UnknownProvider(f"There is no payment provider {name!r} here.")
    return cast(PaymentProvider, outbound.provider("PAYMENT_PROVIDERS", name))


def online_names() -> list[str]:
    """The names of those that speak to us and can be asked."""
    return [name for name in settings.PAYMENT_PROVIDERS if named(name).online]


def words_of(name: str) -> Words | None:
    """What people read of a provider; None for one that this installation no longer has."""
    return named(name).words if name in settings.PAYMENT_PROVIDERS else None
