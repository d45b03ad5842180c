"""One process tree: the server in front, the worker and others as its children, and nothing left when it ends."""

import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from types import FrameType

import uvicorn

GRACE_SECONDS = 10


class Child:
    """A command as a child in a process group of its own. `ended` is said when it ends before its time."""

    name = "A part of the demo"

    def __init__(self, command: list[str], *, log: Path, ended: str, folder: Path | None = None) -> None:
        self.command, self.log, self.ended, self.folder = command, log, ended, folder
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and return at once; it is ready some seconds later."""
        self.log.parent.mkdir(exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and file
                self.command,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        threading.Thread(target=self._watch, args=(self.process,), daemon=True).start()

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        code = process.wait()
        if self.process is process:
            print(f"{self.ended} (code {code}; see {self.log}).", flush=True)

    def stop(self) -> None:
        """Let it finish what it does, then end whatever is left of its group."""
        process, self.process = self.process, None
        if process is None:
            return
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                print(f"{self.name} does not end by itself; ending it.", flush=True)
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return


class Worker(Child):
    """The work queue (`manage.py qcluster`)."""

    name = "The worker"

    def __init__(self, *, manage: Path, log: Path) -> None:
        ended = f"Messages wait until a worker runs ({sys.executable} manage.py qcluster): this one ended"
        super().__init__([sys.executable, str(manage), "qcluster"], log=log, ended=ended)


def _end(number: int, frame: FrameType | None) -> None:
    """A signal that would end us without cleaning up becomes an ordinary exit."""
    raise SystemExit(128 + number)


def _hang_up(number: int, frame: FrameType | None) -> None:
    """A closed terminal is a polite request to end."""
    os.kill(os.getpid(), signal.SIGTERM)


def end_in_order() -> None:
    """Make SIGTERM and a closed terminal run the same clean-up as Ctrl-C."""
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGHUP, _hang_up)


def serve(*, listener: socket.socket) -> None:
    """Answer requests on the listening socket until Ctrl-C or SIGTERM."""
    config = uvicorn.Config(
        "site_config.asgi:application",
        lifespan="on",
        log_level="warning",
        access_log=False,
        proxy_headers=True,
        forwarded_allow_ips="*",
        timeout_graceful_shutdown=3,
    )
    uvicorn.Server(config).run(sockets=[listener])
