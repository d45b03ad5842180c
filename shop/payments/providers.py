"""The payment providers this installation has, by the names of settings.PAYMENT_PROVIDERS."""

from typing import cast

from django.conf import settings

from notifications import outbound
from shop.models import SiteShop
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


def online(name: str) -> bool:
    """Whether a provider can be asked; no for our own till, and for one that this installation no longer has."""
    return name in settings.PAYMENT_PROVIDERS and named(name).online


def ways_of(shop: SiteShop) -> list[str]:
    """The names of the ways to pay that a shop's customers may choose from, in the order of the settings.

    A shop that is paid with the booking offers none that is paid later, and the other way round.
    """
    wanted = {SiteShop.Payment.ADVANCE: True, SiteShop.Payment.LATER: False}.get(SiteShop.Payment(shop.payment))
    return [name for name in settings.PAYMENT_PROVIDERS if wanted in (None, named(name).online)]


def words_of(name: str) -> Words | None:
    """What people read of a provider; None for one that this installation no longer has."""
    return named(name).words if name in settings.PAYMENT_PROVIDERS else None
