"""A price as it can be worked out again for ever: what it was made of, as JSON beside the quote."""

from dataclasses import fields, replace
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from shop.pricing import AddOnPrice, Catalogue, Effect, Price, Rule, Wanted, build

MONEY = {"value", "price", "base_price", "base_maximum", "tax_rate"}
MOMENTS = {"valid_from", "valid_until", "visit"}
HOURS = {"visit_from", "visit_until"}
LISTS = {"weekdays", "subject_ids", "add_ons"}


def keep(*, catalogue: Catalogue, wanted: Wanted, at: datetime, price: Price) -> dict[str, Any]:
    """The snapshot of a price: base, tax, the rules that fired, the wish and the moment. Numbers and times as text.

    Rules that did not fire are left out: they change nothing, today or later.
    """
    chosen = [row for row in catalogue.add_ons if row.slug in wanted.add_ons]
    return {
        "catalogue": _plain(replace(catalogue, rules=(), add_ons=())),
        "rules": [_plain(rule) for rule in price.fired],
        "add_ons": [_plain(row) for row in chosen],
        "wanted": _plain(wanted),
        "at": at.isoformat(),
    }


def replay(snapshot: dict[str, Any]) -> Price:
    """The price of a snapshot, worked out again from nothing else."""
    catalogue = Catalogue(
        **_typed(snapshot["catalogue"]),
        rules=tuple(Rule(**_typed(row)) for row in snapshot["rules"]),
        add_ons=tuple(AddOnPrice(**_typed(row)) for row in snapshot["add_ons"]),
    )
    wanted = Wanted(**_typed(snapshot["wanted"]))
    return build(catalogue=catalogue, wanted=wanted, at=datetime.fromisoformat(snapshot["at"]))


def frozen(built: Price) -> dict[str, Any]:
    """The columns of a quote that a price fills."""
    return {
        "lines": frozen_lines(built),
        "currency": built.currency,
        "total": built.total,
        "kind": built.kind,
        "maximum": built.maximum,
        "tax": built.tax,
        "tax_rate": built.tax_rate,
        "tax_code": built.tax_code,
    }


def frozen_lines(built: Price) -> list[dict[str, str | None]]:
    """The lines of a price as JSON: name, reason, factor and amount, numbers as text."""
    return [
        {
            "name": line.name,
            "reason": line.reason,
            "factor": None if line.factor is None else format(line.factor.normalize(), "f"),
            "amount": str(line.amount),
        }
        for line in built.lines
    ]


def _plain(row: Any) -> dict[str, Any]:
    """The fields that differ from their defaults, as JSON."""
    values = ((field, getattr(row, field.name)) for field in fields(row))
    return {field.name: _text(value) for field, value in values if value != field.default}


def _text(value: Any) -> Any:
    if isinstance(value, (datetime, time)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return list(value) if isinstance(value, tuple) else value


def _typed(values: dict[str, Any]) -> dict[str, Any]:
    return {name: None if value is None else _value(name, value) for name, value in values.items()}


def _value(name: str, value: Any) -> Any:
    if name in MONEY:
        return Decimal(value)
    if name in MOMENTS:
        return datetime.fromisoformat(value)
    if name in HOURS:
        return time.fromisoformat(value)
    if name == "effect":
        return Effect(value)
    return tuple(value) if name in LISTS else value
