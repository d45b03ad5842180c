"""Words that are written once and hold for everything below: repair, then device, then category, then family.

Pure: the nodes come in with their parents at hand, so that no page pays a statement for it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cms.models import RepairType, Subject

INHERITED = ("description", "preparation")


@dataclass(frozen=True, slots=True)
class Text:
    """A text as customers read it and where it was written; `own` when that is the nearest node itself."""

    text: str = ""
    source_kind: str = ""
    source_slug: str = ""
    source_name: str = ""
    own: bool = False

    @property
    def lines(self) -> list[str]:
        """The lines that say something."""
        return [line.strip() for line in self.text.splitlines() if line.strip()]

    def __bool__(self) -> bool:
        return bool(self.text)


def chain(node: Subject | None, *nearer: RepairType) -> list[RepairType | Subject]:
    """What is nearer, the node, and what is published above it: the order in which words are looked for."""
    return [*nearer, *_upward(node)]


def _upward(node: Subject | None) -> Iterator[Subject]:
    first = node
    while node is not None:
        if node is first or node.live:
            yield node
        node = node.parent if node.parent_id else None


def inherited(field: str, nodes: list[RepairType | Subject]) -> Text:
    """The nearest text of that name; an empty one when nobody wrote any."""
    for place, node in enumerate(nodes):
        text = getattr(node, field).strip()
        if text:
            return Text(text, kind_of(node), node.slug, node.name, own=place == 0)
    return Text()


def kind_of(node: Any) -> str:
    """What a node is called in the API: family, category, device or repair-type."""
    return str(node.kind) if isinstance(node, Subject) else "repair-type"
