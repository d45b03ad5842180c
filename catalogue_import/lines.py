"""Changes as lines of a run, and lines as changes: JSON on one side, rows of the catalogue on the other."""

from dataclasses import MISSING, asdict, fields
from datetime import time, timedelta
from decimal import Decimal
from typing import Any

from catalogue_import.models import ImportLine
from catalogue_import.plan import KEYS, NAMES, Change
from catalogue_import.rows import Row

ROWS: dict[str, type[Any]] = {name: kind for kind, name in NAMES.items()}
MONEY = {"price", "price_max", "value"}
DAYS = {"starts_in", "ends_in"}
HOURS = {"visit_from", "visit_until"}
TUPLES = {"weekdays", "parts_required"}


def line_of(
    change: Change, before: Row | None, *, run_id: int, number: int, confidence: int, column: str = ""
) -> ImportLine:
    """A line that creates a row, or changes the fields that differ from what was before."""
    row = change.row
    kind = type(row)
    if change.fields and before is not None:
        old = {name: _plain(getattr(before, name)) for name in change.fields}
        new = {name: _plain(getattr(row, name)) for name in change.fields}
        outcome = ImportLine.Outcome.CHANGED
    else:
        old, new, outcome = None, _said(row), ImportLine.Outcome.CREATED
    return ImportLine(
        run_id=run_id,
        number=number,
        outcome=outcome,
        kind=NAMES[kind],
        key=[str(getattr(row, name)) for name in KEYS[kind]],
        title=title_of(row),
        column=column[:200],
        old=old,
        new=new,
        confidence=confidence,
    )


def title_of(row: Row) -> str:
    """What a row is about, in one line."""
    name = getattr(row, "name", "")
    return (name or " ".join(filter(None, (str(getattr(row, one)) for one in KEYS[type(row)]))))[:300]


def _said(row: Row) -> dict[str, Any]:
    """The fields of a row that say more than their defaults do."""
    found = {}
    for one in fields(row):
        default = one.default_factory() if one.default_factory is not MISSING else one.default
        value = getattr(row, one.name)
        if value != default:
            found[one.name] = _plain(value)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value.days
    if isinstance(value, Decimal):
        return str(value)
    return list(value) if isinstance(value, tuple) else value


def row_of(line: ImportLine) -> Row:
    """The row that a line creates."""
    values = values_of(line.new or {})
    row: Row = ROWS[line.kind](**values)
    return row


def values_of(plain: dict[str, Any]) -> dict[str, Any]:
    """Fields of a line with the types that rows have."""
    return {name: _typed(name, value) for name, value in plain.items()}


def _typed(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in MONEY:
        return Decimal(value)
    if name in DAYS:
        return timedelta(days=value)
    if name in HOURS:
        return time.fromisoformat(value) if isinstance(value, str) else value
    return tuple(value) if name in TUPLES else value


def plain_of(row: Row) -> dict[str, Any]:
    """Every field of a row as a line would say it."""
    return {name: _plain(value) for name, value in asdict(row).items()}
