"""Very many rows into one table, past the ORM: COPY on PostgreSQL, one prepared statement on SQLite.

For tables that nobody listens to and whose new ids nobody asks for. The database still checks every constraint.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection


def insert(model: type[Any], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows of plain values, in the order of `names`; JSON as text. Call it inside a transaction."""
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    columns = ", ".join(quote(model._meta.get_field(name).column) for name in names)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(names))
        statement = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608 - names of fields
        cursor.executemany(statement, list(rows))


def analyze(*models: type[Any]) -> None:
    """Tell PostgreSQL what lies in tables that were just filled; until then it plans as if they were empty."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for model in models:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")
