"""/healthz and /readyz."""

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from notifications.models import Message
from site_config import health
from tests.factories import Shop


def test_healthz_asks_nothing_but_whether_the_process_answers(client: Client):
    assert client.get("/healthz").json() == {"status": "ok"}


def test_readyz_is_ready_on_a_migrated_database(db: None, client: Client):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["migrations"]) == (200, "ok")
    assert "no-store" in answer["Cache-Control"]


def test_a_message_that_waits_too_long_is_told_but_does_not_end_serving(shop: Shop, client: Client):
    long_ago = timezone.now() - health.LATE - timedelta(minutes=1)
    Message.objects.create(
        site=shop.site,
        kind="job.ready",
        channel="email",
        to="ada@example.com",
        language="en-gb",
        dedupe_key="late",
        send_after=long_ago,
        created_at=long_ago,
    )
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["queue"]) == (200, "late")


@pytest.mark.parametrize(("error", "check"), [(health.Missing, "migrations"), (DatabaseError, "migrations")])
def test_readyz_is_not_ready_without_migrations(db: None, client: Client, monkeypatch, error: type, check: str):
    def fail() -> None:
        raise error

    monkeypatch.setattr(health, "expect_migrations", fail)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["checks"][check]) == (503, "missing")


def test_neither_answer_names_a_version(db: None, client: Client):
    for address in ("/healthz", "/readyz"):
        answer = client.get(address)
        assert "version" not in answer.content.decode().lower()
        assert "Server" not in answer.headers
