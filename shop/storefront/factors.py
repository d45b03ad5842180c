"""What moves a price, in words, from the very rules that move it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shop.pricing import Rule
from shop.storefront.answers import QUESTIONS

MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Factor:
    """A rule as customers read it: what it is called, when it counts, why, and by how much (+20 %)."""

    name: str
    when: str
    reason: str
    percent: str
    until: datetime | None


def percent(factor: Decimal) -> str:
    """A factor as what it adds or takes: 1.2 is +20 %, 0.9 is −10 %."""
    change = (factor - 1) * 100
    number = f"{abs(change):.2f}".rstrip("0").rstrip(".")
    return f"{MINUS if change < 0 else '+'}{number} %"


def in_force(rules: Iterable[Rule], at: datetime) -> list[Rule]:
    """The rules that count at a moment, in the order in which they are applied."""
    now = [
        rule
        for rule in rules
        if (rule.valid_from is None or rule.valid_from <= at) and (rule.valid_until is None or at < rule.valid_until)
    ]
    return sorted(now, key=lambda rule: (rule.order, rule.number))


def _label(question: str, code: str) -> str | Promise:
    for known in QUESTIONS:
        if known.name == question:
            return next((answer.label for answer in known.answers if answer.code == code), code)
    return code


def when(rule: Rule, subjects: Mapping[int, str], repairs: Mapping[int, str]) -> str:
    """The conditions of a rule as one line; a rule without any counts always."""
    parts = []
    if rule.subject_id is not None:
        parts.append(subjects.get(rule.subject_id, ""))
    if rule.repair_type_id is not None:
        parts.append(repairs.get(rule.repair_type_id, ""))
    if rule.older_than_years is not None:
        years = rule.older_than_years
        parts.append(ngettext("device older than %(n)s year", "device older than %(n)s years", years) % {"n": years})
    if rule.condition:
        parts.append(_("condition: %(answer)s") % {"answer": _label("condition", rule.condition)})
    if rule.urgency:
        parts.append(_("urgency: %(answer)s") % {"answer": _label("urgency", rule.urgency)})
    if rule.service_type:
        parts.append(_("hand-over: %(answer)s") % {"answer": _label("service_type", rule.service_type)})
    return ", ".join(part for part in parts if part) or _("always")


def factors(
    rules: Iterable[Rule], *, at: datetime, subjects: Mapping[int, str], repairs: Mapping[int, str]
) -> list[Factor]:
    """Every rule in force, explained; names of subjects and repairs by their ids."""
    return [
        Factor(rule.name, when(rule, subjects, repairs), rule.reason, percent(rule.factor), rule.valid_until)
        for rule in in_force(rules, at)
    ]
