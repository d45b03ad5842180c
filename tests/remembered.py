"""Rows that many tests begin with are worked out once for each process; later tests send the same statements again.

Writing the small shop by the product's own verbs costs forty milliseconds, sending its statements again four. It is
only done where it must end the same: in the transaction of a test, on SQLite, with the same arguments, after as many
changed rows as the first time, and when every new row gets the number that it got then. Otherwise the function runs.
"""

import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, NamedTuple, ParamSpec, TypeVar

from django.conf import settings
from django.db import Error, connection, transaction

P, R = ParamSpec("P"), TypeVar("R")
NOT_WRITTEN = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK")


class Statement(NamedTuple):
    """One statement that changed rows, and the numbers that new rows got."""

    text: str
    values: Any
    many: bool
    last_row: int | None


class Remembered(NamedTuple):
    """What a function wrote and returned."""

    statements: list[Statement]
    result: bytes


class Changed(Exception):
    """A new row got another number than the first time."""


_known: dict[tuple[Any, ...], Remembered] = {}
_begun: tuple[Any, int] = (None, 0)


def begin() -> None:
    """A test begins: changed rows are counted from here."""
    global _begun  # noqa: PLW0603 - one test at a time
    raw = connection.connection
    _begun = (raw, getattr(raw, "total_changes", 0))


def remembered(make: Callable[P, R]) -> Callable[P, R]:
    """Make a function that writes rows, and nothing but rows, quick to repeat. Its result must be one for pickle."""

    @wraps(make)
    def again(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.vendor != "sqlite" or not connection.in_atomic_block:
            return make(*args, **kwargs)
        raw, changes = _begun
        so_far = connection.connection.total_changes - (changes if raw is connection.connection else 0)
        # Files that it writes lie in the media folder: under another one the rows would name files that are not there.
        places = (connection.settings_dict["NAME"], str(settings.MEDIA_ROOT))
        key = (make.__qualname__, *places, so_far, pickle.dumps((args, kwargs)))
        known = _known.get(key)
        if known is None or not _send(known.statements):
            with _noted() as statements:
                result = make(*args, **kwargs)
            known = _known[key] = Remembered(statements, pickle.dumps(result))
        # Also the first caller gets a copy, so that what is made from it next is remembered under the same arguments.
        copy: R = pickle.loads(known.result)  # noqa: S301 - our own
        return copy

    return again


@contextmanager
def _noted() -> Iterator[list[Statement]]:
    """Writes down every statement that may change rows."""
    statements: list[Statement] = []

    def note(execute: Any, text: str, values: Any, many: bool, context: Any) -> Any:
        done = execute(text, values, many, context)
        if not text.lstrip().startswith(NOT_WRITTEN):
            statements.append(Statement(text, values, many, context["cursor"].cursor.lastrowid))
        return done

    with connection.execute_wrapper(note):
        yield statements


def _send(statements: list[Statement]) -> bool:
    """Send them all, or none: returns whether each did what it did the first time."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for one in statements:
                (cursor.executemany if one.many else cursor.execute)(one.text, one.values)
                if cursor.cursor.lastrowid != one.last_row:
                    raise Changed
    except (Changed, Error):
        return False
    return True
