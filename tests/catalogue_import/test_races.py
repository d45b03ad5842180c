"""Two imports at once, and one that is killed: real processes on a real database."""

import io
import os
import signal
import time
from datetime import timedelta
from multiprocessing import get_context
from typing import Any

import pytest
from django.db import connections

from catalogue_import import claims, runs
from catalogue_import.models import ImportRun
from cms.models import Subject
from tests.factories import SHOP_TIME, Shop, make_shop

LIST = "Brand,Model,Repair,Price\n" + "".join(f"Apple,iPhone {number},Screen,£{number}\n" for number in range(20, 60))
FORK = get_context("fork")
pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def planned(shop: Shop) -> ImportRun:
    run = runs.start(file=io.BytesIO(LIST.encode()), name="list.csv", site=shop.site, at=SHOP_TIME)
    runs.plan(run, at=SHOP_TIME)
    return run


def apply_and_stay(pk: int, reached: Any) -> None:
    """Write, say that the transaction is open, and stay in it."""
    connections.close_all()

    def stay(done: int, total: int) -> None:
        reached.set()
        time.sleep(120)

    runs.apply(ImportRun.objects.get(pk=pk), at=SHOP_TIME, told=stay)


@pytest.fixture
def half_way(request: pytest.FixtureRequest) -> Any:
    """A run whose process is in the middle of writing."""
    shop = make_shop()
    run, second = planned(shop), planned(shop)
    connections.close_all()
    reached = FORK.Event()
    process = FORK.Process(target=apply_and_stay, args=(run.pk, reached))
    process.start()
    assert reached.wait(60)
    yield run, second, process
    process.kill()
    process.join(10)


def test_while_one_is_written_a_second_is_refused_and_the_first_counts_as_alive(half_way: Any):
    run, second, _process = half_way
    with pytest.raises(runs.RunBusy):
        runs.apply(second, at=SHOP_TIME + timedelta(hours=1))
    assert runs.refresh(run, at=SHOP_TIME + timedelta(hours=1)).status == "applying"
    assert runs.progress(run).busy


def test_a_killed_import_leaves_nothing_and_starts_again_cleanly(half_way: Any):
    run, _second, process = half_way
    before = Subject.objects.count()
    os.kill(process.pid, signal.SIGKILL)
    process.join(10)
    deadline = time.monotonic() + 10
    later = SHOP_TIME + timedelta(minutes=1)
    while runs.refresh(run, at=later).status == "applying" and time.monotonic() < deadline:
        connections.close_all()  # the server may need a moment to see that its client is gone
    assert (run.status, Subject.objects.count()) == ("failed", before)
    runs.plan(run, at=later)
    runs.apply(run, at=later)
    assert (run.status, Subject.objects.count()) == ("applied", before + 40)


def take(pk: int, start: Any, took: Any) -> None:
    connections.close_all()
    run = ImportRun.objects.get(pk=pk)
    start.wait(30)
    try:
        claims.take(run, status="planning", of=("uploaded", "planned"), at=SHOP_TIME)
        took.put(pk)
    except runs.RunBusy:
        took.put(0)


def test_of_eight_that_start_together_one_is_taken():
    shop = make_shop()
    pks = [planned(shop).pk for _number in range(8)]
    connections.close_all()
    start, took = FORK.Event(), FORK.Queue()
    workers = [FORK.Process(target=take, args=(pk, start, took)) for pk in pks]
    for worker in workers:
        worker.start()
    start.set()
    answers = [took.get(timeout=60) for _worker in workers]
    for worker in workers:
        worker.join(10)
    assert len([pk for pk in answers if pk]) == 1
    assert ImportRun.objects.filter(status="planning").count() == 1
