"""Live streams, without a server and without Django: they must miss nothing and let nobody in by mistake."""

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlparse
from uuid import uuid4

import pytest

from repairs import live, live_hub, live_wire
from repairs.live_knocks import Misses
from repairs.live_listeners import QUEUE
from repairs.live_rows import Rows
from tests.repairs.live_bed import PATIENCE, Database, Stream, Talk, on_sqlite, serving


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = on_sqlite(tmp_path)
    yield made
    made.writer.close()


@pytest.fixture
def postgres() -> Iterator[Database]:
    """A schema of its own in the database that DATABASE_URL names."""
    psycopg = pytest.importorskip("psycopg")
    parts = urlparse(os.environ["DATABASE_URL"])
    schema = f"live_{uuid4().hex[:12]}"
    entry = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "postgres",
        "USER": parts.username or "",
        "PASSWORD": parts.password or "",
        "HOST": parts.hostname or "",
        "PORT": parts.port or "",
        "OPTIONS": {"options": f"-c search_path={schema}", "pool": True},
    }

    def connect() -> Any:
        return psycopg.connect(
            dbname="postgres",
            user=entry["USER"] or None,
            password=entry["PASSWORD"] or None,
            host=entry["HOST"] or None,
            port=entry["PORT"] or None,
            options=f"-c search_path={schema}",
        )

    made = Database(entry, connect)
    made.run(f"CREATE SCHEMA {schema}")
    made.create(serial="serial PRIMARY KEY", moment="timestamptz")
    yield made
    made.run(f"DROP SCHEMA {schema} CASCADE")
    made.writer.commit()
    made.writer.close()


def run(story: Coroutine[Any, Any, None]) -> None:
    """Tell a story in a thread of its own: a browser of other tests may keep a loop running in this one."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(asyncio.run, asyncio.wait_for(story, 60)).result()


def test_a_stream_says_hello_at_once_and_then_every_public_event(database):
    async def story() -> None:
        job = database.job("R1")
        async with serving(database) as application:
            stream = await Stream(application, "/live/R1~1/").connected()
            assert stream.start["status"] == 200
            assert stream.headers[b"content-type"] == b"text/event-stream; charset=utf-8"
            assert stream.headers[b"cache-control"] == b"no-cache, no-transform"
            assert stream.text.startswith("retry: 2000\n\n")
            database.event(job, 1)
            database.event(job, 2, public=False)
            database.event(job, 3)
            assert await stream.numbered(3) == [1, 3]
            assert stream.data()[1] == {
                "seq": 1,
                "kind": "job.testing",
                "status": "testing",
                "note": "note 1",
                "at": "2026-11-23T10:00:00Z",
            }
            assert "note 2" not in stream.text

    run(story())


def test_a_client_that_comes_back_misses_nothing_and_hears_nothing_twice(database):
    run(comes_back(database))


@pytest.mark.postgres
def test_a_client_that_comes_back_misses_nothing_on_postgresql(postgres):
    run(comes_back(postgres))


async def comes_back(database: Database) -> None:
    job = database.job("R1")
    async with serving(database) as application:
        first = await Stream(application, "/live/R1~1/").connected()
        database.event(job, 1)
        database.event(job, 2)
        assert await first.numbered(2) == [1, 2]
        await first.leave()
        for seq in range(3, 200):
            database.event(job, seq)
        by_header = Stream(application, "/live/R1~1/", "after=0", last_event_id="2")
        by_query = Stream(application, "/api/v1/repairs/R1~1/live/", "after=2")
        assert await by_header.numbered(199) == list(range(3, 200))
        assert await by_query.numbered(199) == list(range(3, 200))
        database.event(job, 200)
        assert await by_header.numbered(200) == list(range(3, 201))


@pytest.mark.postgres
def test_an_event_committed_late_is_not_lost_behind_later_rows_of_other_jobs(postgres):
    async def story() -> None:
        slow, fast = postgres.job("SLOW"), postgres.job("FAST")
        other = postgres.connect()
        async with serving(postgres) as application:
            late = await Stream(application, "/live/SLOW~1/").connected()
            early = await Stream(application, "/live/FAST~1/").connected()
            postgres.event(slow, 1, commit=False, on=other)
            for seq in range(1, 41):
                postgres.event(fast, seq)
            assert await early.numbered(40) == list(range(1, 41))
            assert late.numbers() == []
            other.commit()
            assert await late.numbered(1) == [1]
        other.close()

    run(story())


def test_the_database_is_left_alone_while_nothing_is_committed(database):
    async def story() -> None:
        job = database.job("R1")
        async with serving(database) as application:
            stream = await Stream(application, "/live/R1~1/").connected()
            database.event(job, 1)
            await stream.numbered(1)
            rows = application.hub.rows
            reads, gates, asked, passed = [], [], rows.events, rows.gate
            enough = asyncio.Event()
            loop = asyncio.get_running_loop()

            def gate() -> str:
                gates.append(1)
                if len(gates) == 6:
                    loop.call_soon_threadsafe(enough.set)
                return passed()

            rows.events = lambda cursors: reads.append(cursors) or asked(cursors)
            rows.gate = gate
            await asyncio.wait_for(enough.wait(), PATIENCE)
            assert len(reads) <= 1
            await stream.leave()
            assert not application.hub.jobs

    run(story())


def test_a_client_that_does_not_read_is_left_behind_alone_and_catches_up_whole(database):
    async def story() -> None:
        job = database.job("R1")
        many = QUEUE * 5
        async with serving(database) as application:
            slow = await Stream(application, "/live/R1~1/").connected()
            slow.reading.clear()
            quick = await Stream(application, "/live/R1~1/").connected()
            for seq in range(1, many + 1):
                database.event(job, seq, commit=seq % 50 == 0 or seq == many)
            assert await quick.numbered(many) == list(range(1, many + 1))
            held = next(s for s in application.hub.jobs[job] if s.lagging)
            assert len(held.client.queue) <= QUEUE
            slow.reading.set()
            assert await slow.numbered(many) == list(range(1, many + 1))

    run(story())


def test_a_client_that_never_takes_anything_is_dropped(database, monkeypatch):
    monkeypatch.setattr(live_wire, "SEND_SECONDS", 0.05)

    async def story() -> None:
        job = database.job("R1")
        async with serving(database) as application:
            stuck = await Stream(application, "/live/R1~1/").connected()
            stuck.reading.clear()
            database.event(job, 1)
            with pytest.raises(TimeoutError):
                await stuck.ended()
            assert not application.hub.clients

    run(story())


def test_a_bad_or_revoked_link_gets_a_problem_document_and_no_stream(database):
    async def story() -> None:
        database.job("R1")
        async with serving(database) as application:
            for path, status, code in (
                ("/live/R1/", 403, "link_not_good"),
                ("/live/R1~2/", 403, "link_not_good"),
                ("/live/R2~1/", 403, "link_not_good"),
                ("/live/bench/", 403, "link_not_good"),
            ):
                stream = await Stream(application, path).ended()
                assert stream.start["status"] == status, path
                assert stream.headers[b"content-type"] == b"application/problem+json"
                problem = json.loads(stream.text)
                assert (problem["status"], problem["code"]) == (status, code)
            broken = await Stream(application, "/live/R1~1/", "after=-1").ended()
            assert broken.start["status"] == 400
            posted = await Stream(application, "/live/R1~1/", method="POST").ended()
            assert (posted.start["status"], posted.headers[b"allow"]) == (405, b"GET")
            elsewhere = await Stream(application, "/live/R1~1/live/").ended()
            assert elsewhere.start["status"] == 404
            assert not application.hub.clients

    run(story())


def test_a_withdrawn_link_ends_its_open_streams_before_they_hear_any_more(database):
    async def story() -> None:
        job, other = database.job("R1"), database.job("R2")
        async with serving(database) as application:
            stream = await Stream(application, "/live/R1~1/").connected()
            bystander = await Stream(application, "/live/R2~1/").connected()
            talk = Talk(application)
            await talk.hears("websocket.accept")
            talk.say({"type": "subscribe", "token": "R1~1"})
            await talk.hears("websocket.send")
            database.run("UPDATE repairs_job SET link_version = 2 WHERE id = ?", job)
            database.event(job, 1)  # commits both at once
            await stream.ended()
            assert stream.numbers() == []
            assert (await talk.hears("websocket.close"))["code"] == 1008
            assert (await Stream(application, "/live/R1~1/").ended()).start["status"] == 403
            database.event(other, 1)
            assert await bystander.numbered(1) == [1]

    run(story())


def test_an_address_that_guesses_at_streams_has_to_wait(database):
    async def story() -> None:
        database.job("R1")
        async with serving(database) as application:
            application.doors = replace(application.doors, misses=Misses("2/min"))
            for _ in range(2):
                assert (await Stream(application, "/live/R9~1/").ended()).start["status"] == 403
            late = await Stream(application, "/live/R1~1/").ended()
            assert late.start["status"] == 429
            assert late.headers[b"retry-after"] == b"60"
            assert json.loads(late.text)["code"] == "too_many_requests"
            talk = Talk(application)
            assert (await talk.hears("websocket.close"))["code"] == 1013
            assert not application.hub.clients

    run(story())


def test_a_stream_ends_after_its_time_so_that_the_link_is_looked_at_again(database, monkeypatch):
    async def story() -> None:
        database.job("R1")
        async with serving(database) as application:
            monkeypatch.setattr(live, "LIFE_SECONDS", 0.05)
            monkeypatch.setattr(live, "PING_SECONDS", 0.01)
            stream = await Stream(application, "/live/R1~1/").ended()
            assert stream.start["status"] == 200
            assert ": ping" in stream.text
            database.run("UPDATE repairs_job SET link_version = 2")
            database.writer.commit()
            assert (await Stream(application, "/live/R1~1/").ended()).start["status"] == 403

    run(story())


def test_closing_the_hub_ends_every_stream_and_socket(database):
    async def story() -> None:
        database.job("R1")
        async with serving(database) as application:
            stream = await Stream(application, "/live/R1~1/").connected()
            talk = Talk(application)
            await talk.hears("websocket.accept")
            application.hub.close()
            await stream.ended()
            assert (await talk.hears("websocket.close"))["code"] == 1012

    run(story())


def test_a_failed_read_is_tried_again_and_loses_nothing(database, monkeypatch):
    monkeypatch.setattr(live_hub, "RETRY_SECONDS", 0.01)

    async def story() -> None:
        job = database.job("R1")
        async with serving(database) as application:
            stream = await Stream(application, "/live/R1~1/").connected()
            rows = application.hub.rows
            sound, failures = rows.events, []

            def broken(cursors: dict[int, int]) -> Any:
                failures.append(cursors)
                if len(failures) < 3:
                    raise sqlite3.OperationalError("gone")
                return sound(cursors)

            rows.events = broken
            database.event(job, 1)
            assert await stream.numbered(1) == [1]
            assert len(failures) == 3

    run(story())


def test_a_foreign_frontend_may_listen_only_when_its_origin_is_allowed(database):
    async def story() -> None:
        database.job("R1")
        async with serving(database) as application:
            known = await Stream(application, "/live/R1~1/", origin="https://front.example").connected()
            assert known.headers[b"access-control-allow-origin"] == b"https://front.example"
            unknown = await Stream(application, "/live/R1~1/", origin="https://other.example").connected()
            assert b"access-control-allow-origin" not in unknown.headers

    run(story())


def test_the_bench_hears_of_every_job_of_its_site_that_changed_and_of_no_other(database):
    async def story() -> None:
        ours, theirs = database.job("OURS", site=1), database.job("THEIRS", site=2)
        async with serving(database) as application:
            bench = await Stream(application, "/live/bench/", "ticket=1").connected()
            database.event(theirs, 1)
            database.event(ours, 1)
            await bench.until(lambda stream: '{"job": "OURS"}' in stream.text)
            database.job("NEW", site=1)
            await bench.until(lambda stream: '{"job": "NEW"}' in stream.text)
            database.run("UPDATE repairs_job SET status = 'collected' WHERE id = ?", ours)
            database.writer.commit()
            await bench.until(lambda stream: stream.text.count('{"job": "OURS"}') == 2)
            assert "THEIRS" not in bench.text
            await bench.leave()
            assert not application.hub.boards

    run(story())


def test_a_socket_follows_several_jobs_and_says_which_one_moved(database):
    async def story() -> None:
        first, second = database.job("R1"), database.job("R2")
        async with serving(database) as application:
            talk = Talk(application)
            await talk.hears("websocket.accept")
            talk.say({"type": "subscribe", "token": "R1~1"})
            assert await talk.hears("websocket.send") == {"type": "connected", "job": "R1", "last_seq": 0}
            talk.say({"type": "subscribe", "token": "R2~1", "after": 1})
            await talk.hears("websocket.send")
            database.event(second, 1)
            database.event(second, 2)
            told = await talk.hears("websocket.send")
            assert (told["type"], told["job"], told["seq"]) == ("event", "R2", 2)
            talk.say({"type": "unsubscribe", "token": "R2~1"})
            talk.say({"type": "subscribe", "ticket": "1"})
            assert await talk.hears("websocket.send") == {"type": "connected", "job": None}
            database.event(second, 3)
            assert await talk.hears("websocket.send") == {"type": "board", "job": "R2"}
            database.event(first, 1)
            kinds = {(await talk.hears("websocket.send"))["type"] for _ in range(2)}
            assert kinds == {"event", "board"}

    run(story())


@pytest.mark.parametrize(
    "message",
    [
        "{not json",
        "[]",
        '"subscribe"',
        {"type": "shout"},
        {"type": "subscribe"},
        {"type": "subscribe", "token": "R1"},
        {"type": "subscribe", "token": "R1~2"},
        {"type": "subscribe", "token": "R1~1", "after": -1},
        {"type": "subscribe", "token": "R1~1", "after": True},
        {"type": "subscribe", "ticket": "nobody"},
        {"type": "subscribe", "token": "x" * 3000},
    ],
)
def test_a_socket_closes_with_1008_on_what_is_not_allowed_or_not_understood(database, message):
    async def story() -> None:
        database.job("R1")
        async with serving(database) as application:
            talk = Talk(application)
            await talk.hears("websocket.accept")
            talk.say(message)
            assert (await talk.hears("websocket.close"))["code"] == 1008
            await asyncio.wait_for(talk.task, PATIENCE)
            assert not application.hub.clients

    run(story())


def test_a_socket_takes_twenty_subscriptions_and_no_more(database):
    async def story() -> None:
        for number in range(21):
            database.job(f"R{number}")
        async with serving(database) as application:
            talk = Talk(application)
            await talk.hears("websocket.accept")
            for number in range(20):
                talk.say({"type": "subscribe", "token": f"R{number}~1"})
                await talk.hears("websocket.send")
            talk.say({"type": "subscribe", "token": "R0~1"})
            await talk.hears("websocket.send")
            talk.say({"type": "subscribe", "token": "R20~1"})
            assert (await talk.hears("websocket.close"))["code"] == 1008

    run(story())


def test_a_socket_that_floods_is_closed(database):
    async def story() -> None:
        async with serving(database) as application:
            talk = Talk(application)
            await talk.hears("websocket.accept")
            for _ in range(live.MESSAGES_AT_ONCE + 20):
                talk.say({"type": "unsubscribe", "token": "R1~1"})
            assert (await talk.hears("websocket.close"))["code"] == 1008

    run(story())


def test_look_ups_of_a_storm_share_queries(database):
    async def story() -> None:
        for number in range(60):
            database.job(f"R{number}")
        async with serving(database) as application:
            rows, asked = application.hub.rows, []
            sound = rows.jobs
            rows.jobs = lambda references: asked.append(len(references)) or sound(references)
            streams = [Stream(application, f"/live/R{number}~1/") for number in range(60)]
            for stream in streams:
                await stream.connected()
            assert sum(asked) == 60
            assert len(asked) <= 3

    run(story())


def test_the_stream_path_needs_no_django():
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "import repairs.live, sys; print([m for m in sys.modules if m.split('.')[0]=='django'])",
        ],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert told.stdout.strip() == "[]"


def test_a_reader_cannot_write(database):
    rows = Rows(database.entry)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        rows.rows("DELETE FROM repairs_job")


def test_a_database_file_that_was_replaced_is_opened_anew(tmp_path):
    old = on_sqlite(tmp_path)
    old.job("OLD")
    rows = Rows(old.entry)
    assert set(rows.board(1)) == {"OLD"}
    old.writer.close()
    for file in tmp_path.glob("live.sqlite3*"):
        file.unlink()
    new = on_sqlite(tmp_path)
    new.job("NEW")
    assert set(rows.board(1)) == {"NEW"}
    rows.close()
    new.writer.close()
