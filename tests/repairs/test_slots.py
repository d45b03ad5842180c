"""Free starts as whole numbers: properties that hold for every shop, and the days on which clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repairs import slots

LONDON = ZoneInfo("Europe/London")
ZONES = st.sampled_from(
    [
        ZoneInfo(name)
        for name in (
            "Europe/London",
            "America/New_York",
            "America/Sao_Paulo",
            "Australia/Sydney",
            "Australia/Lord_Howe",
            "Asia/Kathmandu",
            "Africa/Cairo",
            "America/Havana",
            "Atlantic/Azores",
            "UTC",
        )
    ]
)
DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))
CLOCK_CHANGES = st.sampled_from(
    [
        date(2027, 3, 28),
        date(2027, 10, 31),
        date(2027, 3, 14),
        date(2027, 11, 7),
        date(2027, 4, 4),
        date(2027, 10, 3),
        date(2027, 4, 30),
        date(2027, 10, 29),
    ]
)
TIMES = st.times().map(lambda moment: moment.replace(second=0, microsecond=0))


@st.composite
def spans(draw: st.DrawFn) -> slots.Span:
    opens, closes = sorted([draw(TIMES), draw(TIMES)])
    return slots.Span(weekday=draw(st.integers(0, 6)), opens=opens, closes=closes)


@st.composite
def windows(draw: st.DrawFn) -> tuple[slots.Window, dict]:
    asked = {
        "spans": draw(st.lists(spans(), max_size=5)),
        "closed": draw(st.lists(DAYS, max_size=3)),
        "first_date": draw(st.one_of(DAYS, CLOCK_CHANGES)) - timedelta(days=draw(st.integers(0, 3))),
        "days": draw(st.integers(1, 7)),
        "zone": draw(ZONES),
        "step_minutes": draw(st.sampled_from([15, 30, 45, 60])),
    }
    return slots.open_cells(**asked), asked


def cells_in(window: slots.Window, bits: int) -> list[int]:
    return [window.origin + place for place in range(bits.bit_length()) if bits >> place & 1]


@given(windows())
@settings(max_examples=120, deadline=None)
def test_every_open_cell_lies_within_opening_hours_on_the_shops_clock(given_window: tuple) -> None:
    window, asked = given_window
    for cell in cells_in(window, window.open):
        local = slots.moment_of(cell).astimezone(asked["zone"])
        day = local.date()
        last_minute = local.hour * 60 + local.minute + 15
        assert day not in asked["closed"]
        assert asked["first_date"] <= day < asked["first_date"] + timedelta(days=asked["days"])
        assert any(
            span.weekday == day.weekday()
            and span.opens <= local.time()
            and last_minute <= span.closes.hour * 60 + span.closes.minute
            for span in asked["spans"]
        )


@given(windows())
@settings(max_examples=120, deadline=None)
def test_no_wall_time_is_offered_twice_and_none_that_does_not_exist(given_window: tuple) -> None:
    window, asked = given_window
    walls = [slots.moment_of(cell).astimezone(asked["zone"]) for cell in cells_in(window, window.open)]
    assert len({wall.replace(tzinfo=None) for wall in walls}) == len(walls)
    assert all(wall.fold == 0 for wall in walls)


@given(windows(), st.data())
@settings(max_examples=120, deadline=None)
def test_free_starts_are_those_a_patient_clerk_would_find(given_window: tuple, data: st.DataObject) -> None:
    window, _ = given_window
    is_open, grid = set(cells_in(window, window.open)), set(cells_in(window, window.grid))
    some = st.sets(st.sampled_from(sorted(is_open)), max_size=40) if is_open else st.just(set())
    diaries = data.draw(st.lists(some, min_size=1, max_size=3))
    length = data.draw(st.integers(1, 6))
    not_before = window.origin + data.draw(st.integers(0, 400))
    found = slots.free_starts(
        window=window,
        taken=[slots.mask(diary, origin=window.origin) for diary in diaries],
        length=length,
        not_before=not_before,
    )
    by_hand = [
        cell
        for cell in sorted(grid)
        if cell >= not_before
        and any(all(c in is_open and c not in diary for c in range(cell, cell + length)) for diary in diaries)
    ]
    assert found == by_hand


@given(windows(), st.integers(-50, 900), st.integers(0, 8))
@settings(max_examples=80, deadline=None)
def test_what_is_offered_is_what_a_free_shop_lists(given_window: tuple, shift: int, length: int) -> None:
    window, _ = given_window
    start = window.origin + shift
    listed = slots.free_starts(window=window, taken=[0], length=max(length, 1), not_before=0)
    assert slots.offers(window=window, wanted=range(start, start + length)) is (length > 0 and start in listed)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)), st.integers(1, 600), ZONES)  # noqa: DTZ001
def test_a_visit_takes_every_cell_it_touches(naive: datetime, minutes: int, zone: ZoneInfo) -> None:
    starts_at = naive.replace(tzinfo=UTC).astimezone(zone)
    ends_at = starts_at + timedelta(minutes=minutes)
    touched = slots.cells(starts_at, ends_at)
    assert slots.moment_of(touched[0]) <= starts_at
    assert slots.moment_of(touched[-1]) < ends_at.replace(microsecond=0) + timedelta(seconds=1)
    assert slots.moment_of(touched.stop) >= ends_at.replace(microsecond=0)


def all_day(day: date, zone: ZoneInfo = LONDON) -> list[datetime]:
    span = slots.Span(weekday=day.weekday(), opens=time(0), closes=time(6))
    window = slots.open_cells(spans=[span], closed=(), first_date=day, days=1, zone=zone, step_minutes=30)
    found = slots.free_starts(window=window, taken=[0], length=2, not_before=0)
    return [slots.moment_of(cell).astimezone(zone) for cell in found]


def test_the_missing_hour_of_spring_is_not_offered() -> None:
    starts = [f"{start:%H:%M}" for start in all_day(date(2027, 3, 28))]
    assert starts == ["00:00", "00:30", "02:00", "02:30", "03:00", "03:30", "04:00", "04:30", "05:00", "05:30"]


def test_the_repeated_hour_of_autumn_is_offered_once() -> None:
    starts = all_day(date(2027, 10, 31))
    assert [f"{start:%H:%M %Z}" for start in starts][:6] == [
        "00:00 BST",
        "00:30 BST",
        "01:00 BST",
        "01:30 BST",
        "02:00 GMT",
        "02:30 GMT",
    ]
    assert len(starts) == 12


@pytest.mark.parametrize(
    ("day", "zone", "count"),
    [
        (date(2027, 3, 14), "America/New_York", 10),
        (date(2027, 11, 7), "America/New_York", 12),
        (date(2027, 10, 3), "Australia/Sydney", 10),
        (date(2027, 4, 4), "Australia/Sydney", 12),
        (date(2028, 2, 29), "Europe/London", 12),
    ],
)
def test_clock_changes_of_other_countries_lose_or_repeat_nothing(day: date, zone: str, count: int) -> None:
    assert len(all_day(day, ZoneInfo(zone))) == count


def test_after_the_clocks_changed_the_shop_opens_at_the_same_wall_time() -> None:
    span = [slots.Span(weekday=n, opens=time(9), closes=time(10)) for n in range(7)]
    for first in (date(2027, 3, 27), date(2027, 10, 30)):
        window = slots.open_cells(spans=span, closed=(), first_date=first, days=3, zone=LONDON, step_minutes=30)
        found = slots.free_starts(window=window, taken=[0], length=2, not_before=0)
        assert [f"{slots.moment_of(cell).astimezone(LONDON):%H:%M}" for cell in found] == ["09:00", "09:30"] * 3


@pytest.mark.parametrize(
    ("opens", "closes", "step", "expected"),
    [
        (time(1, 30), time(3), 30, ["02:00", "02:30"]),
        (time(1, 30), time(4), 60, ["02:30", "03:30"]),
        (time(0), time(1, 30), 30, ["00:00", "00:30"]),
        (time(1, 0), time(2), 30, []),
    ],
    ids=["opens in it", "keeps its step", "closes in it", "is open only then"],
)
def test_the_missing_hour_cuts_opening_hours_and_moves_nothing(
    opens: time, closes: time, step: int, expected: list[str]
) -> None:
    window = slots.open_cells(
        spans=[slots.Span(weekday=6, opens=opens, closes=closes)],
        closed=(),
        first_date=date(2027, 3, 28),
        days=1,
        zone=LONDON,
        step_minutes=step,
    )
    found = slots.free_starts(window=window, taken=[0], length=2, not_before=0)
    assert [f"{slots.moment_of(cell).astimezone(LONDON):%H:%M}" for cell in found] == expected


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        slots.cell_of(datetime(2027, 1, 1))  # noqa: DTZ001
