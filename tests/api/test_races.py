"""Many at once through the API: the database decides, and the losers are told politely."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from repairs.models import Hold
from shop.models import OrderVisit
from tests.api.callers import Caller
from tests.factories import make_shop


def at_once(work: list[Callable[[], Any]]) -> list[Any]:
    """Do all of it at the same moment, each in a thread with its own connection; the results in order."""
    barrier, results = threading.Barrier(len(work)), [None] * len(work)

    def run(number: int) -> None:
        try:
            barrier.wait(timeout=30)
            results[number] = work[number]()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(work))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return results


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_twenty_callers_for_one_seat_are_one_hold_and_nineteen_polite_refusals() -> None:
    make_shop(seats=1)
    callers = [Caller().open() for _number in range(20)]
    start = callers[0].free()[3]
    answers = at_once([lambda caller=caller: caller.post("holds/", {"starts_at": start}) for caller in callers])
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19
    for answer in answers:
        if answer.status_code == 409:
            body = answer.json()
            assert body["code"] == "slot_taken"
            assert body["next_starts"] and start not in body["next_starts"]
    assert Hold.objects.filter(state=Hold.State.HELD).count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_one_basket_ordered_eight_times_at_once_is_one_order() -> None:
    make_shop()
    caller = Caller().fill()
    wish = caller.wish()

    def order(number: int) -> Any:
        return Caller(token=caller.token).post("orders/", wish, key=f"key-{number}")

    answers = at_once([lambda number=number: order(number) for number in range(8)])
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    placed = next(answer.json()["number"] for answer in answers if answer.status_code == 201)
    assert {(a.json()["code"], a.json()["order"]) for a in answers if a.status_code == 409} == {
        ("already_placed", placed)
    }
    assert OrderVisit.objects.count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_one_key_eight_times_at_once_does_it_once() -> None:
    make_shop()
    caller = Caller().fill()
    wish = caller.wish()
    answers = at_once([lambda: Caller(token=caller.token).post("orders/", wish, key="same")] * 8)
    codes = {answer.json().get("code") for answer in answers if answer.status_code == 409}
    good = [answer.json()["number"] for answer in answers if answer.status_code == 201]
    assert codes <= {"idempotency_in_flight"}
    assert len(good) + sum(answer.status_code == 409 for answer in answers) == 8
    assert len(set(good)) == 1
    assert OrderVisit.objects.count() == 1
