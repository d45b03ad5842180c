"""Prices as people write them: "from £49", "US$100–230", "1.234,56 €", "on request", blank.

Decimal only. A blank says that nobody knows the price; it never becomes a zero. What can be read in two ways is refused.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

LARGEST = Decimal("9999999999.99")
NULLS = frozenset(
    {
        "",
        "?",
        "??",
        "???",
        "????",
        "-",
        "--",
        "–",
        "—",
        "n/a",
        "na",
        "n.a.",
        "n.a",
        "#n/a",
        "null",
        "none",
        "nil",
        "unknown",
    }
    | {
        "tba",
        "tbd",
        "unbekannt",
        "inconnu",
        "desconhecido",
        "desconocido",
        "sconosciuto",
        "onbekend",
        "未知",
        "naməlum",
        "nan",
    }
)
ON_REQUEST = (
    "on request", "by request", "poa", "price on application", "call", "ask", "ask us", "please call", "contact us", "quote", "by quote",
    "auf anfrage", "anfrage", "sur devis", "sur demande", "devis", "sob consulta", "sob orçamento", "a consultar", "consultar", "consulte",
    "su richiesta", "preventivo", "op aanvraag", "bajo pedido", "a petición", "sorğu ilə", "询价", "詢價", "面议", "電洽", "要問合せ",
)  # fmt: skip
NOT_OFFERED = (
    "not offered", "not available", "unavailable", "not possible", "not repairable", "nicht möglich", "nicht verfügbar", "non disponible",
    "não disponível", "não disponivel", "indisponível", "no disponible", "non disponibile", "niet mogelijk", "niet beschikbaar", "不提供", "無法維修",
)  # fmt: skip
FREE = ("free", "free of charge", "gratis", "kostenlos", "gratuit", "grátis", "gratuito", "免费", "免費", "pulsuz")
FROM = (
    "from", "starting at", "starts at", "starting from", "starts from", "min", "min.", "ab", "à partir de", "a partir de", "dès", "desde", "da", "a partire da",
    "vanaf", "v.a.", "von",
)  # fmt: skip
ROUGHLY = (
    "approx",
    "approx.",
    "about",
    "around",
    "ca",
    "ca.",
    "circa",
    "etwa",
    "environ",
    "cerca de",
    "ungefähr",
    "~",
    "≈",
    "约",
    "約",
)
GROSS = (
    "incl. vat", "inc. vat", "incl vat", "inc vat", "including vat", "inkl. mwst", "inkl. mwst.", "inkl mwst", "ttc", "iva incl.", "iva incluido", "iva incluído",
    "incl. btw", "incl btw", "inc. gst", "inc gst", "incl. gst", "含税", "含稅",
)  # fmt: skip
NET = (
    "excl",
    "ex vat",
    "ex. vat",
    "plus vat",
    "+ vat",
    "+vat",
    "zzgl",
    "netto",
    "ht",
    "hors taxe",
    "net",
    "+ iva",
    "mais iva",
    "ex gst",
    "+ gst",
    "未税",
    "未稅",
)
# Longest first; a sign that several currencies share stands in SHARED and is never guessed.
CURRENCIES = {
    "us$": "USD", "usd": "USD", "a$": "AUD", "au$": "AUD", "aud": "AUD", "c$": "CAD", "ca$": "CAD", "cad": "CAD", "nz$": "NZD", "nzd": "NZD",
    "hk$": "HKD", "hkd": "HKD", "nt$": "TWD", "ntd": "TWD", "twd": "TWD", "s$": "SGD", "sgd": "SGD", "r$": "BRL", "brl": "BRL", "mx$": "MXN", "mxn": "MXN",
    "£": "GBP", "gbp": "GBP", "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "jp¥": "JPY", "jpy": "JPY", "cn¥": "CNY", "cny": "CNY", "rmb": "CNY",
    "元": "CNY", "円": "JPY", "₦": "NGN", "ngn": "NGN", "₼": "AZN", "azn": "AZN", "manat": "AZN", "₹": "INR", "inr": "INR", "₺": "TRY", "try": "TRY", "zł": "PLN",
    "pln": "PLN", "chf": "CHF", "sek": "SEK", "nok": "NOK", "dkk": "DKK", "czk": "CZK", "kč": "CZK", "huf": "HUF", "ron": "RON", "₽": "RUB", "rub": "RUB",
    "₩": "KRW", "krw": "KRW", "zar": "ZAR", "aed": "AED", "₱": "PHP", "php": "PHP", "฿": "THB", "thb": "THB", "₫": "VND", "vnd": "VND", "₴": "UAH", "uah": "UAH",
}  # fmt: skip
SHARED = {
    "$": ("USD", "AUD", "CAD", "NZD", "HKD", "SGD", "MXN", "TWD"),
    "¥": ("JPY", "CNY"),
    "kr": ("SEK", "NOK", "DKK"),
}
SIGN = re.compile("|".join(re.escape(sign) for sign in sorted({*CURRENCIES, *SHARED}, key=len, reverse=True)))
NUMBER = r"\d[\d.,'’ \u00a0\u202f]*\d|\d"
RANGE = re.compile(
    rf"^({NUMBER})\s*(?:-|–|—|‐|‑|−|~|～|/|\bto\b|\bbis\b|\baté\b|\ba\b|\bà\b|\btot\b|至|到)\s*({NUMBER})$"
)
ONE = re.compile(rf"^({NUMBER})$")
PLAIN_DASHES = str.maketrans({"‐": "-", "‑": "-", "−": "-"})


class AmountNotReadable(Exception):
    """A price that cannot be understood, or in more than one way; the text says which."""

    code = "amount_not_readable"


@dataclass(frozen=True)
class Amount:
    """A price: `kind` as of `shop.models.RepairOffer`; both amounts gross. `currency` is empty when the cell names none."""

    kind: str
    price: Decimal | None = None
    price_max: Decimal | None = None
    currency: str = ""
    sign: str = ""  # a sign that several currencies share


def read(text: str, decimal: str = "") -> Amount | None:
    """The price in a cell; None when nobody knows it. `decimal` is "," or ".", or empty when that is not known.

    Raises AmountNotReadable.
    """
    said = unicodedata.normalize("NFKC", text).casefold().translate(PLAIN_DASHES).strip(" \t\"'*")
    if said in NULLS:
        return None
    for words, kind in ((ON_REQUEST, "on_request"), (NOT_OFFERED, "not_offered")):
        if said.rstrip(".!") in words:
            return Amount(kind)
    if said in FREE:
        return Amount("fixed", Decimal(0))
    if any(said.endswith(word) or f"({word}" in said for word in NET):
        raise AmountNotReadable(_("Prices here include tax; this one does not: %(text)s.") % {"text": text[:60]})
    said, currency, sign = _without_currency(_without(said, GROSS), text)
    bare = _without(said, ROUGHLY)
    low = _without(bare, FROM).removesuffix("起").removesuffix("+").removesuffix("-dan").strip(" .:")
    amount = _amount(low, low != bare.strip(" .:"), decimal, text)
    return Amount(amount.kind, amount.price, amount.price_max, currency, sign)


def _amount(said: str, at_least: bool, decimal: str, text: str) -> Amount:
    said = re.sub(r"(?<=\d)(?:,-|\.-|,–|\.–|,—)$", "", said)  # 49,- as shops write it
    if match := RANGE.match(said):
        low, high = number(match[1], decimal), number(match[2], decimal)
        if high < low:
            raise AmountNotReadable(_("The upper price is lower than the lower one: %(text)s.") % {"text": text[:60]})
        return Amount("range", low, high) if high > low else Amount("fixed", low)
    if not ONE.match(said):
        if said.startswith(("-", "(")) and any(letter.isdigit() for letter in said):
            raise AmountNotReadable(_("A price cannot be negative: %(text)s.") % {"text": text[:60]})
        raise AmountNotReadable(_("This is not a price: %(text)s.") % {"text": text[:60]})
    value = number(said, decimal)
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


def number(text: str, decimal: str = "") -> Decimal:
    """A number with at most two decimals, thousands marks taken off. Raises AmountNotReadable when it is ambiguous."""
    said = re.sub(r"[ '’\u00a0\u202f]", "", text)
    mark = decimal or mark_of(said)
    if not mark and re.fullmatch(r"\d{1,3}[.,]\d{3}", said):
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


def decimal_of(cells: Iterable[str]) -> str:
    """The decimal mark of a column, proved by its cells; empty when none proves it or they contradict each other."""
    marks: set[str] = set()
    for cell in cells:
        for found in re.findall(NUMBER, unicodedata.normalize("NFKC", cell)):
            marks.add(mark_of(re.sub(r"[ '’\u00a0\u202f]", "", found)))
    marks.discard("")
    return marks.pop() if len(marks) == 1 else ""


def currency_in(text: str) -> str:
    """The currency that a text such as a header names without doubt: "Price_euros", "price_avg_azn"; else empty."""
    said = unicodedata.normalize("NFKC", text).casefold().replace("_", " ")
    return _without_currency(said, text)[1] if said else ""
