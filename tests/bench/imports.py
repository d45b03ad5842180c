"""How long an import of 100,000 rows takes, dry run and writing, and how much memory at most.

`python -m tests.bench.imports` on SQLite; with DATABASE_URL on PostgreSQL.
"""

import io
import resource
import time
from typing import BinaryIO

from django.db import connection
from django.utils import timezone

import tests.bench.environment  # noqa: F401 - sets Django up before the next lines
from catalogue_import import runs
from cms.models import Subject
from shop.models import RepairOffer
from tests import databases
from tests.factories import make_site

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


def main() -> None:
    """Print seconds and megabytes."""
    bed = databases.kind()
    bed.build()
    name = bed.name("bench")
    databases.fresh(bed, name)
    databases.point_at(name)
    try:
        site, _seats = make_site()
        file = price_list()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        began, used = time.monotonic(), time.process_time()
        run = runs.start(file=file, name="prices.csv", site=site, options={"family": "Phones"}, at=timezone.now())
        runs.plan(run, at=timezone.now())
        planned = time.monotonic()
        runs.apply(run, at=timezone.now())
        done = time.monotonic()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{connection.vendor}: {run.counts};"
            f" {Subject.objects.count()} subjects, {RepairOffer.objects.count()} prices"
        )
        print(
            f"dry run {planned - began:.1f} s, writing {done - planned:.1f} s, together {done - began:.1f} s"
            f" ({time.process_time() - used:.1f} s of this process); {before:.0f} MB before, {peak:.0f} MB at most"
        )
        file.seek(0)
        began = time.monotonic()
        again = runs.start(file=file, name="prices.csv", site=site, options={"family": "Phones"}, at=timezone.now())
        runs.plan(again, at=timezone.now())
        print(f"the same file again: {again.counts}, {time.monotonic() - began:.1f} s")
    finally:
        databases.connections.close_all()
        bed.remove(name)


if __name__ == "__main__":
    main()
