"""Counting every statement that reaches the database, BEGIN, COMMIT, SAVEPOINT and RELEASE included."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, reset_queries


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements of the block, once it has ended. Django logs transaction statements beside the others."""
    before = connection.force_debug_cursor
    connection.force_debug_cursor = True
    connection.ensure_connection()
    reset_queries()
    statements: list[str] = []
    try:
        yield statements
    finally:
        statements.extend(query["sql"] for query in connection.queries_log)
        connection.force_debug_cursor = before
