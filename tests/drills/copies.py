"""A copy of the source tree that a drill may spoil, and a pytest run in it."""

import os
import shutil
import signal
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import POSTGRES_URL

ROOT = Path(__file__).resolve().parents[2]
LEFT_BEHIND = shutil.ignore_patterns(
    ".git", ".venv", "var", "__pycache__", "node_modules", ".mypy_cache", ".ruff_cache", ".pytest_cache",
    ".hypothesis", ".schemathesis",
)  # fmt: skip
LONGEST = 900  # seconds for one pytest run, which may have to migrate an empty database first


def copy_tree(folder: Path) -> Path:
    """The source tree, as it stands, in a folder that is not there yet; it has an empty var/ of its own."""
    shutil.copytree(ROOT, folder, ignore=LEFT_BEHIND)
    (folder / "var").mkdir()
    return folder


def share_templates(tree: Path) -> None:
    """Use the template databases of the real tree, with its lock: nothing is migrated again, nobody is disturbed."""
    templates = ROOT / "var" / "tests"
    templates.mkdir(parents=True, exist_ok=True)
    (tree / "var" / "tests").symlink_to(templates)


@contextmanager
def changed(tree: Path, changes: tuple[tuple[str, str, str], ...]) -> Iterator[None]:
    """Replace (file, old, new) in the copy, each old text exactly once, and put everything back afterwards."""
    try:
        for file, old, new in changes:
            text = (tree / file).read_text()
            assert text.count(old) == 1, f"{file} has this text {text.count(old)} times, not once:\n{old}"
            (tree / file).write_text(text.replace(old, new))
        yield
    finally:
        for file in {file for file, _old, _new in changes}:
            shutil.copy2(ROOT / file, tree / file)  # with its old time, so that the compiled file is good again


@dataclass(frozen=True)
class Result:
    """What became of one test: `passed`, `failed` or `broken` (an error outside the test), and the last words."""

    outcome: str
    words: str = ""


def run_tests(tree: Path, nodes: tuple[str, ...], *, on: str, again: str = "") -> dict[str, list[Result]]:
    """Run these tests in the copy on `sqlite` or `postgres`; the results by node id, one for each set of parameters.

    `again`: the file of a migration, with its changes, that runs once more on the database of the run.
    """
    report = tree / "var" / "report.xml"
    report.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", *nodes]
    if again:
        command += ["-p", "tests.drills.again"]
    said = run_bounded(command, tree, environment(tree, on=on) | {"DRILL_AGAIN": again})
    assert report.exists(), said
    cases = list(ElementTree.parse(report).iter("testcase"))  # noqa: S314 - our own file
    found = {node: [result_of(case) for case in cases if is_of(case, node)] for node in nodes}
    assert all(found.values()), f"Not every test was run:\n{said}"
    return found


def environment(tree: Path, *, on: str) -> dict[str, str]:
    """What a run in the copy finds around it. What was compiled is kept for the next run, in the copy only."""
    kept = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "PYTHONDONTWRITEBYTECODE"}}
    kept |= {"PYTHONPATH": str(tree), "PYTHONPYCACHEPREFIX": str(tree / "var" / "compiled")}
    return kept | ({"DATABASE_URL": POSTGRES_URL} if on == "postgres" else {})


def run_bounded(command: list[str], folder: Path, environment: dict[str, str]) -> str:
    """Run in a process group of its own, ended whole when it takes too long; what it printed."""
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and arguments
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        return process.communicate(timeout=LONGEST)[0]
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        said = process.communicate()[0]
        raise AssertionError(f"The tests took more than {LONGEST} seconds:\n{said}") from None


def is_of(case: ElementTree.Element, node: str) -> bool:
    """Whether a case of the report belongs to a node id such as tests/shop/test_races.py::test_name."""
    file, *names = node.split("::")
    home = ".".join([file.removesuffix(".py").replace("/", "."), *names[:-1]])
    return case.get("classname") == home and (case.get("name") or "").split("[")[0] == names[-1]


def result_of(case: ElementTree.Element) -> Result:
    """The result of one case; a test that was skipped counts as broken, for it proves nothing."""
    for tag, outcome in (("failure", "failed"), ("error", "broken"), ("skipped", "broken")):
        child = case.find(tag)
        if child is not None:
            return Result(outcome, child.get("message") or "")
    return Result("passed")
