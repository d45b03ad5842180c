"""One process tree: the server in front, the worker as its child, and nothing left when either ends."""

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


class Worker:
    """The work queue (`manage.py qcluster`) as a child in a process group of its own."""

    def __init__(self, *, manage: Path, log: Path) -> None:
        self.manage, self.log = manage, log
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and return at once; it is ready some seconds later."""
        self.log.parent.mkdir(exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and file
                [sys.executable, str(self.manage), "qcluster"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        threading.Thread(target=self._watch, args=(self.process,), daemon=True).start()

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        code = process.wait()
        if self.process is process:
            print(
                f"The worker ended (code {code}; see {self.log}). Messages wait until one runs:\n"
                f"  {sys.executable} manage.py qcluster",
                flush=True,
            )

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
                print("The worker does not end by itself; ending it.", flush=True)
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return


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
