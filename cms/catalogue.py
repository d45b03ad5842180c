"""The tree of what is repaired and the words that lead there, read once for each version of the content.

Pages that show families, categories or neighbours, and the search, take them from here without asking the database.
Prices are not kept: they change by other rules.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from django.conf import settings

from cms.kept import kept
from cms.models import CommonIssue, RepairType, Subject
from cms.pictures.subjects import Picture, pictures
from cms.sites import Site

SHAPE = 3  # of what is kept: count it up with each change of the classes below, for caches outlive an update
DEVICE = Subject.Kind.DEVICE.value
COLUMNS: tuple[str, ...] = (
    "pk",
    "kind",
    "slug",
    "name",
    "icon",
    "parent_id",
    "brand",
    "year",
    "model_codes",
    "also_called",
)
COLUMNS += ("sort_order", "photo_id", "photo_alt")
ORDER = attrgetter("sort_order", "name", "pk")  # here and not in the database, for each kind of those sorts otherwise

_made: dict[int, "Catalogue"] = {}  # by site, put together of what is kept


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
    brand: str = ""
    year: int | None = None
    codes: str = ""
    also_called: str = ""


@dataclass(frozen=True, slots=True)
class Repair:
    """A live repair type. `words` are its names in every language, `told` its summaries.

    `pk` is the row that prices hang on, `subject_id` the node that it is offered for; None: for anything.
    """

    pk: int
    slug: str
    name: str
    summary: str
    subject_id: int | None
    words: tuple[str, ...] = ()
    also_called: tuple[str, ...] = ()
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Complaint:
    """What often goes wrong, in customers' words, what we say to it, and the repair that an editor chose for it."""

    pk: int
    words: str
    advice: str
    repair_type_id: int | None


@dataclass(frozen=True)
class Tree:
    """Live families, categories and devices by id in the shop's order."""

    nodes: dict[int, Node]
    below: dict[int | None, tuple[int, ...]]

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

    def picture_of(self, pk: int | None) -> Picture | None:
        """The photo to show for a node; None stands for the drawing."""
        node = self.nodes.get(pk or 0)
        return node.picture if node else None

    def by_slug(self, slug: str, *kinds: str) -> Node | None:
        """The node of an address, when it is of one of the kinds."""
        return next((node for node in self.nodes.values() if node.slug == slug and node.kind in kinds), None)


@dataclass(frozen=True)
class Catalogue(Tree):
    """The tree, and what is live of repairs and complaints, by id in the shop's order.

    `worked_out` has what others make of it once, such as the search's index.
    """

    repairs: dict[int, Repair] = field(default_factory=dict)
    complaints: dict[int, tuple[Complaint, ...]] = field(default_factory=dict)
    worked_out: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def devices(self) -> tuple[int, ...]:
        """The ids of all devices in the order of the tree."""
        if "devices" not in self.worked_out:
            kinds = [pk for family in self.below.get(None, ()) for pk in self.below.get(family, ())]
            self.worked_out["devices"] = tuple(pk for kind in kinds for pk in self.below.get(kind, ()))
        return self.worked_out["devices"]  # type: ignore[no-any-return]

    def complaints_of(self, ids: Iterable[int]) -> list[Complaint]:
        """What goes wrong with these nodes, the nearest first; the same words count once."""
        rows = {
            row.words.casefold(): row for pk in reversed(list(ids)) for row in reversed(self.complaints.get(pk, ()))
        }
        return list(reversed(rows.values()))


def tree(site: Site) -> Tree:
    """The tree of now. No statement when this version of the content was read before, else one, and one for photos."""
    return kept(f"tree:{SHAPE}", site, _tree)


def read(site: Site) -> Catalogue:
    """The catalogue of now. No statement when this version of the content was read before, else the tree's and two."""
    known, beside = tree(site), kept(f"repairs:{SHAPE}", site, lambda: (_repairs(), _complaints()))
    made = _made.get(site.pk)
    if made is None or made.nodes is not known.nodes or made.repairs is not beside[0]:
        _made[site.pk] = made = Catalogue(known.nodes, known.below, *beside)
    return made


def _tree() -> Tree:
    rows = sorted(Subject.objects.filter(live=True).values_list(*COLUMNS, named=True), key=ORDER)
    parents = {row.pk: row.parent_id for row in rows if row.kind != DEVICE}
    counts: dict[int, int] = {}
    below: dict[int | None, list[int]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row.pk)
        if row.kind == DEVICE:
            for above in _above(row.parent_id, parents):
                counts[above] = counts.get(above, 0) + 1
    photos = pictures(_with_photo(row) for row in rows if row.photo_id)

    def node(row: Any) -> Node:
        tree = (row.pk, *_above(row.parent_id, parents)) if photos else ()
        photo = next((photos[pk] for pk in tree if pk in photos), None)
        number, words = counts.get(row.pk, 0), (row.brand, row.year, row.model_codes, row.also_called)
        return Node(row.pk, row.kind, row.slug, row.name, row.icon, row.parent_id, number, photo, *words)

    return Tree(
        nodes={row.pk: node(row) for row in rows},
        below={parent: tuple(pks) for parent, pks in below.items()},
    )


def _with_photo(row: Any) -> Subject:
    """As much of a subject as the making of its photo looks at."""
    named = {"kind": row.kind, "slug": row.slug, "name": row.name}
    return Subject(pk=row.pk, photo_id=row.photo_id, photo_alt=row.photo_alt, **named)


def _above(pk: int | None, parents: dict[int, int | None]) -> list[int]:
    """The ids of a parent and of what is above it, the nearest first."""
    found: list[int] = []
    while pk in parents and len(found) < 3:
        found.append(pk)
        pk = parents[pk]
    return found


def _complaints() -> dict[int, tuple[Complaint, ...]]:
    """Live common issues in the shop's first language, by the id of what they happen to."""
    rows: dict[int, list[Complaint]] = {}
    live = CommonIssue.objects.filter(live=True, locale__language_code=settings.LANGUAGE_CODE)
    for row in live.order_by("sort_order", "phrase", "pk"):
        rows.setdefault(row.subject_id, []).append(Complaint(row.pk, row.phrase, row.advice, row.repair_type_id))
    return {pk: tuple(complaints) for pk, complaints in rows.items()}


def _repairs() -> dict[int, Repair]:
    """Live repair types with their words in every language; one without a row in the first language is left out."""
    rows = sorted(RepairType.objects.filter(live=True).select_related("locale"), key=ORDER)
    first = [row for row in rows if row.locale.language_code == settings.LANGUAGE_CODE]
    in_all: dict[object, list[RepairType]] = {row.translation_key: [row] for row in first}
    for row in rows:
        if row.translation_key in in_all and row not in in_all[row.translation_key]:
            in_all[row.translation_key].append(row)
    return {row.pk: _repair(row, in_all[row.translation_key]) for row in first}


def _repair(row: RepairType, in_all: list[RepairType]) -> Repair:
    return Repair(
        row.pk,
        row.slug,
        row.name,
        row.summary,
        row.subject_id,
        words=tuple(one.name for one in in_all),
        also_called=tuple(one.also_called for one in in_all if one.also_called),
        told=tuple(one.summary for one in in_all if one.summary),
    )
