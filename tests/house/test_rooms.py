"""The house stays a house."""

import ast
from pathlib import Path

import pytest

from tests.house import rooms

MODULE, MODELS, CLASS, FUNCTION, FORK = 300, 400, 150, 40, 80
FORKS = {"analytics", "basket", "checkout", "communication", "order", "partner", "shipping"}
NAMELESS = {"services", "utils", "helpers", "common", "core", "misc", "selectors"}
TOP = {
    "manage.py", "pyproject.toml", "site_config", "cms", "shop", "repairs", "catalogue_import", "notifications", "api",
    "templates", "fixtures", "tests", "README.md", "Makefile", "docs", "deploy", "static", "locale", "examples",
    "LICENSE", "CHANGELOG.md", "pins.txt", "pins-dev.txt", "var",
}  # fmt: skip


def test_every_room_imports_downward_only():
    assert list(rooms.faults()) == []


def test_a_wall_that_is_broken_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for room in rooms.BELOW:
        (tmp_path / room).mkdir()
    (tmp_path / "repairs" / "bad.py").write_text("import shop.pricing\nimport stripe\n")
    monkeypatch.setattr(rooms, "ROOT", tmp_path)
    assert len(list(rooms.faults())) == 2


def length(node: ast.AST) -> int:
    return (node.end_lineno or 0) - node.lineno + 1  # type: ignore[attr-defined]


def test_nothing_grows_past_its_ceiling():
    tall = []
    for path in (*rooms.modules(), *sorted((rooms.ROOT / "site_config").rglob("*.py"))):
        here, text = path.relative_to(rooms.ROOT), path.read_text()
        ceiling = MODELS if "models" in here.as_posix() else MODULE
        if here.parts[0] == "shop" and here.parts[1] in FORKS:
            ceiling = FORK + 20  # imports and docstrings are not ours to count
        if len(text.splitlines()) > ceiling:
            tall.append(f"{here}: {len(text.splitlines())} lines, {ceiling} allowed")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ClassDef) and length(node) > CLASS:
                tall.append(f"{here}: class {node.name} has {length(node)} lines")
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and length(node) > FUNCTION:
                tall.append(f"{here}: {node.name}() has {length(node)} lines")
    assert tall == []


def test_names_say_what_is_inside():
    ours = [p for p in rooms.modules() if not FORKS & set(p.relative_to(rooms.ROOT).parts)]  # Oscar names its modules
    assert [str(p) for p in ours if NAMELESS & {p.stem, *p.relative_to(rooms.ROOT).parts[:-1]}] == []


def test_the_top_level_is_fixed():
    found = {p.name for p in rooms.ROOT.iterdir() if not p.name.startswith(".") and p.name != "__pycache__"}
    assert found <= TOP
