"""A held time is kept longer while its customer is at it: not for ever, and never against somebody who took it."""

from datetime import timedelta
from typing import Any

import pytest

from repairs import booking
from repairs.models import BookingPolicy, Hold, SlotCell
from tests.factories import SHOP_TIME, make_site
from tests.repairs.factories import FIRST, race

MINUTE = timedelta(minutes=1)


@pytest.fixture
def site(db: None) -> Any:
    """A shop with one seat; a chosen time is kept for fifteen minutes."""
    return make_site(seats=1)[0]


def cells_end(hold: Hold) -> set[Any]:
    return set(SlotCell.objects.filter(hold=hold).values_list("expires_at", flat=True))


def test_a_renewed_time_is_kept_for_the_whole_span_again(site: Any) -> None:
    held = booking.hold(site=site, starts_at=FIRST, at=SHOP_TIME)
    booking.renew(hold=held, at=SHOP_TIME + 10 * MINUTE)
    held.refresh_from_db()
    assert held.expires_at == SHOP_TIME + 25 * MINUTE
    assert cells_end(held) == {held.expires_at}
    with pytest.raises(booking.SlotTaken):
        booking.hold(site=site, starts_at=FIRST, at=SHOP_TIME + 20 * MINUTE)


def test_renewing_ends_at_four_spans_from_the_beginning(site: Any) -> None:
    held = booking.hold(site=site, starts_at=FIRST, at=SHOP_TIME)
    for minutes in range(10, 60, 10):
        booking.renew(hold=held, at=SHOP_TIME + minutes * MINUTE)
    held.refresh_from_db()
    assert held.expires_at == SHOP_TIME + 60 * MINUTE
    with pytest.raises(booking.HoldExpired):
        booking.renew(hold=held, at=SHOP_TIME + 60 * MINUTE)
    booking.hold(site=site, starts_at=FIRST, at=SHOP_TIME + 60 * MINUTE)


def test_a_time_that_ran_out_is_kept_again_while_nobody_took_it(site: Any) -> None:
    held = booking.hold(site=site, starts_at=FIRST, at=SHOP_TIME)
    booking.renew(hold=held, at=SHOP_TIME + 20 * MINUTE)
    held.refresh_from_db()
    assert (held.state, held.expires_at) == (Hold.State.HELD, SHOP_TIME + 35 * MINUTE)


@pytest.mark.parametrize("minutes", [30, 60])
def test_a_time_that_somebody_took_a_part_of_is_never_kept_again(site: Any, minutes: int) -> None:
    held = booking.hold(site=site, starts_at=FIRST, at=SHOP_TIME, minutes=60)
    booking.hold(site=site, starts_at=FIRST, at=held.expires_at, minutes=minutes)
    with pytest.raises(booking.HoldExpired):
        booking.renew(hold=held, at=held.expires_at + MINUTE)
    held.refresh_from_db()
    assert held.expires_at == SHOP_TIME + 15 * MINUTE


def test_what_was_given_back_or_has_begun_is_not_kept_again(site: Any) -> None:
    held = booking.hold(site=site, starts_at=FIRST, at=SHOP_TIME)
    BookingPolicy.objects.update(hold_minutes=600)
    with pytest.raises(booking.HoldExpired):
        booking.renew(hold=held, at=FIRST)
    booking.release(hold=held, at=SHOP_TIME)
    held.refresh_from_db()
    with pytest.raises(booking.HoldExpired):
        booking.renew(hold=held, at=SHOP_TIME)  # even at once, when there is nothing to write
    with pytest.raises(booking.HoldExpired):
        booking.renew(hold=held, at=SHOP_TIME + MINUTE)
    assert not SlotCell.objects.exists()


def test_asking_again_at_once_writes_nothing_and_never_shortens(site: Any, django_assert_num_queries: Any) -> None:
    held = booking.hold(site=site, starts_at=FIRST, at=SHOP_TIME)
    held.site = site
    with django_assert_num_queries(1):
        booking.renew(hold=held, at=SHOP_TIME + timedelta(seconds=20))
    BookingPolicy.objects.update(hold_minutes=5)
    assert booking.renew(hold=held, at=SHOP_TIME + MINUTE).expires_at == SHOP_TIME + 15 * MINUTE


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_an_expired_time_that_is_renewed_and_taken_at_once_has_one_owner() -> None:
    site, _ = make_site(seats=1)
    held = booking.hold(site=site, starts_at=FIRST, at=SHOP_TIME)
    late = held.expires_at

    def take() -> Hold:
        return booking.hold(site=site, starts_at=FIRST, at=late)

    def renew() -> Hold:
        return booking.renew(hold=Hold.objects.select_related("site").get(pk=held.pk), at=late)

    results = race(*[take] * 6, *[renew] * 2)
    owners = set(SlotCell.objects.values_list("hold_id", flat=True))
    happy = {result.pk for result in results if isinstance(result, Hold)}
    assert len(owners) == 1
    assert happy == owners, results
    assert all(isinstance(r, Hold | booking.SlotTaken | booking.HoldExpired) for r in results), results
