"""Words and what they stand for: taken out of texts one way, kept in order, found by their beginning or inside.

A word is looked up by bisection in the sorted list, and inside others by one scan of one text, so that tens of
thousands of devices answer in milliseconds.
"""

import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate, chain, islice
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

LONGEST_WORD = 40
WORD = re.compile(r"[^\W_]+")
PLUS = re.compile(r"(?<=\w)\+")
ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)")
SHORTEST_CORRECTED = 3
SHORTEST_CODE = 4
SHORTEST_INSIDE, MOST_INSIDE = 3, 2_000  # letters; words that a piece may be found in
LAST = "\uffff"  # after every letter
WHOLE, BEGINS, INSIDE = 4, 3, 2
Tiers = tuple[tuple[int, frozenset[int]], ...]


def fold(text: str) -> list[str]:
    """The words of a text as they are compared: lower case, without accents and signs; S24+ is S24 plus."""
    if text.isascii():
        bare = text.lower()
    else:
        plain = unicodedata.normalize("NFKD", text.casefold())
        bare = "".join(sign for sign in plain if not unicodedata.combining(sign)).lower()
    if "'" in bare or "’" in bare:
        bare = bare.replace("'", "").replace("’", "")  # won't, wont
    if "+" in bare:
        bare = PLUS.sub(" plus ", bare)
    return [word[:LONGEST_WORD] for word in WORD.findall(bare)]


def name_words(text: str) -> list[str]:
    """The words of a name: "9th" counts as "9" as well."""
    return with_ordinals(fold(text))


def with_ordinals(words: list[str]) -> list[str]:
    """The words, and for each "9th" a "9"."""
    return [*words, *(known.group(1) for word in words if word[0].isdigit() and (known := ORDINAL.fullmatch(word)))]


def alias_words(names: str) -> Iterator[str]:
    """The words of other names that are separated by commas, and each name in one piece: PS 5 is ps5 too."""
    for name in names.split(","):
        words = name_words(name)
        yield from words
        if len(words) > 1:
            yield "".join(words)[:LONGEST_WORD]


def code_words(codes: str) -> Iterator[str]:
    """Model codes separated by blanks, each in one piece and in those of its parts that say something."""
    for code in codes.split():
        parts = fold(code)
        yield "".join(parts)[:LONGEST_WORD]
        if len(parts) > 1:
            yield from (part for part in parts if len(part) > 2)


class Vocabulary:
    """The words of many things. Things are numbers; the lower of two equally good ones is the better one.

    All things stand in one row, word after word in their order: those of every word with the same beginning are one
    slice of it.
    """

    def __init__(self, rows: Iterable[tuple[int, Iterable[str]]]) -> None:
        found: dict[str, list[int]] = {}
        for thing, words in rows:
            for word in set(words):
                if word in found:
                    found[word].append(thing)
                elif word:
                    found[word] = [thing]
        self.words = sorted(found)
        self.row = array("I", chain.from_iterable(found[word] for word in self.words))
        self.ends = array("I", accumulate((len(found[word]) for word in self.words), initial=0))
        self.text = "\n".join(["", *self.words, ""])
        self.heads: dict[int, dict[str, str]] = {}

    def __contains__(self, word: str) -> bool:
        place = bisect_left(self.words, word)
        return place < len(self.words) and self.words[place] == word

    def things(self, word: str) -> Sequence[int]:
        """What exactly this word stands for, in order."""
        place = bisect_left(self.words, word)
        known = place < len(self.words) and self.words[place] == word
        return self.row[self.ends[place] : self.ends[place + 1]] if known else self.row[:0]

    @cached_property
    def letters(self) -> list[str]:
        """The words that a mistyped one may be corrected to: letters alone, for numbers and codes are never guessed."""
        return [word for word in self.words if len(word) >= SHORTEST_CORRECTED and word.isalpha()]

    def range(self, start: str) -> tuple[int, int]:
        """The places of the words that begin so."""
        return bisect_left(self.words, start), bisect_left(self.words, start + LAST)

    def containing(self, piece: str) -> Iterator[str]:
        """The words that have this piece somewhere."""
        place = self.text.find(piece)
        while place >= 0:
            end = self.text.index("\n", place)
            yield self.text[self.text.rindex("\n", 0, place) + 1 : end]
            place = self.text.find(piece, end)

    def knows(self, word: str) -> bool:
        """Whether the word, or one that begins so, stands for something."""
        first, last = self.range(word)
        return first < last

    def has(self, piece: str) -> bool:
        """Whether the piece stands inside some word."""
        return len(piece) >= SHORTEST_INSIDE and piece in self.text

    def tiers(self, word: str, *, inside: bool = True) -> Tiers:
        """What the word stands for, the best way first: as a whole word, as the beginning of one, else inside one.

        Nothing is in two of them. Numbers are exact, for an iPhone 8 is no iPhone 13; one in the making ("iphone 1")
        may still begin one.
        """
        whole = frozenset(self.things(word))
        if whole and word.isdigit():
            return ((WHOLE, whole),)
        begins = self._beginning(word, bool(whole)) - whole
        if whole or begins or not inside or len(word) < SHORTEST_INSIDE:
            return tuple((worth, things) for worth, things in ((WHOLE, whole), (BEGINS, begins)) if things)
        found = frozenset(chain.from_iterable(self.things(one) for one in islice(self.containing(word), MOST_INSIDE)))
        return ((INSIDE, found),) if found else ()

    def _beginning(self, start: str, whole: bool) -> frozenset[int]:
        first, last = self.range(start)
        if start.isdigit() and len(start) < SHORTEST_INSIDE:  # 20 is no beginning of 2019
            near = (one for one in self.words[first:last] if len(one) <= len(start) + 1)
            return frozenset(chain.from_iterable(self.things(one) for one in near))
        return frozenset(self.row[self.ends[first + whole] : self.ends[last]]) if last > first else frozenset()

    def near(self, word: str) -> list[tuple[int, bool, int, str]]:
        """Known words that this one may be a typing error of, likeliest first: (errors, other initial, -uses, word)."""
        if not word.isalpha() or len(word) < SHORTEST_CORRECTED:
            return []
        most = 1 if len(word) < 6 else 2 if len(word) < 9 else 3
        found: list[Any] = process.extract(word, self.letters, scorer=OSA.distance, score_cutoff=most, limit=None)
        rows = [self._ranked(word, one, far) for one, far, _ in found]
        if not rows and len(word) > SHORTEST_CORRECTED:  # half a word, mistyped
            heads = self._heads(len(word))
            found = process.extract(word, heads, scorer=OSA.distance, score_cutoff=1, limit=None)
            rows = [self._ranked(word, one, far) for _, far, one in found]
        if len(word) < SHORTEST_CORRECTED + 2:  # so short a word keeps its first letter
            rows = [row for row in rows if not row[1]]
        return sorted(rows)

    def _ranked(self, word: str, one: str, far: int) -> tuple[int, bool, int, str]:
        return int(far), one[0] != word[0], -len(self.things(one)), one

    def _heads(self, length: int) -> dict[str, str]:
        if length not in self.heads:
            self.heads[length] = {one: one[:length] for one in self.letters if len(one) > length}
        return self.heads[length]

    def without_region(self, word: str) -> str:
        """A code without the letters that name its region or colour, when that is the one we know: SM-S921B, S921."""
        bare = word.rstrip("abcdefghijklmnopqrstuvwxyz")
        short = len(bare) < SHORTEST_CODE or not 0 < len(word) - len(bare) <= 2
        return word if short or bare not in self else bare
