"""The installer speaks in words before anything is there."""

import importlib.util
import re
import sys
from collections import namedtuple
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
Version = namedtuple("Version", "major minor micro releaselevel serial")


@pytest.fixture
def install():
    spec = importlib.util.spec_from_file_location("install", ROOT / ".ci" / "install.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("old", [(3, 10, 14), (3, 8, 0), (3, 14, 0)])
def test_a_python_that_does_not_fit_is_named_with_a_way_out(install, monkeypatch, capsys, old: tuple[int, int, int]):
    monkeypatch.setattr(sys, "version_info", Version(*old, "final", 0))
    with pytest.raises(SystemExit):
        install.check_python()
    said = capsys.readouterr().err
    assert "3.11, 3.12 or 3.13" in said and "PYTHON=" in said


def test_a_python_without_venv_is_told_which_package_brings_it(install, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(SystemExit):
        install.check_python()
    assert "python3-venv" in capsys.readouterr().err


def test_a_broken_network_is_told_in_words(install, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(install, "VENV", str(tmp_path))
    monkeypatch.setattr(install, "find_uv", lambda: None)
    monkeypatch.setattr(install, "INSIDE", sys.executable)
    monkeypatch.setattr(install.subprocess, "call", lambda command: 1)
    with pytest.raises(SystemExit):
        install.install("demo")
    said = capsys.readouterr().err
    assert "network" in said and "HTTPS_PROXY" in said
    assert not list(tmp_path.iterdir()), "a failed install must not look finished"


def test_an_install_that_was_done_before_costs_nothing(install, monkeypatch, tmp_path):
    monkeypatch.setattr(install, "VENV", str(tmp_path))
    monkeypatch.setattr(install, "INSIDE", sys.executable)
    (tmp_path / "installed-dev").write_text(install.fingerprint(install.PINS["dev"]))
    monkeypatch.setattr(install, "find_uv", lambda: pytest.fail("nothing was to be installed"))
    install.install("demo")


@pytest.mark.parametrize("name", ["pins.txt", "pins-dev.txt", "deploy/pins.txt"])
def test_pins_name_versions_and_no_host(name: str):
    for line in (ROOT / name).read_text().splitlines():
        assert "==" in line and "://" not in line and not line.startswith("-"), line


def test_what_the_demo_needs_is_pinned_as_the_tests_have_it():
    wide = set((ROOT / "pins-dev.txt").read_text().splitlines())
    assert set((ROOT / "pins.txt").read_text().splitlines()) <= wide


def test_the_example_of_the_environment_lists_every_variable_that_is_read():
    listed = set(re.findall(r"^# ([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.M))
    read = set()
    for path in [*(ROOT / "site_config").rglob("*.py"), *(ROOT / "tests").rglob("conftest.py"), ROOT / "tests/run.py"]:
        read |= set(re.findall(r"""env(?:\.\w+)?\(\s*["']([A-Z0-9_]+)["']""", path.read_text()))
        read |= set(
            re.findall(r"""os\.environ(?:\.get\(|\.setdefault\(|\[)\s*["']([A-Z0-9_]+)["']""", path.read_text())
        )
    read -= {"PATH", "HOME", "DJANGO_ALLOW_ASYNC_UNSAFE"}  # the machine's own
    assert read <= listed, sorted(read - listed)
    assert listed <= read | {"ANYMAIL_"}, sorted(listed - read)
