"""One row of the table of guards: what it guards, how it is taken away, and the tests that then go red."""

from dataclasses import dataclass

SQLITE, POSTGRES, BOTH = ("sqlite",), ("postgres",), ("sqlite", "postgres")
NEVER = "if False:"


@dataclass(frozen=True)
class Guard:
    """One row: what it guards, (file, old, new) to take it away, the tests that must go red, and where."""

    name: str
    without: tuple[tuple[str, str, str], ...]
    red: tuple[str, ...]
    on: tuple[str, ...] = SQLITE


def tests(file: str, *names: str) -> tuple[str, ...]:
    """Node ids of tests in one file."""
    return tuple(f"tests/{file}.py::{name}" for name in names)


def row(name: str, file: str, old: str, new: str, where: str, *red: str, on: tuple[str, ...] = SQLITE) -> Guard:
    """A guard of one change, whose tests are in one file."""
    return Guard(name, ((file, old, new),), tests(where, *red), on)
