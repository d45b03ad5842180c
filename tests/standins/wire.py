"""Requests and answers, a threaded WSGI server for them, and the ways in which a connection can break."""

import json
import os
import socket
import struct
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from socketserver import ThreadingMixIn
from typing import Any
from urllib.parse import parse_qsl
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer


@dataclass
class Request:
    method: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]  # by lower-case name
    body: bytes
    origin: str

    @property
    def form(self) -> list[tuple[str, str]]:
        return parse_qsl(self.body.decode(), keep_blank_values=True)

    @property
    def fields(self) -> dict[str, str]:
        return dict(self.form)

    @property
    def asked(self) -> dict[str, str]:
        return dict(self.query)


@dataclass
class Response:
    status: int = 200
    body: bytes = b""
    kind: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    broken: str = ""  # "reset" or "half": what becomes of it on the way


def answer(content: Any, status: int = 200, **headers: str) -> Response:
    """A JSON answer; header names with _ for -."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, json.dumps(content).encode(), headers=names)


def page(html: str) -> Response:
    return Response(200, html.encode(), "text/html; charset=utf-8")


def away(address: str) -> Response:
    return Response(303, headers={"Location": address})


class Problem(Exception):
    """An answer that ends a call early."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


def application(serve: Callable[[Request], Response]) -> Callable[..., Iterable[bytes]]:
    """The WSGI face of a function from request to answer."""

    def wsgi(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        headers = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name[:5] == "HTTP_"}
        headers["content-type"] = environ.get("CONTENT_TYPE", "")
        request = Request(
            method=environ["REQUEST_METHOD"],
            path=environ["PATH_INFO"],
            query=parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True),
            headers=headers,
            body=environ["wsgi.input"].read(length) if length else b"",
            origin=f"http://{headers.get('host', '127.0.0.1')}",
        )
        response = serve(request)
        if response.broken:
            cut(environ["standin.socket"], response)
            return []
        names = {"Content-Type": response.kind, "Content-Length": str(len(response.body)), **response.headers}
        start_response(f"{response.status} -", list(names.items()))
        return [response.body]

    return wsgi


def cut(connection: socket.socket, response: Response) -> None:
    """Break a connection: at once, or in the middle of the answer."""
    if response.broken == "half":
        whole = f"HTTP/1.0 {response.status} -\r\nContent-Type: {response.kind}\r\nContent-Length: {len(response.body)}"
        connection.sendall(whole.encode() + b"\r\n\r\n" + response.body[: len(response.body) // 2])
        connection.shutdown(socket.SHUT_RDWR)
        return
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    os.close(connection.detach())


class Handler(WSGIRequestHandler):
    def get_environ(self) -> dict[str, Any]:
        return {**super().get_environ(), "standin.socket": self.connection}

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: the control API tells what came."""


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that we broke ourselves, or that the other side left: nothing to tell."""

    def shutdown_request(self, request: Any) -> None:
        with suppress(OSError):  # broken by ourselves
            super().shutdown_request(request)


def listen(serve: Callable[[Request], Response], *, port: int = 0) -> Server:
    """A server on loopback that answers in threads; port 0 takes a free one. Close it with `shutdown`."""
    server = Server(("127.0.0.1", port), Handler)
    server.set_app(application(serve))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    return server
