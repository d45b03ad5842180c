"""The server process as a whole: streams first, the rest behind, and a quick end however many streams are open."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import signing

from repairs.live_wire import NotGood
from site_config import asgi
from tests.repairs.live_bed import on_sqlite

PATIENCE = 60.0


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def streams(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int, Any]]:
    """`uvicorn site_config.asgi:application` as production runs it for streams, over a database of its own."""
    database, port = on_sqlite(tmp_path), free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{database.entry['NAME']}",
        "DJANGO_SETTINGS_MODULE": "site_config.settings.test",
        "MENDWELL_STREAMS_ONLY": "1",
    }
    command = [sys.executable, "-m", "uvicorn", "site_config.asgi:application", "--port", str(port)]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True, cwd=settings.BASE_DIR)  # noqa: S603
    killer = threading.Timer(PATIENCE, process.kill)
    killer.start()
    assert process.stderr is not None
    for line in process.stderr:
        if "Uvicorn running" in line:
            break
    yield process, port, database
    killer.cancel()
    process.kill()
    process.wait()
    process.stderr.close()
    database.writer.close()


def ask(port: int, path: str) -> http.client.HTTPResponse:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    client.request("GET", path)
    return client.getresponse()


def test_a_signal_ends_open_streams_and_the_process_in_order(streams):
    process, port, database = streams
    job = database.job("R1")
    stream = ask(port, f"/live/{signing.dumps({'j': 'R1', 'v': 1}, salt='mendwell.track')}/")
    assert stream.readline() == b"retry: 2000\n"
    database.event(job, 1)
    lines = iter(stream.readline, b"")
    assert next(line for line in lines if line.startswith(b"id:")) == b"id: 1\n"
    assert ask(port, "/devices/").status == 404
    process.send_signal(signal.SIGTERM)
    assert b"".join(lines).startswith(b"data: ")
    assert process.wait(10) in (0, -signal.SIGTERM)
    assert "Traceback" not in process.stderr.read()


def test_tokens_of_another_purpose_or_hand_open_nothing():
    good = signing.dumps({"j": "R1", "v": 3}, salt="mendwell.track")
    assert asgi.read_link(good) == ("R1", 3)
    ticket = signing.dumps({"site": 7, "user": 1}, salt="mendwell.bench-live")
    assert asgi.read_ticket(ticket) == 7
    for wrong in (good[:-1], ticket, "", "\ud800", signing.dumps(["R1", 3], salt="mendwell.track")):
        with pytest.raises(NotGood):
            asgi.read_link(wrong)
    with pytest.raises(NotGood):
        asgi.read_ticket(good)


def test_a_bench_ticket_ends_with_its_time(monkeypatch):
    ticket = signing.dumps({"site": 7, "user": 1}, salt="mendwell.bench-live")
    monkeypatch.setattr(asgi, "TICKET_SECONDS", -1)
    with pytest.raises(NotGood):
        asgi.read_ticket(ticket)
