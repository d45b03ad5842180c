"""Where the demo listens, and whether it can. Standard library only: it is asked before anything is installed."""

import os
import socket
import sys


class PortTaken(Exception):
    """Another program listens there already."""

    code = "port_taken"


class PortNotKnown(Exception):
    """DEMO_PORT is not a number of a port."""

    code = "port_not_known"


def wanted() -> tuple[str, int]:
    """Host and port from DEMO_HOST and DEMO_PORT, else 127.0.0.1 and 8000. Raises PortNotKnown."""
    host, text = os.environ.get("DEMO_HOST") or "127.0.0.1", os.environ.get("DEMO_PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise PortNotKnown(f"DEMO_PORT is {text!r}; it must be a number from 1 to 65535.")
    return host, int(text)


def reserve(host: str, port: int) -> socket.socket:
    """A listening socket on host and port, for the server to take over. Raises PortTaken with words to show."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise PortTaken(
            f"Port {port} on {host} cannot be used: {error.strerror or error}.\n"
            f"Perhaps a demo runs already. Choose another port, such as:  make demo DEMO_PORT={port % 65535 + 1}"
        ) from error
    return listener


def main() -> int:
    """Say whether the demo could listen now. Exit code 1 when it could not."""
    try:
        reserve(*wanted()).close()
    except (PortTaken, PortNotKnown) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
