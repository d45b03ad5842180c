"""`make pictures`: the pictures of the README and of the editors' handbook, taken of the demo's own shop.

The demo runs on a clone of the migrated test database in a folder of its own and is thrown away afterwards. Names on
the command line (`python -m tests.pictures home compare`) write those pictures only; each is at most 120 kB.
"""

import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.editor import Writer, picture
from tests.pictures_shown import HANDBOOK, README, Shown

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "pictures"
MOST_BYTES = 120_000
SETTINGS = "site_config.settings.dev"
PASSWORD = "mendwell-demo-2026"


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def clone(folder: Path) -> None:
    """Put a copy of the migrated, empty test database where the demo keeps its own."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "site_config.settings.test"
    import django  # noqa: PLC0415 - the settings are named just above

    django.setup()
    from tests.databases import SQLite  # noqa: PLC0415 - needs configured settings

    bed = SQLite()
    bed.build()
    shutil.copyfile(bed.template, folder / "mendwell.sqlite3")


@contextmanager
def demo(folder: Path) -> Iterator[str]:
    """The demo, served out of that folder. Gives its address."""
    port = free_port()
    mine = {"VAR_DIR": str(folder), "DEMO_PORT": str(port), "DEMO_WORKER": "0", "DJANGO_SETTINGS_MODULE": SETTINGS}
    given = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "PUBLIC_ORIGIN"}}
    command = [sys.executable, str(ROOT / "manage.py"), "demo"]
    with subprocess.Popen(command, env=given | mine, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - ours
        assert process.stdout is not None
        try:
            if not any("Ctrl-C ends it" in line for line in process.stdout):
                raise SystemExit("The demo did not start.")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.stdout.read()


class Camera:
    """Takes pictures of one browser: a window for each person, kept open between pictures."""

    def __init__(self, browser: Browser, address: str, *, folder: Path, wanted: set[str]) -> None:
        self.browser, self.address, self.folder, self.wanted = browser, address, folder, wanted
        self.windows: dict[tuple[str, int], Any] = {}

    def window(self, role: str = "", width: int = 1280) -> Any:
        """The page of a visitor, or of somebody with a log-in of the demo."""
        if (role, width) not in self.windows:
            context = self.browser.new_context(
                viewport={"width": width, "height": 860}, locale="en-GB", reduced_motion="reduce", color_scheme="light"
            )
            tab = context.new_page()
            tab.set_default_timeout(30_000)
            self.windows[role, width] = tab
            if role:
                tab.goto(f"{self.address}/accounts/login/")
                tab.fill("input[name=login]", f"{role}@mendwell.example")
                tab.fill("input[name=password]", PASSWORD)
                tab.click("main form:has(input[name=password]) button[type=submit]:visible")
                tab.wait_for_url(lambda url: "/login/" not in url)
        return self.windows[role, width]

    def writer(self, role: str) -> Writer:
        """Somebody at work in the admin."""
        return Writer(self.window(role), self.address)

    def upload(self) -> Path:
        """A picture to upload."""
        return picture(self.folder, "green-phone.png")

    def take(self, name: str, tab: Any) -> None:
        """Write the picture of what is in the window, if it is wanted, with as few colours as keep it small."""
        if self.wanted and name not in self.wanted:
            return
        tab.wait_for_load_state("networkidle")
        raw = Image.open(io.BytesIO(tab.screenshot())).convert("RGB")
        target = FOLDER / f"{name}.png"
        target.parent.mkdir(exist_ok=True)
        for colours in (256, 128, 64, 32):
            raw.quantize(colours, dither=Image.Dither.NONE).save(target, optimize=True)
            if target.stat().st_size <= MOST_BYTES:
                break
        print(f"{target.relative_to(ROOT)}  {target.stat().st_size // 1000} kB, {colours} colours")


def main() -> None:
    """Take them in order: later pictures show what earlier ones wrote."""
    wanted = set(sys.argv[1:])
    shown: list[Shown] = [*README, *HANDBOOK]
    with tempfile.TemporaryDirectory() as place, sync_playwright() as player:
        folder = Path(place)
        clone(folder)
        with demo(folder) as address:
            chromium = shutil.which("chromium") or shutil.which("google-chrome")
            browser = player.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
            camera = Camera(browser, address, folder=folder, wanted=wanted)
            for each in shown:
                each(camera)
            browser.close()


if __name__ == "__main__":
    main()
