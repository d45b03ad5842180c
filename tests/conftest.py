"""The test bed. One run on one database: SQLite unless DATABASE_URL says otherwise.

- `db` and `client` tests roll back; `django_db(transaction=True)` and `live_server` tests get a fresh clone each.
- `@pytest.mark.postgres`: needs PostgreSQL; `@pytest.mark.race`: real threads, run on both. `make test` makes a
  second pass with these two on PostgreSQL when one answers (tests/run.py).
- `@pytest.mark.browser`: needs chromium.
- The network is shut but for loopback.
"""

import gc
import os
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import hypothesis
import pytest
from django.test import TransactionTestCase

HERE = Path(__file__).parent
CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
POSTGRES_URL = os.environ.get("TEST_DATABASE_URL", "postgres://root@127.0.0.1:5432/postgres")
REDIS_URL = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/15")


# How long one example takes says more of the machine than of the code.
hypothesis.settings.register_profile("mendwell", deadline=None)
hypothesis.settings.load_profile("mendwell")


def answers(url: str) -> bool:
    """Whether something listens at the address."""
    parts = urlparse(url)
    try:
        with socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 5432), timeout=1):
            return True
    except OSError:
        return False


ON_POSTGRES = os.environ.get("DATABASE_URL", "").startswith("postgres")
HAVE = {"postgres": ON_POSTGRES, "browser": bool(CHROMIUM), "redis": answers(REDIS_URL)}
HOW = {
    "postgres": "PostgreSQL: start one on 127.0.0.1:5432 or set TEST_DATABASE_URL.",
    "browser": "chromium: install it (Debian: apt-get install chromium).",
    "redis": "Redis: start one on 127.0.0.1:6379 or set TEST_REDIS_URL.",
}


def pytest_configure(config: pytest.Config) -> None:
    for mark, text in HOW.items():
        config.addinivalue_line("markers", f"{mark}: needs {text}")
    config.addinivalue_line("markers", "race: real parallel work, run on SQLite and on PostgreSQL")
    config.addinivalue_line("markers", "drill: long proofs, run by `make drill`")
    # Playwright keeps an event loop in the thread of the test; Django would refuse the database there.
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what this machine cannot run, and drills unless asked for. The longest begin: the browser's."""
    asked = config.getoption("-m")
    left, kept = [], []
    for item in items:
        missing = [mark for mark, there in HAVE.items() if item.get_closest_marker(mark) and not there]
        if missing or (item.get_closest_marker("drill") and "drill" not in asked):
            left.append(item)
        else:
            kept.append(item)
    if left:
        config.hook.pytest_deselected(items=left)
    items[:] = sorted(kept, key=lambda item: item.get_closest_marker("browser") is None)


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is loaded by now stays: the collector need not look at it after every few hundred new objects."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(scope="session", autouse=True)
def static_files() -> None:
    """Found once, not for each client."""
    from tests.static_files import find_once  # noqa: PLC0415 - needs configured settings

    find_once()


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: Any
) -> Iterator[None]:
    """Replace pytest-django's database set-up by a clone of the migrated template."""
    from tests import databases  # noqa: PLC0415 - needs configured settings

    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    with django_db_blocker.unblock():
        bed = databases.kind()
        bed.build()
        name = bed.name(worker)
        databases.fresh(bed, name)
        databases.point_at(name)
    stock = TransactionTestCase._fixture_teardown

    def teardown(self: TransactionTestCase) -> None:
        databases.fresh(bed, name)

    TransactionTestCase._fixture_teardown = teardown  # type: ignore[method-assign]
    yield
    TransactionTestCase._fixture_teardown = stock  # type: ignore[method-assign]
    with django_db_blocker.unblock():
        databases.connections.close_all()
        bed.remove(name)


@pytest.fixture(autouse=True)
def clean_cache() -> Iterator[None]:
    """Wagtail keeps site roots in the cache; a rolled back test must not leave its own there, nor the sites it read."""
    from django.core.cache import cache  # noqa: PLC0415 - needs configured settings

    from cms import sites  # noqa: PLC0415
    from notifications import outbound  # noqa: PLC0415
    from tests import remembered  # noqa: PLC0415

    cache.clear()
    outbound.forget()
    sites.forget()
    remembered.begin()
    yield
    cache.clear()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """No socket but loopback and local ones."""
    from pytest_socket import socket_allow_hosts  # noqa: PLC0415

    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


collect_ignore = ["bench"]
sys.path.insert(0, str(HERE.parent))


@pytest.fixture
def shop(db: None) -> Any:
    """The small shop of tests/factories.py."""
    from tests.factories import make_shop  # noqa: PLC0415 - needs configured settings

    return make_shop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One headless browser for the run."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where a browser is there

    with sync_playwright() as player:
        browser = player.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Any) -> Iterator[Any]:
    """A fresh visitor at desktop width. A console error or a failed request of ours fails the test."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    tab = context.new_page()
    errors: list[str] = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    tab.set_default_timeout(15_000)
    yield tab
    context.close()
    assert errors == []
