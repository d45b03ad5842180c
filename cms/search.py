"""Finding a device by what people type: any order, half words, typing errors, and what is broken about it.

The same rule serves the page, the answers while typing and the API, and needs no database of its own kind. Numbers
are exact, for an iPhone 8 is no iPhone 13; a number in the making ("iphone 1") may still begin one.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from rapidfuzz import process
from rapidfuzz.distance import OSA

from cms.catalogue import Catalogue, Words, beginning, fold

LONGEST = 80
MOST_WORDS = 8
NEAR = 6
STEM = 5
SHORT = 3  # letters of a word that only tells a complaint, and never a search
FILLERS = frozenset(  # words around a wish, in the languages of the shop
    {"and", "for", "fix", "fixed", "how", "me", "mend", "mended", "my", "much", "need", "of", "on", "the", "to", "with"}
    | {"broken", "com", "da", "das", "de", "do", "dos", "meu", "minha", "na", "no", "para", "quebrado", "um", "uma"}
)
WHOLE, BEGINS, INSIDE = 4, 3, 2
PIECES = re.compile(r"\d+|[^\d]+")
Points = dict[int, int]


@dataclass(frozen=True)
class Found:
    """What was found: ids of devices, best first, and for each repair that was asked for how well it fits.

    `corrected` holds the words as they were understood when they differ from what was typed. `near` has devices that
    fit most of the words; it is only filled when none fits all.
    """

    words: str
    corrected: str = ""
    devices: tuple[int, ...] = ()
    repairs: dict[int, int] = field(default_factory=dict)
    near: tuple[int, ...] = ()

    def asked(self, offered: Iterable[int]) -> int | None:
        """Of the repairs that are offered for a device the one that was asked for, if any; of equals the first."""
        return max((pk for pk in offered if pk in self.repairs), key=self.repairs.__getitem__, default=None)


def meant(catalogue: Catalogue, text: str, offered: Iterable[int]) -> int | None:
    """Of the offered repairs the one that a complaint in a customer's words is about, if it can be told."""
    search = _Search(catalogue)
    words = [word for word in fold(text) if len(word) > 2 and word not in FILLERS]
    stems = [word[:STEM] for word in words if len(word) > STEM]  # it charges: the charging port
    points = search.repairs(words + stems)
    for pk in (pk for word in words if len(word) == SHORT for pk in catalogue.summary_words.get(word, ())):
        points[pk] = points.get(pk, 0) + WHOLE - 2  # it got wet: for a wet phone
    return Found(text, repairs=points).asked(offered)


def tidy(text: str) -> str:
    """What was typed, without what cannot be a word of it."""
    return text.replace("\x00", "")[:LONGEST].strip()


def find(catalogue: Catalogue, text: str) -> Found:
    """Look for devices, and for what shall be done to them. Without a word nothing is found."""
    typed = [word for word in fold(tidy(text)) if word not in FILLERS][:MOST_WORDS]
    if not typed:
        return Found(tidy(text))
    search = _Search(catalogue)
    words = [right for word in search.joined(typed) for right in search.right(word)][:MOST_WORDS]
    changed = "".join(words) != "".join(typed)
    named, asked = search.shared_out(words)
    repairs = search.repairs(asked)
    devices = search.devices(named) if named else search.mended(repairs)
    known = all(search.device_points(word) or search.repair_points(word) for word in words)
    return Found(
        words=tidy(text),
        corrected=" ".join(words) if changed and known else "",
        devices=devices if known else (),
        repairs=repairs,
        near=() if devices and known else search.near(words),
    )


def _matches(words: Words, vocabulary: list[str], word: str, inside: bool) -> Points:
    """Everything that a word stands for, with the points of the best way it does."""
    points: Points = {}

    def add(some: Iterable[str], worth: int) -> None:
        for one in some:
            for pk in words[one]:
                points[pk] = max(points.get(pk, 0), worth)

    if word in words:
        add([word], WHOLE)
    if word.isdigit() and points:
        return points
    add(beginning(vocabulary, word), BEGINS)
    if inside and len(word) > 2 and (not word.isdigit() or not points):
        add((one for one in vocabulary if word in one), INSIDE)
    return points


class _Search:
    """One search in one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.of_devices = list(catalogue.device_words)
        self.of_repairs = list(catalogue.repair_words)
        self.of_summaries = [word for word in catalogue.summary_words if len(word) > SHORT]
        self.known: dict[str, Points] = {}

    def device_points(self, word: str) -> Points:
        """The devices that a word fits."""
        if word not in self.known:
            self.known[word] = _matches(self.catalogue.device_words, self.of_devices, word, inside=True)
        return self.known[word]

    def repair_points(self, word: str) -> Points:
        """The repairs that a word names, or that are described by it."""
        if word.isdigit():
            return {}
        named = _matches(self.catalogue.repair_words, self.of_repairs, word, inside=False)
        told = _matches(self.catalogue.summary_words, self.of_summaries, word, inside=False) if len(word) > 3 else {}
        return {pk: max(named.get(pk, 0), told.get(pk, 0) - 2) for pk in {**named, **told}}

    def joined(self, words: list[str]) -> list[str]:
        """Put together what was torn: i phone, mac book, s 23."""
        known, done = self.catalogue.device_words, list[str]()
        for word in words:
            if done and done[-1] + word in known and not (done[-1] in known and word in known):
                done[-1] += word
            else:
                done.append(word)
        return done

    def right(self, word: str) -> list[str]:
        """The word as it stands in the catalogue: in pieces (iphone13), or corrected; itself when unknown."""
        if self.device_points(word) or self.repair_points(word):
            return [word]
        pieces = PIECES.findall(word)
        if len(pieces) > 1:
            better = [self.corrected(piece) for piece in pieces]
            if all(self.device_points(one) for one in better):
                return better
        return [self.corrected(word)]

    def corrected(self, word: str) -> str:
        """The known word that was most likely meant; numbers and codes are never guessed."""
        if not word.isalpha() or len(word) < 3 or self.device_points(word):
            return word
        most = 1 if len(word) < 6 else 2 if len(word) < 9 else 3
        known = [one for one in dict.fromkeys([*self.of_devices, *self.of_repairs]) if one.isalpha() and len(one) > 2]
        ranked = [
            (far, one[0] != word[0], -len(self.catalogue.device_words.get(one, ())), one)
            for one, far, _ in process.extract(word, known, scorer=OSA.distance, score_cutoff=most, limit=None)
        ]
        if not ranked and len(word) > 3:  # half a word, mistyped
            heads = {one: one[: len(word)] for one in known if len(one) > len(word)}
            ranked = [
                (far, one[0] != word[0], -len(self.catalogue.device_words.get(one, ())), one)
                for _, far, one in process.extract(word, heads, scorer=OSA.distance, score_cutoff=1, limit=None)
            ]
        if len(word) < 4:
            ranked = [row for row in ranked if not row[1]]
        return min(ranked)[3] if ranked else word

    def shared_out(self, words: list[str]) -> tuple[list[str], list[str]]:
        """Which words name the device and which the repair. A word of both counts for the device if that leads on."""
        named = [word for word in words if self.device_points(word)]
        asked = [word for word in words if word not in named and self.repair_points(word)]
        for word in [word for word in reversed(named) if self.repair_points(word)]:
            if self.devices(named):
                break
            named = [one for one in named if one != word]
            asked.append(word)
        return named, asked

    def devices(self, words: list[str]) -> tuple[int, ...]:
        """The devices that fit every word, best first, else in the shop's order."""
        each = [self.device_points(word) for word in words]
        if not each:
            return ()
        both = set(each[0]).intersection(*each[1:])
        return self.in_order({pk: sum(points[pk] for points in each) for pk in both})

    def in_order(self, points: Points) -> tuple[int, ...]:
        """Ids by points; of equals the shorter name first, then the shop's order."""
        place = {pk: number for number, pk in enumerate(self.catalogue.nodes)}
        lengths = self.catalogue.name_lengths
        return tuple(sorted(points, key=lambda pk: (-points[pk], lengths.get(pk, 0), place[pk])))

    def repairs(self, words: list[str]) -> Points:
        """The repairs that any of the words is about, with their points."""
        points: Points = {}
        for word in words:
            for pk, worth in self.repair_points(word).items():
                points[pk] = points.get(pk, 0) + worth
        return points

    def mended(self, repairs: Points) -> tuple[int, ...]:
        """Every device that one of the best fitting repairs may be offered for."""
        if not repairs:
            return ()
        nodes, best = self.catalogue.nodes, max(repairs.values())
        hang_on = {self.catalogue.repair_nodes[pk] for pk, worth in repairs.items() if worth == best}
        return tuple(
            pk
            for pk in self.catalogue.name_lengths
            if None in hang_on or hang_on & {pk, *(node.pk for node in self.catalogue.trail(nodes[pk]))}
        )

    def near(self, words: list[str]) -> tuple[int, ...]:
        """Devices that fit the most words, one of them no bare number."""
        points: Points = {}
        wordy: set[int] = set()
        for word in words:
            for pk in self.device_points(word):
                points[pk] = points.get(pk, 0) + 1
                if not word.isdigit():
                    wordy.add(pk)
        best = max((points[pk] for pk in wordy), default=0)
        return self.in_order({pk: points[pk] for pk in wordy if points[pk] == best})[:NEAR]
