"""A document as finished text, in its own language: the page and the PDF print the same words and sums."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from babel.numbers import format_decimal
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import to_locale

from shop.models import Document
from shop.templatetags.money import money, signed_money


@dataclass(frozen=True)
class Row:
    """A name with its note, and an amount with its currency."""

    name: str
    amount: str
    note: str = ""
    strong: bool = False


@dataclass(frozen=True)
class Paper:
    """All that is printed, from top to bottom. `heads` are the words above its parts."""

    language: str
    number: str
    title: str
    about: list[str]
    seller: str
    seller_lines: list[str]
    buyer: str
    buyer_lines: list[str]
    rows: list[Row]
    total: Row
    taxes: list[Row]
    payments: list[Row]
    left: Row | None
    notes: list[str]
    small_print: list[str]
    heads: dict[str, str] = field(default_factory=dict)


def paper(document: Document) -> Paper:
    """What the document says. Reads its frozen facts and nothing else; no statement."""
    with translation.override(document.language):
        return _paper(document, document.facts)


def _paper(document: Document, facts: dict[str, Any]) -> Paper:
    seller, buyer, currency = facts["seller"], facts["buyer"], facts["currency"]
    return Paper(
        language=document.language,
        number=document.number,
        title=facts["title"],
        about=_about(document, facts),
        seller=seller.get("legal_name") or seller["name"],
        seller_lines=_seller(facts, seller),
        buyer=buyer["name"],
        buyer_lines=[line for line in (buyer["address"], buyer["email"]) if line],
        rows=[_line(line, currency) for line in facts["lines"]],
        total=Row(_("Total"), money(facts["total"], currency), strong=True),
        taxes=[_tax(tax, facts) for tax in facts["tax"]],
        payments=[
            Row(_when(paid["at"], facts), money(paid["amount"], currency), note=paid["way"])
            for paid in facts["payments"]
        ],
        left=Row(_("Still open"), money(facts["open"], currency), strong=True) if _counts(facts["open"]) else None,
        notes=_notes(facts),
        small_print=[line.strip() for line in facts.get("small_print", "").splitlines() if line.strip()],
        heads={"buyer": _("For"), "payments": _("Payments"), "what": _("What"), "amount": _("Amount")},
    )


def _about(document: Document, facts: dict[str, Any]) -> list[str]:
    told = [_when(document.issued_at.isoformat(), facts), _("Order %(number)s") % {"number": facts["order"]}]
    if facts.get("refers_to"):
        # An invoice that undoes a credit note names it; one over what another left out names that invoice.
        about_note = document.kind == Document.Kind.INVOICE and facts["refers_to"] != facts.get("corrects")
        words = _("For credit note %(number)s") if about_note else _("For invoice %(number)s")
        told.append(words % {"number": facts["refers_to"]})
    return told


def _seller(facts: dict[str, Any], seller: dict[str, str]) -> list[str]:
    numbers = []
    if seller.get("company_number"):
        numbers.append(_("Company number %(number)s") % {"number": seller["company_number"]})
    if seller["tax_number"]:
        names = {"tax_name": facts["tax_name"], "number": seller["tax_number"]}
        numbers.append(_("%(tax_name)s number %(number)s") % names)
    trading = seller["name"] if seller.get("legal_name", "") not in ("", seller["name"]) else ""
    return [line for line in (trading, seller["address"], seller["phone"], seller["email"], *numbers) if line]


def _line(line: dict[str, Any], currency: str) -> Row:
    """What a price begins with stands alone; what is added to it or taken off has its sign."""
    write = money if line["first"] else signed_money
    return Row(line["name"], write(line["amount"], currency), note=line["reason"], strong=line["first"])


def _tax(tax: dict[str, str], facts: dict[str, Any]) -> Row:
    currency = facts["currency"]
    words = _("incl. %(rate)s %% %(tax)s on %(net)s") % {
        "rate": format_decimal(Decimal(tax["rate"]), locale=to_locale(translation.get_language())),
        "tax": facts["tax_name"],
        "net": money(tax["net"], currency),
    }
    return Row(words, money(tax["tax"], currency))


def _notes(facts: dict[str, Any]) -> list[str]:
    demo = [_("This is a demonstration. No real money moved.")] if facts.get("demo") else []
    return [*demo, _("Amounts in %(currency)s.") % {"currency": facts["currency"]}]


def _counts(amount: str) -> bool:
    return bool(amount and Decimal(amount))


def _when(moment: str, facts: dict[str, Any]) -> str:
    """A moment by the shop's clock, such as 23 November 2026, 10:05."""
    local = datetime.fromisoformat(moment).astimezone(ZoneInfo(facts["time_zone"]))
    locale = to_locale(translation.get_language())
    return f"{format_date(local, 'long', locale)}, {format_time(local, 'HH:mm', locale=locale)}"
