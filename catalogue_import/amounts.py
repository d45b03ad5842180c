"""Prices as people write them: "from £49", "US$100–230", "1.234,56 €", "on request", blank.

Decimal only. A blank says that nobody knows the price; it never becomes a zero. What can be read in two ways is
refused.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from django.utils.translation import gettext as _

from catalogue_import.amount_words import (
    COMMA,
    CURRENCIES,
    FREE,
    FROM,
    GROSS,
    NET,
    NOT_OFFERED,
    NULLS,
    ON_REQUEST,
    POINT,
    ROUGHLY,
    SHARED,
    THREE,
    WHOLE,
)

LARGEST = Decimal("9999999999.99")
SIGN = re.compile("|".join(re.escape(sign) for sign in sorted({*CURRENCIES, *SHARED}, key=len, reverse=True)))
NUMBER = r"\d[\d.,'’ \u00a0\u202f]*\d|\d"
RANGE = re.compile(
    rf"^({NUMBER})\s*(?:-|–|—|‐|‑|−|~|～|/|\bto\b|\bbis\b|\baté\b|\ba\b|\bà\b|\btot\b|至|到)\s*({NUMBER})$"
)
ONE = re.compile(rf"^({NUMBER})$")
PLAIN_MARKS = str.maketrans({"‐": "-", "‑": "-", "−": "-", "٫": ".", "٬": None, "،": ","})
HIDDEN = re.compile("[\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
DASHED = re.compile(r"\d([.,])[-–—](?!\d)")
GROUPED = re.compile(r"\d{1,3}([.,])\d{3}")
LEONE = re.compile(r"\ble\b(?=\s?\d)")  # Sierra Leone's sign; elsewhere it is a French word


class AmountNotReadable(Exception):
    """A price that cannot be understood, or in more than one way; the text says which."""

    code = "amount_not_readable"


@dataclass(frozen=True)
class Amount:
    """A price: `kind` as of `shop.models.RepairOffer`; both gross. `currency` is empty when the cell names none."""

    kind: str
    price: Decimal | None = None
    price_max: Decimal | None = None
    currency: str = ""
    sign: str = ""  # a sign that several currencies share


def plain(text: str) -> str:
    """A cell with western digits and marks, and nothing that is not seen: "١٬٢٩٩٫٥٠" is "1299.50"."""
    if text.isascii():
        return text.casefold()
    said = unicodedata.normalize("NFKC", HIDDEN.sub("", text)).casefold().translate(PLAIN_MARKS)
    return "".join(str(unicodedata.decimal(one)) if one.isdecimal() else one for one in said)


@lru_cache(maxsize=10_000)  # a price list says the same few hundred things again and again
def read(text: str, decimal: str = "", currency: str = "") -> Amount | None:
    """The price in a cell; None when nobody knows it. `decimal` is "," or ".", or empty when that is not known.

    `currency` is what row or file say; how people write it settles a number that may be thousands or decimals.
    Raises AmountNotReadable.
    """
    said = plain(text).strip(" \t\"'*")
    if said in NULLS:
        return None
    for words, kind in ((ON_REQUEST, "on_request"), (NOT_OFFERED, "not_offered")):
        if said.rstrip(".!") in words:
            return Amount(kind)
    if said in FREE:
        return Amount("fixed", Decimal(0))
    if any(said.endswith(word) or f"({word}" in said for word in NET):
        raise AmountNotReadable(_("Prices here include tax; this one does not: %(text)s.") % {"text": text[:60]})
    said, named, sign = _without_currency(_without(said, GROSS), text)
    bare = _without(said, ROUGHLY)
    low = _without(bare, FROM)
    for ending in ("起", "+", "-dan", "부터", "-tól", "-től"):
        low = low.removesuffix(ending)
    low = low.strip(" .:")
    amount = _amount(low, low != bare.strip(" .:"), decimal, habit(named or currency), text)
    return Amount(amount.kind, amount.price, amount.price_max, named, sign)


def habit(currency: str) -> str:
    """The decimal mark that people write with a currency; empty where both are used."""
    return "." if currency in POINT else "," if currency in COMMA else "-" if currency in WHOLE else ""


def _amount(said: str, at_least: bool, decimal: str, habit: str, text: str) -> Amount:
    said = re.sub(r"(?<=\d)(?:,-|\.-|:-|,–|\.–|,—)$", "", said)  # 49,- as shops write it
    if match := RANGE.match(said):
        low, high = number(match[1], decimal, habit), number(match[2], decimal, habit)
        if high < low:
            raise AmountNotReadable(_("The upper price is lower than the lower one: %(text)s.") % {"text": text[:60]})
        return Amount("range", low, high) if high > low else Amount("fixed", low)
    if not ONE.match(said):
        if said.startswith(("-", "(")) and any(letter.isdigit() for letter in said):
            raise AmountNotReadable(_("A price cannot be negative: %(text)s.") % {"text": text[:60]})
        raise AmountNotReadable(_("This is not a price: %(text)s.") % {"text": text[:60]})
    value = number(said, decimal, habit)
    if value == 0:
        raise AmountNotReadable(_('The price is 0. Leave it empty when it is not known, or write "free".'))
    return Amount("from" if at_least else "fixed", value)


def _without(said: str, words: Iterable[str]) -> str:
    """The text without one of the words at its beginning or end."""
    for word in sorted(words, key=len, reverse=True):
        if said.startswith(word) and not said[len(word) : len(word) + 1].isalpha():
            return said[len(word) :].strip(" :.")
        if said.endswith(word) and not said[-len(word) - 1 : -len(word)].isalpha():
            return said[: -len(word)].strip(" (,")
        if said.endswith(f"({word})"):
            return said[: -len(word) - 2].strip()
    return said


def _without_currency(said: str, text: str) -> tuple[str, str, str]:
    """The text without its currency, the currency, and a sign that several share. Two currencies are refused."""
    said = LEONE.sub("sle", said)
    found = {match[0] for match in SIGN.finditer(said) if not _inside_word(said, match)}
    named = {CURRENCIES[sign] for sign in found if sign in CURRENCIES}
    shared = {sign for sign in found if sign in SHARED}
    if len(named) > 1 or len(shared) > 1 or (shared and named and not named <= set(SHARED[next(iter(shared))])):
        raise AmountNotReadable(_("Two currencies in one cell: %(text)s.") % {"text": text[:60]})
    bare = SIGN.sub(lambda match: match[0] if _inside_word(said, match) else " ", said)
    return " ".join(bare.split()), next(iter(named), ""), "" if named else next(iter(shared), "")


def _inside_word(said: str, match: re.Match[str]) -> bool:
    """Letters of a currency that are part of a longer word mean nothing: "try" in "country"."""
    if not match[0].isalpha():
        return False
    before, after = said[match.start() - 1 : match.start()], said[match.end() : match.end() + 1]
    return before.isalpha() or after.isalpha()


def number(text: str, decimal: str = "", habit: str = "") -> Decimal:
    """A number with at most two decimals, thousands marks taken off. Raises AmountNotReadable when it is ambiguous.

    `habit` is the decimal mark that people write with its currency; it only ever shows that a mark is of thousands.
    """
    said = re.sub(r"[ '’\u00a0\u202f]", "", text)
    mark = decimal or mark_of(said)
    if not mark and (match := GROUPED.fullmatch(said)) and habit not in ("", match[1]):
        said = said.replace(match[1], "")
    elif not mark and GROUPED.fullmatch(said):
        raise AmountNotReadable(
            _("%(text)s may be thousands or decimals: say which decimal mark the file uses.") % {"text": text[:60]}
        )
    other = "," if mark == "." else "."
    whole, _mark, cents = said.rpartition(mark) if mark and mark in said else (said, "", "")
    if not re.fullmatch(rf"\d+|\d{{1,3}}(?:\{other}\d{{2,3}})*\{other}\d{{3}}", whole) or not re.fullmatch(
        r"\d*", cents
    ):
        raise AmountNotReadable(_("This is not a number: %(text)s.") % {"text": text[:60]})
    if len(cents.rstrip("0")) > 2:
        raise AmountNotReadable(_("More than two decimals: %(text)s.") % {"text": text[:60]})
    if len(whole) > 24:  # more than Decimal can round
        raise AmountNotReadable(_("The price is larger than any price: %(text)s.") % {"text": text[:60]})
    value = Decimal(f"{whole.replace(other, '')}.{cents or '0'}").quantize(Decimal("0.01"))
    if value > LARGEST:
        raise AmountNotReadable(_("The price is larger than any price: %(text)s.") % {"text": text[:60]})
    return value


def mark_of(said: str) -> str:
    """The decimal mark that a single number proves: "," or "."; empty when it proves none."""
    if said.count(".") > 1 and said.count(",") <= 1:
        return ","
    if said.count(",") > 1 and said.count(".") <= 1:
        return "."
    if "," in said and "." in said:
        return "," if said.rfind(",") > said.rfind(".") else "."
    if match := re.fullmatch(r"\d+([.,])(\d+)", said):
        return match[1] if len(match[2]) != 3 or len(said) - 4 > 3 else ""
    return ""


def decimal_of(cells: Iterable[str], currency: str = "") -> str:
    """The decimal mark of a column, proved by its cells; empty when none proves it or they contradict each other.

    49,- proves a comma. 1.299 proves that the point is of thousands: no price has a third decimal that is not 0, but
    in `currency`, or one that a cell names, of which a thousandth is a coin.
    """
    marks: set[str] = set()
    for cell in cells:
        said = plain(cell)
        marks |= {match[1] for match in DASHED.finditer(said)}
        thousandths = currency in THREE or any(one.casefold() in said for one in THREE)
        for found in re.findall(NUMBER, said):
            bare = re.sub(r"[ '’\u00a0\u202f]", "", found)
            marks.add(mark_of(bare))
            if (match := GROUPED.fullmatch(bare)) and not thousandths and not bare.endswith("0"):
                marks.add("," if match[1] == "." else ".")
    marks.discard("")
    return marks.pop() if len(marks) == 1 else ""


def currency_in(text: str) -> str:
    """The currency that a text such as a header names without doubt: "Price_euros", "price_avg_azn"; else empty."""
    said = plain(text).replace("_", " ")
    return _without_currency(said, text)[1] if said else ""
