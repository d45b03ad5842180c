"""Our own format: a JSON pack with up to five lists, or a CSV file of devices. `docs/extending.md` shows both.

JSON: {"subjects": [...], "repair_types": [...], "prices": [...], "rules": [...], "add_ons": [...]}, the keys being
the fields of `rows.py`; rules say `starts_in_days` and `ends_in_days`.
CSV, UTF-8 with a header: the fields of `rows.SubjectRow`, of which kind, slug and name are required.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import time, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TypeVar

from catalogue_import.rows import AddOnRow, Pack, PriceRow, RepairTypeRow, Row, RowNotReadable, RuleRow, SubjectRow

LISTS: dict[str, type[Any]] = {
    "subjects": SubjectRow,
    "repair_types": RepairTypeRow,
    "prices": PriceRow,
    "rules": RuleRow,
    "add_ons": AddOnRow,
}
WHOLE = {"year", "minutes", "warranty_days", "sort_order", "priority", "older_than_years", "at_most_years"} | {
    "year_from",
    "year_until",
}
MONEY = {"price", "price_max", "value"}
HOURS = {"visit_from", "visit_until"}
LISTS_IN = {"weekdays": int, "parts_required": str}
DAYS = {"starts_in_days": "starts_in", "ends_in_days": "ends_in"}
KINDS = ("family", "category", "device")
SPECS = ("chip", "memory", "storage", "ports")
FOR_READING = {"device_name", "repair_name"}
SUBJECT_COLUMNS = {field.name for field in fields(SubjectRow)} | {*SPECS}
PRICE_COLUMNS = {field.name for field in fields(PriceRow)} | FOR_READING
LARGEST_BYTES = 20_000_000

R = TypeVar("R", bound=Row)


def read(path: Path) -> Pack:
    """The pack in a .json or .csv file, parents first. Raises RowNotReadable with the place and the reason."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise RowNotReadable(f"{path.name} is larger than {LARGEST_BYTES // 1_000_000} MB.")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RowNotReadable(f"{path.name} cannot be read as UTF-8 text: {error}") from error
    if path.suffix == ".csv":
        return _from_csv(text)
    if path.suffix == ".json":
        return _from_json(text)
    raise RowNotReadable(f"{path.name} is neither .json nor .csv.")


@dataclass(frozen=True)
class Loose:
    """A row of our own format before it is known to be readable: where it stands, which list it is of, what it says."""

    number: int
    place: str
    list: str
    raw: Any

    def row(self) -> Row:
        """The row. Raises RowNotReadable."""
        found: Row = _row(LISTS[self.list], self.raw, self.place)
        return found


def is_pack(tree: Any) -> bool:
    """Whether a JSON value is a catalogue in our own format."""
    return (
        isinstance(tree, dict)
        and bool(tree)
        and set(tree) <= set(LISTS)
        and all(isinstance(rows, list) for rows in tree.values())
    )


def list_of(headers: Sequence[str]) -> str:
    """The list that a header of ours stands for: subjects or prices; empty when it is not ours."""
    said = set(headers)
    if {"slug", "name"} <= said <= SUBJECT_COLUMNS and ("kind" in said or "parent" in said):
        return "subjects"
    return "prices" if {"repair_type", "subject", "currency"} <= said <= PRICE_COLUMNS else ""


def of_tree(tree: dict[str, list[Any]]) -> Iterator[Loose]:
    """The rows of a JSON catalogue, in an order in which they can be written."""
    for name in LISTS:
        for index, raw in enumerate(tree.get(name, [])):
            yield Loose(index + 1, f"{name}[{index}]", name, raw)


def of_record(name: str, number: int, record: Mapping[str, str]) -> Loose:
    """A row of a table in our own format, a device where no kind is said. Empty cells say nothing; columns only for
    reading are passed over."""
    raw: dict[str, Any] = {key: value for key, value in record.items() if value and key not in FOR_READING}
    if name == "subjects":
        raw.setdefault("kind", "device")
        specs = {key: raw.pop(key) for key in SPECS if key in raw}
        if isinstance(raw.get("specifications"), str):
            specs |= _json(raw.pop("specifications"))
        if specs:
            raw["specifications"] = specs
    else:
        raw.setdefault("price", None)
        raw.setdefault("subject", "")
    return Loose(number, f"line {number}", name, raw)


def _json(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {"": text}
    return found if isinstance(found, dict) else {"": text}


def _from_csv(text: str) -> Pack:
    rows = []
    for number, raw in enumerate(csv.DictReader(io.StringIO(text)), start=2):
        if None in raw:
            raise RowNotReadable(f"line {number}: more cells than the header has columns.")
        rows.append(of_record("subjects", number, raw).row())
    return Pack(subjects=parents_first(row for row in rows if isinstance(row, SubjectRow)))


def _from_json(text: str) -> Pack:
    try:
        body = json.loads(text, parse_float=Decimal)
    except ValueError as error:
        raise RowNotReadable(f"The file is not JSON: {error}") from error
    if not isinstance(body, dict) or not all(isinstance(rows, list) for rows in body.values()):
        raise RowNotReadable("The file must hold one object of lists: subjects, repair_types, prices, rules, add_ons.")
    if unknown := sorted(set(body) - set(LISTS)):
        raise RowNotReadable(f"The file has lists that mean nothing here: {', '.join(unknown)}.")
    found = {
        name: tuple(_row(kind, raw, f"{name}[{index}]") for index, raw in enumerate(body.get(name, [])))
        for name, kind in LISTS.items()
    }
    return Pack(**{**found, "subjects": parents_first(found["subjects"])})


def _row(kind: type[R], raw: Any, place: str) -> R:
    """A row out of loose keys and values."""
    if not isinstance(raw, dict):
        raise RowNotReadable(f"{place}: this is not an object.")
    known = {field.name for field in fields(kind)} | (set(DAYS) if kind is RuleRow else set())
    if unknown := sorted(str(key) for key in set(raw) - known):
        raise RowNotReadable(f"{place}: unknown columns: {', '.join(unknown)}.")
    values: dict[str, Any] = {DAYS.get(name, name): _value(name, raw[name], place) for name in map(str, raw)}
    try:
        row = kind(**values)
    except TypeError as error:
        raise RowNotReadable(f"{place}: a required column is missing: {error}") from error
    if isinstance(row, SubjectRow) and row.kind not in KINDS:
        raise RowNotReadable(f"{place}: kind is {row.kind!r}; it must be one of {', '.join(KINDS)}.")
    return row


def _value(name: str, given: Any, place: str) -> Any:
    try:
        if name in WHOLE:
            return None if given is None else _whole(given)
        if name in HOURS:
            return None if given is None else time.fromisoformat(given)
        if name in LISTS_IN and isinstance(given, list):
            return tuple(LISTS_IN[name](one) for one in given)
        if name == "specifications" and isinstance(given, dict):
            return {str(label): str(text) for label, text in given.items()}
        if name == "stop" and isinstance(given, bool):
            return given
        if name in MONEY and given is None:
            return None
        if name in MONEY:
            number = Decimal(str(given))
            if not number.is_finite() or (number < 0 and name != "value"):
                raise ValueError("it must be a number that is not negative")
            return number
        if name in DAYS:
            return timedelta(days=int(given))
    except (ValueError, TypeError, InvalidOperation, OverflowError) as error:
        raise RowNotReadable(f"{place}: {name} is {given!r}: {error}") from error
    if not isinstance(given, str):
        raise RowNotReadable(f"{place}: {name} is {given!r}; it must be text.")
    return given.strip()


def _whole(given: Any) -> int:
    if isinstance(given, (bool, float)):
        raise ValueError("it must be a whole number")
    number = int(given)
    if not 0 <= number <= 60 * 24 * 14 * 10:
        raise ValueError("it is out of reach")
    return number


def parents_first(rows: Iterable[SubjectRow]) -> tuple[SubjectRow, ...]:
    """Families, then categories, then devices."""
    return tuple(sorted(rows, key=lambda row: KINDS.index(row.kind)))
