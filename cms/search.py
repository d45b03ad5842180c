"""Finding what people type: a device in any order, half words and typing errors, what is broken about it, a question.

The same rule serves the page, the answers while typing, the booking, the counter and the API, and needs no database of
its own kind. Numbers are exact, for an iPhone 8 is no iPhone 13; one in the making ("iphone 1") may still begin one.
"""

import heapq
import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import chain

from cms import questions as asking
from cms.catalogue import Catalogue
from cms.questions import Questions
from cms.search_index import Index, ready
from cms.search_repairs import SHORT, TOLD, Points, Repairs
from cms.search_words import FILLERS, Reader
from cms.vocabulary import WHOLE, Tiers, fold

LONGEST = 80
MOST_WORDS = 8
NARRATIVE = 5  # words from which on an unknown one belongs to the story and not to the name
NEAR = 6
STEM = 5
EXACTLY = 100  # points more for a device that is called just so
DEVICES, REPAIRS, QUESTIONS, KINDS, UNKNOWN = "devices", "repairs", "questions", "kinds", "unknown"


@dataclass(frozen=True)
class Found:
    """What was found: ids of devices, best first, and for each repair that was asked for how well it fits.

    `corrected` holds the words as they were understood when they differ from what was typed, `named` those of them
    that name a device. `near` has devices that
    fit most of the words; it is only filled when none fits all. `kinds` are families and categories that all words
    name, `questions` families of questions, best first. `first` says which of them answers best: devices, repairs,
    questions, kinds or unknown, when the words name a thing that we do not have.
    """

    words: str
    corrected: str = ""
    named: str = ""
    devices: tuple[int, ...] = ()
    repairs: Points = field(default_factory=dict)
    near: tuple[int, ...] = ()
    kinds: tuple[int, ...] = ()
    questions: tuple[str, ...] = ()
    first: str = ""

    def asked(self, offered: Iterable[int]) -> int | None:
        """Of the repairs that are offered for a device the one that was asked for, if any; of equals the first."""
        return max((pk for pk in offered if pk in self.repairs), key=self.repairs.__getitem__, default=None)


def meant(catalogue: Catalogue, text: str, offered: Iterable[int]) -> int | None:
    """Of the offered repairs the one that a complaint in a customer's words is about, if it can be told."""
    search = _Search(catalogue)
    words = [word for word in fold(text) if len(word) > 2 and word not in FILLERS]
    cut = [word[:STEM] for word in words if len(word) > STEM]  # it charges: the charging port
    points = search.asked.ranked(words + cut)
    for rank in (rank for word in words if len(word) == SHORT for rank in search.index.told.things(word)):
        pk = search.index.repairs[rank]
        points[pk] = points.get(pk, 0) + WHOLE - TOLD  # it got wet: for a wet phone
    return Found(text, repairs=points).asked(offered)


def tidy(text: str) -> str:
    """What was typed, without what cannot be a word of it."""
    return text.replace("\x00", "")[:LONGEST].strip()


def find(catalogue: Catalogue, text: str, questions: Questions | None = None) -> Found:
    """Look for devices, for what shall be done to them, and for questions. Without a word nothing is found."""
    text = tidy(text)
    search = _Search(catalogue)
    reader = Reader(search.index, questions)
    typed = reader.joined(fold(text))
    content = [word for word in typed if word not in FILLERS] or [word for word in typed if word not in asking.SMALL]
    content = content[:MOST_WORDS]
    content = _begun(content, search.index)
    words = reader.understood(content)[:MOST_WORDS]
    named, asked, lost = search.shared_out(words, reader)
    read = _Words(typed, words, named, asked, lost, search.asked.phrases({*typed, *words}))
    about = asking.find(questions, read.questioning(reader), asked=read.is_question) if questions else {}
    if not words:
        return Found(text, questions=tuple(about), first=QUESTIONS if about else "")
    found = search.answer(text, read, about, changed=words != content)
    return found if search.catalogue is catalogue else still_there(catalogue, found)


def _begun(words: list[str], index: Index) -> list[str]:
    """The words without single letters that are no word of a name: begun, they may become anything."""
    return [word for word in words if len(word) > 1 or word.isdigit() or word in index.of_names]


def _one_letter(words: list[str]) -> bool:
    """Whether all that was typed is one letter: it stands for itself alone, x for the iPhone X and not for Xbox."""
    return len(words) == 1 and len(words[0]) == 1 and words[0].isalpha()


def still_there(catalogue: Catalogue, found: Found) -> Found:
    """What was found in an older catalogue, without what this one does not have any more."""
    nodes = catalogue.nodes
    return replace(
        found,
        devices=tuple(pk for pk in found.devices if pk in nodes),
        near=tuple(pk for pk in found.near if pk in nodes),
        kinds=tuple(pk for pk in found.kinds if pk in nodes),
        repairs={pk: worth for pk, worth in found.repairs.items() if pk in catalogue.repairs},
    )


@dataclass(frozen=True)
class _Words:
    """The words of one search: as typed, as understood, and of those what names a device, a repair, and nothing."""

    typed: list[str]
    understood: list[str]
    named: list[str]
    asked: list[str]
    lost: list[str]
    phrases: dict[int, int] = field(default_factory=dict)  # the ranks of repairs that were named in full, with points

    @property
    def is_question(self) -> bool:
        """Whether it begins as questions do."""
        return bool(self.typed) and self.typed[0] in asking.ASKING

    def questioning(self, reader: Reader) -> list[str]:
        """The words that may be about a question: those of a device's name alone are about the device."""
        words = reader.understood(self.typed)
        return words if self.is_question else [word for word in words if word not in self.named]

    @property
    def numbered(self) -> bool:
        """Whether a number is among the words that name the device: then it is one, and not a kind."""
        return any(not word.isalpha() for word in self.named)

    @property
    def strange(self) -> bool:
        """Whether a word that means nothing to us may be the name of a thing, and is not just part of the story."""
        return any(not word.isalpha() for word in self.lost) or bool(self.lost) and len(self.typed) < NARRATIVE


class _Search:
    """One search in one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue: Catalogue
        self.index: Index
        self.catalogue, self.index = ready(catalogue)
        self.asked = Repairs(self.catalogue, self.index)
        self.known: dict[str, Tiers] = {}

    def answer(self, text: str, words: _Words, about: dict[str, float], *, changed: bool) -> Found:
        """What was found, and which of it answers best."""
        fitting = self.devices(words.named)
        exact = self.index.exact.get("".join(words.named), ())
        fitting.update((rank, fitting[rank] + EXACTLY) for rank in exact if rank in fitting)
        kinds = self.kinds(words.named)
        repairs = self.asked.offered(self.asked.ranked(words.asked, words.named, words.phrases), fitting)
        whole = not words.strange
        devices = self.in_order(fitting) if whole else ()
        near = () if devices else self.near([*words.named, *words.lost])
        generic = bool(kinds) and not (exact and len(words.named) > 1) and not words.numbered
        first = self.first(words, bool(devices), bool(near), generic, repairs, about)
        if first == QUESTIONS:
            repairs = {pk: worth for pk, worth in repairs.items() if self.asked.is_named(pk, words.understood)}
        if first == REPAIRS and whole and not words.named:
            devices = self.asked.mended(repairs)
        return Found(
            words=text,
            named=" ".join(words.named),
            corrected=" ".join(words.understood) if changed and not words.lost else "",
            devices=devices,
            repairs=repairs,
            near=near,
            kinds=kinds if whole and not words.asked else (),
            questions=tuple(about),
            first=first,
        )

    def first(
        self, words: _Words, devices: bool, near: bool, kinds: bool, repairs: Points, about: dict[str, float]
    ) -> str:
        """Which kind of answer is the best one."""
        share = max(about.values(), default=0.0)
        if words.is_question and share >= asking.ENOUGH and not words.numbered and not kinds:
            return QUESTIONS
        near = near and bool(words.lost or not words.numbered)  # no iPhone 6 here: none of its sisters is the answer
        if words.named and not kinds and (devices or near) and all(word.isalpha() for word in words.lost):
            return DEVICES
        if share and (words.is_question or share > self.share(words)):
            return QUESTIONS
        if words.strange and (not repairs or any(not word.isalpha() for word in words.lost)):
            return UNKNOWN
        if repairs and words.asked:
            return REPAIRS
        if kinds:
            return KINDS
        return DEVICES if devices else QUESTIONS if about else UNKNOWN

    def share(self, words: _Words) -> float:
        """The share of the words that name a device or a repair; those that only describe a repair count half."""
        worth = [
            1.0 if word in words.named or word in self.index.of_repairs else 0.5 if word in words.asked else 0.0
            for word in words.understood
        ]
        return sum(worth) / len(worth)

    def tiers(self, word: str) -> Tiers:
        """The devices that a word fits, by their rank."""
        if word not in self.known:
            self.known[word] = self.index.of_devices.tiers(word)
        return self.known[word]

    def shared_out(self, words: list[str], reader: Reader) -> tuple[list[str], list[str], list[str]]:
        """Which words name the device, which the repair, and which nothing.

        A word of both counts for the device if that leads on, and unless it is only the half of a device's word.
        """
        repairs = {word: self.asked.points(word) for word in words}
        halves = {word for word in words if self.is_for_repairs(word)} | self.belonging(words)
        named = [word for word in words if word not in halves and self.tiers(word)]
        asked = [word for word in words if word not in named and repairs[word]]
        for word in [word for word in reversed(named) if repairs[word]]:
            if self.fitting(named):
                break
            named = [one for one in named if one != word]
            asked.append(word)
        told = reader.questions
        lost = [w for w in words if w not in named and w not in asked and not (told and told.knows(w))]
        return named, asked, lost

    def is_for_repairs(self, word: str) -> bool:
        """Whether a word names a repair, and a device only by half or by one of its other names."""
        tiers = self.tiers(word)
        if word not in self.index.of_repairs:
            return False
        return not tiers or tiers[0][0] < WHOLE or word not in self.index.of_names

    def belonging(self, words: list[str]) -> set[str]:
        """Words that together name a repair: water damage, or stand in the names of one that says them all: dropped in
        water. A number and the name of a kind stay with the device."""
        typed, index = set(words), self.index
        found = set[str]().union(*(phrase for _, phrase in index.phrases if len(phrase) > 1 and phrase <= typed))
        if len(typed) > 1 and frozenset.intersection(*(self.asked.named_by(word) for word in typed)):
            found = typed
        return {word for word in found if word.isalpha() and word not in index.of_kinds}

    def fitting(self, words: list[str]) -> frozenset[int]:
        """The ranks of the devices that fit every word."""
        if _one_letter(words):
            return frozenset(self.index.of_devices.things(words[0]))
        each = [frozenset().union(*(ranks for _, ranks in self.tiers(word))) for word in words]
        return frozenset.intersection(*sorted(each, key=len)) if each else frozenset()

    def devices(self, words: list[str]) -> dict[int, int]:
        """The ranks of the devices that fit every word, with their points."""
        points = dict.fromkeys(self.fitting(words), 0)
        for word in words:
            for worth, ranks in self.tiers(word):
                for rank in ranks & points.keys() if len(points) < len(ranks) else points.keys() & ranks:
                    points[rank] += worth
        return points

    def in_order(self, points: dict[int, int]) -> tuple[int, ...]:
        """Ids by points; of equals the lower rank first."""
        ids, several = self.index.devices, len(self.index.devices)
        return tuple(ids[key % several] for key in sorted(rank - worth * several for rank, worth in points.items()))

    def kinds(self, words: list[str]) -> tuple[int, ...]:
        """Families and categories that are named by all the words, and by nothing else."""
        each = [self.index.of_kinds.tiers(word, inside=False) for word in words]
        if not each or any(not tiers for tiers in each) or _one_letter(words):
            return ()
        points: dict[int, int] = {}
        for rank in frozenset.intersection(*(frozenset().union(*(ranks for _, ranks in tiers)) for tiers in each)):
            points[rank] = sum(next(worth for worth, ranks in tiers if rank in ranks) for tiers in each)
        return tuple(self.index.kinds[rank] for _, rank in sorted((-worth, rank) for rank, worth in points.items()))

    def near(self, words: list[str]) -> tuple[int, ...]:
        """Devices that fit the most words, one of them no bare number; a rare word says more than a common one."""
        every = [(word, frozenset().union(*(ranks for _, ranks in self.tiers(word)))) for word in words]
        each = sorted(((len(ranks), word, ranks) for word, ranks in every if ranks), key=lambda row: row[:2])
        wordy = [ranks for _, word, ranks in each if not word.isdigit()]
        points: dict[int, float] = dict.fromkeys(chain.from_iterable(wordy[:2]), 0.0)
        for number, word, ranks in each:
            weight = 1 + math.log(1 + len(self.index.devices) / number) / 100
            whole = frozenset(self.index.of_devices.things(word))
            for rank in points.keys() & ranks:
                points[rank] += weight + (rank in whole) / 1000
        best = heapq.nsmallest(NEAR, ((-worth, rank) for rank, worth in points.items()))
        return tuple(self.index.devices[rank] for worth, rank in best if -worth > -best[0][0] - 0.5)
