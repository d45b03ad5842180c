"""Vouchers in a basket, outside Oscar's form: added when they do something, taken out again."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils.translation import gettext as _
from oscar.core.loading import get_model

from shop import baskets, guesses
from shop.baskets import BasketClosed

Basket = get_model("basket", "Basket")
Voucher = get_model("voucher", "Voucher")


class VoucherNotGood(Exception):
    """No voucher has this code, or it is not valid now, or not for this customer, or it takes nothing off here."""

    code = "voucher_not_good"


def add(*, basket: Any, code: str, user: Any = None) -> Any:
    """Put a voucher into an open basket and return the basket, offers to be worked out anew; one that is in stays in.

    Raises VoucherNotGood, BasketClosed.
    """
    voucher = Voucher.objects.filter(code=code.replace("\x00", "").strip().upper()).first()
    if voucher is None:
        raise VoucherNotGood(_("There is no voucher with this code."))
    with transaction.atomic():
        _refuse_closed(basket)
        if voucher.is_expired() or not voucher.is_active():
            raise VoucherNotGood(_("This voucher is not valid at the moment."))
        available, why = voucher.is_available_to_user(user=user or AnonymousUser())
        if not available:
            raise VoucherNotGood(str(why))
        basket.vouchers.add(voucher)
        basket.reset_offer_applications()
        baskets.apply_offers(basket=basket, user=user)
        if not any(found["voucher"] == voucher for found in basket.offer_applications):
            raise VoucherNotGood(_("This voucher takes nothing off what is in the basket."))
    # Oscar counts what an offer has used up: working offers out twice on the same lines would lose the discount rows.
    basket.reset_offer_applications()
    return basket


def try_code(*, basket: Any, code: str, who: Iterable[str], user: Any = None) -> Any:
    """Like `add`, for somebody who may be guessing: `who` are the address and the person that wrong codes count for.

    Raises guesses.TooManyGuesses, and what `add` raises.
    """
    tried_by = list(who)
    guesses.take(what="vouchers", who=tried_by)
    basket = add(basket=basket, code=code, user=user)
    guesses.give_back(what="vouchers", who=tried_by)
    return basket


def remove(*, basket: Any, code: str) -> Any:
    """Take a voucher out of an open basket, if it is in, and return the basket. Raises BasketClosed."""
    with transaction.atomic():
        _refuse_closed(basket)
        basket.vouchers.remove(*basket.vouchers.filter(code=code.replace("\x00", "").strip().upper()))
    basket.reset_offer_applications()
    return basket


def codes(*, basket: Any) -> list[str]:
    """The codes of the vouchers in a basket, in order."""
    return sorted(voucher.code for voucher in basket.vouchers.all())


def _refuse_closed(basket: Any) -> None:
    if not Basket.objects.select_for_update().filter(pk=basket.pk, status=Basket.OPEN).exists():
        raise BasketClosed(_("This basket has become an order. Please start a new one."))
