"""Asking twice does it once."""

from datetime import timedelta
from typing import Any
from unittest import mock

from django.utils import timezone

from api import idempotency
from api.models import IdempotencyRow
from shop.models import OrderVisit, Quote
from tests.api.callers import Caller, fault

QUOTE = {"device": "iphone-8", "repair_type": "screen-repair", "answers": {}}


def test_the_same_request_again_gets_the_kept_answer(caller: Caller) -> None:
    caller.fill()
    wish = caller.wish()
    first = caller.post("orders/", wish, key="one")
    again = caller.post("orders/", wish, key="one")
    assert (again.status_code, again.json()) == (201, first.json())
    assert again["Idempotent-Replayed"] == "true"
    assert again["Location"] == first["Location"]
    assert "Idempotent-Replayed" not in first
    assert OrderVisit.objects.count() == 1


def test_the_order_of_members_does_not_make_another_request(caller: Caller) -> None:
    caller.post("quotes/", QUOTE, key="one")
    assert caller.post("quotes/", dict(reversed(QUOTE.items())), key="one")["Idempotent-Replayed"] == "true"
    assert Quote.objects.count() == 1


def test_another_body_under_the_same_key_is_refused(caller: Caller) -> None:
    caller.open().post("quotes/", QUOTE, key="one")
    fault(caller.post("quotes/", {**QUOTE, "problem": "More."}, key="one"), 422, "idempotency_key_reused")
    fault(caller.post("holds/", {"starts_at": caller.free()[0]}, key="one"), 422, "idempotency_key_reused")
    assert Quote.objects.count() == 1


def test_a_request_that_is_still_at_work_answers_in_flight(caller: Caller) -> None:
    seen: list[Any] = []

    def meanwhile(**_kwargs: Any) -> Any:
        seen.append(caller.post("quotes/", QUOTE, key="one"))
        return mock.DEFAULT

    issued = Quote.objects.get(reference=Caller().quote())
    with mock.patch("api.v1.quotes.quotes.issue", side_effect=meanwhile, return_value=issued):
        assert caller.post("quotes/", QUOTE, key="one").status_code == 201
    fault(seen[0], 409, "idempotency_in_flight")


def test_two_callers_may_use_the_same_key(caller: Caller) -> None:
    one, two = Caller().open(), Caller().open()
    first, second = (who.post("quotes/", QUOTE, key="same").json() for who in (one, two))
    assert first["reference"] != second["reference"]


def test_a_refused_write_leaves_its_key_free(caller: Caller) -> None:
    caller.open()
    start = caller.free()[0]
    fault(caller.post("holds/", {"starts_at": "2020-01-01T00:00:00Z"}, key="one"), 422, "slot_not_offered")
    assert caller.post("holds/", {"starts_at": start}, key="one").status_code == 201


def test_orders_and_payments_insist_on_a_key(caller: Caller) -> None:
    caller.open()
    fault(caller.post("orders/", {}), 400, "idempotency_key_required")
    fault(caller.post("payments/", {}), 400, "idempotency_key_required")
    fault(caller.post("payments/", {}, key="k" * 201), 400, "idempotency_key_required")


def row(caller: Caller, *, age: timedelta) -> IdempotencyRow:
    """The row of a request that was never answered."""
    with mock.patch("api.idempotency.keep"):
        caller.post("quotes/", QUOTE, key="one")
    IdempotencyRow.objects.update(created_at=timezone.now() - age)
    return IdempotencyRow.objects.get()


def test_a_request_whose_process_died_may_be_tried_again_after_a_minute(caller: Caller) -> None:
    row(caller, age=timedelta(seconds=50))
    fault(caller.post("quotes/", QUOTE, key="one"), 409, "idempotency_in_flight")
    IdempotencyRow.objects.update(created_at=timezone.now() - timedelta(seconds=61))
    answer = caller.post("quotes/", QUOTE, key="one")
    assert answer.status_code == 201
    assert "Idempotent-Replayed" not in answer


def test_kept_answers_are_forgotten_after_a_day(caller: Caller) -> None:
    row(caller, age=timedelta(hours=25))
    assert idempotency.prune() == 1
    assert not IdempotencyRow.objects.exists()


def test_guests_behind_one_proxy_do_not_share_their_keys(caller: Caller, settings: Any) -> None:
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}
    first = caller.post("quotes/", QUOTE, key="one", X_Forwarded_For="192.0.2.1").json()["reference"]
    second = caller.post("quotes/", QUOTE, key="one", X_Forwarded_For="192.0.2.2").json()["reference"]
    assert first != second
    assert caller.post("quotes/", QUOTE, key="one", X_Forwarded_For="192.0.2.1").json()["reference"] == first
