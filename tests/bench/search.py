"""How quick the search box is at fifty thousand devices: `python -m tests.bench.search`.

Fills a database of its own with made-up devices, then asks what people type, each beginning on the way: the search
alone, and the whole answer of /find/ through the WSGI application with the page cache around it, one at a time.
Prints the times, the time to make the index and its memory; exits with 1 when one in twenty takes over 50 ms.
"""

import json
import os
import random
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import tests.bench.environment  # noqa: F401 - sets Django up before the next lines
from cms import catalogue, questions, search, search_index
from cms.models import Subject
from cms.sites import default_site
from cms.versions import Scope, bump
from site_config.demo.scale import KINDS, Made, devices
from site_config.wsgi import application
from tests.bench.__main__ import database
from tests.factories import make_shop

DEVICES = 50_000
MOST_MS = 50.0
ASKED, ASKED_WHOLE = 3_000, 1_000


def fill(made: list[Made]) -> None:
    """The small shop, and these devices in a category for each kind."""
    make_shop()
    category = {}
    for kind in KINDS:
        family = Subject.objects.create(kind="family", name=kind.title(), slug=f"all-{kind}", live=True)
        category[kind] = Subject.objects.create(
            kind="category", name=f"Other {kind}", slug=f"other-{kind}", parent=family, live=True
        )
    rows = [
        Subject(
            kind="device",
            name=one.name,
            slug=one.slug,
            parent=category[one.kind],
            brand=one.brand,
            year=one.year,
            model_codes=one.codes,
            also_called=one.also_called,
            live=True,
        )
        for one in made
    ]
    Subject.objects.bulk_create(rows, batch_size=2_000)
    bump(Scope.CONTENT)


def typed(made: list[Made], number: int) -> Iterator[str]:
    """What people type for some of these: every beginning on the way, with typing errors, codes and complaints."""
    chance = random.Random(7)
    count = 0
    while count < number:
        one = chance.choice(made)
        whole = chance.choice(
            (
                f"{one.brand} {one.name}",
                one.name,
                f"{mistyped(one.name, chance)}",
                f"{mistyped(one.brand, chance)} {one.name}",
                one.codes.split()[0],
                f"{one.name} {chance.choice(('screen', 'batery', 'charging port', 'cracked glass', 'water damage'))}",
                f"{one.name.replace(' ', '')}",
            )
        )[:80]
        for end in range(2, len(whole) + 1, chance.choice((1, 2, 3))):
            yield whole[:end]
            count += 1


def mistyped(text: str, chance: random.Random) -> str:
    """The text with one letter left out, doubled, or swapped with the next."""
    place = chance.randrange(max(len(text) - 1, 1))
    return chance.choice(
        (
            text[:place] + text[place + 1 :],
            text[: place + 1] + text[place:],
            text[:place] + text[place + 1 : place + 2] + text[place] + text[place + 2 :],
        )
    )


def spent(act: Callable[[], Any]) -> tuple[float, float, Any]:
    """Seconds on the clock, seconds of our processor time, and what came of it."""
    wall, own = time.perf_counter(), time.process_time()
    done = act()
    return time.perf_counter() - wall, time.process_time() - own, done


def told(name: str, times: Iterable[tuple[float, float]]) -> float:
    """Print the spread in milliseconds; gives the 95th of a hundred, by the clock."""
    walls, owns = (sorted(one * 1000 for one in column) for column in zip(*times, strict=True))

    def at(row: list[float], share: float) -> float:
        return row[int(len(row) * share)]

    print(
        f"{name:<28}{len(walls):>6} asked   p50 {at(walls, 0.5):6.1f}   p95 {at(walls, 0.95):6.1f}   "
        f"p99 {at(walls, 0.99):6.1f} ms   (processor: p50 {at(owns, 0.5):.1f}, p95 {at(owns, 0.95):.1f})"
    )
    return at(walls, 0.95)


def ask(words: str) -> bytes:
    """What /find/ answers, as the server's own WSGI application is asked. Raises RuntimeError."""
    status: list[str] = []
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/find/",
        "QUERY_STRING": urlencode({"q": words}),
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.url_scheme": "https",
        "HTTP_X_FORWARDED_PROTO": "https",
    }
    body = b"".join(application(environ, lambda code, headers, info=None: status.append(code)))
    if not status[0].startswith("200"):
        raise RuntimeError(f"{words!r}: {status[0]}")
    return body


def published() -> None:
    """After one device was published: the first visitor's answer, and how long until the device is found."""
    Subject.objects.filter(slug="made-1").update(name="Zyxwvut 1")
    bump(Scope.CONTENT)
    began = time.perf_counter()
    ask("iphone 13")
    first = time.perf_counter() - began
    while b"made-1/" not in ask("zyxwvut") and time.perf_counter() - began < 60:
        time.sleep(0.05)
    print(f"after publishing: first answer {first:.2f} s, the new name found after {time.perf_counter() - began:.2f} s")


def main() -> int:
    """Print the figures; 1 when the answers are too slow."""
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    made = list(devices(DEVICES))
    with database():
        fill(made)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        wall, own, known = spent(lambda: catalogue.read(default_site()))
        print(f"tree read                    {wall:.2f} s ({own:.2f} processor)")
        wall, own, (_, index) = spent(lambda: search_index.ready(known))
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
        words = len(index.of_devices.words)
        print(
            f"index made                   {wall:.2f} s ({own:.2f} processor), {words} words, {grown} MB with the tree"
        )
        about, stream = questions.read(default_site()), list(typed(made, ASKED))
        told("search alone", [spent(lambda one=one: search.find(known, one, about))[:2] for one in stream])  # type: ignore[misc]
        ask("warm")
        p95 = told("/find/ through WSGI", [spent(lambda one=one: ask(one))[:2] for one in stream[::3][:ASKED_WHOLE]])  # type: ignore[misc]
        published()
    print(json.dumps({"devices": len(made), "p95_ms": round(p95, 1), "budget_ms": MOST_MS}))
    return int(p95 > MOST_MS)


if __name__ == "__main__":
    sys.exit(main())
