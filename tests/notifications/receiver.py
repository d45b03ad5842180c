"""Somebody else's server on loopback, for tests of outgoing webhooks: it answers as told and keeps what came."""

import base64
import hashlib
import hmac
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from notifications.models import Webhook
from notifications.systems import webhooks


@dataclass
class Receiver:
    """What came, and what is answered: a status for each call, the last one for ever."""

    url: str
    answers: list[int] = field(default_factory=lambda: [200])
    headers: dict[str, str] = field(default_factory=dict)
    text: bytes = b"thank you"
    silent: threading.Event | None = None
    came: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    def next_status(self) -> int:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    @property
    def events(self) -> list[str]:
        """The ids that came, in their order."""
        return [headers["webhook-id"] for _path, headers, _text in self.came]


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A server that answers while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.came.append((self.path, {name.lower(): value for name, value in self.headers.items()}, text))
            if receiver.silent is not None:
                receiver.silent.wait(20)
                return
            self.send_response(receiver.next_status())
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(receiver.text)))
            self.end_headers()
            self.wfile.write(receiver.text)

        def log_message(self, *values: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver = Receiver(f"http://127.0.0.1:{server.server_port}/hook?from=shop")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        if receiver.silent is not None:
            receiver.silent.set()
        server.shutdown()
        server.server_close()


def hook(site: Any, url: str, **more: Any) -> Webhook:
    """A webhook of a site."""
    return Webhook.objects.create(
        **{"site": site, "name": "Website", "url": url, "secret": webhooks.new_secret()} | more
    )


def is_signed(secret: str, headers: dict[str, str], text: bytes) -> bool:
    """What a frontend does: the check of standardwebhooks.com, written here without our own code."""
    signed = b".".join([headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), text])
    key = base64.b64decode(secret.split("_", 1)[1])
    wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return headers["webhook-signature"] == f"v1,{wanted}"
