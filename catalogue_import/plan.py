"""What an import would change: a pure comparison of the rows wanted with the rows there are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

from catalogue_import.rows import AddOnRow, Pack, PriceRow, RepairTypeRow, Row, RuleRow, SubjectRow, lines_of

# What tells rows of one kind apart.
KEYS: dict[type[Any], tuple[str, ...]] = {
    SubjectRow: ("slug",),
    RepairTypeRow: ("slug",),
    PriceRow: ("repair_type", "subject", "currency", "part_grade"),
    RuleRow: ("name",),
    AddOnRow: ("slug",),
}
NAMES: dict[type[Any], str] = {
    SubjectRow: "subject",
    RepairTypeRow: "repair type",
    PriceRow: "price",
    RuleRow: "rule",
    AddOnRow: "add-on",
}
POINTERS: tuple[tuple[type[Any], str], ...] = (
    (SubjectRow, "parent"),
    (SubjectRow, "subject"),
    (RepairTypeRow, "repair_type"),
    (AddOnRow, "add_on"),
)
# A rule's dates move with the day of the import; a second import would otherwise always find a difference.
NOT_COMPARED = {"starts_in", "ends_in"}

# Both run once for each of a hundred thousand rows.
OF_KEY = {kind: attrgetter(*names) for kind, names in KEYS.items()}
COMPARED = {kind: tuple(one.name for one in fields(kind) if one.name not in NOT_COMPARED) for kind in KEYS}

Key = tuple[type[Any], tuple[str, ...]]


class PlanNotPossible(Exception):
    """The pack contradicts itself or points at something that is nowhere; the text lists every fault."""

    code = "plan_not_possible"


@dataclass(frozen=True)
class Change:
    """One row to write: `fields` names what differs; none means that the row is new."""

    row: Row
    fields: tuple[str, ...] = ()

    def __str__(self) -> str:
        what = f"{NAMES[type(self.row)]} {' '.join(filter(None, key_of(self.row)[1]))}"
        return f"change {what}: {', '.join(self.fields)}" if self.fields else f"add {what}"


@dataclass(frozen=True)
class Plan:
    """The rows to write, in order, and how many stay as they are. Nothing is ever removed by an import."""

    changes: tuple[Change, ...]
    unchanged: int


def key_of(row: Row) -> Key:
    """What identifies a row among all."""
    kind = type(row)
    found = OF_KEY[kind](row)
    return kind, found if len(KEYS[kind]) > 1 else (found,)


def build(*, pack: Pack, found: Mapping[Key, Row]) -> Plan:
    """Compare a pack with the rows found in the database. Raises PlanNotPossible."""
    if wrong := _faults(pack, found):
        raise PlanNotPossible("\n".join(wrong))
    changes = [change for row in pack.rows() if (change := compared(row, found)) is not None]
    return Plan(tuple(changes), len(pack.rows()) - len(changes))


def compared(row: Row, found: Mapping[Key, Row]) -> Change | None:
    """What is to be written for a row; None when it is there already just so."""
    before = found.get(key_of(row))
    if before is None:
        return Change(row)
    if row == before:
        return None
    differing = _differing(row, before)
    return Change(row, differing) if differing else None


def _differing(row: Row, before: Row) -> tuple[str, ...]:
    return tuple(name for name in COMPARED[type(row)] if not _same(name, getattr(row, name), getattr(before, name)))


def _same(name: str, wanted: Any, there: Any) -> bool:
    """Complaints are only added: those that editors wrote themselves are no difference."""
    if name == "common_issues":
        return set(lines_of(wanted)) <= set(lines_of(there))
    return bool(wanted == there)


def _faults(pack: Pack, found: Mapping[Key, Row]) -> list[str]:
    return [f"{Change(row)}: {words}" for row, words in faults(pack, found)]


def faults(pack: Pack, found: Mapping[Key, Row]) -> Iterator[tuple[Row, str]]:
    """Rows that are there twice, or that point at something that is nowhere, with the reason."""
    seen: set[Key] = set()
    for row in pack.rows():
        if key_of(row) in seen:
            yield row, "it is there twice."
        seen.add(key_of(row))
    known = {*seen, *found}
    for row in pack.rows():
        for kind, column in POINTERS:
            slug = getattr(row, column, "")
            if slug and (kind, (slug,)) not in known:
                yield row, f"there is no {NAMES[kind]} {slug!r}."
