"""Which device of the catalogue a text means, and how sure that is. Pure: names in, matches out.

Numbers and words such as Pro, Max or Plus must be equal: an iPhone 13 is no iPhone 13 Pro. What is alike but not the
same is never linked on its own below SURE; it is doubtful, and a person decides.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process

from catalogue_import.match_words import ALIASES, BRANDS, CHINESE, FILLERS, LINES, ORDINALS, VARIANTS

SURE, DOUBTFUL = 95, 80  # percent
CERTAIN, BY_CODE, REORDERED = 100, 98, 97
PIECES = re.compile(r"\d+|[^\W\d_]+")
GENERATION = re.compile("第([一二三四五六七八九])代")
CODES = re.compile(r"\(([^()]*)\)")
PRINTED = re.compile(r"^(?:A\d{4}|SM-[A-Z]\d+\w*)$")  # a single code in brackets may be part of the name
A_CODE = re.compile(r"^(?=[A-Za-z0-9-]*\d)[A-Z]{1,4}-?[A-Z0-9-]{3,14}$")
YEAR = re.compile(r"\(?\b(19[89]\d|20[0-4]\d)\b\)?")


@dataclass(frozen=True, slots=True)
class Named:
    """Something in the catalogue that a text may mean."""

    slug: str
    name: str
    brand: str = ""
    year: int | None = None
    codes: str = ""
    also_called: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """What a text may mean, in percent."""

    slug: str
    name: str
    confidence: int


@dataclass(frozen=True, slots=True)
class Label:
    """A device's text taken apart: the name without codes and year, what stood in brackets, its year."""

    name: str
    codes: tuple[str, ...] = ()
    year: int | None = None


@lru_cache(maxsize=50_000)
def tokens(text: str) -> tuple[str, ...]:
    """Words and numbers of a name, folded: "iPhone SE (2nd generation)" and "iPhone SE (第二代)" are the same."""
    said = GENERATION.sub(lambda match: f" {CHINESE[match[1]]} ", unicodedata.normalize("NFKC", text))
    said = re.sub(r"(?<=[\w])\+", " plus ", said).casefold().replace("²", "2")
    plain = "".join(one for one in unicodedata.normalize("NFKD", said) if not unicodedata.combining(one))
    found = PIECES.findall(plain)
    kept = [
        word
        for place, word in enumerate(found)
        if word not in FILLERS and not (word in ORDINALS and place and found[place - 1].isdigit())
    ]
    return tuple(kept or found)


@lru_cache(maxsize=10_000)
def brand_of(text: str) -> str:
    """A brand folded to the one spelling by which it is compared; of two brands in one cell the first."""
    said = " ".join(tokens(text.split(",", maxsplit=1)[0]))
    return ALIASES.get(said, said)


def line_of(brand: str) -> str:
    """What a brand column says beyond the brand: "Apple iPhone" is of the iPhone line."""
    said, known = " ".join(tokens(brand)), brand_of(brand)
    return said.removeprefix(known).strip() if said in ALIASES and known in said else said if said in ALIASES else ""


@lru_cache(maxsize=20_000)
def label_of(text: str) -> Label:
    """Take codes and a year out of a label such as "iPad 8 (2020) (A2270 A2428 A2429 A2430)"."""
    codes: list[str] = []

    def take(match: re.Match[str]) -> str:
        words = [word for word in re.split(r"[\s,;/]+", match[1]) if word]
        if all(A_CODE.match(word) for word in words) and (len(words) > 1 or PRINTED.match("".join(words))):
            codes.extend(words)
            return " "
        return match[0]

    rest = CODES.sub(take, text)
    year = YEAR.search(rest)
    return Label(" ".join(rest.split()), tuple(dict.fromkeys(codes)), int(year[1]) if year else None)


def key_of(name: str, brand: str = "") -> str:
    """The name as it is compared: folded, without the brand in front."""
    words, own = tokens(name), tokens(brand_of(brand)) if brand else ()
    if own and words[: len(own)] == own and len(words) > len(own):
        words = words[len(own) :]
    return " ".join(words)


def yearless(key: str, year: int | None) -> str:
    """A key without the year in it."""
    return " ".join(word for word in key.split() if word != str(year)) if year else key


class Names:
    """The devices of a catalogue, ready to be asked. Grows when an import adds some."""

    def __init__(self, devices: Iterable[Named] = ()) -> None:
        self.by_key: dict[str, tuple[str, ...]] = {}
        self.by_bare: dict[str, tuple[str, ...]] = {}  # without the year in the name
        self.by_code: dict[str, tuple[str, ...]] = {}
        self.by_words: dict[str, tuple[str, ...]] = {}  # words in any order, and without the line: "S22"
        self.blocks: dict[str, list[str]] = {}
        self.things: dict[str, Named] = {}
        self.years: dict[str, int | None] = {}
        self.brands: set[str] = {*BRANDS, *ALIASES.values()}
        for device in devices:
            self.add(device)

    def add(self, device: Named) -> None:
        """Take one more device."""
        self.things[device.slug] = device
        label = label_of(device.name)
        self.years[device.slug] = label.year
        key = key_of(label.name, device.brand)
        others = (key_of(name, device.brand) for name in device.also_called.split(",") if name.strip())
        bare = yearless(key, label.year)
        for one in {key, *others}:
            self.by_key[one] = (*self.by_key.get(one, ()), device.slug)
            self._file_words(one, device)
        if bare != key:
            self.by_bare[bare] = (*self.by_bare.get(bare, ()), device.slug)
        for code in (*device.codes.split(), *label.codes):
            folded = code.casefold()
            if device.slug not in self.by_code.get(folded, ()):
                self.by_code[folded] = (*self.by_code.get(folded, ()), device.slug)
        self.blocks.setdefault(_block(key), []).append(key)
        if device.brand:
            self.brands.add(brand_of(device.brand))

    def _file_words(self, key: str, device: Named) -> None:
        words = key.split()
        short = words[1:] if words and words[0] in LINES and device.brand and len(words) > 1 else []
        for some in (words, short):
            if some:
                mixed = " ".join(sorted(some))
                self.by_words[mixed] = (*self.by_words.get(mixed, ()), device.slug)

    def find(self, *, text: str, brand: str = "", codes: Iterable[str] = (), year: int | None = None) -> list[Match]:
        """What a text may mean, the surest first; two equally sure are both doubtful. `year`: of its column."""
        label = label_of(text)
        brand = brand or self.brand_in(label.name)
        key = key_of(label.name, brand)
        bare = yearless(key, label.year)
        for slugs in (self.by_key.get(key), self.by_key.get(bare), self.by_bare.get(bare)):
            if slugs and (found := self._fitting(slugs, brand, label.year, year)):
                return self._matches(found, CERTAIN)
        words = text.split()
        all_codes = {code.casefold() for code in (*label.codes, *codes, *(words if len(words) == 1 else ()))}
        by_code = {slug for code in all_codes for slug in self.by_code.get(code, ())}
        if by_code and (found := self._fitting(sorted(by_code), brand, None, None)):
            same = [
                one for one in found if _block(self._key(one)) == _block(key) or len(words) == 1 or self._part(key, one)
            ]
            return self._matches(same or found, BY_CODE if same else DOUBTFUL)
        inside = {slug for word in words if A_CODE.match(word) for slug in self.by_code.get(word.casefold(), ())}
        if len(words) > 1 and (found := self._fitting(sorted(inside), brand, None, None)):
            return self._matches(found, DOUBTFUL)  # "ZenBook UX430UA": its code is in the name
        if found := self._fitting(self.by_words.get(" ".join(sorted(bare.split())), ()), brand, label.year, year):
            told = brand and any(not word.isdigit() for word in bare.split())
            return self._matches(found, REORDERED if told else SURE - 5)
        return self._alike(bare, brand, label.year)

    def brand_in(self, text: str) -> str:
        """The brand that a name begins with, when the catalogue or the list of aliases knows it."""
        words = tokens(text)
        for length in (2, 1):
            first = " ".join(words[:length])
            if len(words) > length and first in self.brands:
                return first
        return ""

    def _alike(self, key: str, brand: str, year: int | None) -> list[Match]:
        if not key:
            return []
        near = process.extract(key, self.blocks.get(_block(key), []), scorer=fuzz.ratio, limit=5, score_cutoff=DOUBTFUL)
        best: dict[str, Match] = {}
        for other, score, _place in near:
            for slug in self._fitting(self.by_key.get(other, ()), brand, year, None):
                best.setdefault(slug, Match(slug, self.things[slug].name, min(int(score), REORDERED)))
        found = sorted(best.values(), key=lambda one: -one.confidence)
        if len(found) > 1 and found[0].confidence - found[1].confidence < 3:
            return [Match(one.slug, one.name, min(one.confidence, SURE - 1)) for one in found]
        return found

    def _fitting(self, slugs: Iterable[str], brand: str, named: int | None, year: int | None) -> list[str]:
        """Those of the same brand, or where one does not say it, and of the year in their name; of several only those
        that were sold in the year."""
        wanted = brand_of(brand) if brand else ""
        found = list(dict.fromkeys(slugs))
        found = [
            one
            for one in found
            if not wanted or not self.things[one].brand or brand_of(self.things[one].brand) == wanted
        ]
        found = [one for one in found if not named or (self.years[one] or self.things[one].year or named) == named]
        if len(found) > 1 and (named or year):
            found = [one for one in found if self.things[one].year == (named or year)] or found
        if len(found) > 1:  # who names a brand means one with it, who names none one without
            found = [one for one in found if bool(self.things[one].brand) == bool(wanted)] or found
        return found

    def _matches(self, slugs: list[str], worth: int) -> list[Match]:
        confidence = worth if len(slugs) == 1 else min(worth, SURE - 5)
        return [Match(slug, self.things[slug].name, confidence) for slug in slugs[:6]]

    def _part(self, key: str, slug: str) -> bool:
        """Whether a key says less than the name of a device, and nothing else: "iPhone SE" of the first generation."""
        return set(key.split()) < set(self._key(slug).split())

    def _key(self, slug: str) -> str:
        thing = self.things[slug]
        return key_of(label_of(thing.name).name, thing.brand)


def _block(key: str) -> str:
    """Numbers and telling words of a key: only names that agree on all of them are compared at all."""
    return " ".join(sorted(word for word in key.split() if word.isdigit() or word in VARIANTS))
