"""Taking down the guards of the database for a moment, to play somebody who may do anything."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

from django.db import connection

from shop.document_checks import GUARDED


@contextmanager
def unguarded() -> Iterator[None]:
    """No guards in the block, which lies in the test's transaction; they are put up again after it."""
    guards = import_module("shop.migrations.0009_documents_do_not_change")
    with connection.cursor() as cursor:
        for table in GUARDED:
            for name in ("stays", "is_kept", "by_stays"):
                on = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_{name}{on}")
    yield

    class Editor:
        def __init__(self) -> None:
            self.connection = connection

        def execute(self, sql: str) -> None:
            with connection.cursor() as cursor:
                cursor.execute(sql)

    guards.guard(None, Editor())
