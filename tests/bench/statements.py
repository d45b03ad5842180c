"""How many statements an operation sends to the database: BEGIN, COMMIT and SAVEPOINT too, as the wire shows them."""

import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection

SENT = re.compile(r'^F\t\d+\t(?:Query\t "(?P<text>.*)"|Execute\t)', re.M)


def count(operation: Callable[[], Any]) -> int:
    """Run an operation on the open connection and count what was sent; on SQLite what was executed."""
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        return count_on_wire(operation)
    seen: list[str] = []
    connection.connection.set_trace_callback(seen.append)
    try:
        operation()
    finally:
        connection.connection.set_trace_callback(None)
    return len([one for one in seen if not one.startswith("--")])


def count_on_wire(operation: Callable[[], Any]) -> int:
    """Count by libpq's own trace of the protocol, which knows nothing of Django."""
    wire = connection.connection.pgconn
    with tempfile.NamedTemporaryFile() as file:
        wire.trace(file.fileno())
        wire.set_trace_flags(1)  # no time stamps
        try:
            operation()
        finally:
            wire.untrace()
        return len(SENT.findall(Path(file.name).read_text(errors="replace")))
