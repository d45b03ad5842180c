"""What a customer on a phone waits for: each step of a booking and the first answer of the search.

The demo's shop under granian with the page cache, as production serves it, and a headless chromium that stands for a
phone: a processor four times slower, 40 ms to the server, 10 Mbit/s. A step is timed from the tap to the moment the
next page can be used, redirects included, and again with everything the browser keeps already kept.
"""

import re
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from django.test import override_settings
from django.utils import timezone
from playwright.sync_api import expect, sync_playwright

import tests.bench.environment  # noqa: F401 - sets Django up before the next lines
from site_config.demo import data
from tests.bench.__main__ import database
from tests.bench.server import Server
from tests.conftest import CHROMIUM

STEP_MS = 300
ANSWER_MS = 150
SLOWER = 4
LINE = {"offline": False, "latency": 40, "downloadThroughput": 10e6 / 8, "uploadThroughput": 5e6 / 8}
ROUNDS = 3
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "locale": "en-GB"}
USABLE = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"


def press(page: Any) -> None:
    """Tap the step's main button in the bar at the bottom."""
    page.locator(
        "main button[type=submit][form]:visible, main #step button[type=submit]:not([name]):visible"
    ).last.tap()


def booking(page: Any, address: str) -> dict[str, float]:
    """Walk from the device to the payment page; milliseconds of each step by name."""
    took: dict[str, float] = {}

    def reached(name: str, part: str) -> None:
        page.wait_for_url(f"**{part}**")
        page.wait_for_load_state("load")
        took[name] = page.evaluate(USABLE)

    page.goto(f"{address}/book/?device=iphone-13")
    reached("issue", "/book/")
    page.locator("input[name=repairs]").first.check(force=True)
    press(page)
    reached("service and time", "/time/")
    page.locator("button.day").nth(2).tap()
    expect(page.locator("button.day").nth(2)).to_have_attribute("aria-current", re.compile("."))
    page.locator(".times [name=starts_at]").first.check(force=True)
    press(page)
    reached("photos", "/photos/")
    press(page)
    reached("details", "/checkout/")
    page.locator("input[name=name]").fill("Ada Smith")
    page.locator("input[name=email]").fill("ada@example.com")
    press(page)
    reached("payment", "/checkout/review/")
    return took


def first_answer(page: Any, address: str, words: str) -> float:
    """Milliseconds the server takes for the first answer of the type-ahead, as the browser sees it without the line."""
    page.goto(f"{address}/devices/")
    return float(
        page.evaluate(
            """async (words) => {
                const began = performance.now();
                const answer = await fetch(`/find/?q=${encodeURIComponent(words)}`);
                await answer.text();
                return performance.now() - began;
            }""",
            words,
        )
    )


def main() -> int:
    """Print the table; 1 when a step or an answer is over its budget."""
    with database() as url, tempfile.TemporaryDirectory() as folder:
        with override_settings(DEMO=True):
            data.load(at=timezone.now())
        server = Server("site_config.wsgi:application", Path(folder) / "server.log", DATABASE_URL=url)
        try:
            with sync_playwright() as player:
                browser = player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
                over = steps(browser, f"http://127.0.0.1:{server.port}")
                over = answers(browser, f"http://127.0.0.1:{server.port}") or over
                browser.close()
        finally:
            server.stop()
    return int(over)


def steps(browser: Any, address: str) -> bool:
    """Book on a phone, once with an empty cache and then with a filled one. Says whether a step was over its budget."""
    page = browser.new_context(**PHONE).new_page()
    page.set_default_timeout(30_000)
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", LINE)
    line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    cold = booking(page, address)
    warm = [booking(page, address) for _ in range(ROUNDS)]
    print(f"\nA booking on a phone ({SLOWER}x slower, 40 ms, 10 Mbit/s): ms until the step can be used.\n")
    print(f"{'step':<22}{'first':>8}{'median':>8}  budget {STEP_MS}")
    over = False
    for name, first in cold.items():
        middle = statistics.median(one[name] for one in warm)
        over = over or middle > STEP_MS
        print(f"{name:<22}{first:>8.0f}{middle:>8.0f}{'  OVER' if middle > STEP_MS else ''}")
    return over


def answers(browser: Any, address: str) -> bool:
    """The type-ahead's first answer to some words. Says whether one was over its budget."""
    page, over = browser.new_context().new_page(), False
    for words in ("iph", "galxy s22", "A2633", "macbook"):
        took = first_answer(page, address, words)
        over = over or took > ANSWER_MS
        late = "  OVER" if took > ANSWER_MS else ""
        print(f"first answer to {words!r:<14}{took:>6.0f}  budget {ANSWER_MS}{late}")
    return over


if __name__ == "__main__":
    began = time.monotonic()
    code = main()
    print(f"{time.monotonic() - began:.0f} s")
    sys.exit(code)
