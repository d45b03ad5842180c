"""Money and times as people read them."""

import re
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from babel.numbers import format_currency
from django import template
from django.utils import formats, timezone
from django.utils.translation import get_language, gettext_lazy, to_locale
from django.utils.translation import gettext as _

register = template.Library()

MINUS = "\N{MINUS SIGN}"
LETTERS = re.compile(r"([A-Za-z])(?=\d)")


@register.filter
def money(amount: Any, currency: str) -> str:
    """An amount in its currency by the reader's locale: 467.98 GBP reads £467.98. Blank when there is no amount."""
    try:
        value = Decimal(str(amount))
    except InvalidOperation:
        return ""
    locale = to_locale(get_language() or "en-gb")
    written = format_currency(value, currency, locale=locale).replace("-", MINUS)
    return LETTERS.sub("\\1\N{NO-BREAK SPACE}", written)  # a sign made of letters, such as SLE, stands off its figures


@register.filter
def signed_money(amount: Any, currency: str) -> str:
    """Like `money`, with a plus in front of what is added: +£40.00, -£9.00."""
    text = money(amount, currency)
    return f"+{text}" if text and not text.startswith(MINUS) else text


@register.filter
def price_words(price: Any) -> str:
    """What a price, fresh or kept, asks: £199.99, from £199.99, £199.99 to £249.99. Blank without one."""
    if not price:
        return ""
    least = money(price.total, price.currency)
    if price.maximum is not None:
        return _("%(least)s to %(most)s") % {"least": least, "most": money(price.maximum, price.currency)}
    return _("from %(price)s") % {"price": least} if price.kind == "from" else least


@register.filter
def from_price(price: Any) -> str:
    """The same of a price for the plain case, which answers may raise: from £199.99, £199.99 to £249.99, free."""
    if not price:
        return ""
    if not price.total and not price.maximum:
        return _("free")
    words = {"price": money(price.total, price.currency)}
    return price_words(price) if price.maximum is not None else _("from %(price)s") % words


PARTS = {
    "": gettext_lazy("Standard part"),
    "original": gettext_lazy("Original part"),
    "compatible": gettext_lazy("Compatible part"),
    "refurbished": gettext_lazy("Refurbished part"),
}


@register.filter
def part_words(grade: str) -> str:
    """A grade of part as people read it."""
    return str(PARTS.get(grade, grade))


@register.filter
def shop_time(moment: datetime | None, zone: ZoneInfo) -> str:
    """A moment in the shop's zone with weekday, date, time and the zone's name: Tue 24 November, 10:30 GMT."""
    if moment is None:
        return ""
    local = timezone.localtime(moment, zone)
    return f"{formats.date_format(local, 'D j F, H:i')} {local.tzname()}"


@register.filter
def shop_clock(moment: datetime | None, zone: ZoneInfo) -> str:
    """Only the time of day in the shop's zone: 10:30. Blank without a moment."""
    return formats.date_format(timezone.localtime(moment, zone), "H:i") if moment else ""
