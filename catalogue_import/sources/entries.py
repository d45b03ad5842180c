"""What every source ends in: one device with, or without, one price. And how loose texts become one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from catalogue_import import amounts
from catalogue_import.amount_words import CURRENCIES, NULLS, SHARED
from catalogue_import.durations import DurationNotReadable, minutes_of
from catalogue_import.match_words import NO_BRANDS
from catalogue_import.reading.tables import Fault

YEAR = re.compile(r"(?<!\d)(19[5-9]\d|20\d\d)(?!\d)")
GRADES = {
    "original": ("original", "oem", "oryginał", "oryginalny", "originál", "orijinal", "оригинал", "أصلي", "מקורי", "γνήσιο", "eredeti", "정품", "genuine", "service pack", "originalteil", "original part", "origine", "originale", "origineel", "原厂", "原廠", "純正"),
    "compatible": ("compatible", "aftermarket", "zamiennik", "neoriginální", "yan sanayi", "muadil", "аналог", "копия", "متوافق", "תחליפי", "συμβατό", "utángyártott", "호환", "copy", "third party", "kompatibel", "nachbau", "compatível", "compatibile", "incell", "premium", "副厂", "副廠"),
    "refurbished": ("refurbished", "refurb", "used", "generalüberholt", "gebraucht", "reconditionné", "recondicionado", "ricondizionato", "翻新"),
    "": ("standard", "normal", "default"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a file, understood as far as it speaks for itself. Which device and repair it means comes later."""

    number: int
    brand: str = ""
    model: str = ""
    codes: tuple[str, ...] = ()
    family: str = ""
    category: str = ""
    year: int | None = None
    repair: str = ""
    amount: amounts.Amount | None = None
    currency: str = ""
    minutes: int | None = None
    warranty_days: int | None = None
    grade: str = ""
    also_called: str = ""
    specifications: tuple[tuple[str, str], ...] = ()
    column: str = ""


@dataclass(frozen=True)
class Terms:
    """What holds for every line of a file: its decimal mark, its currency, and what a person said of all of it."""

    decimal: str = ""
    currency: str = ""
    home: str = ""  # the site's currency: it settles a sign that several currencies share
    brand: str = ""
    family: str = ""
    category: str = ""
    repair: str = ""
    grade: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)  # field -> name of its column, for refusals
    unit: int = 1  # minutes of a bare number of time


def entry_of(
    number: int,
    values: Mapping[str, str],
    terms: Terms,
    codes: tuple[str, ...] = (),
    specs: Mapping[str, str] | None = None,
) -> Entry | Fault:
    """An entry out of texts by field; a Fault names the column that cannot be understood."""
    if (name := next((one for one in NAMES if values.get(one, "").startswith(("=", "@"))), "price")) != "price":
        return Fault(number, terms.headers.get(name, name), values[name][:200], _("This is a formula, not a name."))
    try:
        amount = _amount(values, terms)
        name = "currency"
        currency = _currency(values.get("currency", ""), amount, terms)
        name = "duration"
        minutes = minutes_of(values.get("duration", ""), terms.unit)
        name = "grade"
        grade = grade_of(values.get("grade", "")) if values.get("grade") else terms.grade
        name = "warranty"
        warranty = _days(values.get("warranty", ""))
    except (amounts.AmountNotReadable, DurationNotReadable, ValueError) as error:
        return _fault(number, name, values, terms, error)
    return Entry(
        number=number,
        brand=_brand(values.get("brand", "")) or terms.brand,
        model=_said(values.get("model", "")),
        codes=codes,
        family=terms.family or _said(values.get("family", "")),
        category=terms.category or _said(values.get("category", "")),
        year=year_of(values.get("year", "")),
        repair=_said(values.get("repair", "")) or terms.repair,
        amount=amount,
        currency=currency,
        minutes=minutes,
        warranty_days=warranty,
        grade=grade,
        also_called=values.get("also_called", "")[:300],
        specifications=tuple((specs or {}).items()),
        column=terms.headers.get("price", ""),
    )


def _fault(number: int, name: str, values: Mapping[str, str], terms: Terms, error: Exception) -> Fault:
    """A refusal that names the column and the cell which could not be read."""
    if name == "price" or (name == "currency" and not values.get(name)):
        name = next((one for one in PRICES if values.get(one)), name)
    known = isinstance(error, amounts.AmountNotReadable)
    words = str(error) if known else _("This cannot be read: %(text)s.") % {"text": str(error)}
    return Fault(number, terms.headers.get(name, name), values.get(name, "")[:200], words)


NAMES = ("model", "repair", "brand", "category", "family")
PRICES = ("price", "price_of", "price_from", "price_min", "price_max")


def _amount(values: Mapping[str, str], terms: Terms) -> amounts.Amount | None:
    """The price, however many columns it is spread over."""
    low, high = values.get("price_min", ""), values.get("price_max", "")
    first = values.get("price") or values.get("price_from") or low
    currency = currency_named(values.get("currency", "")) or terms.currency
    amount = amounts.read(first or "", terms.decimal, currency)
    top = amounts.read(high, terms.decimal, currency) if high else None
    if amount is None or amount.price is None:
        return amount
    if top is not None and top.price is not None and top.price != amount.price:
        if top.price < amount.price:
            raise amounts.AmountNotReadable(
                _("The upper price is lower than the lower one: %(text)s.") % {"text": f"{first} {high}"[:60]}
            )
        return amounts.Amount("range", amount.price, top.price, amount.currency, amount.sign)
    if values.get("price_from") and not values.get("price") and amount.kind == "fixed":
        return amounts.Amount("from", amount.price, None, amount.currency, amount.sign)
    return amount


def _currency(cell: str, amount: amounts.Amount | None, terms: Terms) -> str:
    """The currency of a price: of the cell, of the row, of the file. Never a guess: without one the price is refused."""
    if amount is None or amount.price is None and not cell and not terms.currency:
        return terms.currency or terms.home if amount else ""
    said, named = amounts.plain(cell).strip(" ."), currency_named(cell)
    if said and not named and said not in SHARED and said not in NULLS:
        raise amounts.AmountNotReadable(_("This is not a currency: %(text)s.") % {"text": cell[:20]})
    if amount.currency and named and amount.currency != named:
        raise amounts.AmountNotReadable(
            _("The price says %(one)s, its row %(other)s.") % {"one": amount.currency, "other": named}
        )
    if found := amount.currency or named:
        return found
    if terms.currency:
        return terms.currency
    sign = amount.sign or (said if said in SHARED else "")
    if sign and terms.home in SHARED[sign]:
        return terms.home
    if sign:
        raise amounts.AmountNotReadable(
            _("%(sign)s stands for several currencies (%(names)s): say which.")
            % {"sign": sign, "names": ", ".join(SHARED[sign])}
        )
    raise amounts.AmountNotReadable(_("Nothing says which currency this is: choose one."))


def currency_named(cell: str) -> str:
    """The currency that a cell of its own names: a code of three letters or a sign; empty for none."""
    said = amounts.plain(cell).strip(" .")
    return CURRENCIES.get(said, "") or (said.upper() if re.fullmatch(r"[a-z]{3}", said) else "")


def grade_of(text: str) -> str:
    """The quality of a part, as `RepairOffer.Grade`. Raises ValueError."""
    said = text.casefold().strip(" .()")
    for grade, words in GRADES.items():
        if said in words or said == grade:
            return grade
    for grade, words in GRADES.items():
        if any(word in said for word in words):
            return grade
    if said in NULLS:
        return ""
    raise ValueError(text[:60])


def _days(text: str) -> int | None:
    said = text.casefold().strip()
    if said in NULLS:
        return None
    if match := re.fullmatch(r"(\d{1,4})\s*(\w*)\.?", said):
        unit = match[2]
        months = unit.startswith(("mo", "mes", "mê", "mois", "maand", "ay", "月", "个月", "個月"))
        years = unit.startswith(("y", "j", "an", "año", "il", "年"))
        if not unit or months or years or unit.startswith(("d", "t", "g", "天", "日", "jour")):
            days = int(Decimal(match[1]) * (365 if years and not unit.startswith("jour") else 30 if months else 1))
            if days <= 3650 * 2:
                return days
    raise ValueError(text[:60])


def year_of(text: str) -> int | None:
    """The year in a date, a quarter or prose; None for none, or for one that no device can have."""
    match = YEAR.search(text)
    year = int(match[1]) if match else 0
    return year if 1950 <= year <= 2035 else None


def _brand(text: str) -> str:
    said = _said(text)
    return "" if said.casefold() in NO_BRANDS else said


def _said(text: str) -> str:
    text = " ".join(text.split())
    return "" if text.casefold() in NULLS else text[:300]
