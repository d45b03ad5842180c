"""What moves a price, in words, from the very rules that move it. The price list and the owner's screens read these."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal

from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shop.models import RepairOffer
from shop.pricing import Effect, Rule
from shop.rule_checks import changes_nothing
from shop.storefront.answers import QUESTIONS
from shop.templatetags.money import money, signed_money

MINUS = "\N{MINUS SIGN}"
Names = Mapping[int, str]


@dataclass(frozen=True)
class Factor:
    """A rule as customers read it: name, when it counts, why, and what it does: +20 %, £49.00 at least."""

    name: str
    when: str
    reason: str
    effect: str
    until: datetime | None


def percent(factor: Decimal) -> str:
    """A factor as what it adds or takes: 1.2 is +20 %, 0.9 is −10 %."""
    change = (factor - 1) * 100
    number = f"{abs(change):.2f}".rstrip("0").rstrip(".")
    return f"{MINUS if change < 0 else '+'}{number} %"


def effect_of(rule: Rule, currency: str) -> str:
    """What a rule does to a price, short: +20 %, −£5.00, £49.00 at least."""
    amount = money(rule.value, currency) if currency else f"{rule.value:.2f}"
    match rule.effect:
        case Effect.MULTIPLY:
            return percent(rule.value)
        case Effect.ADD:
            return signed_money(rule.value, currency) if currency else f"{rule.value:+.2f}".replace("-", MINUS)
        case Effect.SET:
            return _("%(amount)s instead") % {"amount": amount}
        case Effect.MINIMUM:
            return _("%(amount)s at least") % {"amount": amount}
        case Effect.ROUND:
            return _("rounded to %(amount)s") % {"amount": amount}


def in_force(rules: Iterable[Rule], at: datetime) -> list[Rule]:
    """The rules that count at a moment, in the order in which they are applied."""
    now = [
        rule
        for rule in rules
        if (rule.valid_from is None or rule.valid_from <= at) and (rule.valid_until is None or at < rule.valid_until)
    ]
    return sorted(now, key=lambda rule: (rule.priority, rule.number))


def label_of(question: str, code: str) -> str | Promise:
    """An answer as people read it; an unknown one as it is."""
    for known in QUESTIONS:
        if known.name == question:
            return next((answer.label for answer in known.answers if answer.code == code), code)
    return code


def when(rule: Rule, subjects: Names, repairs: Names, add_ons: Mapping[str, str] | None = None) -> str:
    """The conditions of a rule as one line; a rule without any counts always. Names by id, those of add-ons by slug."""
    parts: list[str] = []
    if rule.subject_id is not None:
        parts.append(subjects.get(rule.subject_id, ""))
    if rule.brand:
        parts.append(_("brand: %(brand)s") % {"brand": rule.brand})
    if rule.repair_type_id is not None:
        parts.append(repairs.get(rule.repair_type_id, ""))
    parts += _age(rule)
    if rule.condition:
        parts.append(_("condition: %(answer)s") % {"answer": label_of("condition", rule.condition)})
    if rule.urgency:
        parts.append(_("urgency: %(answer)s") % {"answer": label_of("urgency", rule.urgency)})
    if rule.service_type:
        parts.append(_("hand-over: %(answer)s") % {"answer": label_of("service_type", rule.service_type)})
    if rule.part_grade:
        parts.append(str(RepairOffer.Grade(rule.part_grade).label).lower())
    if rule.add_on:
        parts.append(_("with %(add_on)s") % {"add_on": (add_ons or {}).get(rule.add_on, rule.add_on)})
    parts += _visit(rule)
    return ", ".join(part for part in parts if part) or _("always")


def _sentence(rule: Rule, words: str) -> str:
    """Words that begin a line; the name of a device keeps its own letters: iPhone."""
    return words if rule.subject_id is not None or rule.repair_type_id is not None else capfirst(words)


def _age(rule: Rule) -> list[str]:
    parts = []
    if (years := rule.older_than_years) is not None:
        parts.append(ngettext("device older than %(n)s year", "device older than %(n)s years", years) % {"n": years})
    if (years := rule.at_most_years) is not None:
        parts.append(ngettext("device at most %(n)s year old", "device at most %(n)s years old", years) % {"n": years})
    first, last = rule.year_from, rule.year_until
    if first is not None and last is not None:
        parts.append(_("device of %(first)s to %(last)s") % {"first": first, "last": last})
    elif first is not None:
        parts.append(_("device of %(first)s or newer") % {"first": first})
    elif last is not None:
        parts.append(_("device of %(last)s or older") % {"last": last})
    return parts


def _narrowness(rule: Rule) -> int:
    """How many of the conditions that leave most customers out a rule has."""
    narrow = (rule.subject_id, rule.repair_type_id, rule.brand or None, rule.add_on or None, rule.part_grade or None)
    return sum(one is not None for one in narrow)


def _visit(rule: Rule) -> list[str]:
    parts = []
    if rule.weekdays:
        days = [str(WEEKDAYS[day]) for day in sorted(rule.weekdays) if day in WEEKDAYS]
        named = _(" or ").join([", ".join(days[:-1]), days[-1]]) if len(days) > 1 else "".join(days)
        parts.append(_("visit on %(days)s") % {"days": named})
    first, last = _clock(rule.visit_from), _clock(rule.visit_until)
    if first and last:
        parts.append(_("visit between %(first)s and %(last)s") % {"first": first, "last": last})
    elif first:
        parts.append(_("visit at %(first)s or later") % {"first": first})
    elif last:
        parts.append(_("visit before %(last)s") % {"last": last})
    return parts


def _clock(moment: time | None) -> str:
    return f"{moment:%H:%M}" if moment is not None else ""


def factors(
    rules: Iterable[Rule],
    *,
    at: datetime,
    subjects: Names,
    repairs: Names,
    add_ons: Mapping[str, str] | None = None,
    currency: str = "",
) -> list[Factor]:
    """Every rule in force, explained, those that concern most people first; names of subjects and repairs by their
    ids, those of add-ons by slug.

    A rule for a subject or a repair without a name here concerns nothing that is shown, and is left out; so is one
    that changes no price and only keeps others from counting.
    """
    return [
        Factor(
            rule.name,
            _sentence(rule, when(rule, subjects, repairs, add_ons)),
            rule.reason,
            effect_of(rule, currency),
            rule.valid_until,
        )
        for rule in sorted(in_force(rules, at), key=_narrowness)
        if not changes_nothing(rule)
        and (rule.subject_id is None or rule.subject_id in subjects)
        and (rule.repair_type_id is None or rule.repair_type_id in repairs)
    ]
