"""Which node of the catalogue an entry is about: a device that is there, a new one, a whole category or family."""

from dataclasses import dataclass, field

from django.utils.text import slugify
from django.utils.translation import gettext as _

from catalogue_import.doubts import DEVICE, Doubt, Doubts, Skipped
from catalogue_import.groups import WORDS, Groups, display
from catalogue_import.match import CERTAIN, SURE, Names, brand_of, key_of, label_of
from catalogue_import.rows import SubjectRow
from catalogue_import.sources.entries import Entry

EVERYTHING = frozenset(
    {
        "any",
        "all",
        "all devices",
        "any device",
        "alle",
        "alle geräte",
        "tous",
        "toutes",
        "todos",
        "tutti",
        "全部",
        "所有",
    }
)


@dataclass(slots=True)
class Wish:
    """What a file says about one device. For one that is there, only what is not empty counts."""

    slug: str
    number: int
    confidence: int = CERTAIN
    row: SubjectRow | None = None  # of a new device
    said: str = ""
    brand: str = ""
    year: int | None = None
    codes: dict[str, None] = field(default_factory=dict)
    specifications: dict[str, str] = field(default_factory=dict)
    also_called: str = ""


class Devices:
    """Finds the node of each entry, and gathers what the file says about devices."""

    def __init__(self, *, names: Names, groups: Groups, parents: dict[str, str], doubts: Doubts) -> None:
        self.names, self.groups, self.doubts = names, groups, doubts
        self.parents = parents  # of devices: their category
        self.wishes: dict[str, Wish] = {}
        self.fresh: dict[str, str] = {}  # what a new device was called -> its slug
        self.asked_devices: dict[tuple[str, ...], tuple[str, int] | None] = {}

    def place(self, entry: Entry) -> tuple[str, int] | Skipped:
        """The node that an entry is about: a device, a category, a family, or nothing."""
        if entry.model and entry.repair and entry.model.casefold() in EVERYTHING:
            return "", CERTAIN
        if entry.model:
            return self._device(entry)
        for text in (entry.category, entry.family):
            if text:
                slug = self.groups.named(text) or self.groups.family_for(text)
                return slug, CERTAIN
        return "", CERTAIN

    def _device(self, entry: Entry) -> tuple[str, int] | Skipped:
        ask = (entry.brand, entry.model, entry.category, entry.family, str(entry.year or ""))
        if ask not in self.asked_devices:
            self.asked_devices[ask] = self._found_device(entry)
        found = self.asked_devices[ask]
        if found is None:
            return self.doubts.wait(DEVICE, said_of(entry))
        if found[1] < CERTAIN:
            self.doubts.relied_on(DEVICE, said_of(entry))
        if found[0] in self.wishes or not self.is_group(found[0]):
            self._wish(entry, *found)
        return found

    def is_group(self, slug: str) -> bool:
        return slug in self.groups.rows or slug in self.groups.new

    def _found_device(self, entry: Entry) -> tuple[str, int] | None:
        said = said_of(entry)
        decided = self.doubts.decided.get((DEVICE, said))
        if (
            decided is not None
            and decided.decision == "match"
            and (decided.slug in self.names.things or self.is_group(decided.slug))
        ):
            return decided.slug, CERTAIN
        if decided is not None and decided.decision == "skip":
            return None
        matches = self.names.find(text=entry.model, brand=entry.brand, codes=entry.codes, year=entry.year)
        if matches and matches[0].confidence >= (CERTAIN if decided else SURE):
            if matches[0].confidence < CERTAIN:
                words = _("Taken for %(name)s.") % {"name": matches[0].name}
                self.doubts.assume(Doubt(DEVICE, said, _title(entry), entry.number, words, matches))
            return matches[0].slug, matches[0].confidence
        if decided is None or decided.decision != "new":
            if not matches and entry.repair and not entry.codes and (group := self._group_named(entry)):
                return group, CERTAIN
            if matches and said not in self.fresh:
                words = (
                    _("It may be one of these.")
                    if len(matches) > 1
                    else _("It may be %(name)s.") % {"name": matches[0].name}
                )
                self.doubts.ask(Doubt(DEVICE, said, _title(entry), entry.number, words, matches))
                return None
        return self._new_device(entry, said), CERTAIN

    def _group_named(self, entry: Entry) -> str:
        """A price for a whole category or family stands where a device would: "Phone", "iPad"."""
        return self.groups.named(entry.model) or (
            self.groups.family_for(entry.model) if entry.repair and entry.model.casefold() in WORDS else ""
        )

    def _new_device(self, entry: Entry, said: str) -> str:
        if said in self.fresh:
            return self.fresh[said]
        label = label_of(entry.model)
        brand = display(
            entry.brand
            or self.names.brand_in(label.name)
            or (label.name.split() or [""])[0] * bool(self._first_is_line(label.name))
        )
        parent = self.groups.parent_for(entry, brand)
        own = key_of(label.name, brand)
        name = label.name if own else entry.model
        base = (
            slugify(name)[:120] or slugify(f"{brand} {' '.join(own.split())}")[:120] or f"device-{len(self.fresh) + 1}"
        )
        slug = self.groups.free(base if base not in self.groups.taken else slugify(f"{brand} {base}")[:125] or base)
        self.groups.taken.add(slug)
        row = SubjectRow(
            "device", slug, name[:120], parent, brand=brand[:80], year=entry.year or label.year, icon=self._icon(parent)
        )
        self.wishes[slug] = Wish(slug, entry.number, row=row, said=said)
        self.fresh[said] = slug
        self.parents[slug] = parent
        return slug

    def _first_is_line(self, name: str) -> bool:
        first = name.split(maxsplit=1)[0].casefold() if name.split() else ""
        return brand_of(first) != first and bool(first)

    def _icon(self, parent: str) -> str:
        row = self.groups.rows.get(parent) or self.groups.new.get(parent)
        return row.icon if row else "wrench"

    def _wish(self, entry: Entry, slug: str, confidence: int) -> None:
        wish = self.wishes.get(slug)
        if wish is None:
            wish = self.wishes[slug] = Wish(slug, entry.number, confidence, said=said_of(entry))
        wish.brand = wish.brand or display(entry.brand)
        wish.year = wish.year or entry.year or label_of(entry.model).year
        for code in (*label_of(entry.model).codes, *entry.codes):
            wish.codes.setdefault(code)
        wish.specifications.update(
            {name: value for name, value in entry.specifications if name not in wish.specifications}
        )
        wish.also_called = wish.also_called or entry.also_called

    def path(self, node: str) -> tuple[str, str]:
        """Family and category of a node; empty for nothing."""
        if not node:
            return "", ""
        if self.is_group(node):
            return self.groups.path(node)
        parent = self.parents.get(node, "")
        return self.groups.path(parent) if parent else ("", "")


def said_of(entry: Entry) -> str:
    """By what name a decision about a device is kept: its brand and name, folded."""
    label = label_of(entry.model)
    return f"{brand_of(entry.brand) if entry.brand else ''}|{key_of(label.name, entry.brand)}"[:300]


def _title(entry: Entry) -> str:
    return f"{entry.brand} {entry.model}".strip()[:300]
