"""A service that does not answer is left alone for a while, and never holds all the threads of a process."""

import threading
from contextlib import ExitStack
from typing import Any

import pytest

from notifications import breaker
from notifications.breaker import AT_ONCE, MISSES, REST_SECONDS, Breaker, NotAsked, troubles


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def service(clock: Clock) -> Breaker:
    return Breaker("acme", clock=clock)


def let_down(service: Breaker, times: int = MISSES) -> None:
    for _ in range(times):
        service.missed("no answer")


def ask(service: Breaker, **how: Any) -> bool:
    try:
        with service.asking(**how):
            return True
    except NotAsked:
        return False


def test_one_that_stumbles_now_and_then_is_asked_all_the_time(service: Breaker) -> None:
    for _ in range(10):
        let_down(service, MISSES - 1)
        service.answered()
        assert ask(service)
    assert troubles(["acme"]) == {}


def test_one_that_never_answers_is_left_alone_for_a_while(service: Breaker, clock: Clock) -> None:
    let_down(service)
    assert not ask(service)
    clock.now = REST_SECONDS - 0.1
    assert not ask(service)


def test_after_the_rest_one_call_tries_and_the_others_wait_for_it(service: Breaker, clock: Clock) -> None:
    let_down(service)
    clock.now = REST_SECONDS
    assert [ask(service) for _ in range(3)] == [True, False, False]
    service.missed("still no answer")
    assert not ask(service)
    clock.now += REST_SECONDS
    assert ask(service)
    service.answered()
    assert all(ask(service) for _ in range(3))


def test_what_must_be_asked_is_asked_all_the_same_and_an_answer_ends_the_rest(service: Breaker) -> None:
    let_down(service)
    assert ask(service, anyway=True)
    service.answered()
    assert ask(service)


def test_no_more_than_a_few_calls_wait_at_once_over_all_services(service: Breaker, monkeypatch: Any) -> None:
    monkeypatch.setattr(breaker, "PLACE_SECONDS", 0.01)
    with ExitStack() as waiting:
        for number in range(AT_ONCE):
            waiting.enter_context(Breaker(f"other {number}").asking())
        assert not ask(service)
        assert not ask(service, anyway=True), "a place is needed for what is asked anyway, too"
    assert ask(service)


def test_what_strangers_send_takes_one_place_and_leaves_the_others_to_customers(
    service: Breaker, monkeypatch: Any
) -> None:
    monkeypatch.setattr(breaker, "PLACE_SECONDS", 0.01)
    with Breaker("letters").asking(anyway=True):
        assert not ask(service, anyway=True)
        assert ask(service)
    assert ask(service, anyway=True)


def test_a_call_that_fails_gives_its_place_free(service: Breaker) -> None:
    for _ in range(AT_ONCE + 1):
        with pytest.raises(KeyError), service.asking():
            raise KeyError


def test_the_places_leave_one_of_four_threads_for_pages_that_ask_nobody() -> None:
    assert AT_ONCE < 4, "deploy/ serves with --blocking-threads 4"


def test_trouble_is_noted_once_for_staff_and_ends_with_an_answer(service: Breaker) -> None:
    let_down(service)
    began = troubles(["acme", "other"])["acme"]
    service.missed("timed out")
    later = troubles(["acme"])["acme"]
    assert (later.since, later.why) == (began.since, "timed out")
    service.answered()
    assert troubles(["acme"]) == {}


def test_a_cache_that_is_down_spoils_no_answer(service: Breaker, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*args: Any) -> None:
        raise ConnectionError

    for name in ("get", "set", "delete"):
        monkeypatch.setattr(f"notifications.breaker.cache.{name}", down, raising=False)
    let_down(service)
    assert not ask(service)
    service.answered()
    assert ask(service)


def test_parallel_callers_find_one_trial(service: Breaker, clock: Clock) -> None:
    let_down(service)
    clock.now = REST_SECONDS
    passed: list[bool] = []
    crowd = [threading.Thread(target=lambda: passed.append(ask(service))) for _ in range(8)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert passed.count(True) == 1
