"""Real processes for drills: started in a group of their own, waited for with a limit, and always ended."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db import connection

from tests.drills.copies import ROOT

MARK = "MENDWELL_DRILL"


def until(true: Callable[[], object], seconds: float, what: str) -> float:
    """Ask again and again until it is true; how long that took. Fails in words when the time is over."""
    began = time.monotonic()
    while not true():
        took = time.monotonic() - began
        assert took < seconds, f"After {seconds} seconds still not: {what}"
        time.sleep(0.05)  # between two questions; nothing depends on how long
    return time.monotonic() - began


def environment(**more: str) -> dict[str, str]:
    """Our own environment without what would lead to another database or other settings, and a mark to be found by."""
    kept = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}}
    return {**kept, "PYTHONUNBUFFERED": "1", MARK: uuid4().hex, **more}


def database_url() -> str:
    """The address of this test's own clone, for another process."""
    name = settings.DATABASES["default"]["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"


class Running:
    """`manage.py <command>` with its output in a file."""

    def __init__(self, *arguments: str, tree: Path = ROOT, log: Path, given: dict[str, str]) -> None:
        self.given, self.log, self.began = given, log, time.monotonic()
        with log.open("wb") as out:
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and arguments
                [sys.executable, "manage.py", *arguments],
                cwd=tree,
                env=given,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    def age(self) -> float:
        """Seconds since it was started."""
        return time.monotonic() - self.began

    def end(self, by: signal.Signals, seconds: float = 20) -> int:
        """Send the signal to the command itself, as a supervisor does, and wait; the exit code."""
        self.process.send_signal(by)
        return self.process.wait(seconds)

    def end_group(self, by: signal.Signals, seconds: float = 20) -> int:
        """Send the signal to the command's whole group, as a terminal does, and wait; the exit code."""
        os.killpg(self.process.pid, by)
        return self.process.wait(seconds)

    def alive(self) -> list[int]:
        """Every living process that carries this one's mark, in whatever group it is."""
        mark = f"{MARK}={self.given[MARK]}".encode()
        return [int(folder.name) for folder in Path("/proc").glob("[0-9]*") if mark in read(folder / "environ")]

    def clean_up(self) -> None:
        """Leave nothing behind, whatever the test did."""
        for pid in self.alive():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait()


def read(file: Path) -> bytes:
    """A file of /proc; empty when the process has just ended."""
    try:
        return file.read_bytes()
    except OSError:
        return b""


@contextmanager
def running(*arguments: str, tree: Path = ROOT, log: Path, given: dict[str, str]) -> Iterator[Running]:
    """A started command, ended at the end of the block if it still runs."""
    started = Running(*arguments, tree=tree, log=log, given=given)
    try:
        yield started
    finally:
        started.clean_up()
