"""Money and times as people read them."""

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from babel.numbers import format_currency
from django import template
from django.utils import formats, timezone
from django.utils.translation import get_language, to_locale

register = template.Library()

MINUS = "\N{MINUS SIGN}"


@register.filter
def money(amount: Any, currency: str) -> str:
    """An amount in its currency by the reader's locale: 467.98 GBP reads £467.98. Blank when there is no amount."""
    try:
        value = Decimal(str(amount))
    except InvalidOperation:
        return ""
    locale = to_locale(get_language() or "en-gb")
    return format_currency(value, currency, locale=locale).replace("-", MINUS)


@register.filter
def signed_money(amount: Any, currency: str) -> str:
    """Like `money`, with a plus in front of what is added: +£40.00, -£9.00."""
    text = money(amount, currency)
    return f"+{text}" if text and not text.startswith(MINUS) else text


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
