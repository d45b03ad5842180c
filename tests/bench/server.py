"""A granian process of our own, a client for it, and what it used of the processor."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Server:
    """One WSGI application under granian: one worker process with four threads, as in deploy/."""

    def __init__(self, application: str, log: Path, **environment: str) -> None:
        self.port = free_port()
        command = ["-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port)]
        sizes = ["--workers", "1", "--blocking-threads", "4", "--no-ws"]
        with log.open("wb") as out:
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and arguments
                [sys.executable, *command, *sizes, application],
                env={**os.environ, **environment},
                stdout=out,
                stderr=out,
            )
        self.log = log
        self.wait()
        self.client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def wait(self) -> None:
        """Until it answers; says what it logged when it does not."""
        end = time.monotonic() + 60
        while time.monotonic() < end and self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.1)
        self.stop()
        raise SystemExit(f"The server did not start:\n{self.log.read_text()}")

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, bytes]:
        """One request on the kept connection; the status and the bytes."""
        data = None if body is None else json.dumps(body)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if data is not None:
            named["Content-Type"] = "application/json"
        self.client.request(method, path, data, named)
        answer = self.client.getresponse()
        return answer.status, answer.read()

    def cpu_ms(self) -> float:
        """Processor time of the process and its children so far."""
        return spent_ms(tree(self.process.pid))


def tree(pid: int) -> list[int]:
    """A process and everything below it."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return [pid]
    return [pid, *(one for child in children for one in tree(int(child)))]


def spent_ms(pids: Iterable[int]) -> float:
    """User and system time of processes, in milliseconds; those that are gone count nothing."""
    ticks = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += int(fields[11]) + int(fields[12])
    return ticks * TICK_MS
