"""The daily close: days of the shop's calendar, nothing lost between two closes, written once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shop.models import DayClose, OrderVisit
from shop.payments import closing, ledger, refunds
from tests.factories import make_contact, make_staff
from tests.shop.payments.factories import order_row

LONDON = ZoneInfo("Europe/London")
DAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
EVENING = datetime(2026, 11, 23, 18, tzinfo=UTC)


def sale(shop: Any, at: datetime, amount: str = "50.00", tender: str = "cash", currency: str = "GBP") -> Any:
    if not hasattr(shop, "payer"):
        shop.payer = make_contact(shop.site)
    order = order_row(amount, currency)
    OrderVisit.objects.create(order=order, site=shop.site, contact=shop.payer, pay_by="in_store", release_at=None)
    ledger.ask(order=order, at=at)
    return ledger.take_at_counter(order=order, amount=Decimal(amount), by=None, at=at, tender=tender)


def ways(shop: Any, at: datetime = EVENING, day: date = DAY, zone: ZoneInfo = LONDON) -> dict[str, dict[str, Decimal]]:
    found = closing.tills(site=shop.site, day=day, at=at, zone=zone)
    return {till.currency: {name: way.net for name, way in till.ways.items()} for till in found}


def close(
    shop: Any, at: datetime = EVENING, day: date = DAY, counted: str | None = None, **more: Any
) -> list[DayClose]:
    seen = {t.currency: t.expected for t in closing.tills(site=shop.site, day=day, at=at, zone=LONDON)}
    found = seen if counted is None else {"GBP": Decimal(counted)}
    facts = {"site": shop.site, "day": day, "counted": found, "seen": seen, "by": None, "at": at, "zone": LONDON}
    return closing.close(**{**facts, **more})


@pytest.mark.django_db
def test_takings_are_told_by_way_and_currency_less_what_went_back(shop: Any) -> None:
    sale(shop, NOON)
    sale(shop, NOON, "20.00", tender="card")
    sale(shop, NOON, "3000", currency="JPY")
    paid = sale(shop, NOON, "30.00")
    refunds.ask(payment=paid, amount=Decimal("5.00"), reason="goodwill", by=None, at=NOON)
    assert ways(shop) == {"GBP": {"cash": Decimal(75), "card": Decimal(20)}, "JPY": {"cash": Decimal(3000)}}
    assert [till.expected for till in closing.tills(site=shop.site, day=DAY, at=EVENING, zone=LONDON)] == [75, 3000]


@pytest.mark.django_db
def test_what_comes_after_the_close_counts_to_the_next_one_and_nothing_twice(shop: Any) -> None:
    sale(shop, NOON)
    sale(shop, EVENING - timedelta(seconds=2))
    close(shop)
    sale(shop, EVENING + timedelta(minutes=1), "7.00")
    sale(shop, EVENING - timedelta(seconds=1), "2.00")  # was being written while somebody closed
    later, day = EVENING + timedelta(days=1), DAY + timedelta(days=1)
    assert ways(shop, later, day) == {"GBP": {"cash": Decimal(9)}}
    close(shop, later, day)
    assert ways(shop, later + timedelta(minutes=5), day + timedelta(days=1)) == {"GBP": {"cash": Decimal(0)}}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("zone", "day", "first", "after"),
    [
        ("Europe/London", date(2027, 3, 28), "2027-03-28T00:00+00:00", "2027-03-28T23:00+00:00"),
        ("Europe/London", date(2026, 10, 25), "2026-10-24T23:00+00:00", "2026-10-26T00:00+00:00"),
        ("America/New_York", date(2027, 3, 14), "2027-03-14T05:00+00:00", "2027-03-15T04:00+00:00"),
        ("Australia/Sydney", date(2027, 4, 4), "2027-04-03T13:00+00:00", "2027-04-04T14:00+00:00"),
    ],
)
def test_a_day_is_the_shops_own_also_when_its_clocks_change(
    shop: Any, zone: str, day: date, first: str, after: str
) -> None:
    begin, end = datetime.fromisoformat(first), datetime.fromisoformat(after)
    for amount, at in (("1.00", begin - timedelta(seconds=1)), ("2.00", begin), ("4.00", end - timedelta(seconds=1)),
                       ("8.00", end)):  # fmt: skip
        sale(shop, at, amount)
    assert ways(shop, end + timedelta(hours=9), day, ZoneInfo(zone)) == {"GBP": {"cash": Decimal(6)}}


@pytest.mark.django_db
def test_a_difference_needs_a_note_and_a_changed_till_is_shown_again(shop: Any) -> None:
    sale(shop, NOON)
    with pytest.raises(closing.NoteMissing):
        close(shop, counted="49.00")
    with pytest.raises(closing.TillChanged):
        close(shop, seen={"GBP": Decimal("49.00")})
    assert not DayClose.objects.exists()
    [row] = close(shop, counted="49.00", note="A coin fell down")
    assert (row.expected, row.counted, row.note) == (50, 49, "A coin fell down")


@pytest.mark.django_db
def test_a_day_before_the_last_close_cannot_be_closed(shop: Any) -> None:
    close(shop)
    for day in (DAY, DAY - timedelta(days=1)):
        with pytest.raises(closing.DayClosed):
            close(shop, day=day)
    assert closing.open_days(site=shop.site, at=EVENING, zone=LONDON) == []


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_close_at_once_one_is_told_about_the_other(shop: Any) -> None:
    sale(shop, NOON)

    def attempt(number: int) -> str:
        try:
            close(shop, day=DAY - timedelta(days=number % 2), counted="50.00", note=f"n{number}")
        except (closing.DayClosed, closing.TillChanged) as refusal:
            return refusal.code
        finally:
            connection.close()
        return "closed"

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(attempt, [0, 2, 4, 6]))
    assert sorted(told) == ["closed", "day_closed", "day_closed", "day_closed"]
    assert DayClose.objects.count() == 1


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make_staff(permissions=("see_bench", "add_dayclose", "view_payment")))
    return client


PAGE = "/bench/payments/close/"


@pytest.mark.django_db
def test_the_page_compares_first_and_writes_after_a_second_look(shop: Any, desk: Client) -> None:
    now = timezone.now()
    sale(shop, now - timedelta(seconds=5))
    day = now.astimezone(LONDON).date().isoformat()
    facts = {"day": day, "counted_GBP": "45.00", "seen_GBP": "50.00"}
    assert "50.00" in desk.get(PAGE).content.decode()
    page = desk.post(PAGE, facts).content.decode()
    assert "5.00" in page and 'name="close"' in page and not DayClose.objects.exists()
    assert "Say in a note" in desk.post(PAGE, {**facts, "close": "1"}).content.decode()
    assert not DayClose.objects.exists()
    assert desk.post(PAGE, {**facts, "close": "1", "note": "=1+1"}).status_code == 302
    assert DayClose.objects.get().counted == 45
    second = desk.post(PAGE, {**facts, "close": "1", "note": "me too"}, follow=True).content.decode()
    assert "closed" in second and "already" in second and DayClose.objects.count() == 1
    sheet = b"".join(desk.get("/bench/payments/closes.csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert "'=1+1" in sheet and ",-5.00," in sheet


@pytest.mark.django_db
def test_the_till_is_for_those_who_may_close_it(shop: Any, client: Client) -> None:
    client.force_login(make_staff())
    for address in (PAGE, "/bench/payments/closes.csv"):
        assert client.get(address).status_code == 403


@pytest.mark.django_db
def test_sixty_closed_days_cost_no_more_questions_than_two(shop: Any, desk: Client) -> None:
    counts = []
    for rows in (2, 58):
        for _row in range(rows):
            number = DayClose.objects.count()
            ways = {"ways": {"cash": {"taken": "1.00", "back": "0.00"}}, "edge": [],
                    "since": NOON.isoformat(), "until": NOON.isoformat()}  # fmt: skip
            facts = {"takings": ways, "expected": 1, "counted": 1, "at": NOON, "currency": "GBP"}
            DayClose.objects.create(site=shop.site, date=DAY - timedelta(days=100 + number), **facts)
        desk.get(PAGE)
        with CaptureQueriesContext(connection) as asked:
            desk.get(PAGE)
        counts.append(len(asked))
    assert counts[0] == counts[1], counts
