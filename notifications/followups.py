"""What an event causes, as a table of dotted names (settings.FOLLOWUPS). No signals: the table says it all."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

Followup = Callable[..., Any]


@cache
def resolved(table: str) -> dict[str, tuple[Followup, ...]]:
    """The table at this dotted name with its names turned into functions; once per process."""
    return {kind: tuple(import_string(name) for name in names) for kind, names in import_string(table).items()}


def after(kind: str, **facts: Any) -> None:
    """Do all that follows from an event, in the table's order, inside the caller's transaction.

    `kind` is dotted (job.ready); the facts go to every function as they are. Raises KeyError for a kind that the
    table does not know.
    """
    for follow in resolved(settings.FOLLOWUPS)[kind]:
        follow(**facts)
