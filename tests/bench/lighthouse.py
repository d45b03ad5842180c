"""Lighthouse 12 on a phone, median of five runs, for the pages that people land on: `make lighthouse`.

The demo's shop as production serves it (granian, page cache, named static files, packed text). Needs npx and chromium;
npx fetches Lighthouse once. Exits with 1 when a page is below what we ask of it.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from django.test import override_settings
from django.utils import timezone

import tests.bench.environment  # noqa: F401 - sets Django up before the next lines
from cms.models import FAQPage, LandingPage
from site_config.demo import data
from tests.bench.__main__ import database
from tests.bench.server import Server
from tests.conftest import CHROMIUM

RUNS = int(os.environ.get("LIGHTHOUSE_RUNS", "5"))
WANTED = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage"


def pages() -> dict[str, str]:
    """The paths that are looked at, by what they are."""
    written = {"landing": LandingPage, "FAQ": FAQPage}
    found = {name: kind.objects.live().order_by("path").first() for name, kind in written.items()}
    return {
        "home": "/",
        **{name: str(page.url_path.split("/", 2)[2]) for name, page in found.items() if page is not None},
        "device": "devices/iphone-13/",
        "repair": "devices/iphone-13/screen-repair/",
    }


def look(address: str, folder: Path) -> dict[str, Any]:
    """One report of Lighthouse. Raises SystemExit with its words when it fails."""
    report = folder / "report.json"
    report.unlink(missing_ok=True)
    command = ["npx", "--yes", "lighthouse@12", address, "--quiet", f"--chrome-flags={FLAGS}", "--output=json"]
    command += [f"--output-path={report}", f"--only-categories={','.join(WANTED)}"]
    done = subprocess.run(  # noqa: S603 - our own command
        command, capture_output=True, text=True, check=False, env={**os.environ, "CHROME_PATH": CHROMIUM or ""}
    )
    if not report.exists():
        raise SystemExit(f"Lighthouse did not report:\n{done.stderr[-2000:]}")
    return dict(json.loads(report.read_text()))


def faults(report: dict[str, Any]) -> set[str]:
    """What a report finds wrong in a category that must be perfect, and what costs the most time."""
    found = set()
    for name in WANTED:
        for entry in report["categories"][name]["auditRefs"]:
            audit = report["audits"][entry["id"]]
            if (
                entry["weight"]
                and audit["score"] is not None
                and audit["score"] < (0.9 if name == "performance" else 1)
            ):
                found.add(f"{name}: {audit['title']} {audit.get('displayValue', '')}".rstrip())
    return found


def judge(name: str, address: str, folder: Path) -> bool:
    """Print one line of the table and what was found; whether the page is good enough."""
    scores: dict[str, list[float]] = {category: [] for category in WANTED}
    told: set[str] = set()
    urlopen(address).close()  # noqa: S310 - our own server; a page that people land on is in the cache
    for _ in range(RUNS):
        report = look(address, folder)
        for category, rows in scores.items():
            rows.append(100 * (report["categories"][category]["score"] or 0))
        told |= faults(report)
    middle = {category: round(statistics.median(rows)) for category, rows in scores.items()}
    below = [category for category, least in WANTED.items() if middle[category] < least]
    line = "".join(f"{middle[category]:>16}" for category in WANTED)
    print(f"{name:<10}{line}   {'below: ' + ', '.join(below) if below else 'good'}", flush=True)
    for words in sorted(told):
        print(f"            {words}", flush=True)
    return not below


def valid(address: str, paths: dict[str, str], folder: Path) -> bool:
    """Check the pages against the HTML standard (html-validate's rules for it), and print what is wrong."""
    files = []
    for name, path in paths.items():
        file = folder / f"{name}.html"
        with urlopen(address + path.lstrip("/")) as page:  # noqa: S310 - our own server
            file.write_bytes(page.read())
        files.append(file.name)
    (folder / ".htmlvalidate.json").write_text(json.dumps({"root": True, "extends": ["html-validate:standard"]}))
    command = ["npx", "--yes", "html-validate@9", "--formatter=text", *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)  # noqa: S603 - our own
    print(f"\nHTML: {'valid' if done.returncode == 0 else 'not valid'}\n{done.stdout}{done.stderr}", flush=True)
    return done.returncode == 0


def main() -> int:
    """Print the table; 1 when a page is below, 2 when this machine cannot look."""
    if not CHROMIUM or not shutil.which("npx"):
        print("Lighthouse needs chromium and npx (Node 18 or newer); nothing was looked at.")
        return 2
    with database() as url, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with override_settings(DEMO=True):
            data.load(at=timezone.now())
        server = Server("tests.bench.front:application", folder / "server.log", DATABASE_URL=url)
        print(
            f"Lighthouse 12, phone, median of {RUNS}.\n\n{'':<10}{''.join(f'{one:>16}' for one in WANTED)}", flush=True
        )
        try:
            address = f"http://127.0.0.1:{server.port}/"
            rows = [valid(address, pages(), folder)]
            rows += [judge(what, address + path.lstrip("/"), folder) for what, path in pages().items()]
        finally:
            server.stop()
    return int(not all(rows))


if __name__ == "__main__":
    sys.exit(main())
