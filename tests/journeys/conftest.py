"""Journeys run against the whole application on one port, streams included, as the demo serves it."""

import os
import socket
import tempfile
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn


@pytest.fixture
def served(transactional_db: None, settings: Any) -> Iterator[str]:
    """The application under uvicorn in a thread of this process. Gives its address."""
    from site_config import asgi  # noqa: PLC0415 - reads the database settings when it is imported

    hub = asgi.Hub(asgi.Rows(settings.DATABASES["default"]))
    doors = asgi.Doors(link=asgi.read_link, ticket=asgi.read_ticket, origins=[])
    application = asgi.Live(hub, doors, asgi.rest)

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings.PUBLIC_ORIGIN = f"http://127.0.0.1:{port}"
    demo = settings.PAYMENT_PROVIDERS["demo"]
    options = {**demo["OPTIONS"], "origin": settings.PUBLIC_ORIGIN}
    settings.PAYMENT_PROVIDERS = {**settings.PAYMENT_PROVIDERS, "demo": {**demo, "OPTIONS": options}}
    server = uvicorn.Server(
        uvicorn.Config(application, port=port, log_level="warning", timeout_graceful_shutdown=1, lifespan="on")
    )
    ready = threading.Event()
    started = server.startup

    async def startup(*args: Any, **kwargs: Any) -> None:
        await started(*args, **kwargs)
        ready.set()

    server.startup = startup  # type: ignore[method-assign]
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert ready.wait(20), "the server did not start"
    yield settings.PUBLIC_ORIGIN
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def shots() -> str:
    """A folder for screenshots: MENDWELL_SHOTS, or one that is thrown away."""
    return os.environ.get("MENDWELL_SHOTS") or tempfile.mkdtemp()
