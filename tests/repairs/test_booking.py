"""Taking time: who gets it, who is told what instead, and what happens when somebody comes too late."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, transaction

from repairs import booking, opening, policies
from repairs.models import Appointment, BookingPolicy, Closure, Hold, Resource, SlotCell
from tests.factories import SHOP_TIME, make_contact, make_site
from tests.repairs.factories import FIRST, make_visit, race

MONDAY = date(2026, 11, 23)


@pytest.fixture
def site(db: None) -> Any:
    """A shop with one seat, open 09:00 to 18:00."""
    return make_site(seats=1)[0]


def starts(site: Any, **asked: Any) -> list[datetime]:
    return booking.free_starts(site=site, at=SHOP_TIME, **{"first_date": MONDAY, "days": 1, **asked})


def test_a_held_slot_cannot_be_held_twice(site: Any) -> None:
    booking.hold(site=site, starts_at=FIRST, at=SHOP_TIME)
    with pytest.raises(booking.SlotTaken) as refusal:
        booking.hold(site=site, starts_at=FIRST, at=SHOP_TIME)
    half = timedelta(minutes=30)
    assert refusal.value.code == "slot_taken"
    assert refusal.value.next_starts == [FIRST + n * half for n in range(1, 6)]
    assert Hold.objects.count() == 1
    assert SlotCell.objects.count() == 2


def test_two_seats_take_two_visits_and_no_third(site: Any) -> None:
    Resource.objects.create(site=site, name="Second seat")
    held = [booking.hold(site=site, starts_at=FIRST, at=SHOP_TIME) for _ in range(2)]
    assert len({hold.resource_id for hold in held}) == 2
    with pytest.raises(booking.SlotTaken):
        booking.hold(site=site, starts_at=FIRST, at=SHOP_TIME)


def test_benches_and_retired_counters_take_no_visit(site: Any) -> None:
    Resource.objects.create(site=site, name="Bench", kind=Resource.Kind.BENCH)
    Resource.objects.create(site=site, name="Old counter", active=False)
    booking.hold(site=site, starts_at=FIRST, at=SHOP_TIME)
    with pytest.raises(booking.SlotTaken):
        booking.hold(site=site, starts_at=FIRST, at=SHOP_TIME)


def test_a_taken_time_is_not_listed_and_an_expired_one_is(site: Any) -> None:
    held = booking.hold(site=site, starts_at=FIRST, at=SHOP_TIME)
    assert FIRST not in starts(site)
    later = booking.free_starts(site=site, at=held.expires_at, first_date=MONDAY, days=1)
    assert FIRST in later


def test_starts_are_listed_from_the_shortest_notice_to_closing_time(site: Any) -> None:
    listed = starts(site)
    assert listed[0] == SHOP_TIME + timedelta(minutes=60)
    assert listed[-1] == datetime(2026, 11, 23, 17, 30, tzinfo=UTC)
    assert len(listed) == 14


def test_the_list_ends_at_the_horizon_and_starts_today(site: Any) -> None:
    listed = starts(site, first_date=MONDAY - timedelta(days=400), days=3000)
    assert {start.date() for start in listed} == {MONDAY + timedelta(days=n) for n in range(29)}


@pytest.mark.parametrize(
    "asked",
    [{"days": 0}, {"days": -5}, {"first_date": date.max}, {"first_date": date.min, "days": 3}, {"minutes": -15}]
    + [{"minutes": 10**9}, {"minutes": 0}],
)
def test_absurd_wishes_find_nothing(site: Any, asked: dict[str, Any]) -> None:
    assert starts(site, **asked) == []


def test_a_closed_day_offers_nothing_and_cannot_be_held(site: Any) -> None:
    Closure.objects.create(site=site, date=MONDAY)
    assert starts(site) == []
    with pytest.raises(booking.SlotNotOffered):
        booking.hold(site=site, starts_at=FIRST, at=SHOP_TIME)


@pytest.mark.parametrize(
    "starts_at",
    [
        SHOP_TIME - timedelta(days=1),
        SHOP_TIME + timedelta(minutes=30),
        FIRST + timedelta(minutes=15),
        FIRST + timedelta(seconds=1),
        datetime(2026, 11, 23, 8, 30, tzinfo=UTC),
        datetime(2026, 11, 24, 17, 45, tzinfo=UTC),
        datetime(2026, 11, 24, 18, 0, tzinfo=UTC),
        FIRST + timedelta(days=29),
        datetime.max.replace(tzinfo=UTC),
        datetime.min.replace(tzinfo=UTC),
    ],
    ids=["past", "too soon", "off the grid", "seconds", "too early", "too late", "shut", "horizon", "max", "min"],
)
def test_a_time_that_is_not_offered_cannot_be_held(site: Any, starts_at: datetime) -> None:
    with pytest.raises(booking.SlotNotOffered) as refusal:
        booking.hold(site=site, starts_at=starts_at, at=SHOP_TIME)
    assert refusal.value.code == "slot_not_offered"
    assert not Hold.objects.exists()


@pytest.mark.parametrize("minutes", [0, -30, 25 * 60, 10**12])
def test_a_visit_of_no_sensible_length_cannot_be_held(site: Any, minutes: int) -> None:
    with pytest.raises(booking.SlotNotOffered):
        booking.hold(site=site, starts_at=FIRST, at=SHOP_TIME, minutes=minutes)


def test_every_listed_start_can_be_held(site: Any) -> None:
    for start in starts(site, days=3):
        assert booking.hold(site=site, starts_at=start, at=SHOP_TIME).starts_at == start
    assert starts(site, days=3) == []


def test_overlapping_lengths_exclude_each_other(site: Any) -> None:
    booking.hold(site=site, starts_at=FIRST, at=SHOP_TIME, minutes=90)
    with pytest.raises(booking.SlotTaken):
        booking.hold(site=site, starts_at=FIRST + timedelta(minutes=60), at=SHOP_TIME, minutes=60)
    with pytest.raises(booking.SlotTaken):
        booking.hold(site=site, starts_at=FIRST - timedelta(minutes=30), at=SHOP_TIME, minutes=60)
    assert booking.hold(site=site, starts_at=FIRST + timedelta(minutes=90), at=SHOP_TIME)


def test_a_lost_wish_leaves_no_row(site: Any) -> None:
    booking.hold(site=site, starts_at=FIRST + timedelta(minutes=30), at=SHOP_TIME)
    with pytest.raises(booking.SlotTaken):
        booking.hold(site=site, starts_at=FIRST, at=SHOP_TIME, minutes=60)
    assert Hold.objects.count() == 1
    assert SlotCell.objects.count() == 2


def test_an_expired_hold_is_taken_over_and_its_confirmation_refused(site: Any) -> None:
    contact = make_contact(site)
    slow = booking.hold(site=site, starts_at=FIRST, at=SHOP_TIME)
    quick = booking.hold(site=site, starts_at=FIRST, at=slow.expires_at)
    with pytest.raises(booking.HoldExpired) as refusal, transaction.atomic():
        booking.confirm(hold=slow, contact=contact, at=slow.expires_at)
    assert refusal.value.code == "hold_expired"
    assert booking.confirm(hold=quick, contact=contact, at=slow.expires_at).starts_at == FIRST
    assert not Appointment.objects.exclude(hold=quick).exists()


def test_losing_a_part_of_an_expired_visit_is_losing_it(site: Any) -> None:
    slow = booking.hold(site=site, starts_at=FIRST, at=SHOP_TIME, minutes=60)
    booking.hold(site=site, starts_at=FIRST + timedelta(minutes=30), at=slow.expires_at)
    with pytest.raises(booking.HoldExpired), transaction.atomic():
        booking.confirm(hold=slow, contact=make_contact(site), at=slow.expires_at)
    assert SlotCell.objects.filter(hold=slow, expires_at=None).count() == 0


def test_a_late_confirmation_is_fine_while_nobody_else_came(site: Any) -> None:
    held = booking.hold(site=site, starts_at=FIRST, at=SHOP_TIME)
    late = held.expires_at + timedelta(hours=1)
    visit = booking.confirm(hold=held, contact=make_contact(site), at=late)
    assert visit.state == Appointment.State.PROVISIONAL
    assert FIRST not in booking.free_starts(site=site, at=late, first_date=MONDAY, days=1)


def test_a_hold_is_confirmed_once(site: Any) -> None:
    contact = make_contact(site)
    held = booking.hold(site=site, starts_at=FIRST, at=SHOP_TIME)
    booking.confirm(hold=held, contact=contact, at=SHOP_TIME)
    with pytest.raises(booking.HoldExpired), transaction.atomic():
        booking.confirm(hold=held, contact=contact, at=SHOP_TIME)


def test_a_confirmed_visit_is_never_taken_over(site: Any) -> None:
    make_visit(site, make_contact(site))
    with pytest.raises(booking.SlotTaken):
        booking.hold(site=site, starts_at=FIRST, at=SHOP_TIME + timedelta(minutes=179))


def test_changing_ones_mind_gives_the_first_time_back(site: Any) -> None:
    first = booking.hold(site=site, starts_at=FIRST, at=SHOP_TIME)
    second = booking.hold(site=site, starts_at=FIRST, at=SHOP_TIME, minutes=60, replaces=first)
    first.refresh_from_db()
    assert first.state == Hold.State.RELEASED
    assert SlotCell.objects.filter(hold=second).count() == 4
    assert not SlotCell.objects.filter(hold=first).exists()


def test_who_cannot_have_the_new_time_keeps_the_old_one(site: Any) -> None:
    booking.hold(site=site, starts_at=FIRST + timedelta(hours=1), at=SHOP_TIME)
    mine = booking.hold(site=site, starts_at=FIRST, at=SHOP_TIME)
    with pytest.raises(booking.SlotTaken):
        booking.hold(site=site, starts_at=FIRST + timedelta(hours=1), at=SHOP_TIME, replaces=mine)
    mine.refresh_from_db()
    assert mine.state == Hold.State.HELD
    assert SlotCell.objects.filter(hold=mine).count() == 2


def test_a_confirmed_time_is_not_given_back_by_replacing_it(site: Any) -> None:
    visit = make_visit(site, make_contact(site))
    booking.hold(site=site, starts_at=FIRST + timedelta(hours=1), at=SHOP_TIME, replaces=visit.hold)
    assert SlotCell.objects.filter(hold=visit.hold).count() == 2


def test_releasing_twice_changes_nothing_the_second_time(site: Any) -> None:
    held = booking.hold(site=site, starts_at=FIRST, at=SHOP_TIME)
    assert [booking.release(hold=held, at=SHOP_TIME) for _ in range(2)] == [True, False]
    assert FIRST in starts(site)


def test_payment_makes_a_provisional_visit_a_promise_once(site: Any) -> None:
    held = booking.hold(site=site, starts_at=FIRST, at=SHOP_TIME)
    visit = booking.confirm(hold=held, contact=make_contact(site), at=SHOP_TIME)
    assert [booking.settle(appointment=visit, at=SHOP_TIME) for _ in range(2)] == [True, False]
    visit.refresh_from_db()
    assert visit.state == Appointment.State.CONFIRMED


def test_a_freed_visit_gives_its_time_back_and_can_be_revived(site: Any) -> None:
    visit = make_visit(site, make_contact(site))
    assert [booking.free(appointment=visit, at=SHOP_TIME) for _ in range(2)] == [True, False]
    assert FIRST in starts(site)
    assert booking.revive(appointment=visit, at=SHOP_TIME)
    visit.refresh_from_db()
    assert visit.state == Appointment.State.CONFIRMED
    assert FIRST not in starts(site)
    assert booking.revive(appointment=visit, at=SHOP_TIME)
    assert SlotCell.objects.count() == 2


def test_a_freed_visit_whose_time_has_gone_cannot_be_revived(site: Any) -> None:
    visit = make_visit(site, make_contact(site))
    booking.free(appointment=visit, at=SHOP_TIME)
    booking.hold(site=site, starts_at=FIRST, at=SHOP_TIME)
    assert not booking.revive(appointment=visit, at=SHOP_TIME)
    visit.refresh_from_db()
    assert visit.state == Appointment.State.CANCELLED


def test_a_past_visit_cannot_be_revived(site: Any) -> None:
    visit = make_visit(site, make_contact(site))
    booking.free(appointment=visit, at=SHOP_TIME)
    assert not booking.revive(appointment=visit, at=FIRST)


def test_the_newest_valid_policy_rules(site: Any) -> None:
    BookingPolicy.objects.create(site=site, valid_from=SHOP_TIME, visit_minutes=60)
    BookingPolicy.objects.create(site=site, valid_from=SHOP_TIME + timedelta(seconds=1), visit_minutes=90)
    assert policies.policy_for(site=site, at=SHOP_TIME).visit_minutes == 60
    assert booking.hold(site=site, starts_at=FIRST, at=SHOP_TIME).ends_at == FIRST + timedelta(minutes=60)


def test_without_a_policy_nothing_is_offered(site: Any) -> None:
    BookingPolicy.objects.all().delete()
    with pytest.raises(policies.NoPolicy) as refusal:
        starts(site)
    assert refusal.value.code == "no_policy"


def test_holding_takes_seven_statements_and_listing_five(site: Any, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(7):
        booking.hold(site=site, starts_at=FIRST, at=SHOP_TIME)
    with django_assert_num_queries(5):
        starts(site, days=14)


def test_confirming_takes_three_statements(site: Any, django_assert_num_queries: Any) -> None:
    contact = make_contact(site)
    held = booking.hold(site=site, starts_at=FIRST, at=SHOP_TIME)
    with django_assert_num_queries(3):
        booking.confirm(hold=held, contact=contact, at=SHOP_TIME)


class Deadlock(Exception):
    sqlstate = "40P01"


def crossed() -> OperationalError:
    error = OperationalError("deadlock detected")
    error.__cause__ = Deadlock()
    return error


def test_a_deadlock_is_tried_again(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    faults = [crossed(), crossed()]
    stock = booking._occupy

    def sometimes(*args: Any, **kwargs: Any) -> int:
        if faults:
            raise faults.pop()
        return stock(*args, **kwargs)

    monkeypatch.setattr(booking, "_occupy", sometimes)
    assert booking.hold(site=site, starts_at=FIRST, at=SHOP_TIME)
    assert Hold.objects.count() == 1


def test_other_database_errors_are_not_hidden(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any, **kwargs: Any) -> int:
        raise OperationalError("disk full")

    monkeypatch.setattr(booking, "_occupy", broken)
    with pytest.raises(OperationalError, match="disk full"):
        booking.hold(site=site, starts_at=FIRST, at=SHOP_TIME)


def owners() -> dict[tuple[int, int], int]:
    return {(cell.resource_id, cell.cell): cell.hold_id for cell in SlotCell.objects.all()}


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_twenty_bookers_for_one_seat_one_wins_and_nineteen_hear_the_next_times() -> None:
    site, _ = make_site(seats=1)

    def book() -> Hold:
        return booking.hold(site=site, starts_at=FIRST, at=SHOP_TIME)

    results = race(*[book] * 20)
    winners = [result for result in results if isinstance(result, Hold)]
    losers = [result for result in results if isinstance(result, booking.SlotTaken)]
    assert (len(winners), len(losers)) == (1, 19), results
    assert all(loser.next_starts[0] == FIRST + timedelta(minutes=30) for loser in losers)
    assert Hold.objects.count() == 1
    assert set(owners().values()) == {winners[0].pk}


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_overlapping_lengths_in_a_race_never_share_a_cell() -> None:
    site, _ = make_site(seats=2)
    step = timedelta(minutes=30)
    wishes = [(FIRST + (n % 4) * step, 30 * (1 + n % 3)) for n in range(20)]
    results = race(
        *[
            lambda start=start, minutes=minutes: booking.hold(site=site, starts_at=start, at=SHOP_TIME, minutes=minutes)
            for start, minutes in wishes
        ]
    )
    winners = [result for result in results if isinstance(result, Hold)]
    assert all(isinstance(result, Hold | booking.SlotTaken) for result in results), results
    assert winners
    assert SlotCell.objects.count() == sum((hold.ends_at - hold.starts_at).seconds // 900 for hold in winners)
    assert Hold.objects.count() == len(winners)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_many_who_want_an_expired_seat_one_gets_it_and_the_first_holder_does_not() -> None:
    site, _ = make_site(seats=1)
    contact = make_contact(site)
    slow = booking.hold(site=site, starts_at=FIRST, at=SHOP_TIME)

    def book() -> Hold:
        return booking.hold(site=site, starts_at=FIRST, at=slow.expires_at)

    def confirm() -> Appointment:
        with transaction.atomic():
            return booking.confirm(hold=slow, contact=contact, at=slow.expires_at)

    results = race(*[book] * 9, confirm)
    happy = [result for result in results if isinstance(result, Hold | Appointment)]
    assert len(happy) == 1, results
    assert len(set(owners().values())) == 1
    assert all(isinstance(r, Hold | Appointment | booking.SlotTaken | booking.HoldExpired) for r in results)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_people_who_swap_their_times_at_once_end_with_one_time_each() -> None:
    site, _ = make_site(seats=1)
    step = timedelta(minutes=30)
    held = [booking.hold(site=site, starts_at=FIRST + n * step, at=SHOP_TIME) for n in range(4)]
    results = race(
        *[
            lambda mine=mine, to=held[(n + 1) % 4].starts_at: booking.hold(
                site=site, starts_at=to, at=SHOP_TIME, replaces=mine
            )
            for n, mine in enumerate(held)
        ]
    )
    assert all(isinstance(result, Hold | booking.SlotTaken) for result in results), results
    assert Hold.objects.filter(state=Hold.State.HELD).count() == 4
    assert SlotCell.objects.count() == 8


def test_counters_that_look_free_are_tried_first(site: Any) -> None:
    second = Resource.objects.create(site=site, name="Second seat")
    held = booking.hold(site=site, starts_at=FIRST, at=SHOP_TIME)
    wanted = booking.slots.cells(held.starts_at, held.ends_at)
    order = opening.counters_by_freedom(site_id=site.pk, wanted=wanted, at=SHOP_TIME)
    assert order == [second.pk, held.resource_id]
