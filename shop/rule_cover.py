"""Whether some rules together meet every case of another one. Pure, and never wrong when it says yes.

What is counted is finite: the answers, the days of the week, and the spans between the limits that the rules name. A
rule is a box: for each of these the values it accepts, as bits. What earlier boxes leave of a later one is worked out
by cutting it into pieces. Devices, brands, repairs and add-ons are open lists: there each rule must be as wide itself.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from shop.pricing import CONDITIONS, PART_GRADES, SERVICE_TYPES, URGENCIES, Effect, Rule

MOST_PIECES = 400  # beyond it nothing is said: not certain is not covered
ANSWERS = {"condition": CONDITIONS, "urgency": URGENCIES, "service_type": SERVICE_TYPES, "part_grade": PART_GRADES}
NO_VISIT, ALL_DAYS = 1, 0b11111110  # bit 0: no visit is chosen; then Monday to Sunday
Box = tuple[int, ...]
Span = tuple[Any, Any]  # from the first on, before the second; None has no limit


@dataclass(frozen=True)
class Stock:
    """What the shop has, for the checks. A device is its id, brand and year; `open_hours` are weekday, from, until."""

    above: Mapping[int, int | None]  # each node of the catalogue and the one above it
    repairs: Mapping[int, int | None]  # each repair type and the node that it is offered for
    devices: tuple[tuple[int, str, int | None], ...]
    add_ons: Mapping[str, tuple[int | None, int | None]]  # slug: only for that node, only with that repair
    unknown_year: int = 2020
    open_hours: tuple[tuple[int, time, time], ...] = ()
    more_currencies: bool = False

    def tree(self, node: int | None) -> tuple[int, ...]:
        """The node and all above it, nearest first."""
        found: list[int] = []
        while node is not None and node not in found:
            found.append(node)
            node = self.above.get(node)
        return tuple(found)

    def related(self, one: int | None, other: int | None) -> bool:
        """Whether something may be below both nodes; nothing at all is above everything."""
        return one is None or other is None or one in self.tree(other) or other in self.tree(one)


def covered(rule: Rule, by: Iterable[Rule], stock: Stock, at: datetime) -> bool:
    """Whether one of `by` applies wherever `rule` does, from `at` on. A rule that applies nowhere is not covered."""
    if _ended(rule, at):
        return False
    wide = [other for other in by if _reaches(other, rule, stock) and not _ended(other, at)]
    first, *boxes = _boxes([rule, *wide], at)
    if not all(first):
        return False
    left = [first]
    for box in boxes:
        left = [piece for each in left for piece in _minus(each, box)]
        if len(left) > MOST_PIECES:
            return False
    return not left


def _reaches(wide: Rule, narrow: Rule, stock: Stock) -> bool:
    """Whether `wide` asks for no other device, brand, repair or add-on than `narrow` does."""
    return (
        (wide.subject_id is None or wide.subject_id in stock.tree(narrow.subject_id))
        and wide.brand.casefold() in ("", narrow.brand.casefold())
        and wide.repair_type_id in (None, narrow.repair_type_id)
        and wide.add_on in ("", narrow.add_on)
        and _in_its_currencies(wide, narrow, stock)
    )


def _in_its_currencies(wide: Rule, narrow: Rule, stock: Stock) -> bool:
    """Without a currency a factor counts in all, an amount in the shop's own (`currencies.counting`)."""
    factors = (wide.effect == Effect.MULTIPLY, narrow.effect == Effect.MULTIPLY)
    if not wide.currency and (factors[0] or not stock.more_currencies):
        return True
    return wide.currency == narrow.currency and (bool(wide.currency) or not factors[1])


def _ended(rule: Rule, at: datetime) -> bool:
    return rule.valid_until is not None and rule.valid_until <= at


def _boxes(rules: Sequence[Rule], at: datetime) -> list[Box]:
    """The rules as boxes over the same bits."""
    columns = [[_answers(getattr(rule, name), known) for rule in rules] for name, known in ANSWERS.items()]
    columns.append([_days(rule) for rule in rules])
    columns += [_spans([span(rule, at) for rule in rules]) for span in (_hours, _ages, _years, _moments)]
    return list(zip(*columns, strict=True))


def _answers(answer: str, known: Sequence[str]) -> int:
    everything = (1 << len(known)) - 1
    return everything if not answer else 1 << known.index(answer) if answer in known else 0


def _days(rule: Rule) -> int:
    if rule.weekdays:
        return sum(2 << day for day in set(rule.weekdays))
    return ALL_DAYS if rule.visit_from is not None or rule.visit_until is not None else ALL_DAYS | NO_VISIT


def _hours(rule: Rule, _at: datetime) -> Span:
    return None if rule.visit_from == time(0) else rule.visit_from, rule.visit_until


def _ages(rule: Rule, _at: datetime) -> Span:
    older, most = rule.older_than_years, rule.at_most_years
    return None if older is None else older + 1, None if most is None else most + 1


def _years(rule: Rule, _at: datetime) -> Span:
    return rule.year_from, None if rule.year_until is None else rule.year_until + 1


def _moments(rule: Rule, at: datetime) -> Span:
    return None if rule.valid_from is None or rule.valid_from <= at else rule.valid_from, rule.valid_until


def _spans(spans: list[Span]) -> list[int]:
    """Each span as bits: one for each stretch between the limits that any of them names."""
    limits = sorted({limit for span in spans for limit in span if limit is not None})
    everything = (2 << len(limits)) - 1
    found = []
    for low, high in spans:
        from_low = everything if low is None else everything & ~((1 << limits.index(low) + 1) - 1)
        below_high = everything if high is None else (1 << limits.index(high) + 1) - 1
        found.append(from_low & below_high)
    return found


def _minus(box: Box, other: Box) -> Iterator[Box]:
    """What is left of a box without another, in pieces that do not overlap."""
    if not all(mine & theirs for mine, theirs in zip(box, other, strict=True)):
        yield box
        return
    for place, theirs in enumerate(other):
        if rest := box[place] & ~theirs:
            yield (*box[:place], rest, *box[place + 1 :])
        box = (*box[:place], box[place] & theirs, *box[place + 1 :])
