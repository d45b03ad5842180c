"""Our own format: a JSON pack with up to five lists, or a CSV file of devices. `docs/extending.md` shows both.

JSON: {"subjects": [...], "repair_types": [...], "prices": [...], "rules": [...], "add_ons": [...]}, the keys being
the fields of `rows.py`; rules say `starts_in_days` and `ends_in_days`.
CSV, UTF-8 with a header: the fields of `rows.SubjectRow`, of which kind, slug and name are required.
"""

import csv
import io
import json
from dataclasses import fields
from datetime import timedelta
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
WHOLE = {"year", "minutes", "warranty_days", "sort_order", "order", "older_than_years"}
MONEY = {"price", "factor"}
DAYS = {"starts_in_days": "starts_in", "ends_in_days": "ends_in"}
KINDS = ("family", "category", "device")
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


def _from_csv(text: str) -> Pack:
    rows = []
    for number, raw in enumerate(csv.DictReader(io.StringIO(text)), start=2):
        if None in raw:
            raise RowNotReadable(f"line {number}: more cells than the header has columns.")
        rows.append(_row(SubjectRow, {key: value for key, value in raw.items() if value}, f"line {number}"))
    return Pack(subjects=_parents_first(rows))


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
    return Pack(**{**found, "subjects": _parents_first(list(found["subjects"]))})


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
            return None if given is None else int(given)
        if name in MONEY:
            number = Decimal(str(given))
            if not number.is_finite() or number < 0:
                raise ValueError("it must be a number that is not negative")
            return number
        if name in DAYS:
            return timedelta(days=int(given))
    except (ValueError, TypeError, InvalidOperation, OverflowError) as error:
        raise RowNotReadable(f"{place}: {name} is {given!r}: {error}") from error
    if not isinstance(given, str):
        raise RowNotReadable(f"{place}: {name} is {given!r}; it must be text.")
    return given.strip()


def _parents_first(rows: list[SubjectRow]) -> tuple[SubjectRow, ...]:
    return tuple(sorted(rows, key=lambda row: KINDS.index(row.kind)))
