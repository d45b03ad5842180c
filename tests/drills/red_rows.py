"""Rows of the table of guards that went red, kept line by line in a file: a drill that was broken off goes on there.

A row counts for the same change of the same files with the same tests only: what was touched since runs again.
"""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

from tests.drills.copies import ROOT
from tests.drills.guard import Guard


def key_of(guard: Guard, on: str) -> str:
    """A name that is another one when the change, a changed file or a file of the tests is."""
    files = {file for file, _old, _new in guard.without} | {node.split("::")[0] for node in guard.red}
    digest = hashlib.sha256(repr((guard.without, guard.red)).encode())
    for file in sorted(files):
        digest.update((ROOT / file).read_bytes())
    return f"{guard.name} on {on} {digest.hexdigest()[:16]}"


@dataclass
class RedRows:
    """What the first red test of each row said; with a file, what an earlier run put there as well."""

    file: Path | None = None
    said: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.file is not None and self.file.exists():
            self.said = dict(json.loads(line) for line in self.file.read_text().splitlines())

    def add(self, guard: Guard, on: str, words: str) -> None:
        """One row went red, and the first of its tests said this."""
        self.said[key_of(guard, on)] = words
        if self.file is not None:
            with self.file.open("a") as lines:
                lines.write(json.dumps([key_of(guard, on), words]) + "\n")

    def has(self, guard: Guard, on: str) -> bool:
        """Whether it did, now or in the run that was kept."""
        return key_of(guard, on) in self.said

    def of(self, guard: Guard) -> dict[str, str]:
        """The first words on each database that this guard was taken away on."""
        return {on: self.said[key_of(guard, on)] for on in guard.on if self.has(guard, on)}
