"""What live streams read from the database, without Django: one plain connection for the whole process.

Only events that are public leave this module. Everything here is blocking and is called from one thread at a time.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

try:
    import psycopg
except ImportError:  # a demo on SQLite comes without it
    psycopg = None  # type: ignore[assignment]

OPEN = ("booked", "received", "diagnosing", "waiting_parts", "repairing", "testing", "ready")
MOST_ROWS = 5000  # of one read; the rest follows in the next one, so a storm never makes one endless answer
# What Django understands in OPTIONS and the driver does not.
DJANGO_ONLY = {"pool", "isolation_level", "server_side_binding", "assume_role", "cursor_factory"}


@dataclass(frozen=True, slots=True)
class Found:
    """A job as a stream needs it: its row, the version of good links, its newest event."""

    id: int
    reference: str
    link_version: int
    last_seq: int


@dataclass(frozen=True, slots=True)
class Event:
    """One public event. `data` is the JSON object that clients get."""

    job_id: int
    seq: int
    data: str


class Plain:
    """A connection that is opened when it is needed and thrown away after any error."""

    def __init__(self, database: Mapping[str, Any]) -> None:
        """Take one of Django's DATABASES entries."""
        self.database = database
        self.postgres = "sqlite" not in database["ENGINE"]
        self.connection: Any = None
        self.file: tuple[int, int] | None = None

    def open(self) -> Any:
        """Connect: autocommit, read only on SQLite. Raises the driver's error when the database is away."""
        given = self.database
        if not self.postgres:
            address = f"{Path(given['NAME']).absolute().as_uri()}?mode=ro"
            return sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False, timeout=5)
        options = {key: value for key, value in given.get("OPTIONS", {}).items() if key not in DJANGO_ONLY}
        names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
        wanted = {key: given[name] for key, name in names.items() if given.get(name)}
        return psycopg.connect(**{"connect_timeout": 5, **options, **wanted}, autocommit=True)

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a statement; on an error the connection is dropped and the error goes on."""
        if not self.postgres and self.connection is not None and self.file != file_of(self.database):
            self.close()
        if self.connection is None:
            self.file = None if self.postgres else file_of(self.database)
            self.connection = self.open()
        try:
            return list(self.connection.execute(statement, values).fetchall())
        except Exception:
            self.close()
            raise

    def close(self) -> None:
        """Drop the connection; the next read opens a new one."""
        connection, self.connection = self.connection, None
        if connection is not None:
            connection.close()


def file_of(database: Mapping[str, Any]) -> tuple[int, int] | None:
    """Which file an SQLite database is: a demo that starts over puts another one in its place."""
    try:
        found = Path(database["NAME"]).stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


class Rows(Plain):
    """The four questions of the live hub."""

    def gate(self) -> str:
        """A text that changes whenever anything was committed; equal means there is nothing new to read."""
        statement = "SELECT pg_current_snapshot()::text" if self.postgres else "PRAGMA data_version"
        return str(self.rows(statement)[0][0])

    def jobs(self, references: Iterable[str]) -> dict[str, Found]:
        """The jobs with these references."""
        columns = "SELECT id, reference, link_version, last_seq FROM repairs_job WHERE reference"
        if self.postgres:
            rows = self.rows(f"{columns} = ANY(%s)", [list(references)])
        else:
            rows = self.rows(f"{columns} IN (SELECT value FROM json_each(?))", [json.dumps(list(references))])
        return {row[1]: Found(*row) for row in rows}

    def versions(self, job_ids: Iterable[int]) -> dict[int, int]:
        """Which version of its link is good for each of these jobs."""
        columns = "SELECT id, link_version FROM repairs_job WHERE id"
        if self.postgres:
            return dict(self.rows(f"{columns} = ANY(%s)", [list(job_ids)]))
        return dict(self.rows(f"{columns} IN (SELECT value FROM json_each(?))", [json.dumps(list(job_ids))]))

    def events(self, cursors: Mapping[int, int]) -> list[Event]:
        """Public events of each job after its cursor, in order, at most MOST_ROWS; whole jobs come first."""
        columns = "SELECT e.job_id, e.seq, e.kind, e.status, e.note, e.at FROM"
        order = f"WHERE e.public ORDER BY e.job_id, e.seq LIMIT {MOST_ROWS}"
        if self.postgres:
            rows = self.rows(
                f"{columns} unnest(%s::bigint[], %s::bigint[]) AS p(job_id, seq)"
                f" JOIN repairs_jobevent e ON e.job_id = p.job_id AND e.seq > p.seq {order}",
                [list(cursors), list(cursors.values())],
            )
        else:
            rows = self.rows(
                f"{columns} json_each(?) p CROSS JOIN repairs_jobevent e"
                " ON e.job_id = json_extract(p.value, '$[0]') AND e.seq > json_extract(p.value, '$[1]')"
                f" {order}",
                [json.dumps(list(cursors.items()))],
            )
        return [Event(row[0], row[1], as_json(row)) for row in rows]

    def board(self, site_id: int) -> dict[str, tuple[int, str]]:
        """The open jobs of a site by reference: number of the newest event, and status."""
        mark = "%s" if self.postgres else "?"
        rows = self.rows(
            "SELECT reference, last_seq, status FROM repairs_job"
            f" WHERE site_id = {mark} AND status IN ({', '.join([mark] * len(OPEN))})",
            [site_id, *OPEN],
        )
        return {reference: (seq, status) for reference, seq, status in rows}


def as_json(row: Sequence[Any]) -> str:
    """What a client gets of one event row; the time in UTC, ISO 8601 with a Z."""
    _, seq, kind, status, note, at = row
    moment = at if isinstance(at, datetime) else datetime.fromisoformat(at)
    moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    text = moment.isoformat().replace("+00:00", "Z")
    return json.dumps({"seq": seq, "kind": kind, "status": status, "note": note, "at": text})
