"""Vouchers typed in on the way to paying: taken, refused with the reason beside the field, taken out again."""

from datetime import datetime
from typing import Any

from allauth.account.adapter import get_adapter
from django.http import HttpRequest
from django.utils.translation import gettext as _

from shop import baskets, guesses, vouchers

LONGEST = 128


def guessed_by(request: HttpRequest) -> list[str]:
    """Whom wrong codes count for: the address, and the person who is logged in."""
    person = f"user {request.user.pk}" if request.user.is_authenticated else ""
    return [f"address {get_adapter(request).get_client_ip(request)}", person]


def add_voucher(request: HttpRequest, session: Any, *, at: datetime) -> None:
    """Put the posted `code` into this browser's basket; a refusal is said on the next page."""
    code = request.POST.get("code", "")[:LONGEST]
    basket: Any = request.basket  # type: ignore[attr-defined]
    if not code.strip():
        session.say_once("voucher", {"problem": _("Type the code first."), "code": ""})
        return
    try:
        user = request.user if request.user.is_authenticated else None
        vouchers.try_code(basket=basket, code=code, user=user, who=guessed_by(request))
    except (vouchers.VoucherNotGood, baskets.BasketClosed, guesses.TooManyGuesses) as refusal:
        session.say_once("voucher", {"problem": str(refusal), "code": code.replace("\x00", "")})


def remove_voucher(request: HttpRequest, session: Any, *, at: datetime) -> None:
    """Take the posted `code` out of this browser's basket."""
    basket: Any = request.basket  # type: ignore[attr-defined]
    try:
        vouchers.remove(basket=basket, code=request.POST.get("code", "")[:LONGEST])
    except baskets.BasketClosed as refusal:
        session.say_once("voucher", {"problem": str(refusal), "code": ""})
