"""Which repair type an entry is about: one that the shop has, or a new one."""

from django.utils.text import slugify
from django.utils.translation import gettext as _

from catalogue_import import match_repairs
from catalogue_import.doubts import REPAIR, Doubt, Doubts, Skipped
from catalogue_import.match import CERTAIN, SURE, Match
from catalogue_import.match_repairs import Offered
from catalogue_import.rows import RepairTypeRow
from catalogue_import.sources.entries import Entry

GENERIC_MINUTES = 60


class Repairs:
    """Finds the repair type of each entry; new ones hang on the family of the device."""

    def __init__(self, *, offered: list[Offered], doubts: Doubts) -> None:
        self.doubts = doubts
        self.taken_kinds = {kind.slug for kind in offered}
        self.offered: dict[str, list[Offered]] = {}
        for kind in offered:
            self.offered.setdefault(kind.subject, []).append(kind)
        self.kinds: dict[str, tuple[int, RepairTypeRow]] = {}
        self.asked_repairs: dict[tuple[str, str], tuple[str, int] | None] = {}

    def find(self, entry: Entry, node: str, path: tuple[str, str]) -> tuple[str, int] | Skipped:
        family, category = path
        said = f"{match_repairs.folded(entry.repair)}|{family}"
        ask = (said, node if node in self.offered else category)
        if ask not in self.asked_repairs:
            self.asked_repairs[ask] = self._found_repair(entry, said, [node, category, family, ""], family)
        found = self.asked_repairs[ask]
        if found is None:
            return self.doubts.wait(REPAIR, said)
        if found[1] < CERTAIN:
            self.doubts.relied_on(REPAIR, said)
        return found

    def _found_repair(self, entry: Entry, said: str, nodes: list[str], family: str) -> tuple[str, int] | None:
        decided = self.doubts.decided.get((REPAIR, said))
        if decided is not None and decided.decision == "match" and decided.slug in self.taken_kinds:
            return decided.slug, CERTAIN
        if decided is not None and decided.decision == "skip":
            return None
        matches: list[Match] = []
        for node in dict.fromkeys(nodes):  # the nearest offer wins, as it does for prices
            near = match_repairs.find(entry.repair, self.offered.get(node, ()))
            if near and near[0].confidence >= (CERTAIN if decided else SURE):
                if near[0].confidence < CERTAIN:
                    words = _("Taken for %(name)s.") % {"name": near[0].name}
                    self.doubts.assume(Doubt(REPAIR, said, entry.repair, entry.number, words, near))
                return near[0].slug, near[0].confidence
            matches += near
        matches.sort(key=lambda one: -one.confidence)
        unclear = matches or match_repairs.vague(entry.repair) or (not entry.model and not family)
        if unclear and (decided is None or decided.decision != "new"):
            words = (
                _("It may be %(name)s.") % {"name": matches[0].name} if matches else _("This may be no repair at all.")
            )
            self.doubts.ask(Doubt(REPAIR, said, entry.repair, entry.number, words, matches))
            return None
        return self._new_kind(entry, family), CERTAIN

    def _new_kind(self, entry: Entry, family: str) -> str:
        name = readable(entry.repair)
        base = slugify(name)[:120] or "repair-" + "-".join(
            f"{ord(letter):x}" for letter in name[:12] if letter.isalnum()
        )
        slug = base if base not in self.taken_kinds else f"{base}-{family}" if family else base
        count = 1
        while slug in self.taken_kinds:
            count += 1
            slug = f"{base}-{count}"
        self.taken_kinds.add(slug)
        self.kinds[slug] = (entry.number, RepairTypeRow(slug, name, family, minutes=entry.minutes or GENERIC_MINUTES))
        self.offered.setdefault(family, []).append(Offered(slug, name, family))
        return slug


def readable(text: str) -> str:
    """A repair's name as customers read it: "frontGlass" is "Front glass"."""
    said = " ".join(match_repairs.CAMEL.sub(" ", text).replace("_", " ").split())
    plain = said.lower() if said != text and said.isascii() else said
    return plain[:1].upper() + plain[1:120]
