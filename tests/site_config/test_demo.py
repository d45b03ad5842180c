"""The demo's data: made by the product's verbs, once, and with a today at any hour."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client

from cms.models import FAQ, Subject
from cms.sites import default_site, shop_settings
from repairs.models import Appointment, Job, JobEvent
from shop import facts, quotes
from shop.models import AddOn, Quote, RepairOffer, RepairProduct
from site_config.demo import data, days, people, shop

TUESDAY = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)


def counts() -> dict[str, int]:
    """Rows of every table but those that merely being in use fills."""
    left_out = {"django_q_ormq", "django_q_schedule", "django_session"}
    found = {}
    with connection.cursor() as cursor:
        for table in set(connection.introspection.table_names()) - left_out:
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608 - names of our own
            found[table] = cursor.fetchone()[0]
    return found


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The demo, loaded once for this file in a transaction around all of its tests and taken back afterwards."""
    around = transaction.atomic()
    around._from_testcase = True  # as Django's own TestCase does, so that durable blocks work inside
    with django_db_blocker.unblock(), around:
        data.load(at=TUESDAY)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(loaded: None, db: None) -> None:
    """The demo of `loaded`; what a test changes is gone after it."""


def test_loading_twice_writes_nothing_twice(demo: None):
    before = counts()
    assert data.load(at=TUESDAY + timedelta(minutes=5)) == 0
    assert counts() == before


def test_the_bench_has_jobs_in_many_states_with_their_history(demo: None):
    states = Counter(Job.objects.values_list("status", flat=True))
    assert {"booked", "received", "waiting_parts", "repairing", "testing", "ready", "collected"} <= set(states)
    for job in Job.objects.all():
        assert list(job.events.values_list("seq", flat=True)) == list(range(1, job.last_seq + 1))
        assert job.events.last().at <= TUESDAY


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 11, 22, 12, 0, tzinfo=UTC),  # a Sunday
        datetime(2026, 11, 24, 0, 5, tzinfo=UTC),  # just after midnight
        datetime(2026, 11, 24, 23, 55, tzinfo=UTC),  # just before it
        datetime(2027, 3, 28, 11, 0, tzinfo=UTC),  # the clocks go forward
        datetime(2026, 12, 25, 9, 0, tzinfo=UTC),
    ],
)
def test_there_is_a_today_at_any_hour_and_weekday(db: None, at: datetime):
    data.load(at=at)
    zone = shop.ShopSettings.for_site(default_site()).zone
    today = at.astimezone(zone).date()
    while today.weekday() > 4:  # the shop is closed: its last open day counts
        today -= timedelta(days=1)
    visits = [each.starts_at.astimezone(zone) for each in Appointment.objects.all()]
    assert len([each for each in visits if each.date() == today]) >= days.MANY
    assert all(each.weekday() < 5 for each in visits)
    worked = [f"job.{status}" for status in Job.Status.values if status != "booked"]
    moves = JobEvent.objects.filter(kind__in=worked)
    assert moves.exists()
    assert [event for event in moves if event.at.astimezone(zone).weekday() > 4] == []
    assert Job.objects.exclude(status="booked").exists()


def test_a_later_start_adds_what_that_day_lacks_and_ends_what_grew_old(demo: None):
    before = set(Job.objects.values_list("pk", flat=True))
    later = TUESDAY + timedelta(days=9)
    assert data.load(at=later) > 0
    assert set(Job.objects.filter(pk__in=before).values_list("pk", flat=True)) == before
    stale = Job.objects.filter(appointment__starts_at__lt=later - timedelta(days=8), contact__user=None)
    assert set(stale.values_list("status", flat=True)) == {"collected", "cancelled"}


def test_what_people_changed_stays_changed(demo: None):
    offer = RepairOffer.objects.get(repair_type__slug="screen-repair", subject__slug="iphone")
    offer.price = 150
    offer.save()
    data.load(at=TUESDAY + timedelta(days=1))
    offer.refresh_from_db()
    assert offer.price == 150


def test_the_worked_price_is_what_the_demo_charges(demo: None):
    sold = Quote.objects.get(answers__condition="poor", answers__urgency="urgent")
    assert str(sold.total) == "467.98"
    assert quotes.find(default_site(), sold.reference) == sold


def test_everyone_can_log_in_and_is_in_the_group_of_the_role(demo: None):
    for role in people.PEOPLE:
        user = authenticate(None, email=people.email_of(role), password=people.password())
        assert user is not None, role
        assert list(user.groups.values_list("name", flat=True)) == [role]


def test_a_changed_password_reaches_every_demo_log_in(demo: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DEMO_PASSWORD", "another-pass-phrase")
    people.make_people()
    assert authenticate(None, email=people.email_of("editor"), password="another-pass-phrase")


DOORS = {
    "owner": ("/dashboard/", "/cms/", "/bench/"),
    "desk": ("/dashboard/", "/dashboard/orders/", "/bench/"),
    "technician": ("/bench/",),
    "editor": ("/cms/",),
    "moderator": ("/cms/",),
    "translator": ("/cms/",),
    "customer": ("/account/",),
}


def test_a_role_opens_its_own_doors_only(demo: None):
    pages = ("/dashboard/", "/dashboard/orders/", "/dashboard/offers/", "/cms/", "/bench/")
    opened = {}
    for role in DOORS:
        client = Client()
        client.force_login(get_user_model().objects.get(email=people.email_of(role)))
        opened[role] = {page for page in pages if client.get(page).status_code == 200}
    wanted = {role: set(doors) & set(pages) for role, doors in DOORS.items()}
    assert opened == wanted | {"owner": set(pages)}


def test_the_home_page_of_the_demo_answers_at_the_root(demo: None, client: Client):
    assert "Mended well" in client.get("/").content.decode()


def test_settings_that_are_no_demo_are_never_filled_or_emptied(db: None, settings):
    settings.DEMO = False
    for command in ("load_demo", "reset_demo", "demo"):
        with pytest.raises(CommandError, match="demo"):
            call_command(command)


def test_every_device_of_the_demo_can_be_repaired_and_every_repair_has_a_product(demo: None):
    devices = list(Subject.objects.filter(kind="device").select_related("parent__parent"))
    assert len(devices) > 80
    priced = facts.repairs_of_many(site=default_site(), devices=devices, at=TUESDAY)
    assert [device.slug for device, repairs in priced if not repairs] == []
    offered = set(RepairOffer.objects.values_list("repair_type_id", flat=True))
    assert offered == set(RepairProduct.objects.values_list("repair_type_id", flat=True))


def test_the_demo_has_terms_to_agree_to_and_things_to_add(demo: None):
    shop_words = shop_settings(default_site())
    assert shop_words.terms_page.slug == "terms"
    assert shop_words.privacy_page.slug == "privacy"
    assert AddOn.objects.filter(site=default_site(), active=True).count() == 14
    assert FAQ.objects.filter(subject__slug="laptops").exists()
