"""What a person may say about a whole file. Everything is optional but what the file cannot tell."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

OPTIONS = {
    "currency": lazy("Currency of all prices (three letters)"),
    "decimal": lazy("Decimal mark: a point or a comma"),
    "sheet": lazy("Sheet of the workbook"),
    "encoding": lazy("Encoding"),
    "delimiter": lazy("Mark between columns"),
    "brand": lazy("Brand of all devices"),
    "family": lazy("Family of new devices"),
    "category": lazy("Category of new devices"),
    "repair": lazy("Repair that all prices are of"),
    "grade": lazy("Quality of the part for all prices"),
}


class OptionNotPossible(Exception):
    """An option with a value that means nothing; the text says which."""

    code = "option_not_possible"


@dataclass(frozen=True)
class Options:
    """Options of a run, as texts; empty means: as the file says."""

    currency: str = ""
    decimal: str = ""
    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""
    brand: str = ""
    family: str = ""
    category: str = ""
    repair: str = ""
    grade: str = ""

    def as_json(self) -> dict[str, str]:
        """For the run's row."""
        return {name: value for name, value in asdict(self).items() if value}


def read(given: Mapping[str, str]) -> Options:
    """Options out of loose texts. Raises OptionNotPossible."""
    known = {field.name for field in fields(Options)}
    if unknown := sorted(set(given) - known):
        raise OptionNotPossible(_("Unknown options: %(names)s.") % {"names": ", ".join(unknown)})
    values = {
        name: str(value) if name == "delimiter" else str(value).strip()[:120] for name, value in given.items() if value
    }
    values["currency"] = values.get("currency", "").upper()
    if values["currency"] and not re.fullmatch(r"[A-Z]{3}", values["currency"]):
        raise OptionNotPossible(_("A currency has three letters, such as GBP."))
    if values.get("decimal") not in (None, "", ".", ","):
        raise OptionNotPossible(_("The decimal mark is a point or a comma."))
    if len(values.get("delimiter", "")) > 1:
        raise OptionNotPossible(_("The mark between columns is a single character."))
    if values.get("grade") not in (None, "", "original", "compatible", "refurbished"):
        raise OptionNotPossible(_("The quality of a part is original, compatible or refurbished."))
    return Options(**values)
