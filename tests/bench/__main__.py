"""Prints the cost of each operation beside a bare Django view that answers the same bytes in the same minute.

Production's form: granian WSGI, the page cache around Django, PostgreSQL where one answers, else SQLite. One client on
one kept connection; medians of three alternating rounds. Takes about a minute once the template database exists.
"""

import json
import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import Client

import tests.bench.environment  # noqa: F401 - sets Django up before the next lines
from cms.versions import Scope, bump
from tests import databases
from tests.bench.server import Server, spent_ms
from tests.bench.shop import Operation, Unexpected, fill, operations
from tests.bench.statements import count

BEGAN = time.monotonic()
ROUNDS = 3
READ_SECONDS = 0.7
FLOOR_SECONDS = 0.4
BATCH = 6  # of writes in a round
HURRY_SECONDS = 55  # on a busy machine the rest gets one round each


@contextmanager
def database() -> Iterator[str]:
    """A clone of the migrated template, removed afterwards; yields its DATABASE_URL."""
    bed = databases.kind()
    bed.build()
    name = bed.name("bench")
    databases.fresh(bed, name)
    databases.point_at(name)
    url = f"sqlite:///{name}"
    if connection.vendor == "postgresql":
        url = re.sub(r"/[^/]*$", f"/{name}", os.environ["DATABASE_URL"])
    try:
        yield url
    finally:
        databases.connections.close_all()
        bed.remove(name)


def in_process(client: Client) -> Any:
    """Ask Django directly, without server and page cache, on the connection of this thread."""

    def ask(method: str, path: str, body: Any = None, **headers: str) -> tuple[int, bytes]:
        data = b"" if body is None else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = client.generic(method, path, data, content_type="application/json", headers=named)
        return answer.status_code, answer.content

    return ask


def backends() -> list[int]:
    """The database server's processes that work for our server; none on SQLite or on another machine."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return [row[0] for row in cursor.fetchall()]


def timed(server: Server, operation: Operation) -> tuple[float, float, float, bytes]:
    """One round: server and database processor time and wall time, in ms per operation, and the last bytes."""
    writes = operation.writes
    prepared = [operation.prepare(server.ask) for _ in range(BATCH)] if writes else [None]
    pids = backends()
    used, stored, began, done, body = server.cpu_ms(), spent_ms(pids), time.perf_counter(), 0, b""
    while True:
        body = operation.run(server.ask, prepared[done % len(prepared)])
        done += 1
        if done == len(prepared) if writes else time.perf_counter() - began > READ_SECONDS:
            break
    wall = (time.perf_counter() - began) * 1000
    return (server.cpu_ms() - used) / done, (spent_ms(pids) - stored) / done, wall / done, body


def floor_ms(floor: Server, name: str) -> float:
    """Processor time of the bare view for the same bytes, ms per request."""
    floor.ask("GET", f"/{name}")
    used, began, done = floor.cpu_ms(), time.perf_counter(), 0
    while time.perf_counter() - began < FLOOR_SECONDS:
        floor.ask("GET", f"/{name}")
        done += 1
    return (floor.cpu_ms() - used) / done


def statements(operation: Operation, ask: Any) -> list[int]:
    """What it sends to the database; once more right after something was published, where that is asked for."""
    if operation.cached:
        return []
    operation.run(ask, operation.prepare(ask))
    ready = [operation.prepare(ask) for _ in range(2)]
    sent = [min(count(lambda one=one: operation.run(ask, one)) for one in ready)]
    if operation.published:
        bump(Scope.CONTENT)
        sent.append(count(lambda: operation.run(ask, operation.prepare(ask))))
    return sent


def measure(operation: Operation, ask: Any, server: Server, floor: Server, bodies: Path) -> tuple[str, list[str]]:
    """One line of the table, and what is not reached."""
    sent = statements(operation, ask)
    name = re.sub(r"[^a-z]+", "-", operation.name.lower()).strip("-")
    (bodies / name).write_bytes(operation.run(server.ask, operation.prepare(server.ask)))
    many = ROUNDS if time.monotonic() - BEGAN < HURRY_SECONDS else 1
    rounds = [(floor_ms(floor, name), *timed(server, operation)[:3]) for _ in range(many)]
    bare, used, stored, wall = (statistics.median(one[place] for one in rounds) for place in range(4))
    times = statistics.median((one[1] + one[2]) / max(one[0], 0.001) for one in rounds)
    size = len((bodies / name).read_bytes()) / 1024
    most = operation.budget or max(sent, default=0)
    over = f"{max(sent)} statements, not {most}" if max(sent, default=0) > most else ""
    late = f"{times:.1f} times the bare view, not {operation.aim:g}" if operation.aim and times > operation.aim else ""
    budget = f"{operation.budget}{' OVER' if over else ''}" if operation.budget else ""
    shown = "/".join(map(str, sent)) or "-"
    line = (
        f"{operation.name:<26}{shown:>6} {budget:<9}{used:>8.2f}{stored:>8.2f}{used + stored:>8.2f}"
        f"{bare:>8.2f}{times:>8.1f}x{wall:>8.1f}{size:>8.1f}"
    )
    return line, [f"{operation.name}: {words}" for words in (over, late) if words]


def main() -> int:
    """Measure everything; 1 when an operation failed or went over its budget of statements on PostgreSQL.

    A cost above its aim is printed, not punished: it is a ratio of two measurements on a shared machine.
    """
    failed, missed = False, list[str]()
    with database() as url, tempfile.TemporaryDirectory() as folder:
        shop = fill()
        here = Path(folder)
        server = Server("site_config.wsgi:application", here / "server.log", DATABASE_URL=url)
        floor = Server("tests.bench.floor:application", here / "floor.log", BENCH_BODIES=folder)
        print(f"{connection.vendor}, granian, one client. Milliseconds of processor time per operation.\n")
        print(
            f"{'operation':<26}{'SQL':>6} {'budget':<9}{'server':>8}{'db':>8}{'sum':>8}{'floor':>8}{'times':>9}"
            f"{'wall':>8}{'KiB':>8}"
        )
        try:
            ask = in_process(Client())
            for operation in operations(shop):
                try:
                    line, short = measure(operation, ask, server, floor, here)
                    missed += short
                    failed = failed or (" OVER" in line and connection.vendor == "postgresql")
                except Unexpected as error:
                    line, failed = f"{operation.name:<26} failed: {error}", True
                print(line, flush=True)
        finally:
            server.stop()
            floor.stop()
    print("\nNot reached:" if missed else "\nEverything is reached.", *missed, sep="\n- ")
    print(f"\n{time.monotonic() - BEGAN:.0f} s. A time below the floor's (0.5x) is cheaper than a bare Django view.")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
