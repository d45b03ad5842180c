"""Each guard of the tables is taken away in a copy of the source, and the tests it names must go red.

`make drill ARGS="-k 'voucher'"` runs a part. `DRILL_TABLE=docs/guards.md` writes what came out. `DRILL_KEPT=a file`
keeps each row that went red, and the next run with that file leaves it out unless its files have changed since.
"""

import os
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.conftest import HOW, POSTGRES_URL, answers
from tests.drills.copies import Result, changed, copy_tree, run_tests, share_templates
from tests.drills.guard import BOTH, Guard
from tests.drills.guards import GUARDS
from tests.drills.red_rows import RedRows

NO_POSTGRES = pytest.mark.skipif(not answers(POSTGRES_URL), reason=HOW["postgres"])
# A test that fails because the change itself is broken code shows nothing.
BROKEN_CHANGE = re.compile(r"^(SyntaxError|IndentationError|NameError|UnboundLocalError|ImportError|AttributeError)")
pytestmark = pytest.mark.drill


def name_of(guard: Guard) -> str:
    return re.sub(r"[^a-z]+", "-", guard.name.lower()).strip("-")


def on_each(guard: Guard) -> list[object]:
    marks = {"postgres": [NO_POSTGRES], "sqlite": []}
    return [pytest.param(guard, on, id=f"{name_of(guard)}-{on}", marks=marks[on]) for on in guard.on]


@pytest.fixture(scope="module")
def tree(scratch: Path) -> Path:
    """The copy that is spoiled and mended again, row by row."""
    made = copy_tree(scratch / "mendwell")
    share_templates(made)
    return made


@pytest.fixture(scope="module")
def table() -> Iterator[RedRows]:
    """Rows that went red, written down at the end where DRILL_TABLE says."""
    rows = RedRows(Path(os.environ["DRILL_KEPT"]) if "DRILL_KEPT" in os.environ else None)
    yield rows
    if os.environ.get("DRILL_TABLE"):
        Path(os.environ["DRILL_TABLE"]).write_text(as_markdown(rows))


@pytest.mark.parametrize("on", ["sqlite", pytest.param("postgres", marks=NO_POSTGRES)])
def test_with_every_guard_in_place_the_named_tests_pass(tree: Path, on: str) -> None:
    nodes = tuple(dict.fromkeys(node for guard in GUARDS if on in guard.on for node in guard.red))
    found = run_tests(tree, nodes, on=on)
    assert {node: results for node, results in found.items() if any(r.outcome != "passed" for r in results)} == {}


@pytest.mark.parametrize(("guard", "on"), [row for guard in GUARDS for row in on_each(guard)])
def test_without_the_guard_the_named_tests_go_red(tree: Path, table: RedRows, guard: Guard, on: str) -> None:
    if table.has(guard, on):
        pytest.skip("It went red in the run before, which is kept.")
    migrations = [change for change in guard.without if "/migrations/" in change[0]]
    with changed(tree, tuple(migrations)):
        again = str(shutil.copy2(tree / migrations[0][0], tree / "var" / "again.py")) if migrations else ""
    with changed(tree, tuple(change for change in guard.without if change not in migrations)):
        found = run_tests(tree, guard.red, on=on, again=again)
    green = [node for node, results in found.items() if not any(r.outcome == "failed" for r in results)]
    assert green == [], f"Still green without the guard: {found}"
    words = [first_words(results) for results in found.values()]
    assert [said for said in words if BROKEN_CHANGE.match(said)] == [], words
    table.add(guard, on, words[0])


def first_words(results: list[Result]) -> str:
    """The first line of what the first red test said."""
    return next(result.words for result in results if result.outcome == "failed").splitlines()[0]


def as_markdown(rows: RedRows) -> str:
    """The table of a run, for docs/guards.md."""
    red = {guard: said for guard in GUARDS if (said := rows.of(guard))}
    lines = [
        "# Guards, and the tests that miss them",
        "",
        "`make drill` takes each guard out of a copy of the source and runs the tests named here: with the guard they",
        "pass, without it every one of them fails. The tables of changes are `tests/drills/guards*.py`.",
        "",
        f"Run of {datetime.now(UTC):%-d %B %Y}: {len(red)} of {len(GUARDS)} guards, {sum(map(len, red.values()))} runs,"
        " all red.",
        "",
        "| Guard | Taken away | Tests that go red | Database | What the first one said |",
        "|---|---|---|---|---|",
    ]
    for guard, ran in red.items():
        where = "both" if tuple(ran) == BOTH else ", ".join(ran)
        lines.append(
            f"| {guard.name} | {'<br>'.join(map(change_in_words, guard.without))}"
            f" | {'<br>'.join(node.removeprefix('tests/').replace('::', ' ') for node in guard.red)}"
            f" | {where} | {cell(next(iter(ran.values()))[:110])} |"
        )
    return "\n".join(lines) + "\n"


def change_in_words(change: tuple[str, str, str]) -> str:
    """A change as one cell: the file, what stood there and what stands there instead."""
    file, old, new = change
    return f"`{file}`: {cell(old)} → {cell(new) if new.strip() else 'nothing'}"


def cell(text: str) -> str:
    """Text as code in a table's cell."""
    return f"`` {' '.join(text.split()).replace('|', chr(92) + '|')} ``"
