"""Where a device of an import belongs: the family and category that the file, its name or its brand tell."""

import re
from dataclasses import dataclass, field

from django.utils.text import slugify

from catalogue_import.match import brand_of, key_of, line_of, tokens
from catalogue_import.match_words import ALIASES, LINES
from catalogue_import.rows import SubjectRow
from catalogue_import.sources.entries import Entry

# slug, name, icon, and the words by which it is known in files
FAMILIES = (
    (
        "phones",
        "Phones",
        "smartphone",
        "phone phones smartphone smartphones mobile handy telefon celular iphone pixel fairphone 手机 手機",
    ),
    ("tablets", "Tablets", "tablet", "tablet tablets ipad tab matepad mediapad 平板"),
    (
        "laptops",
        "Laptops",
        "laptop",
        "laptop laptops notebook ultrabook netbook macbook chromebook portatil portable convertible workstation 笔记本 筆電",
    ),
    ("desktops", "Desktop computers", "monitor", "desktop desktops pc imac computer ordenador"),
    (
        "consoles",
        "Games consoles",
        "gamepad-2",
        "console consoles playstation xbox switch wii gamecube konsole consola",
    ),
    ("watches", "Watches", "watch", "watch watches smartwatch uhr montre reloj relogio orologio horloge"),
    ("televisions", "Televisions", "monitor", "tv television fernseher televisor"),
    ("players", "Music players", "wrench", "ipod player mp3"),
    ("vehicles", "Vehicles", "car", "car cars vehicle vehicles auto avtomobil"),
)
OTHER = ("other-devices", "Other devices", "wrench")
IN_BRACKETS = re.compile(r"\([^()]*\)")
WORDS = {word: row[:3] for row in FAMILIES for word in row[3].split()}
BRANDS = {
    "hp": "HP",
    "lg": "LG",
    "htc": "HTC",
    "msi": "MSI",
    "zte": "ZTE",
    "tcl": "TCL",
    "oneplus": "OnePlus",
    "blackberry": "BlackBerry",
}
LINE_NAMES = {
    "iphone": "iPhone",
    "ipad": "iPad",
    "macbook": "MacBook",
    "playstation": "PlayStation",
    "imac": "iMac",
    "ipod": "iPod",
}


def known_family(text: str) -> tuple[str, str, str] | None:
    """The family that a text of a family column stands for: "Mobile", "2 in 1 Convertible"; None for an unknown one."""
    said = text.casefold().strip()
    words = said.split()
    return WORDS.get(said) or (WORDS.get(words[-1]) if 1 < len(words) < 5 else None)


@dataclass
class Groups:
    """Families and categories that are there, and those that an import adds."""

    rows: dict[str, SubjectRow]  # by slug
    taken: set[str]  # slugs of all nodes
    new: dict[str, SubjectRow] = field(default_factory=dict)
    by_key: dict[str, list[str]] = field(default_factory=dict)
    memory: dict[tuple[str, ...], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for row in self.rows.values():
            self._file(row)

    def _file(self, row: SubjectRow) -> None:
        bare = IN_BRACKETS.sub(" ", row.name)  # "iPad Air (2019–25)" is meant by "iPad Air"
        for key in {" ".join(tokens(row.name)), " ".join(tokens(bare))} - {""}:
            self.by_key.setdefault(key, []).append(row.slug)

    def named(self, text: str, kind: str = "") -> str:
        """The slug of a family or category that a text names: "Phone", "phones", "iPhone"; empty for none."""
        key = " ".join(tokens(text))
        found = [slug for slug in self.by_key.get(key, ()) if not kind or self._row(slug).kind == kind]
        if not found and text in self.rows and (not kind or self.rows[text].kind == kind):
            return text
        if not found and kind != "category" and (known := known_family(text)):
            return next(
                (slug for slug in (known[0], *self.by_key.get(" ".join(tokens(known[1])), ())) if self._there(slug)), ""
            )
        return found[0] if found else ""

    def _there(self, slug: str) -> bool:
        return slug in self.rows or slug in self.new

    def _row(self, slug: str) -> SubjectRow:
        return self.rows.get(slug) or self.new[slug]

    def path(self, slug: str) -> tuple[str, str]:
        """Family and category above, or at, a node."""
        row = self._row(slug)
        return (slug, "") if row.kind == "family" else (row.parent, slug)

    def parent_for(self, entry: Entry, brand: str) -> str:
        """The slug of the category for a new device; it is added when there is none."""
        first = " ".join(tokens(entry.model)[:2])
        ask = (entry.category, entry.family, brand, entry.brand, first)
        if ask not in self.memory:
            self.memory[ask] = self._parent_for(entry, brand)
        return self.memory[ask]

    def _parent_for(self, entry: Entry, brand: str) -> str:
        if entry.category and (found := self.named(entry.category, "category")):
            return found
        key = key_of(entry.model, brand)
        named = "" if entry.category and not self._is_family(entry.category) else self._by_name(key)
        wanted = entry.family or (entry.category if self._is_family(entry.category) else "")
        if named and (not wanted or self._row(named).parent == self.family_for(wanted)):
            return named
        family = self.family_for(wanted or self._told_family(entry, key))
        if entry.category and not self._is_family(entry.category):
            return self._category(entry.category, family)
        line = line_of(entry.brand) or next((word for word in key.split()[:1] if word in LINES | {"ipod", "imac"}), "")
        name = LINE_NAMES.get(line, line.title()) if line and line != brand_of(brand) else display(brand)
        if not name:
            name = (
                f"Other {self._row(family).name[:1].lower()}{self._row(family).name[1:]}"
                if family != OTHER[0]
                else "Other"
            )
        return self._category(name, family)

    def _is_family(self, text: str) -> bool:
        return bool(text) and (known_family(text) is not None or bool(self.named(text, "family")))

    def _by_name(self, key: str) -> str:
        """The category whose name the device's begins with, the longest first: "Galaxy S" before "Galaxy"."""
        words = key.split()
        for length in range(min(3, len(words) - 1), 0, -1):
            for slug in self.by_key.get(" ".join(words[:length]), ()):
                if self._row(slug).kind == "category":
                    return slug
        return ""

    def _told_family(self, entry: Entry, key: str) -> str:
        for word in (*key.split(), *tokens(entry.brand)):
            if word in WORDS:
                return word
        return ""

    def family_for(self, text: str) -> str:
        """The slug of a family that a text names; it is added when there is none. Without a text: other devices."""
        if text and (found := self.named(text, "family")):
            return found
        slug, name, icon = (known_family(text) or OTHER) if text else OTHER
        if text and (slug, name, icon) == OTHER:
            slug, name, icon = slugify(text)[:60] or OTHER[0], text[:120], "wrench"
        if not self._there(slug):
            self._add(SubjectRow("family", self.free(slug), name, icon=icon))
        return slug if self._there(slug) else self.named(name, "family")

    def _category(self, name: str, family: str) -> str:
        for slug in self.by_key.get(" ".join(tokens(name)), ()):
            if self._row(slug).kind == "category" and self._row(slug).parent == family:
                return slug
        base = slugify(name)[:60] or "category"
        slug = self.free(base if base not in self.taken else f"{base}-{family}")
        self._add(SubjectRow("category", slug, name[:120], family, icon=self._row(family).icon))
        return slug

    def _add(self, row: SubjectRow) -> None:
        self.new[row.slug] = row
        self.taken.add(row.slug)
        self._file(row)

    def free(self, wanted: str) -> str:
        """A slug that no node has: the wanted one, or with a number behind it."""
        slug, count = wanted[:130], 1
        while slug in self.taken:
            count += 1
            slug = f"{wanted[:130]}-{count}"
        return slug


def display(brand: str) -> str:
    """A brand as people read it."""
    said = brand.split(",", maxsplit=1)[0].strip()
    folded = brand_of(said) if said else ""
    if not said:
        return ""
    if said.casefold() in ALIASES or said == folded:
        return BRANDS.get(folded, folded.title() if folded.isascii() and folded else said)
    known = ALIASES.get(" ".join(tokens(said)))
    return BRANDS.get(known, known.title()) if known else said[:80]
