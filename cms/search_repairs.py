"""Which repair the words are about, and which devices it may be offered for."""

import heapq
import math
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from cms.catalogue import DEVICE, Catalogue
from cms.questions import stems
from cms.search_index import Index
from cms.vocabulary import WHOLE, fold

SHORT = 3  # letters of a word that only tells a complaint, and never a search
LOOKED_AT = 60  # devices, to see which repairs they have
CALLED, TOLD = 1, 2  # points less for a word of another name of a repair, and for one that describes it
PHRASE = 3  # points more for each word of a name that was typed in full
Points = dict[int, float]


def may_have(catalogue: Catalogue, device: int, repairs: Iterable[int]) -> list[int]:
    """Of these repairs those that hang on the device, on what it belongs to, or on nothing."""
    nodes = {None, *tree(catalogue, device)}
    return [pk for pk in repairs if catalogue.repairs[pk].subject_id in nodes]


def mended(catalogue: Catalogue, hang_on: Iterable[int | None]) -> tuple[int, ...]:
    """Every device that belongs to one of these nodes, in the order of the tree; all of them for None."""
    nodes = set(hang_on)
    if None in nodes:
        return catalogue.devices()
    kinds = {pk for pk, node in catalogue.nodes.items() if node.kind != DEVICE and nodes & tree(catalogue, pk)}
    return tuple(pk for pk in catalogue.devices() if pk in nodes or catalogue.nodes[pk].parent_id in kinds)


def tree(catalogue: Catalogue, pk: int) -> set[int]:
    """A node and all above it."""
    return {pk, *(node.pk for node in catalogue.trail(catalogue.nodes[pk]))}


class Repairs:
    """The repairs of one catalogue, as one search looks at them."""

    def __init__(self, catalogue: Catalogue, index: Index) -> None:
        self.catalogue = catalogue
        self.index = index

    def points(self, word: str) -> Points:
        """The repairs that a word names, or that are described by it, by their id."""
        if word.isdigit() or len(word) == 1:
            return {}
        index, points = self.index, Points()
        for start in (word, *stems(word)):
            told = index.told.tiers(start, inside=False)
            told = told if len(start) > SHORT else tuple(tier for tier in told if tier[0] == WHOLE)
            called = index.aliases.tiers(start, inside=False)
            for tiers, less in ((index.of_repairs.tiers(start, inside=False), 0), (called, CALLED), (told, TOLD)):
                for worth, ranks in tiers:
                    for rank in ranks:
                        pk = index.repairs[rank]
                        points[pk] = max(points.get(pk, 0), worth - less)
        return points

    def named_by(self, word: str) -> frozenset[int]:
        """The ranks of the repairs in whose names this very word stands."""
        return frozenset((*self.index.of_repairs.things(word), *self.index.aliases.things(word)))

    def phrases(self, words: set[str]) -> dict[int, int]:
        """The ranks of the repairs that have a name which was typed in full, with its points."""
        found: dict[int, int] = {}
        for rank, phrase in self.index.phrases:
            if phrase <= words:
                found[rank] = max(found.get(rank, 0), PHRASE * len(phrase))
        return found

    def ranked(
        self, words: list[str], beside: Iterable[str] = (), phrases: Mapping[int, int] = MappingProxyType({})
    ) -> Points:
        """The repairs that any of the words is about, best first; rare words say more, `beside` breaks a tie."""
        points, several = Points(), len(self.index.repairs)
        for word in words:
            found = self.points(word)
            if several > SHORT and len(found) * 2 > several:
                continue  # "repair" is in most of their names
            weight = math.log(1 + several / (len(found) or 1))
            for pk, worth in found.items():
                points[pk] = points.get(pk, 0) + worth * weight
        for rank, worth in phrases.items() if words else ():
            points[self.index.repairs[rank]] = points.get(self.index.repairs[rank], 0) + worth
        for word in beside:
            for pk in self.points(word).keys() & points.keys():
                points[pk] += 1
        lengths = {pk: len(fold(self.catalogue.repairs[pk].name)) for pk in points}
        place = {pk: number for number, pk in enumerate(self.index.repairs)}
        ordered = sorted(points, key=lambda pk: (-round(points[pk], 6), lengths[pk], place[pk]))
        return {pk: points[pk] for pk in ordered}

    def offered(self, repairs: Points, fitting: dict[int, int]) -> Points:
        """Of these repairs those that some of the devices may have; all of them when that leaves none."""
        if not repairs or not fitting:
            return repairs
        trees = set[int | None]({None})
        for rank in heapq.nsmallest(LOOKED_AT, fitting):
            trees |= tree(self.catalogue, self.index.devices[rank])
        return {pk: worth for pk, worth in repairs.items() if self.catalogue.repairs[pk].subject_id in trees} or repairs

    def is_named(self, pk: int, words: Iterable[str]) -> bool:
        """Whether one of the words stands in a name of the repair."""
        rank, things = self.index.repairs.index(pk), self.index.of_repairs.things
        return any(rank in things(word) for word in words)

    def mended(self, repairs: Points) -> tuple[int, ...]:
        """Every device that one of the best fitting repairs may be offered for, in the order of the tree."""
        if not repairs:
            return ()
        best = max(repairs.values())
        hang_on = [self.catalogue.repairs[pk].subject_id for pk, worth in repairs.items() if worth == best]
        return mended(self.catalogue, hang_on)
