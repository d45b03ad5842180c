"""The stand-in providers, served once on loopback and emptied for each test."""

from collections.abc import Iterator

import pytest

from tests.standins.server import StandIns


@pytest.fixture(scope="session")
def serving() -> Iterator[StandIns]:
    with StandIns() as standins:
        yield standins


@pytest.fixture
def standins(serving: StandIns) -> Iterator[StandIns]:
    """Fresh books. A call that the provider's own description does not know fails the test."""
    serving.reset()
    yield serving
    serving.finish_slow_calls()  # one that is still under way would hold its key against the next test
    assert serving.violations == []
