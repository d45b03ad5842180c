"""What stands in a cell of the table, and back. Pure: 49.99, from 49, 49-90, on request, - (not offered), 90."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shop.models import RepairOffer

Kind = RepairOffer.Kind
MOST_MINUTES_OR_DAYS = 32_767
HIGHEST = Decimal(10) ** 9
DASHES = "-\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}"
# Without cents, a point in front of three digits may be a slip: 49.999 is refused, 1,249 and 1 249 are not.
AMOUNT = re.compile(
    r"\d+(?:[.,]\d{1,2})?|\d{1,3}(?:[ ,']\d{3})+(?:\.\d{1,2})?|\d{1,3}(?:[ .']\d{3})+,\d{1,2}|\d{1,3}(?: \d{3})+"
)
MARKS = re.compile(r"R\$|[£€$]|\b[A-Z]{3}\b")


class Unreadable(Exception):
    """The text is no price. Its words say what to write."""

    code = "unreadable_price"


class Shown(TextChoices):
    """What of a price the cells show. All but the price are fields of the offer by that name."""

    PRICE = "price", gettext_lazy("Prices")
    MINUTES = "minutes", gettext_lazy("Working time in minutes")
    WARRANTY = "warranty_days", gettext_lazy("Warranty in days")


@dataclass(frozen=True)
class Cell:
    """What a cell says: the kind of price and its amounts."""

    kind: str
    price: Decimal | None = None
    price_max: Decimal | None = None


Value = Cell | int | None


def read_as(shown: str, text: str) -> Value:
    """What a cell of that table says; None for an empty one. Raises Unreadable."""
    return read(text) if shown == Shown.PRICE else _number(text)


def write_as(shown: str, value: Any) -> str:
    """The text of a cell; `read_as` makes the same value of it again."""
    if shown == Shown.PRICE:
        return write(value)
    return "" if value is None else str(value)


def _number(text: str) -> int | None:
    """90, 90 min and 365 days are numbers."""
    digits = re.sub(r"\s*(min|mins|minutes|d|day|days)$", "", " ".join(text.split()).casefold())
    if not digits:
        return None
    if not re.fullmatch(r"[0-9]{1,6}", digits) or int(digits) > MOST_MINUTES_OR_DAYS:
        raise Unreadable(_("Write a whole number, such as 90."))
    return int(digits)


def read(text: str) -> Cell | None:
    """What somebody wrote; None for an empty cell, which takes the price from above. Raises Unreadable."""
    words = " ".join(text.split()).casefold()
    if not words:
        return None
    if words in {*DASHES, "not offered", _("not offered").casefold()}:
        return Cell(Kind.NOT_OFFERED)
    if words in {"on request", _("on request").casefold()}:
        return Cell(Kind.ON_REQUEST)
    plain = " ".join(MARKS.sub(" ", " ".join(text.split())).split())
    for start in {"from ", _("from").casefold() + " "}:
        if plain.casefold().startswith(start):
            return Cell(Kind.FROM, _amount(plain[len(start) :]))
    ends = re.split(rf"\s*[{DASHES}]\s*|\s+to\s+", plain)
    if len(ends) == 2 and all(ends):
        low, high = map(_amount, ends)
        if high <= low:
            raise Unreadable(_("The second price must be higher than the first."))
        return Cell(Kind.RANGE, low, high)
    return Cell(Kind.FIXED, _amount(plain))


def _amount(text: str) -> Decimal:
    """49, 49.99, 49,99, 1,249.00, 1.249,00 and 1 249 are amounts. A group of three digits is thousands."""
    text = text.strip()
    if not AMOUNT.fullmatch(text) or not text.isascii():
        raise Unreadable(_("Write 49.99, from 49, 49-90, on request, or - where it is not offered."))
    whole, cents = (text[: -len(found[0])], found[1]) if (found := re.search(r"[.,](\d{1,2})$", text)) else (text, "0")
    amount = Decimal(f"{re.sub(r'[^0-9]', '', whole)}.{cents}").quantize(Decimal("0.01"))
    if amount > HIGHEST:
        raise Unreadable(_("This price is too high."))
    return amount


def write(cell: Cell | None) -> str:
    """The text of a cell; `read` makes the same cell of it again."""
    if cell is None:
        return ""
    match cell.kind:
        case Kind.NOT_OFFERED:
            return "-"
        case Kind.ON_REQUEST:
            return _("on request")
        case Kind.FROM:
            return f"{_('from')} {cell.price:.2f}"
        case Kind.RANGE:
            return f"{cell.price:.2f}-{cell.price_max:.2f}"
    return f"{cell.price:.2f}"


def written(offer: Any) -> str:
    """The text of an offer's cell."""
    return write(Cell(offer.kind, offer.price, offer.price_max))
