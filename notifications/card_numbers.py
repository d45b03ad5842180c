"""Card numbers that people type where they should not: found, and masked to their last four digits.

A number counts as a card's when its beginning and length are those of an issuer and its check digit is right. So an
IMEI stays: 15 digits are masked only with 34 or 37 in front (American Express), with which no IMEI begins. What is
left: of numbers with 16 to 19 digits that begin like a card and are none (a tracking number, the 16 digits of an
IMEI with its software version) about one in ten is masked too.
"""

import logging
import re
from collections.abc import Callable, Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

REMOVED = _(
    "We removed a card number from what you wrote. Please never send us one: it is only asked for where you pay."
)
# Issuer: beginnings and lengths. Source: ISO/IEC 7812 and the issuers' own guides; Maestro's short ones are left out.
ISSUERS: tuple[tuple[re.Pattern[str], frozenset[int]], ...] = (
    (re.compile("4"), frozenset({16, 19})),  # Visa
    (re.compile("4(?![39])"), frozenset({13})),  # old Visa; with 43 or 49 it is rather a telephone number
    (re.compile("5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720"), frozenset({16})),  # Mastercard
    (re.compile("34|37"), frozenset({15})),  # American Express
    (re.compile("30[0-5]|3095|36|38|39"), frozenset({14, 16, 17, 18, 19})),  # Diners
    (re.compile("35(2[89]|[3-8])"), frozenset({16, 17, 18, 19})),  # JCB
    (re.compile("6011|64[4-9]|65|62|81"), frozenset({16, 17, 18, 19})),  # Discover, UnionPay
    (re.compile("50|5[6-9]|6[0-9]|220[0-4]"), frozenset({16, 17, 18, 19})),  # Maestro, Elo, Mir
)
LENGTHS = range(13, 20)
LONGEST_GROUP = 8  # of a number in groups; a longer one stands alone (an IMEI with a year behind it is no card)
IMEI_GROUPS = [2, 6, 6]  # as it stands on boxes: 35-693803-564380-9
BETWEEN = r"[\s.\-–—_/·]{1,2}"
# Not what a mask has left over, and not a telephone number with a plus.
RUN = re.compile(rf"(?<![\d+])(?<!• )\d+(?:{BETWEEN}\d+)*")


def mask(text: str) -> str:
    """The text with each card number as "•••• 4242". Masking again changes nothing."""
    return RUN.sub(_masked_run, text) if len(text) >= LENGTHS.start else text


def holds_one(text: str) -> bool:
    """Whether a card number is in the text."""
    return mask(text) != text


def mask_all(value: Any) -> Any:
    """The same for every text in lists and dictionaries, names of keys too; other values as they are."""
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, dict):
        return {mask_all(key): mask_all(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [mask_all(inner) for inner in value]
    return value


class MaskedFormatter(logging.Formatter):
    """Lines of the log, tracebacks included, without card numbers."""

    def format(self, record: logging.LogRecord) -> str:
        return mask(super().format(record))


def _masked_run(run: re.Match[str]) -> str:
    text, whole = run.group(), run.string
    letters = whole[run.start() - 1 : run.start()].isalpha() and whole[run.end() : run.end() + 1].isalpha()
    if letters:  # in the middle of a token or a name of a file
        return text
    groups = [(group.start(), group.end()) for group in re.finditer(r"\d+", text)]
    done: list[str] = []
    at, first = 0, 0
    while first < len(groups):
        if [end - begin for begin, end in groups[first : first + 3]] == IMEI_GROUPS:
            first += 4  # with its last digit
            continue
        last = next(_cards(text, groups, first), None)
        if last is not None:
            digits = re.sub(r"\D", "", text[groups[first][0] : groups[last][1]])
            done += [text[at : groups[first][0]], f"•••• {digits[-4:]}"]
            at, first = groups[last][1], last
        first += 1
    return "".join([*done, text[at:]])


def _cards(text: str, groups: list[tuple[int, int]], first: int) -> Iterator[int]:
    """The last groups with which a card number ends that begins with group `first`; the longest number comes first."""
    ends, length = [], 0
    for last in range(first, len(groups)):
        size = groups[last][1] - groups[last][0]
        length += size
        if length > LENGTHS[-1] or (last > first and size > LONGEST_GROUP):
            break
        ends.append(last)
        if size > LONGEST_GROUP:
            break
    for last in reversed(ends):
        if is_card(re.sub(r"\D", "", text[groups[first][0] : groups[last][1]])):
            yield last


def is_card(digits: str) -> bool:
    """Whether these digits, and nothing between them, are a card number by beginning, length and check digit."""
    plain = "".join(str(int(digit)) for digit in digits)  # also digits of other scripts
    return any(len(plain) in lengths and start.match(plain) for start, lengths in ISSUERS) and luhn(plain)


def luhn(digits: str) -> bool:
    """Whether the check digit is right."""
    total = sum(int(digit) for digit in digits[-1::-2])
    return (total + sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])) % 10 == 0


def masked_by(field: type[Any], change: Callable[[Any], Any]) -> type[Any]:
    """A class of model field that stores what `change` makes of a value, and is `field` to migrations."""

    class Masked(field):  # type: ignore[misc, valid-type]
        masks_cards = True

        def deconstruct(self) -> Any:
            name, _path, args, kwargs = super().deconstruct()
            return name, f"django.db.models.{field.__name__}", args, kwargs

        def pre_save(self, model_instance: Any, add: bool) -> Any:
            value = super().pre_save(model_instance, add)
            if hasattr(value, "resolve_expression") or (changed := change(value)) == value:
                return value
            setattr(model_instance, self.attname, changed)
            return changed

        def get_prep_value(self, value: Any) -> Any:
            prepared = super().get_prep_value(value)
            return prepared if hasattr(prepared, "resolve_expression") else change(prepared)

    Masked.__name__ = Masked.__qualname__ = f"Masked{field.__name__}"
    return Masked
