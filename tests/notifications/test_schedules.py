"""What the worker does by the clock, and what follows an event."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.module_loading import import_string
from django_q.models import Schedule

from notifications import followups, outbound, schedules, tasks

heard: list[dict[str, Any]] = []
TABLE = {"job.ready": (f"{__name__}.hear", f"{__name__}.hear"), "job.testing": ()}


def hear(**facts: Any) -> None:
    heard.append(facts)


@pytest.mark.django_db
def test_schedules_are_written_once_and_mended(settings: Any) -> None:
    assert schedules.ensure() == len(settings.SCHEDULES)
    assert schedules.ensure() == 0
    Schedule.objects.filter(name="drain").update(minutes=60)
    Schedule.objects.create(name="drain", func="notifications.tasks.drain", schedule_type=Schedule.HOURLY)
    assert schedules.ensure() == 1
    assert Schedule.objects.get(name="drain").minutes == 1
    assert Schedule.objects.count() == len(settings.SCHEDULES)


def test_every_schedule_names_a_function(settings: Any) -> None:
    for entry in settings.SCHEDULES.values():
        assert callable(import_string(entry["func"]))


@pytest.mark.django_db
def test_sessions_that_are_over_are_forgotten_every_day(settings: Any) -> None:
    entry, now = settings.SCHEDULES["forget old sessions"], timezone.now()
    for key, end in (("over", now - timedelta(seconds=1)), ("open", now + timedelta(days=1))):
        Session.objects.create(session_key=key, session_data="", expire_date=end)
    import_string(entry["func"])(*entry["args"])
    assert list(Session.objects.values_list("session_key", flat=True)) == ["open"]
    assert entry["minutes"] == 24 * 60


def test_a_schedule_hands_over_the_present_time() -> None:
    heard.clear()
    before = timezone.now()
    tasks.run_at_now(f"{__name__}.hear")
    assert isinstance(heard[0]["at"], datetime)
    assert before <= heard[0]["at"] <= timezone.now()


def test_an_event_is_followed_by_everything_its_table_names(settings: Any) -> None:
    heard.clear()
    settings.FOLLOWUPS = f"{__name__}.TABLE"
    followups.after("job.ready", job="MW-1")
    followups.after("job.testing", job="MW-1")
    assert heard == [{"job": "MW-1"}] * 2


def test_an_event_that_nobody_planned_for_is_an_error(settings: Any) -> None:
    settings.FOLLOWUPS = f"{__name__}.TABLE"
    with pytest.raises(KeyError):
        followups.after("job.vanished")


def test_a_provider_is_built_once_and_again_when_its_entry_changes(settings: Any) -> None:
    backend = "notifications.channels.sms_demo.DemoSMS"
    settings.CHANNELS = {"sms": {"BACKEND": backend, "OPTIONS": {"fail": "refused"}}}
    first = outbound.provider("CHANNELS", "sms")
    assert outbound.provider("CHANNELS", "sms") is first
    settings.CHANNELS = {"sms": {"BACKEND": backend, "OPTIONS": {}}}
    assert outbound.provider("CHANNELS", "sms").fail == ""


@pytest.mark.parametrize("channels", [{}, {"sms": {"BACKEND": "notifications.channels.sms_pigeon.Pigeon"}}])
def test_a_provider_that_is_not_there_fails_by_name(settings: Any, channels: dict[str, Any]) -> None:
    settings.CHANNELS = channels
    with pytest.raises(Exception, match="'sms'") as refused:
        outbound.provider("CHANNELS", "sms")
    assert type(refused.value).__name__ == "ImproperlyConfigured"
