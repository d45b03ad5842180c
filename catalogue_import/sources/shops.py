"""What Shopify and WooCommerce products have in common: titles and options that name a device and a repair."""

import re
from collections.abc import Mapping, Sequence

from catalogue_import.match_repairs import named_parts
from catalogue_import.reading.tables import Fault
from catalogue_import.sources.entries import Entry, Terms, entry_of
from catalogue_import.sources.fields import meaning
from catalogue_import.sources.table import repair_and_grade

SPLIT = re.compile(r"\s+(?:-|–|—|\||/|:)\s+|\s*[:|]\s+")
FOR = re.compile(r"^(?P<repair>.+?)\s+(?:for|für|fur|pour|para|per|voor|do|da|de)\s+(?P<device>.+)$", re.I)
DEFAULTS = {"default title", "default", ""}


def entry(
    number: int, title: str, options: Mapping[str, str], values: Mapping[str, str], terms: Terms
) -> Entry | Fault:
    """One variant of a product. What an option names wins over the title: "Model", "Repair", "Quality"."""
    said = dict(values)
    rest = []
    for name, value in options.items():
        field = meaning(name)[0]
        if value.casefold() in DEFAULTS:
            continue
        if field in ("model", "repair", "grade", "duration", "warranty"):
            said[field] = value
        elif name.casefold() != "title":
            rest.append(value)
    device, repair = device_and_repair(title)
    if "model" not in said and "repair" in said:
        device = device or title
    said.setdefault("model", device)
    said.setdefault("repair", repair if "model" not in values or repair else title)
    if not said["repair"]:
        said["repair"], said["model"] = title, ""
    if rest:
        said["repair"] = f"{said['repair']} ({', '.join(rest)})"
    repair, grade = repair_and_grade(said["repair"])
    said["repair"] = repair
    if grade:
        said.setdefault("grade", grade)
    return entry_of(number, said, terms)


def prices_in(headers: Sequence[str]) -> list[int]:
    """Where the prices stand in an export of a shop."""
    return [place for place, header in enumerate(headers) if meaning(header)[0] == "price"]


def device_and_repair(title: str) -> tuple[str, str]:
    """A title taken apart: "iPhone 13 - Screen Replacement", "Battery for Galaxy S22", "iPhone 12 screen repair"."""
    parts = [part for part in SPLIT.split(title) if part]
    if len(parts) == 2:
        first, second = parts
        if named_parts(second) and not named_parts(first):
            return first, second
        if named_parts(first) and not named_parts(second):
            return second, first
    if (match := FOR.match(title)) and named_parts(match["repair"]) and not named_parts(match["device"]):
        return match["device"], match["repair"]
    words = title.split()
    for place in range(len(words) - 1, 0, -1):
        if named_parts(" ".join(words[place:])) and not named_parts(" ".join(words[:place])):
            while (
                place > 1
                and named_parts(" ".join(words[place - 1 :]))
                and words[place - 1].casefold() in {"back", "rear", "front", "charging", "charge", "liquid", "water"}
            ):
                place -= 1
            return " ".join(words[:place]), " ".join(words[place:])
    return "", title if named_parts(title) else ""
