"""Lines of an import as people read them: names instead of slugs, amounts as money, old and new side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from catalogue_import.models import ImportLine, ImportRun
from cms.locales import default_locale
from cms.models import RepairType, Subject
from shop.models import RepairOffer
from shop.templatetags.money import money, part_words

KINDS = {
    "subject": lazy("Device or group"),
    "repair type": lazy("Repair"),
    "price": lazy("Price"),
    "rule": lazy("Price rule"),
    "add-on": lazy("Extra"),
}
LABELS = {
    "price": lazy("Price"),
    "price_max": lazy("Highest price"),
    "kind": lazy("Kind"),
    "minutes": lazy("Minutes"),
    "warranty_days": lazy("Warranty in days"),
    "name": lazy("Name"),
    "parent": lazy("Below"),
    "brand": lazy("Brand"),
    "year": lazy("Year"),
    "model_codes": lazy("Model codes"),
    "also_called": lazy("Other names"),
    "difficulty": lazy("Difficulty"),
    "specifications": lazy("Specifications"),
    "common_issues": lazy("Common issues"),
    "description": lazy("Description"),
    "heading": lazy("Heading"),
    "summary": lazy("Summary"),
    "subject": lazy("For"),
}
# What a line's title says already, or what nobody reads in a list.
LEFT_OUT = {"repair_type", "currency", "part_grade", "slug", "name", "icon", "sort_order"}
AMOUNTS = {"price", "price_max"}
LONGEST = 160


@dataclass(frozen=True)
class Told:
    """One line: what it is about, and each field as it was and as it becomes."""

    line: ImportLine
    kind: str
    title: str
    fields: list[tuple[str, str, str]]


def told(run: ImportRun, lines: Sequence[ImportLine]) -> list[Told]:
    """A page of lines. Four statements at most, however many lines there are."""
    devices, repairs = _names(run, lines)
    return [_told(line, devices, repairs) for line in lines]


def _told(line: ImportLine, devices: dict[str, str], repairs: dict[str, str]) -> Told:
    title, currency = line.title, ""
    if line.kind == "price" and len(line.key) == 4:
        repair, device, currency, grade = line.key
        parts = [repairs.get(repair, repair), devices.get(device, device) or _("any device")]
        title = ", ".join([*parts, part_words(grade)] if grade else parts)
    old, new = line.old or {}, line.new or {}
    hidden = LEFT_OUT | ({"subject"} if currency else {"kind"}) if line.outcome == ImportLine.Outcome.CREATED else set()
    named = [
        (
            str(LABELS.get(name, name.replace("_", " ").capitalize())),
            _plain(name, old.get(name), currency, devices),
            _plain(name, value, currency, devices),
        )
        for name, value in new.items()
        if name not in hidden
    ]
    fields = [(label, before, after) for label, before, after in named if before or after]
    return Told(line, str(KINDS.get(line.kind, line.kind)), title, fields)


def _plain(name: str, value: Any, currency: str, devices: dict[str, str]) -> str:
    if value in (None, "", [], {}):
        return ""
    if name in AMOUNTS and currency:
        return money(value, currency)
    if name == "kind":
        return str(dict(RepairOffer.Kind.choices).get(value, value))
    if name in ("parent", "subject"):
        return devices.get(value, value)
    if isinstance(value, dict):
        value = "; ".join(f"{key}: {each}" for key, each in value.items())
    elif isinstance(value, list):
        value = ", ".join(str(each) for each in value)
    text = str(value)
    return f"{text[:LONGEST]}..." if len(text) > LONGEST else text


def _names(run: ImportRun, lines: Sequence[ImportLine]) -> tuple[dict[str, str], dict[str, str]]:
    """Names by slug: of the catalogue, and of what the import itself would make."""
    devices: set[str] = set()
    repairs: set[str] = set()
    for line in lines:
        if line.kind == "price" and len(line.key) == 4:
            repairs.add(line.key[0])
            devices.add(line.key[1])
        for said in (line.old or {}, line.new or {}):
            devices |= {str(said[name]) for name in ("parent", "subject") if said.get(name)}
    there = dict(Subject.objects.filter(slug__in=devices).values_list("slug", "name"))
    kinds = RepairType.objects.filter(slug__in=repairs, locale=default_locale())
    offered = dict(kinds.values_list("slug", "name"))
    made = run.lines.filter(outcome=ImportLine.Outcome.CREATED)
    there |= _made(made.filter(kind="subject"), devices - set(there))
    offered |= _made(made.filter(kind="repair type"), repairs - set(offered))
    return there, offered


def _made(lines: Any, slugs: set[str]) -> dict[str, str]:
    if not slugs:
        return {}
    return {key[0]: title for key, title in lines.filter(key__0__in=sorted(slugs)).values_list("key", "title")}
