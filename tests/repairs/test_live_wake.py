"""Redis wakes the live streams where there is one, and is missed by nobody where it is down."""

import asyncio
from pathlib import Path

import pytest
from django.core.cache import caches

from repairs import live_wake, workflow
from repairs.models import Job
from tests.conftest import REDIS_URL
from tests.factories import SHOP_TIME, make_contact
from tests.repairs.live_bed import Stream, on_sqlite, serving
from tests.repairs.test_live import run

NOBODY = "redis://127.0.0.1:1/0"


@pytest.mark.redis
def test_a_ring_brings_news_long_before_the_next_poll(tmp_path: Path):
    database = on_sqlite(tmp_path)

    async def story() -> None:
        job = database.job("R1")
        async with serving(database, poll_seconds=60) as application:
            stream = await Stream(application, "/live/R1~1/").connected()
            waker = asyncio.create_task(live_wake.listen(REDIS_URL, application.hub))
            database.event(job, 1)
            # The subscription takes a moment of its own, so ring until it is heard; the poll is a minute away.
            heard = asyncio.create_task(stream.numbered(1))
            while not heard.done():
                await asyncio.to_thread(live_wake.ring, REDIS_URL)
                await asyncio.wait([heard], timeout=0.05)
            assert heard.result() == [1]
            waker.cancel()

    run(story())
    database.writer.close()


@pytest.fixture
def job(shop):
    return Job.objects.create(
        site=shop.site,
        reference="R-WAKE-0001",
        contact=make_contact(shop.site),
        device=shop.iphone_8,
        subject_name="iPhone 8",
        status_at=SHOP_TIME,
        created_at=SHOP_TIME,
    )


def test_a_move_rings_after_it_is_committed_and_not_before(
    job, settings, monkeypatch, django_capture_on_commit_callbacks
):
    rung: list[str] = []
    monkeypatch.setattr(live_wake, "ring", rung.append)
    settings.REDIS_URL = NOBODY
    with django_capture_on_commit_callbacks() as waiting:
        workflow.move(job.pk, to="received", by=None, at=SHOP_TIME)
        assert rung == []
    for call in waiting:
        call()
    assert rung == [NOBODY]


def test_a_redis_that_is_down_stops_no_move(job, settings, caplog, django_capture_on_commit_callbacks):
    settings.REDIS_URL = NOBODY
    with django_capture_on_commit_callbacks(execute=True):
        workflow.move(job.pk, to="received", by=None, at=SHOP_TIME)
    job.refresh_from_db()
    assert job.status == "received"
    assert "Redis could not wake" in caplog.text


@pytest.mark.redis
def test_the_cache_can_live_in_redis(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
    cache = caches.create_connection("default")
    cache.set("mendwell-test", "kept", 5)
    assert cache.get("mendwell-test") == "kept"
    cache.delete("mendwell-test")
