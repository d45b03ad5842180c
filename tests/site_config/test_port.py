"""Where the demo listens."""

import os
import socket
import subprocess
import sys

import pytest
from django.conf import settings as django_settings

from site_config.demo import port


@pytest.fixture
def taken():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_taken_port_is_said_in_words_with_a_way_out(taken: int):
    with pytest.raises(port.PortTaken, match=f"Port {taken} on 127.0.0.1") as said:
        port.reserve("127.0.0.1", taken)
    assert f"DEMO_PORT={taken + 1}" in str(said.value)


def test_a_free_port_is_listened_on_at_once(taken: int):
    with socket.socket() as asking, port.reserve("127.0.0.1", 0) as listener:
        asking.connect(listener.getsockname())


@pytest.mark.parametrize("text", ["http", "0", "65536", "-1", "80 80"])
def test_a_port_that_is_no_port_is_refused(text: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DEMO_PORT", text)
    with pytest.raises(port.PortNotKnown, match="DEMO_PORT"):
        port.wanted()


def test_without_variables_the_demo_is_for_this_machine_only(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("DEMO_PORT", raising=False)
    monkeypatch.delenv("DEMO_HOST", raising=False)
    assert port.wanted() == ("127.0.0.1", 8000)


def test_the_port_is_asked_for_before_django_is_there(taken: int):
    done = subprocess.run(
        [sys.executable, "-S", "-m", "site_config.demo.port"],
        cwd=django_settings.BASE_DIR,
        env={**os.environ, "DEMO_PORT": str(taken), "DEMO_HOST": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "cannot be used" in done.stderr
    assert "Traceback" not in done.stderr
