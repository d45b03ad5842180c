"""What only a person can tell: names that may mean something, each asked once however many rows wait for the answer.

A name that is surely another one, though not letter for letter, is taken for it without asking; it is told, so that a
person can say that it is not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from catalogue_import.match import Match

DEVICE, REPAIR = "device", "repair"


@dataclass
class Doubt:
    """A name that may mean something, asked once however many rows wait for the answer."""

    what: str
    said: str
    text: str
    number: int
    words: str
    candidates: list[Match]
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Decided:
    """What somebody decided a name to mean: match with a slug, new, or skip."""

    decision: str
    slug: str = ""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that brings nothing: left_out (waits for a decision), skipped (somebody decided so), blank (no price)."""

    why: str


@dataclass
class Doubts:
    """The questions of one dry run, and the answers that are there from before."""

    decided: Mapping[tuple[str, str], Decided]
    asked: dict[tuple[str, str], Doubt] = field(default_factory=dict)
    assumed: dict[tuple[str, str], Doubt] = field(default_factory=dict)

    def ask(self, doubt: Doubt) -> None:
        """Ask once."""
        self.asked.setdefault((doubt.what, doubt.said), doubt)

    def assume(self, doubt: Doubt) -> None:
        """A name was taken for the first of its candidates."""
        self.assumed.setdefault((doubt.what, doubt.said), doubt)

    def relied_on(self, what: str, said: str) -> None:
        """One more row rests on what was assumed."""
        if doubt := self.assumed.get((what, said)):
            doubt.rows += 1

    def wait(self, what: str, said: str) -> Skipped:
        """A row waits for the answer, or somebody said to leave it out."""
        doubt = self.asked.get((what, said))
        if doubt is None:
            return Skipped("skipped")
        doubt.rows += 1
        return Skipped("left_out")
