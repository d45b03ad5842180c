"""What mails about an order say: its facts as text in the customer's language, frozen for the outbox."""

from decimal import Decimal
from typing import Any

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cms.letterhead import letterhead
from cms.sites import shop_settings
from repairs import tracking
from shop import deposits
from shop.models import OrderLineQuote, Payment
from shop.payments import providers, switching
from shop.payments.starting import PAYABLE
from shop.templatetags.money import money


def money_words(amount: Decimal, currency: str, language: str) -> str:
    """An amount as the reader of that language writes it, such as £467.98 or £ 467,98."""
    with translation.override(language):
        return money(amount, currency)


def facts_of(order: Any, language: str, **sums: Decimal | None) -> dict[str, Any]:
    """Everything about an order that any mail may say. `sums` are placeholders with an amount; None or 0: blank."""
    shop, contact = shop_settings(order.visit.site), order.visit.contact
    jobs, sold = _jobs(order), _sold(order)
    with translation.override(language):
        return {
            **letterhead(shop),
            "customer_name": contact.name,
            "link": tracking.link(jobs[0]) if jobs else "",
            **_to_pay(order, jobs),
            "reference": order.number,
            "device": ", ".join(dict.fromkeys(quote.subject_name for _line, quote in sold)),
            "repair": ", ".join(dict.fromkeys(quote.repair_name for _line, quote in sold)),
            "status": "",
            "note": "",
            "lines": _lines(order, sold, language),
            "total": money_words(order.total_incl_tax, order.currency, language),
            "tax": money_words(order.total_incl_tax - order.total_excl_tax, order.currency, language),
            "tax_name": order.visit.site.shop.tax_name,
            "payment": str(words.told) if (words := providers.words_of(order.visit.pay_by)) else "",
            "appointment": _appointment(order.visit.appointment, shop.zone),
            "provider_note": _("This is a demonstration. No real money moves.") if order.visit.pay_by == "demo" else "",
            **{name: money_words(sum_, order.currency, language) for name, sum_ in sums.items() if sum_},
        }


# What a mail about money leaves out that is no price list.
NO_PRICES: dict[str, Any] = {"lines": [], "total": "", "tax": ""}


def deposit_facts(order: Any, language: str) -> dict[str, str]:
    """What an order's deposit is and when the rest is paid; empty without one. No statement."""
    terms = deposits.agreed(order)
    if terms.percent is None:
        return {}
    with translation.override(language):
        told, percent = money(terms.today, terms.currency), {"percent": terms.percent}
        taken, kept = _("Deposit of %(percent)s %%, online"), _("Deposit of %(percent)s %%, kept by your bank")
        promise = _("Your bank keeps %(sum)s for us; it is taken when your device is here.") % {"sum": told}
        return {
            "deposit": told,
            "deposit_label": (kept if terms.kept else taken) % percent,
            "due": money(terms.rest, terms.currency),
            "due_label": rest_label(order),
            "promise": promise if terms.kept else "",
        }


def rest_label(order: Any) -> str:
    """What the sum is called that is paid later, such as: The rest, when you collect. In the active language."""
    return _("The rest, %(when)s") % {"when": deposits.when_rest(order.shipping_code)}


def way_back(payment: Payment, language: str, *, paid_out: bool = False) -> dict[str, str]:
    """Where money of a payment goes back to, and how long that takes, as placeholders. `paid_out`: out of the till."""
    with translation.override(language):
        if paid_out or (payment.provider == "in_store" and payment.tender != "card"):
            return {"back_to": _("in cash, in the shop")}
        slow = _("Banks need 5 to 10 working days to show it.")
        if payment.provider == "in_store":
            return {"back_to": _("to your card, at the terminal"), "back_when": slow}
        if payment.provider == "paypal":
            told = _("PayPal shows it at once; what came from a card there takes 5 to 10 working days.")
            return {"back_to": _("to your PayPal account"), "back_when": told}
        return {"back_to": _("to the card or account you paid with"), "back_when": slow}


def _to_pay(order: Any, jobs: list[Any]) -> dict[str, str]:
    """Where the order is paid online, and what that is called; empty once nothing is asked, or only the shop takes it.
    No statement: what is open is not looked up, the page behind the link knows."""
    if not jobs or not order.total_incl_tax or order.status not in PAYABLE:
        return {}
    if switching.is_online(order):
        words = _("Pay the rest now") if order.status == "part-paid" else _("Not paid yet? Pay, or choose another way")
    elif switching.online_instead(order):
        words = _("Pay online now instead")
    else:
        return {}
    return {"pay_link": f"{tracking.link(jobs[0])}pay/", "pay_words": words}


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
