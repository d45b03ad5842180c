"""Static files are looked for once in a process, and every client has them all."""

from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.test import Client
from whitenoise.middleware import WhiteNoiseMiddleware


def test_a_later_client_has_all_files_without_looking(monkeypatch: pytest.MonkeyPatch) -> None:
    first = WhiteNoiseMiddleware(lambda request: HttpResponse())
    there = [path for finder in finders.get_finders() for path, _ in finder.list(None)]
    monkeypatch.setattr(finders, "get_finders", lambda: pytest.fail("it looked again"))
    second = WhiteNoiseMiddleware(lambda request: HttpResponse())
    assert first.files == second.files
    assert {f"/static/{path}" for path in there} <= set(second.files)


def test_two_clients_are_given_the_same_file() -> None:
    answers: list[Any] = [Client().get("/static/mendwell/base.css") for _ in range(2)]
    told = [b"".join(answer.streaming_content) for answer in answers]
    assert told[0] == told[1] != b""
