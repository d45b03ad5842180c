"""One call to somebody else's server, and to no server of our own.

The name is looked up once, every address that it has must be a public one, and the call goes to the very address that
was looked at: a name that answers differently a moment later changes nothing. The standard library's client is used
because it can be told so; it follows no redirects, reads no proxy settings and unpacks nothing.
"""

import http.client
import ipaddress
import socket
import ssl
from dataclasses import dataclass
from threading import Timer
from urllib.parse import urlsplit

from django.conf import settings

CONNECT_SECONDS = 5.0  # for each step of the network
WHOLE_SECONDS = 10.0  # for everything together, however slowly somebody drips
MOST_READ = 4096
LATE = "It did not answer in time."
# Addresses of the new kind that wrap one of the old kind: what they lead to cannot be told by looking at them.
WRAPPED = [ipaddress.ip_network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")]


class NotAllowed(Exception):
    """We do not call this address. The text is for people."""

    code = "webhook_address"


class NoAnswer(Exception):
    """The other side did not answer properly, or not in time."""

    code = "webhook_no_answer"


@dataclass(frozen=True)
class Answer:
    """What came back: the status, and the beginning of the text."""

    status: int
    text: str


@dataclass(frozen=True)
class Target:
    """Where a call goes: the name it is for, the address it is sent to, and the path."""

    host: str
    port: int
    address: str
    path: str
    secure: bool


def check(url: str) -> None:
    """Raises NotAllowed for an address that could never be called; asks nobody."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError as error:
        raise NotAllowed("This is not an address.") from error
    if not parts.hostname or parts.username or parts.password or port == 0:
        raise NotAllowed("Write a whole address without a name or password in it.")
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in settings.WEBHOOK_PRIVATE_HOSTS):
        raise NotAllowed("The address must begin with https://.")


def find(url: str) -> Target:
    """Look the name up. Raises NotAllowed when one of its addresses is not public, NoAnswer when it has none."""
    check(url)
    parts = urlsplit(url)
    host, secure = str(parts.hostname), parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NoAnswer(f"{host} cannot be found.") from error
    found = [str(row[4][0]) for row in rows]
    if host not in settings.WEBHOOK_PRIVATE_HOSTS and not all(is_public(one) for one in found):
        raise NotAllowed(f"{host} is not a public address.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(host, port, found[0], path, secure)


def is_public(address: str) -> bool:
    """Whether it is an address of the open network and of one machine."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if any(ip in network for network in WRAPPED):
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


class Connection(http.client.HTTPConnection):
    """To the address that was looked at, while the certificate and the Host header are those of the name."""

    def __init__(self, target: Target) -> None:
        super().__init__(target.host, target.port, timeout=CONNECT_SECONDS)
        self.default_port = 443 if target.secure else 80
        self.was_cut = False
        self.target = target

    def connect(self) -> None:
        """Open the line."""
        self.sock = socket.create_connection((self.target.address, self.target.port), self.timeout)
        if self.target.secure:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.target.host)

    def cut(self) -> None:
        """End the call from another thread; whoever reads gets an error."""
        self.was_cut = True
        try:
            if self.sock is not None:
                self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # it has ended by itself


def call(url: str, *, text: bytes, headers: dict[str, str]) -> Answer:
    """Send a POST and read the beginning of the answer. Raises NotAllowed or NoAnswer."""
    connection = Connection(find(url))
    clock = Timer(WHOLE_SECONDS, connection.cut)
    clock.daemon = True
    clock.start()
    try:
        connection.request("POST", connection.target.path, text, {"User-Agent": "Mendwell-Webhooks/1", **headers})
        answer = connection.getresponse()
        told = Answer(answer.status, answer.read(MOST_READ).decode("utf-8", "replace"))
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NoAnswer(LATE if connection.was_cut else _words(error)) from error
    finally:
        clock.cancel()
        connection.close()
    if connection.was_cut:  # the client takes what it has for a whole answer
        raise NoAnswer(LATE)
    return told


def _words(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"Its certificate is not good: {error.verify_message}"
    if isinstance(error, TimeoutError):
        return LATE
    return f"It did not answer properly: {type(error).__name__}"
