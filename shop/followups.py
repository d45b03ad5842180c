"""What is said after money events: the order's confirmation, the receipt, the news that a time was given back."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cms.letterhead import letterhead
from cms.sites import shop_settings
from notifications import outbox
from repairs import tracking
from shop.models import OrderLineQuote, Payment
from shop.payments import providers
from shop.templatetags.money import money


def money_words(amount: Decimal, currency: str, language: str) -> str:
    """An amount as the reader of that language writes it, such as £467.98 or £ 467,98."""
    with translation.override(language):
        return money(amount, currency)


def confirm_order(*, order: Any, **facts: Any) -> None:
    """Tell the customer what was ordered, for when and for how much, with the explained price."""
    _post("order.placed", order, dedupe_key=f"order.placed:{order.number}", at=order.date_placed)


def send_receipt(*, order: Any, payment: Payment | None = None, at: datetime | None = None, **facts: Any) -> None:
    """Tell the customer that the money has arrived. One receipt for each payment."""
    key = f"payment.settled:{payment.reference if payment else order.number}"
    paid = payment.amount if payment else order.total_incl_tax
    _post("payment.settled", order, dedupe_key=key, at=at or timezone.now(), paid=paid)


def tell_released(*, order: Any, at: datetime | None = None, **facts: Any) -> None:
    """Tell the customer that the order was not paid in time and the visit is free again."""
    _post("order.released", order, dedupe_key=f"order.released:{order.number}", at=at or timezone.now())


def _post(kind: str, order: Any, *, dedupe_key: str, at: datetime, paid: Decimal | None = None) -> None:
    contact = order.visit.contact
    outbox.post(
        kind=kind, contact=contact, context=_context(order, contact.language, paid), dedupe_key=dedupe_key, at=at
    )


def _context(order: Any, language: str, paid: Decimal | None) -> dict[str, Any]:
    """The facts of an order as text, frozen for the outbox."""
    shop, contact = shop_settings(order.visit.site), order.visit.contact
    jobs, sold = _jobs(order), _sold(order)
    with translation.override(language):
        return {
            **letterhead(shop),
            "customer_name": contact.name,
            "link": tracking.link(jobs[0]) if jobs else "",
            "reference": order.number,
            "device": ", ".join(dict.fromkeys(quote.subject_name for _line, quote in sold)),
            "repair": ", ".join(dict.fromkeys(quote.repair_name for _line, quote in sold)),
            "status": "",
            "note": "",
            "lines": _lines(order, sold, language),
            "total": money_words(order.total_incl_tax, order.currency, language),
            "tax": money_words(order.total_incl_tax - order.total_excl_tax, order.currency, language),
            "tax_name": order.visit.site.shop.tax_name,
            "paid": money_words(paid, order.currency, language) if paid is not None else "",
            "payment": str(words.told) if (words := providers.words_of(order.visit.pay_by)) else "",
            "appointment": _appointment(order.visit.appointment, shop.zone),
            "provider_note": _("This is a demonstration. No real money moves.") if order.visit.pay_by == "demo" else "",
        }


def _jobs(order: Any) -> list[Any]:
    fresh = getattr(order, "opened_jobs", None)
    return fresh or [row.job for row in order.job_rows.select_related("job").order_by("job_id")]


def _sold(order: Any) -> list[tuple[Any, Any]]:
    fresh = getattr(order, "sold", None)
    if fresh:
        return list(fresh)
    rows = OrderLineQuote.objects.filter(line__order=order).select_related("line", "quote").order_by("line_id")
    return [(row.line, row.quote) for row in rows]


def _lines(order: Any, sold: list[tuple[Any, Any]], language: str) -> list[dict[str, str]]:
    """Each step of each price, then what was taken off and the way to hand over, so that it adds up to the total."""
    lines = []
    for line, quote in sold:
        for number, step in enumerate(quote.lines):
            name = f"{quote.subject_name}: {step['name']}" if number == 0 else step["name"]
            label = f"{name} × {step['factor']}" if step["factor"] else name
            lines.append({"label": label, "amount": money_words(Decimal(step["amount"]), quote.currency, language)})
        off = line.line_price_incl_tax - quote.total
        if off:
            lines.append({"label": _("Discount"), "amount": money_words(off, quote.currency, language)})
    if order.shipping_incl_tax:
        lines.append(
            {
                "label": str(order.shipping_method),
                "amount": money_words(order.shipping_incl_tax, order.currency, language),
            }
        )
    return lines


def _appointment(appointment: Any, zone: Any) -> str:
    if appointment is None:
        return ""
    local = timezone.localtime(appointment.starts_at, zone)
    return f"{date_format(local, 'l j F Y, H:i')} ({local.tzname()})"
