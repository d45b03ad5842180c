"""Staff's own programs give money back: exactly what was asked for, once, only of their shop, only by who may."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from api.models import IdempotencyRow
from repairs.models import Appointment, Job
from shop.models import LedgerEntry, Payment, Refund, SiteShop
from shop.payments import demo_bank, starting
from tests import queue
from tests.api.callers import Caller, fault
from tests.api.test_strangers import logged_in
from tests.factories import SHOP_TIME, Shop, make_staff, make_user
from tests.shop.conftest import second_site  # noqa: F401 - a fixture
from tests.shop.payments.factories import make_order
from tests.shop.statements import counted
from tests.shop.test_ledger import BACK, told

DESK = ("see_bench", "work_bench", "view_payment", "add_refund")


@pytest.fixture
def order(shop: Shop) -> Any:
    SiteShop.objects.update(no_show_fee=Decimal("20.00"))
    return make_order(shop)


@pytest.fixture
def payment(order: Any) -> Payment:
    """467.98 GBP, paid at the demo bank."""
    paid = starting.start(order=order, at=SHOP_TIME, return_url=BACK).payment
    demo_bank.decide(charge_id=str(paid.provider_id), decision="approved")
    told(paid)
    return paid


@pytest.fixture
def desk(shop: Shop) -> Caller:
    return logged_in(make_staff("desk@example.com", DESK))


def gbp(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "GBP"}


def wish(of: Payment, amount: Any = "67.98", **more: Any) -> dict[str, Any]:
    return {"payment": of.reference, "amount": gbp(amount), "reason": "goodwill", **more}


def at(order: Any, what: str) -> str:
    return f"bench/orders/{order.number}/{what}/"


def over() -> None:
    past = timezone.now() - timedelta(hours=2)
    Appointment.objects.update(starts_at=past, ends_at=past + timedelta(minutes=30))


def test_a_refund_is_asked_for_and_followed_to_its_end(desk: Caller, payment: Payment) -> None:
    answer = desk.post(at(payment.order, "refunds"), wish(payment, note="Scratch"), key="one")
    assert answer.status_code == 201, answer.content
    told_ = answer.json()
    assert (told_["amount"], told_["state"], told_["note"]) == (gbp("67.98"), "asked", "Scratch")
    assert answer["Location"] == f"/api/v1/bench/refunds/{told_['reference']}/"
    queue.work_off()
    assert desk.get(answer["Location"]).json()["state"] == "done"
    shown = desk.get(at(payment.order, "money")).json()
    assert (shown["status"], shown["balance"]["due"], shown["balance"]["refunded"]) == (
        "part-refunded", gbp("400.00"), gbp("67.98")
    )  # fmt: skip
    assert shown["payments"][0]["left"] == gbp("400.00")
    assert [row["kind"] for row in shown["ledger"]] == ["due", "paid", "refunded", "credited"]
    assert Refund.objects.get().by.email == "desk@example.com"


def test_the_same_key_gives_back_once_even_when_the_kept_answer_is_lost(desk: Caller, payment: Payment) -> None:
    first = desk.post(at(payment.order, "refunds"), wish(payment), key="one")
    again = desk.post(at(payment.order, "refunds"), wish(payment), key="one")
    assert (again.json(), again["Idempotent-Replayed"]) == (first.json(), "true")

    IdempotencyRow.objects.all().delete()
    assert desk.post(at(payment.order, "refunds"), wish(payment), key="one").json() == first.json()
    assert Refund.objects.count() == 1
    assert desk.post(at(payment.order, "refunds"), wish(payment), key="two").status_code == 201


def test_a_refund_without_a_key_is_refused(desk: Caller, payment: Payment) -> None:
    fault(desk.post(at(payment.order, "refunds"), wish(payment)), 400, "idempotency_key_required")
    fault(desk.post(at(payment.order, "cancel"), {"reason": "customer"}), 400, "idempotency_key_required")
    fault(desk.post(at(payment.order, "no-show")), 400, "idempotency_key_required")


@pytest.mark.parametrize(
    "amount", ["-1", "-0.01", "1e9", "NaN", "Infinity", "0.001", "12.345", "", " 1", "1,00", "99999999", 12.34, 1, None]
)
def test_an_amount_that_is_not_plain_money_is_refused_with_its_field(
    desk: Caller, payment: Payment, amount: Any
) -> None:
    found = fault(desk.post(at(payment.order, "refunds"), wish(payment, amount), key="one"), 400, "invalid")
    assert {row["field"] for row in found["errors"]} == {"amount.amount"}
    assert not Refund.objects.exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"amount": gbp("0")}, "amount.amount"),
        ({"amount": gbp("0.00")}, "amount.amount"),
        ({"amount": {"amount": "1.00", "currency": "EUR"}}, "amount.currency"),
        ({"amount": "1.00"}, "amount"),
        ({"payment": "P-NONE"}, "payment"),
        ({"reason": "provider"}, "reason"),
        ({"reason": None}, "reason"),
        ({"note": "x" * 301}, "note"),
        ({"to": "me"}, "to"),
    ],
    ids=str,
)
def test_what_does_not_fit_the_payment_is_refused_with_its_field(
    desk: Caller, payment: Payment, changed: dict[str, Any], field: str
) -> None:
    body = {**wish(payment), **changed}
    found = fault(desk.post(at(payment.order, "refunds"), body, key="one"), 400, "invalid")
    assert {row["field"] for row in found["errors"]} == {field}
    assert not Refund.objects.exists()


def test_more_than_is_left_is_a_conflict(desk: Caller, payment: Payment) -> None:
    desk.post(at(payment.order, "refunds"), wish(payment, "400.00"), key="one")
    found = fault(desk.post(at(payment.order, "refunds"), wish(payment, "67.99"), key="two"), 409, "more_than_left")
    assert "67.98" in found["detail"]
    assert Refund.objects.count() == 1


def test_disputed_money_is_a_conflict(desk: Caller, payment: Payment) -> None:
    told(payment, "dispute_opened", amount=Decimal("467.98"), refund_id="dp_1")
    fault(desk.post(at(payment.order, "refunds"), wish(payment), key="one"), 409, "payment_disputed")


def test_another_orders_payment_is_not_given_back_here(desk: Caller, shop: Shop, payment: Payment) -> None:
    other = make_order(shop)
    fault(desk.post(at(other, "refunds"), wish(payment), key="one"), 400, "invalid")
    assert not Refund.objects.exists()


def test_an_order_is_cancelled_once_with_a_fee(desk: Caller, payment: Payment) -> None:
    body = {"keep": gbp("20.00"), "reason": "customer"}
    for _turn in range(2):
        answer = desk.post(at(payment.order, "cancel"), body, key="one")
        assert answer.status_code == 200, answer.content
    assert [row["amount"] for row in answer.json()["refunds"]] == [gbp("447.98")]
    assert Job.objects.get().status == "cancelled"
    fault(desk.post(at(payment.order, "cancel"), body, key="two"), 409, "not_cancellable")


@pytest.mark.parametrize(
    ("keep", "status", "code"),
    [
        (gbp("467.99"), 409, "more_than_left"),
        (gbp("-1"), 400, "invalid"),
        ({"amount": "1.00", "currency": "USD"}, 400, "invalid"),
    ],
    ids=str,
)
def test_a_wrong_fee_cancels_nothing(
    desk: Caller, payment: Payment, keep: dict[str, str], status: int, code: str
) -> None:
    fault(desk.post(at(payment.order, "cancel"), {"keep": keep, "reason": "shop"}, key="one"), status, code)
    assert Job.objects.get().status == "booked"


def test_a_missed_visit_is_closed_once_when_it_is_over(desk: Caller, payment: Payment) -> None:
    later = timezone.now() + timedelta(days=1)
    Appointment.objects.update(starts_at=later, ends_at=later + timedelta(minutes=30))
    fault(desk.post(at(payment.order, "no-show"), key="one"), 409, "not_missed")
    over()
    fault(desk.post(at(payment.order, "no-show"), {"fee": gbp("20.01")}, key="two"), 422, "fee_too_high")
    answer = desk.post(at(payment.order, "no-show"), {"fee": gbp("15.00"), "note": "Rang twice"}, key="three")
    assert answer.status_code == 200, answer.content
    assert answer.json()["balance"]["due"] == gbp("15.00")
    assert LedgerEntry.objects.get(kind="no_show").note == "Rang twice"
    fault(desk.post(at(payment.order, "no-show"), key="four"), 409, "not_missed")


def test_without_a_sum_the_shops_own_fee_is_taken(desk: Caller, payment: Payment) -> None:
    over()
    assert desk.post(at(payment.order, "no-show"), key="one").json()["balance"]["due"] == gbp("20.00")


@pytest.mark.parametrize("left_out", DESK)
def test_each_permission_is_needed(payment: Payment, left_out: str) -> None:
    some = logged_in(make_staff("some@example.com", tuple(name for name in DESK if name != left_out)))
    reads = left_out in {"add_refund", "work_bench"}
    writes = left_out in {"view_payment", "see_bench"}
    over()
    seen = some.get(at(payment.order, "money"))
    assert seen.status_code == (200 if reads else 403)
    asked = some.post(at(payment.order, "refunds"), wish(payment, "1.00"), key="one")
    assert asked.status_code == (201 if writes else 403)
    for what in ("cancel", "no-show"):
        body = {"reason": "customer"} if what == "cancel" else {}
        if not writes:
            fault(some.post(at(payment.order, what), body, key=what), 403, "permission_denied")
    assert Refund.objects.count() == (1 if writes else 0)


def test_guests_and_customers_are_turned_away(payment: Payment) -> None:
    eve = logged_in(make_user("eve@example.com"))
    for what in ("refunds", "cancel", "no-show"):
        fault(Caller().post(at(payment.order, what), key="one"), 401, "not_authenticated")
        fault(eve.post(at(payment.order, what), key="one"), 403, "permission_denied")
    fault(eve.get(at(payment.order, "money")), 403, "permission_denied")


def test_another_shops_orders_are_not_found(desk: Caller, payment: Payment, second_site: Any) -> None:  # noqa: F811
    reference = desk.post(at(payment.order, "refunds"), wish(payment), key="one").json()["reference"]
    leeds = {"Host": "localhost"}
    fault(desk.get(at(payment.order, "money"), **leeds), 404, "not_found")
    fault(desk.get(f"bench/refunds/{reference}/", **leeds), 404, "not_found")
    for what in ("refunds", "cancel", "no-show"):
        body = {"refunds": wish(payment), "cancel": {"reason": "shop"}, "no-show": {}}[what]
        fault(desk.post(at(payment.order, what), body, key=what, **leeds), 404, "not_found")
    assert Refund.objects.count() == 1


def test_a_log_in_without_its_second_factor_moves_no_money(desk: Caller, payment: Payment, settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = True
    fault(desk.get(at(payment.order, "money")), 403, "permission_denied")
    fault(desk.post(at(payment.order, "refunds"), wish(payment), key="one"), 403, "permission_denied")
    assert not Refund.objects.exists()


def test_the_money_of_an_order_takes_as_many_statements_for_ten_refunds_as_for_one(
    desk: Caller, payment: Payment
) -> None:
    desk.post(at(payment.order, "refunds"), wish(payment, "1.00"), key="0")
    desk.get(at(payment.order, "money"))
    with counted() as one:
        desk.get(at(payment.order, "money"))
    for number in range(1, 10):
        desk.post(at(payment.order, "refunds"), wish(payment, "1.00"), key=str(number))
    with counted() as ten:
        assert len(desk.get(at(payment.order, "money")).json()["refunds"]) == 10
    assert len(ten) == len(one)
