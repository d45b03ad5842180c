"""Another way to pay than the one it was placed with, and what becomes of the visit meanwhile."""

from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from repairs.models import Appointment, Job, SlotCell
from shop.models import OrderVisit, SiteShop
from shop.payments import ledger, release, starting, switching
from tests.factories import SHOP_TIME
from tests.shop.payments.factories import make_order
from tests.shop.test_races import at_once

pytestmark = pytest.mark.django_db
HELD, PROMISED = Appointment.State.PROVISIONAL, Appointment.State.CONFIRMED
LATER = SHOP_TIME + timedelta(minutes=50)


def fresh(order: Any) -> Any:
    """The order as the next request finds it."""
    return type(order).objects.get(pk=order.pk)


def choose(order: Any, way: str, at: Any = LATER) -> OrderVisit:
    """The customer chooses this way; the visit as it is then."""
    switching.change(order=fresh(order), provider=way, at=at)
    return OrderVisit.objects.select_related("appointment").get(pk=order.pk)


def test_who_goes_back_from_the_shop_to_paying_online_is_held_until_it_is_paid(shop: Any) -> None:
    order = make_order(shop)
    visit = choose(order, "in_store")
    assert (visit.release_at, visit.appointment.state) == (None, PROMISED)
    visit = choose(order, "demo")
    assert (visit.release_at, visit.appointment.state) == (LATER + timedelta(minutes=60), HELD)
    assert release.release_unpaid(LATER + timedelta(minutes=59)) == 0
    assert release.release_unpaid(LATER + timedelta(minutes=61)) == 1
    assert fresh(order).status == "released"
    assert Job.objects.get().status == "cancelled" and not SlotCell.objects.exists()


def test_who_goes_back_and_pays_keeps_the_visit(shop: Any) -> None:
    order = make_order(shop)
    choose(order, "in_store")
    choose(order, "demo")
    ledger.take_at_counter(order=order, amount=Decimal("467.98"), by=None, at=LATER)
    visit = OrderVisit.objects.select_related("appointment").get()
    assert (visit.release_at, visit.appointment.state) == (None, PROMISED)


def test_however_often_the_way_changes_the_visit_is_held_by_the_last_one(shop: Any) -> None:
    order = make_order(shop)
    for way in ("in_store", "demo", "in_store", "demo", "demo"):
        visit = choose(order, way)
    assert (visit.release_at, visit.appointment.state) == (LATER + timedelta(minutes=60), HELD)
    visit = choose(order, "in_store")
    assert (visit.release_at, visit.appointment.state) == (None, PROMISED)


def test_a_visit_that_was_promised_when_it_was_booked_is_not_lost_by_trying_to_pay_early(shop: Any) -> None:
    order = make_order(shop, pay_by="in_store")
    Appointment.objects.update(state=PROMISED)
    visit = choose(order, "demo")
    assert (visit.pay_by, visit.release_at, visit.appointment.state) == ("demo", None, PROMISED)
    assert release.release_unpaid(LATER + timedelta(days=1)) == 0


def test_a_deposit_that_was_put_down_keeps_the_visit(shop: Any) -> None:
    order = make_order(shop)
    ledger.take_at_counter(order=order, amount=Decimal("100.00"), by=None, at=SHOP_TIME)
    choose(order, "in_store")
    visit = choose(order, "demo")
    assert (visit.release_at, visit.appointment.state) == (None, PROMISED)


def test_a_thing_that_is_here_is_not_held_again(shop: Any) -> None:
    order = make_order(shop)
    choose(order, "in_store")
    Job.objects.update(status=Job.Status.RECEIVED)
    visit = choose(order, "demo")
    assert (visit.release_at, visit.appointment.state) == (None, PROMISED)


def test_what_the_shop_does_not_offer_any_more_leaves_the_visit_as_it_was(shop: Any) -> None:
    order = make_order(shop)
    choose(order, "in_store")
    SiteShop.objects.update(payment=SiteShop.Payment.LATER)
    with pytest.raises(switching.WayNotOffered):
        choose(order, "demo")
    visit = OrderVisit.objects.select_related("appointment").get()
    assert (visit.pay_by, visit.release_at, visit.appointment.state) == ("in_store", None, PROMISED)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(4))
def test_going_back_online_while_the_counter_takes_the_money_leaves_no_paid_order_to_be_released(
    shop: Any, turn: int
) -> None:
    order = make_order(shop)
    choose(order, "in_store")
    back = partial(switching.change, order=fresh(order), provider="demo", at=LATER)
    paid = partial(ledger.take_at_counter, order=order, amount=Decimal("467.98"), by=None, at=LATER, tender="cash")
    found = at_once(*([back, paid] if turn % 2 else [paid, back]))
    assert {type(one) for one in found if isinstance(one, Exception)} <= {starting.OrderNotPayable}
    visit = OrderVisit.objects.select_related("appointment", "order").get()
    assert (visit.order.status, visit.release_at, visit.appointment.state) == ("paid", None, PROMISED)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(4))
def test_choosing_the_shop_while_the_order_is_released_ends_as_one_of_the_two(shop: Any, turn: int) -> None:
    order = make_order(shop)
    late = SHOP_TIME + timedelta(minutes=61)
    choice = partial(switching.change, order=fresh(order), provider="in_store", at=late)
    sweep = partial(release.release, order.pk, at=late)
    at_once(*([choice, sweep] if turn % 2 else [sweep, choice]))
    visit = OrderVisit.objects.select_related("appointment", "order").get()
    found = (visit.order.status, visit.pay_by, visit.release_at, visit.appointment.state)
    assert found in {
        ("awaiting-payment", "in_store", None, PROMISED),
        ("released", "demo", None, Appointment.State.CANCELLED),
    }
