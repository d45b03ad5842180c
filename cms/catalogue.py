"""The tree of what is repaired and the words that lead there, read once for each version of the content.

Pages that show families, categories or neighbours, and the search, take them from here without asking the database.
Prices are not kept: they change by other rules.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.core.cache import cache

from cms.models import CommonIssue, RepairType, Subject
from cms.pictures.subjects import Picture, pictures
from cms.sites import Site, version_of

KEPT_SECONDS = 24 * 60 * 60
SHAPE = 2  # of what is kept: count it up with each change of the classes below, for caches outlive an update
LONGEST_WORD = 40
WORD = re.compile(r"[^\W_]+")
Words = dict[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Node:
    """A live family, category or device; `number` counts the live devices below it.

    `picture` is its photo, or that of the nearest node above that has one.
    """

    pk: int
    kind: str
    slug: str
    name: str
    icon: str
    parent_id: int | None
    number: int = 0
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Complaint:
    """What often goes wrong, in customers' words, what we say to it, and the repair that an editor chose for it."""

    pk: int
    words: str
    advice: str
    repair_type_id: int | None


@dataclass(frozen=True)
class Catalogue:
    """What is live: the nodes by id in the shop's order, and for each word the devices and repairs it stands for."""

    nodes: dict[int, Node]
    below: dict[int | None, tuple[int, ...]]
    device_words: Words
    repair_words: Words
    summary_words: Words
    name_lengths: dict[int, int] = field(default_factory=dict)
    repair_nodes: dict[int, int | None] = field(default_factory=dict)
    complaints: dict[int, tuple[Complaint, ...]] = field(default_factory=dict)

    def children(self, node: Node | None) -> list[Node]:
        """What hangs below a node, or the families."""
        return [self.nodes[pk] for pk in self.below.get(node.pk if node else None, ())]

    def trail(self, node: Node) -> list[Node]:
        """The nodes above, family first."""
        above: list[Node] = []
        while node.parent_id in self.nodes and len(above) < 3:
            node = self.nodes[node.parent_id]
            above.insert(0, node)
        return above

    def families(self) -> list[Node]:
        """Families with a device to mend."""
        return [node for node in self.children(None) if node.number]

    def categories(self) -> list[Node]:
        """Categories with a device to mend, family by family."""
        return [kind for family in self.families() for kind in self.children(family) if kind.number]

    def complaints_of(self, ids: Iterable[int]) -> list[Complaint]:
        """What goes wrong with these nodes, the nearest first; the same words count once."""
        rows = {
            row.words.casefold(): row for pk in reversed(list(ids)) for row in reversed(self.complaints.get(pk, ()))
        }
        return list(reversed(rows.values()))

    def picture_of(self, pk: int | None) -> Picture | None:
        """The photo to show for a node; None stands for the drawing."""
        node = self.nodes.get(pk or 0)
        return node.picture if node else None

    def by_slug(self, slug: str, *kinds: str) -> Node | None:
        """The node of an address, when it is of one of the kinds."""
        return next((node for node in self.nodes.values() if node.slug == slug and node.kind in kinds), None)


def fold(text: str) -> list[str]:
    """The words of a text as they are compared: lower case, without accents and signs."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return [word[:LONGEST_WORD] for word in WORD.findall(bare)]


def beginning(vocabulary: list[str], start: str) -> Iterator[str]:
    """The words of a sorted vocabulary that begin so."""
    place = bisect_left(vocabulary, start)
    while place < len(vocabulary) and vocabulary[place].startswith(start):
        yield vocabulary[place]
        place += 1


def read(site: Site) -> Catalogue:
    """The catalogue of now. No statement when this version of the content was read before, else three to five."""
    key = f"catalogue:{SHAPE}:{site.pk}:{version_of(site)}"
    kept = cache.get(key)
    if kept is None:
        kept = _read()
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def _read() -> Catalogue:
    rows = list(Subject.objects.filter(live=True).order_by("sort_order", "name", "pk"))
    by_pk = {row.pk: row for row in rows}
    counts: dict[int, int] = {}
    for row in rows:
        if row.kind == Subject.Kind.DEVICE:
            for above in _above(row, by_pk):
                counts[above.pk] = counts.get(above.pk, 0) + 1
    below: dict[int | None, list[int]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row.pk)
    devices = [row for row in rows if row.kind == Subject.Kind.DEVICE]
    repairs, photos = _repairs(), pictures(rows)

    def node(row: Subject) -> Node:
        photo = next((photos[one.pk] for one in (row, *_above(row, by_pk)) if one.pk in photos), None)
        return Node(row.pk, row.kind, row.slug, row.name, row.icon, row.parent_id, counts.get(row.pk, 0), photo)

    return Catalogue(
        nodes={row.pk: node(row) for row in rows},
        below={parent: tuple(pks) for parent, pks in below.items()},
        device_words=_index((row.pk, _words_of(row, by_pk)) for row in devices),
        repair_words=_index((pk, fold(row.name)) for pk, row in repairs),
        summary_words=_index((pk, [word for word in fold(row.summary) if len(word) > 2]) for pk, row in repairs),
        name_lengths={row.pk: len(fold(row.name)) for row in devices},
        repair_nodes={pk: row.subject_id for pk, row in repairs},
        complaints=_complaints(),
    )


def _complaints() -> dict[int, tuple[Complaint, ...]]:
    """Live common issues in the shop's first language, by the id of what they happen to."""
    rows: dict[int, list[Complaint]] = {}
    live = CommonIssue.objects.filter(live=True, locale__language_code=settings.LANGUAGE_CODE)
    for row in live.order_by("sort_order", "phrase", "pk"):
        rows.setdefault(row.subject_id, []).append(Complaint(row.pk, row.phrase, row.advice, row.repair_type_id))
    return {pk: tuple(complaints) for pk, complaints in rows.items()}


def _repairs() -> list[tuple[int, RepairType]]:
    """Live repair types in every language, each with the id of the row that prices hang on."""
    rows = list(RepairType.objects.filter(live=True).select_related("locale").order_by("sort_order", "name", "pk"))
    first = {row.translation_key: row.pk for row in rows if row.locale.language_code == settings.LANGUAGE_CODE}
    return [(first[row.translation_key], row) for row in rows if row.translation_key in first]


def _above(row: Subject, by_pk: dict[int, Subject]) -> list[Subject]:
    found: list[Subject] = []
    while row.parent_id in by_pk and len(found) < 3:
        row = by_pk[row.parent_id]
        found.append(row)
    return found


def _words_of(device: Subject, by_pk: dict[int, Subject]) -> list[str]:
    """Every word that may be typed for a device: its names, those above it, its year, its codes in whole and part."""
    words = fold(" ".join([device.name, device.brand, *(node.name for node in _above(device, by_pk))]))
    for code in device.model_codes.split():
        parts = fold(code)
        words += ["".join(parts)[:LONGEST_WORD], *(part for part in parts if len(part) > 2)]
    return [*words, str(device.year)] if device.year else words


def _index(rows: Iterable[tuple[int, list[str]]]) -> Words:
    """From things with their words to words with their things, the words in order."""
    found: dict[str, dict[int, None]] = {}
    for pk, words in rows:
        for word in words:
            found.setdefault(word, {})[pk] = None
    return {word: tuple(found[word]) for word in sorted(found) if word}
