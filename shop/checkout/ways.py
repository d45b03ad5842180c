"""The ways to pay as the payment step offers them."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _

from shop.models import SiteShop
from shop.payments import providers
from shop.templatetags.money import money


@dataclass(frozen=True)
class WayToPay:
    """One way: its code, what it is called and means, what is due today (Decimal, gross), whether it is chosen."""

    code: str
    name: Any
    means: Any
    due: Decimal
    online: bool
    chosen: bool


def offered(*, shop: SiteShop, chosen: str | None, total: Decimal, currency: str) -> dict[str, Any]:
    """What the payment step shows: the `ways`, and the words of its main `button`."""
    return {"ways": ways_to_pay(shop=shop, chosen=chosen, total=total), "button": book_words(total, currency)}


def ways_to_pay(*, shop: SiteShop, chosen: str | None, total: Decimal) -> list[WayToPay]:
    """Every way that the shop offers, in the order of the settings. Only what is paid online is due today."""
    found = []
    for code in providers.ways_of(shop):
        provider = providers.named(code)
        words, due = provider.words, total if provider.online else Decimal(0)
        found.append(WayToPay(code, words.offer, words.means, due, provider.online, code == chosen))
    return found


def book_words(total: Decimal, currency: str) -> Any:
    """What the main button says, for money due today and for money due later; the page shows the one that fits."""
    sum_due = money(total, currency)
    now = _("Book and pay %(sum)s") % {"sum": sum_due} if total else _("Book, nothing to pay")
    later = _("Book, pay in the shop") if total else now
    return format_html('<span data-when="now">{}</span><span data-when="later">{}</span>', now, later)
