"""How long an import of 100,000 rows takes, dry run and writing, and how much memory at most.

`python -m tests.bench.imports` measures SQLite, then PostgreSQL, each in a process of its own; a database that does not
answer is said to be not measured. Exit code 1 when a budget is missed. Budgets are judged by the clock; processor
seconds, of this process and of the database's, are what a busy machine cannot falsify.
"""

import io
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

DEVICES, REPAIRS = 10_000, 10
BRANDS = ("Apple", "Samsung", "Google", "Xiaomi", "Nokia")
WORK = (
    "Screen",
    "Battery",
    "Charging port",
    "Rear camera",
    "Front camera",
    "Back glass",
    "Speaker",
    "Microphone",
    "Keyboard",
    "Data recovery",
)
MEGABYTES = 300


@dataclass(frozen=True)
class Budget:
    """Seconds at most: trying and writing a new list, and trying the same list again."""

    whole: float
    again: float


BUDGETS = {"sqlite": Budget(60, 30), "postgresql": Budget(40, 20)}


def price_list() -> BinaryIO:
    """A price list of a hundred thousand rows, as a shop with ten thousand devices would have it."""
    text = io.StringIO()
    text.write("Brand;Model;Repair;Price;Time\n")
    for number in range(DEVICES):
        brand = BRANDS[number % len(BRANDS)]
        for place, work in enumerate(WORK):
            text.write(
                f"{brand};Model {number} {'Pro' if number % 2 else 'Lite'};{work};"
                f"{20 + place * 10},{number % 100:02d} €;45 min\n"
            )
    return io.BytesIO(text.getvalue().encode())


@dataclass
class Spent:
    """Seconds of a step: by the clock, of this process's processor, and of the database server's."""

    clock: float = 0
    process: float = 0
    server: float = 0

    def __str__(self) -> str:
        return f"{self.clock:.1f} s (processor: {self.process:.1f} s here, {self.server:.1f} s in the server)"


class Stopwatch:
    """Measures steps. `server` reads the seconds that the database's own process has used."""

    def __init__(self, server: Callable[[], float]) -> None:
        self.server = server

    @contextmanager
    def step(self) -> Iterator[Spent]:
        """One step; what it took is there when it is done."""
        spent = Spent()
        clock, process, server = time.monotonic(), time.process_time(), self.server()
        yield spent
        spent.clock, spent.process = time.monotonic() - clock, time.process_time() - process
        spent.server = self.server() - server


def used_by(pid: int) -> float:
    """Processor seconds of another process on this machine."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure() -> bool:
    """Measure the database that the environment names. Returns whether every budget was kept."""
    import tests.bench.environment  # noqa: F401, PLC0415 - sets Django up, in this process only
    from tests import databases  # noqa: PLC0415

    bed = databases.kind()
    bed.build()
    name = bed.name("bench")
    databases.fresh(bed, name)
    databases.point_at(name)
    try:
        return _measure()
    finally:
        databases.connections.close_all()
        bed.remove(name)


def _measure() -> bool:
    from django.db import connection  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from catalogue_import import runs  # noqa: PLC0415
    from cms.models import Subject  # noqa: PLC0415
    from shop.models import RepairOffer  # noqa: PLC0415
    from tests.factories import make_site  # noqa: PLC0415

    def server() -> float:
        if connection.vendor != "postgresql":
            return 0.0
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            return used_by(cursor.fetchone()[0])

    def tried() -> runs.ImportRun:
        options, at = {"family": "Phones"}, timezone.now()
        run = runs.start(file=price_list(), name="prices.csv", site=site, options=options, at=at)
        runs.plan(run, at=timezone.now())
        return run

    site, _seats = make_site()
    watch, before = Stopwatch(server), _peak()
    with watch.step() as trying:
        run = tried()
    with watch.step() as writing:
        runs.apply(run, at=timezone.now())
    with watch.step() as again:
        same = tried()
    for one in (run, same):
        one.file.delete(save=False)
    whole, peak, budget = trying.clock + writing.clock, _peak(), BUDGETS[connection.vendor]
    print(
        f"{connection.vendor}: {run.counts}; {Subject.objects.count()} subjects, {RepairOffer.objects.count()} prices"
    )
    print(f"  dry run {trying}")
    print(f"  writing {writing}")
    print(f"  the same file again {again}: {same.counts}; at most {budget.again:.0f} s")
    processor = sum(step.process + step.server for step in (trying, writing))
    load = os.getloadavg()[0]
    print(f"  together {whole:.1f} s, {processor:.1f} s of processor, load {load:.1f}; at most {budget.whole:.0f} s")
    print(f"  {before:.0f} MB before, {peak:.0f} MB at most; at most {MEGABYTES} MB")
    return whole <= budget.whole and again.clock <= budget.again and peak <= MEGABYTES


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    """Measure each database that is there; 1 when a budget was missed."""
    from tests.conftest import POSTGRES_URL, answers  # noqa: PLC0415

    urls = {"sqlite": "sqlite:///:memory:", "postgresql": POSTGRES_URL}
    failed = False
    for vendor, url in urls.items():
        if vendor == "postgresql" and not answers(url):
            print("postgresql: it does not answer, so it is not measured")
            continue
        child = [sys.executable, "-m", "tests.bench.imports", "here"]
        environment = {**os.environ, "DATABASE_URL": url}
        failed |= bool(subprocess.run(child, env=environment, check=False).returncode)  # noqa: S603 - this module
    print("A budget was missed." if failed else "Every budget was kept.")
    return int(failed)


if __name__ == "__main__":
    sys.exit(int(not measure()) if "here" in sys.argv else main())
