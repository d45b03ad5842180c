"""The order of the rooms and their walls, read from the imports. `python -m tests.house.rooms` prints what breaks them.

A room may import the rooms below it, never upward and never a neighbour. Some libraries live in one place only.
`site_config`, migrations and tests are exempt.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BELOW = {
    "notifications": set(),
    "cms": {"notifications"},
    "repairs": {"cms", "notifications"},
    "shop": {"repairs", "cms", "notifications"},
    "catalogue_import": {"shop", "repairs", "cms", "notifications"},
    "api": {"shop", "repairs", "cms", "notifications"},
}
ROOMS = {*BELOW, "site_config", "tests"}
# library: where it may be imported; a name ending in / is a folder, "*name" a file of that name in any room.
WALLS = {
    "oscar": ("shop/",),
    "stripe": ("shop/payments/stripe.py",),
    "twilio": ("notifications/channels/sms_twilio.py", "notifications/channels/twilio_http.py"),
    "rest_framework": ("api/",),
    "drf_spectacular": ("api/",),
    "wagtail": (
        "cms/",
        "api/",
        "shop/price_admin/",
        "shop/models/prices.py",
        "catalogue_import/pages/",
        "*wagtail_hooks.py",
    ),  # fmt: skip
}


def modules() -> Iterator[Path]:
    """Every module of the rooms, migrations left out."""
    for room in sorted(BELOW):
        for path in sorted((ROOT / room).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and dotted name of each import in a module."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, f".{node.module or ''}" if node.level else node.module or ""


def allowed(library: str, path: Path) -> bool:
    """Whether the library may be used in the module."""
    here = path.relative_to(ROOT).as_posix()
    return any(path.name == place[1:] if place.startswith("*") else here.startswith(place) for place in WALLS[library])


def faults() -> Iterator[str]:
    """One sentence for each broken wall."""
    for path in modules():
        room, here = path.relative_to(ROOT).parts[0], path.relative_to(ROOT)
        for line, name in imports(path):
            top = name.split(".")[0]
            if top in ROOMS and top != room and top not in BELOW[room]:
                yield f"{here}:{line}: {room} may not import {top}"
            elif top in WALLS and not allowed(top, path):
                yield f"{here}:{line}: {top} belongs in {', '.join(WALLS[top])}"
            elif name.startswith("."):
                yield f"{here}:{line}: imports are absolute here"


if __name__ == "__main__":
    found = list(faults())
    print("\n".join(found) or "every room imports downward only")
    sys.exit(bool(found))
