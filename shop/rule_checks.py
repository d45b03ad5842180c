"""What cannot be right about a price rule, told before it is saved. Pure: the rule, its neighbours and the shop go in.

`pricing.in_turn` decides what really counts; a rule is called unreachable here only where `in_turn` never yields it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from shop.pricing import Effect, Rule
from shop.rule_cover import Stock, covered

# Conditions that must be the same where both rules have one.
EXACT = ("repair_type_id", "condition", "urgency", "service_type", "part_grade", "add_on", "currency")
LOWEST = ("older_than_years", "year_from", "visit_from", "valid_from")
HIGHEST = ("at_most_years", "year_until", "visit_until", "valid_until")
CONDITIONS = (*EXACT, *LOWEST, *HIGHEST, "subject_id", "brand", "weekdays")


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong. `blocks`: it can never be meant; else a person may save it although. `field`: where."""

    code: str
    words: str
    blocks: bool = False
    field: str = ""


def check(rule: Rule, others: Iterable[Rule], stock: Stock, at: datetime) -> list[Finding]:
    """Everything that is wrong with a rule, what blocks it first. `others`: the site's other active rules."""
    found = [*_impossible(rule), *_misplaced(rule, stock), *_pointless(rule, stock, at)]
    if not any(finding.blocks for finding in found):
        found += _against_others(rule, list(others), stock, at)
    return sorted(found, key=lambda finding: not finding.blocks)


def _impossible(rule: Rule) -> Iterator[Finding]:
    """What no device, wish or moment can ever meet, and values that make no price."""
    if rule.effect in (Effect.MULTIPLY, Effect.ROUND) and rule.value <= 0:
        yield Finding("value", _("Enter a value above 0."), True, "value")
    elif rule.effect in (Effect.SET, Effect.MINIMUM) and rule.value < 0:
        yield Finding("value", _("A price cannot be below 0."), True, "value")
    for first, last, words in (
        ("year_from", "year_until", _("No year is that late and that early: this must not be before the first year.")),
        ("visit_from", "visit_until", _("No visit begins then: this must be later than the first time.")),
        ("valid_from", "valid_until", _("It would end before it begins: this must be later.")),
    ):
        low, high = getattr(rule, first), getattr(rule, last)
        if low is not None and high is not None and (low > high if first == "year_from" else low >= high):
            yield Finding(last, words, True, last)
    older, most = rule.older_than_years, rule.at_most_years
    if older is not None and most is not None and older >= most:
        words = _("No device is older than %(older)s and at most %(most)s years old.")
        yield Finding("at_most_years", words % {"older": older, "most": most}, True, "at_most_years")


def _misplaced(rule: Rule, stock: Stock) -> Iterator[Finding]:
    """Repair, subject and add-on that never go together."""
    place = stock.repairs.get(rule.repair_type_id or 0)
    if not stock.related(place, rule.subject_id):
        yield Finding("repair_type", _("This repair is not offered for that device."), True, "repair_type")
    if not rule.add_on:
        return
    if rule.add_on not in stock.add_ons:
        yield Finding("add_on", _("This add-on belongs to another site."), True, "add_on")
        return
    node, repair = stock.add_ons[rule.add_on]
    if repair is not None and rule.repair_type_id not in (None, repair):
        yield Finding("add_on", _("This add-on is not offered with that repair."), True, "add_on")
    elif not stock.related(node, rule.subject_id):
        yield Finding("add_on", _("This add-on is not offered for that device."), True, "add_on")


def _pointless(rule: Rule, stock: Stock, at: datetime) -> Iterator[Finding]:
    """What nothing meets today, but something may one day."""
    if rule.valid_until is not None and rule.valid_until <= at:
        yield Finding("past", _("It has ended already and changes no price."), field="valid_until")
        return
    brands = {brand.casefold() for _pk, brand, _year in stock.devices if brand}
    if rule.brand and rule.brand.casefold() not in brands:
        yield Finding("brand", _("No device has this brand: check how it is spelt."), field="brand")
    elif not any(_meets_device(rule, device, stock, at) for device in stock.devices) and _is_about_devices(rule):
        yield Finding("no_device", _("No device meets these conditions together: subject, brand, age and years."))
    if _is_closed(rule, stock):
        yield Finding("closed", _("The shop is closed then: no visit can begin at these times."), field="weekdays")


def speaks_of_visits(rule: Rule) -> bool:
    """Whether a rule asks for a weekday or an hour of the visit."""
    return bool(rule.weekdays) or rule.visit_from is not None or rule.visit_until is not None


def _is_closed(rule: Rule, stock: Stock) -> bool:
    """Whether no visit of the shop's week begins when the rule speaks of one."""
    if not stock.open_hours or not speaks_of_visits(rule):
        return False
    return not any(visit_on(rule, day, ((opens, closes),)) for day, opens, closes in stock.open_hours)


def visit_on(rule: Rule, weekday: int, spans: Iterable[tuple[time, time]]) -> time | None:
    """When the first visit begins that a rule speaks of, on a weekday (Monday is 0) with these opening hours."""
    if rule.weekdays and weekday not in rule.weekdays:
        return None
    starts = (
        (max(opens, rule.visit_from or opens), min(closes, rule.visit_until or closes)) for opens, closes in spans
    )
    return next((first for first, last in starts if first < last), None)


def _is_about_devices(rule: Rule) -> bool:
    ages = (rule.older_than_years, rule.at_most_years, rule.year_from, rule.year_until)
    return rule.subject_id is not None or bool(rule.brand) or any(number is not None for number in ages)


def _meets_device(rule: Rule, device: tuple[int, str, int | None], stock: Stock, at: datetime) -> bool:
    """Whether a device meets the rule today or as long as the rule counts: it only gets older."""
    pk, brand, known = device
    year = known if known is not None else stock.unknown_year
    begins = max(at, rule.valid_from or at)
    ends = rule.valid_until or begins
    return (
        (rule.subject_id is None or rule.subject_id in stock.tree(pk))
        and (not rule.brand or rule.brand.casefold() == brand.casefold())
        and (rule.older_than_years is None or ends.year - year > rule.older_than_years)
        and (rule.at_most_years is None or begins.year - year <= rule.at_most_years)
        and (rule.year_from is None or year >= rule.year_from)
        and (rule.year_until is None or year <= rule.year_until)
    )


def meet(one: Rule, other: Rule, stock: Stock) -> bool:
    """Whether both may apply to the same wish. It may say yes where a closer look would say no."""
    if not stock.related(one.subject_id, other.subject_id):
        return False
    if one.brand and other.brand and one.brand.casefold() != other.brand.casefold():
        return False
    if one.weekdays and other.weekdays and not set(one.weekdays) & set(other.weekdays):
        return False
    exact = (name for name in EXACT if _given(one, name) and _given(other, name))
    if any(getattr(one, name) != getattr(other, name) for name in exact):
        return False
    for a, b in ((one, other), (other, one)):
        for first, last, strict in zip(LOWEST, HIGHEST, (True, False, True, True), strict=True):
            low, high = getattr(a, first), getattr(b, last)
            if low is not None and high is not None and (low >= high if strict else low > high):
                return False
    return True


def _given(rule: Rule, name: str) -> bool:
    return getattr(rule, name) not in (None, "", ())


def changes_nothing(rule: Rule) -> bool:
    """Whether a rule is there for its group or its stop only: times 1, plus 0, at least 0."""
    idle = {Effect.MULTIPLY: 1, Effect.ADD: 0, Effect.MINIMUM: 0}
    return rule.effect in idle and rule.value == idle[rule.effect]


def turn(rule: Rule) -> tuple[int, float]:
    """Its place among the rules; one that has no number yet comes last of its priority."""
    return rule.priority, rule.number or float("inf")


def hidden_by(late: Rule, others: Iterable[Rule], stock: Stock, at: datetime) -> list[Rule]:
    """The earlier rules of which one always counts instead of `late`, in their order; none where it may count.

    One that does so alone where there is one, else as few as it takes. `others`: every other active rule.
    """
    others = sorted(others, key=turn)
    earlier = [rule for rule in others if turn(rule) < turn(late) and _keeps_out(rule, late, others, stock)]
    for rule in earlier:
        if covered(late, [rule], stock, at):
            return [rule]
    if not covered(late, earlier, stock, at):
        return []
    for rule in reversed(earlier):
        fewer = [other for other in earlier if other != rule]
        if covered(late, fewer, stock, at):
            earlier = fewer
    return earlier


def _keeps_out(early: Rule, late: Rule, others: Iterable[Rule], stock: Stock) -> bool:
    """Whether `late` cannot count where `early` applies: it takes their group's turn, or nothing keeps its stop."""
    if early.group and early.group == late.group:
        return True
    # One of its own group may keep it from counting, and then it stops nothing.
    rivals = (rule for rule in others if rule.group and rule.group == early.group and rule != early)
    return early.stop and not any(turn(rule) < turn(early) and meet(rule, late, stock) for rule in rivals)


def _against_others(rule: Rule, others: list[Rule], stock: Stock, at: datetime) -> Iterator[Finding]:
    hiding = hidden_by(rule, others, stock, at)
    if len(hiding) == 1:
        words = _("It is never reached: %(names)s comes first and always counts instead.")
        yield Finding("never_reached", words % {"names": _named(hiding)}, field="priority")
    elif hiding:
        words = _("It is never reached: %(names)s come first, and one of them always counts instead.")
        yield Finding("never_reached", words % {"names": _named(hiding)}, field="priority")
    for other in sorted(others, key=turn):
        rest = [each for each in others if each != other]
        if rule in (helpers := hidden_by(other, [*rest, rule], stock, at)) and not hidden_by(other, rest, stock, at):
            yield Finding("hides", _no_longer(other, [each for each in helpers if each != rule]), field="priority")
        elif other not in hiding:
            yield from _contradictions(rule, other, stock)


def _no_longer(other: Rule, helpers: list[Rule]) -> str:
    words = {"name": other.name, "names": _named(helpers)}
    if not helpers:
        return _("“%(name)s” is no longer reached: this one comes first and always counts instead.") % words
    told = _(
        "“%(name)s” is no longer reached: this one and %(names)s come first, and one of them always counts instead."
    )
    return told % words


def _named(rules: list[Rule]) -> str:
    return get_text_list([f"“{rule.name}”" for rule in rules], _("and"))


def same_conditions(one: Rule, other: Rule) -> bool:
    """Whether two rules ask for the very same."""
    return (
        all(getattr(one, name) == getattr(other, name) for name in CONDITIONS if name != "brand")
        and one.brand.casefold() == other.brand.casefold()
    )


def _contradictions(rule: Rule, other: Rule, stock: Stock) -> Iterator[Finding]:
    if rule.group and rule.group == other.group:
        return  # only one of them counts
    first, last = sorted((rule, other), key=turn)
    name = {"name": other.name}
    if same_conditions(rule, other):
        if (rule.effect, rule.value) == (other.effect, other.value) and not changes_nothing(rule):
            yield Finding("duplicate", _("“%(name)s” does the very same: both would count.") % name)
        elif rule.effect == other.effect == Effect.SET:
            yield Finding("two_sets", _("“%(name)s” sets another price for the very same case.") % name, field="value")
    elif rule.effect == other.effect == Effect.SET and rule.priority == other.priority and meet(rule, other, stock):
        words = _("“%(name)s” sets another price, and both can count: give one of them a later priority.")
        yield Finding("two_sets", words % name, field="priority")
    undone = (first.effect, last.effect) == (Effect.MINIMUM, Effect.SET) and first.value > last.value
    if undone and meet(first, last, stock):
        words = _("With “%(name)s” the least price is not kept: a lower one is set after it.")
        yield Finding("minimum_undone", words % name, field="priority")
