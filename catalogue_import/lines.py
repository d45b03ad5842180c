"""Changes as lines of a run, and lines as changes: JSON on one side, rows of the catalogue on the other."""

from dataclasses import MISSING, asdict, fields
from datetime import time, timedelta
from decimal import Decimal
from operator import attrgetter
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from catalogue_import.models import ImportLine
from catalogue_import.plan import KEYS, NAMES, Change, key_of
from catalogue_import.rows import Row

ROWS: dict[str, type[Any]] = {name: kind for kind, name in NAMES.items()}
MONEY = {"price", "price_max", "value"}
DAYS = {"starts_in", "ends_in"}
HOURS = {"visit_from", "visit_until"}
TUPLES = {"weekdays", "parts_required"}
DEFAULTS = {
    kind: [
        (one.name, one.default_factory() if one.default_factory is not MISSING else one.default) for one in fields(kind)
    ]
    for kind in KEYS
}
# The columns of a line as `stored` gives them; the last ones are JSON.
JSON = ("key", "old", "new", "candidates")
PLAIN = tuple(
    one.attname for one in ImportLine._meta.concrete_fields if not one.primary_key and one.attname not in JSON
)
STORED = PLAIN + JSON
_plain_values, _json_values = attrgetter(*PLAIN), attrgetter(*JSON)
_encode = DjangoJSONEncoder(ensure_ascii=False).encode


def stored(line: ImportLine) -> tuple[Any, ...]:
    """The values of a line in the order of STORED, as `bulk.insert` wants them."""
    return _plain_values(line) + tuple(None if value is None else _encode(value) for value in _json_values(line))


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
        key=list(key_of(row)[1]),
        title=title_of(row),
        column=column[:200],
        old=old,
        new=new,
        confidence=confidence,
    )


def title_of(row: Row) -> str:
    """What a row is about, in one line."""
    name = getattr(row, "name", "")
    return (name or " ".join(filter(None, key_of(row)[1])))[:300]


def _said(row: Row) -> dict[str, Any]:
    """The fields of a row that say more than their defaults do."""
    found = {}
    for name, default in DEFAULTS[type(row)]:
        value = getattr(row, name)
        if value != default:
            found[name] = _plain(value)
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
