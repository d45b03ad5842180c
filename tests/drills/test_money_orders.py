"""Random stories of money over both providers: whatever happens in whatever order, the books agree in the end.

A story that fails says its number: `DRILL_SEED=4711 pytest tests/drills/test_money_orders.py -k sample` plays it again.
`DRILL_SEEDS=20000-30000 make drill ARGS="-k money_orders"` plays others.
"""

import logging
import os
import traceback
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from notifications.models import Contact
from tests.drills.money_acts import end, play
from tests.drills.money_truths import untrue
from tests.drills.money_world import World, clock_of, no_sockets
from tests.standins.server import StandIns

pytestmark = pytest.mark.django_db
SAMPLE = range(60)


def asked_for(name: str, otherwise: range) -> range:
    """The numbers that the environment names: one, or "first-last"."""
    first, _, last = os.environ.get(name, "").partition("-")
    return range(int(first), int(last or first) + 1) if first else otherwise


# Each is a test of its own, so that `make drill ARGS="-n 2"` deals them out.
ALL = asked_for("DRILL_SEEDS", range(1000, 11_000))
STRETCHES = [ALL[first : first + 500] for first in range(0, len(ALL), 500)]


class Undone(Exception):
    """Leaves a story without a trace."""


@pytest.fixture
def wires() -> Iterator[list[StandIns]]:
    logging.disable(logging.WARNING)
    with no_sockets() as there:
        yield there
    logging.disable(logging.NOTSET)


def story(seed: int, shop: Any, wires: list[StandIns]) -> list[str]:
    """Play one story and undo it; what was not true at its end, after the story itself."""
    found: list[str] = []
    block = transaction.atomic()
    block._from_testcase = True  # so that what must not run inside a transaction may run inside this one
    try:
        with block:
            world = World(seed, shop)
            wires[:] = [world.standins]
            try:
                with clock_of(world):
                    play(world)
                    end(world)
                found = untrue(world.standins.books.tables, in_store=world.in_store)
            except Exception as error:
                lines = [*world.told, traceback.format_exc(limit=-6), f"Story {seed} broke: {error!r}"]
                raise AssertionError("\n".join(lines)) from error
            if found:
                found = [*world.told, f"Story {seed}:", *found]
            raise Undone
    except Undone:
        return found


def play_all(seeds: range, shop: Any, wires: list[StandIns]) -> None:
    shop.payer = Contact.objects.create(site=shop.site, name="Ada Smith", email="ada@example.com", language="en-gb")
    failed: dict[int, list[str]] = {}
    for seed in seeds:
        try:
            wrong = story(seed, shop, wires)
        except AssertionError as error:
            wrong = str(error).splitlines()
        if wrong:
            failed[seed] = wrong
    if failed:
        first = next(iter(failed.values()))
        ends = [f"{seed}: {wrong[-1]}" for seed, wrong in list(failed.items())[:40]]
        pytest.fail("\n".join([*first, "", f"{len(failed)} of {len(seeds)} stories:", *ends]), pytrace=False)


def test_a_sample_of_random_stories_ends_with_books_that_agree(shop: Any, wires: list[StandIns]) -> None:
    play_all(asked_for("DRILL_SEED", SAMPLE), shop, wires)


@pytest.mark.drill
@pytest.mark.parametrize("seeds", STRETCHES, ids=lambda seeds: f"{seeds[0]}-{seeds[-1]}")
def test_ten_thousand_random_stories_end_with_books_that_agree(shop: Any, wires: list[StandIns], seeds: range) -> None:
    play_all(seeds, shop, wires)
