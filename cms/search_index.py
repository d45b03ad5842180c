"""The words of a catalogue, put in order for the search once for each version of it."""

import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from threading import Lock, Thread

from cms.catalogue import DEVICE, Catalogue, Node, Repair
from cms.vocabulary import Vocabulary, alias_words, code_words, fold, name_words, with_ordinals

AT_ONCE_SECONDS = 0.3
SHORTEST_TOLD = 3
ASIDE = re.compile(r"\([^)]*\)")  # the years of a kind, which are not those of its devices
ANY_REPAIR = frozenset({"repair", "replacement", "treatment", "and", "reparo", "troca", "conserto"})


@dataclass(frozen=True)
class Index:
    """Devices, kinds and repairs by their words; each is a number in a vocabulary and an id in the list beside it.

    Of two equally good devices the one with the shorter name comes first, else the first in the shop's order: that is
    the order of `devices`. `exact` has their names and other names in one piece,
    `of_names` the words of names alone, those of kinds among them. `aliases` has the words of other
    names of repairs, `phrases` the words of each of its names, `told` those that describe a repair.
    """

    devices: tuple[int, ...]
    of_devices: Vocabulary
    exact: dict[str, tuple[int, ...]]
    of_names: frozenset[str]
    kinds: tuple[int, ...]
    of_kinds: Vocabulary
    repairs: tuple[int, ...]
    of_repairs: Vocabulary
    aliases: Vocabulary
    phrases: tuple[tuple[int, frozenset[str]], ...]
    told: Vocabulary


class _Latest:
    """The newest index of this process, what it was made of, and whether a newer one is being made."""

    made: tuple[Catalogue, Index, float] | None = None
    busy = Lock()


def ready(known: Catalogue) -> tuple[Catalogue, Index]:
    """The index of this catalogue, worked out by the first who asks.

    Where that takes long the last one goes on answering, with the catalogue that it is of, until the new one is there:
    nobody waits, and a new device is found a moment later. Shops of usual size work it out at once.
    """
    if "index" in known.worked_out:
        return known, known.worked_out["index"]
    last = _Latest.made
    if last is None or last[2] < AT_ONCE_SECONDS:
        return known, _make(known)
    if _Latest.busy.acquire(blocking=False):
        Thread(target=_make_aside, args=(known,), daemon=True).start()
    return last[0], last[1]


def _make_aside(known: Catalogue) -> None:
    try:
        _make(known)
    finally:
        _Latest.busy.release()


def _make(known: Catalogue) -> Index:
    began = time.monotonic()
    made = _index(known)
    _Latest.made = (known, made, time.monotonic() - began)
    known.worked_out["index"] = made
    return made


def _index(known: Catalogue) -> Index:
    above = {pk: _words_above(known, node) for pk, node in known.nodes.items() if node.kind != DEVICE}
    rows, kinds = [], []
    for place, node in enumerate(known.nodes.values()):
        if node.kind == DEVICE:
            plain = fold(node.name)
            rows.append((len(plain), place, node, plain))
        elif node.number:
            kinds.append((len(fold(ASIDE.sub("", node.name))), node.kind != "family", place, node.pk))
    rows.sort(key=lambda row: row[:2])
    kinds.sort()
    brands = {brand: fold(brand) for brand in {node.brand for _, _, node, _ in rows}}
    repairs = list(known.repairs.values())
    return Index(
        devices=tuple(node.pk for _, _, node, _ in rows),
        of_devices=Vocabulary(
            (rank, _device_words(node, plain, brands[node.brand], above.get(node.parent_id or 0, [])))
            for rank, (_, _, node, plain) in enumerate(rows)
        ),
        exact=_exact((node, plain, brands[node.brand]) for _, _, node, plain in rows),
        of_names=frozenset(chain(*(plain for *_, plain in rows), *above.values())),
        kinds=tuple(row[-1] for row in kinds),
        of_kinds=Vocabulary((rank, above[row[-1]]) for rank, row in enumerate(kinds)),
        repairs=tuple(repair.pk for repair in repairs),
        of_repairs=Vocabulary((rank, fold(" ".join(repair.words))) for rank, repair in enumerate(repairs)),
        aliases=Vocabulary((rank, fold(" ".join(repair.also_called))) for rank, repair in enumerate(repairs)),
        phrases=tuple(_phrases(repairs)),
        told=Vocabulary(_told(known, repairs)),
    )


def _exact(rows: Iterable[tuple[Node, list[str], list[str]]]) -> dict[str, tuple[int, ...]]:
    """The ranks of the devices that are called exactly so, with their brand or without."""
    found: dict[str, tuple[int, ...]] = {}
    for rank, (node, plain, brand) in enumerate(rows):
        name = "".join(plain)
        keys = {name, "".join(brand) + name}
        if node.also_called:
            keys.update("".join(fold(other)) for other in node.also_called.split(","))
        for key in keys:
            if key:
                found[key] = (*found.get(key, ()), rank)
    return found


def _words_above(known: Catalogue, node: Node) -> list[str]:
    """What a kind is called, one by one and many, with all that is above it."""
    words = []
    for one in (node, *known.trail(node)):
        words += [*name_words(ASIDE.sub("", one.name)), *fold(one.brand), *alias_words(one.also_called)]
    return [*words, *(word[:-1] for word in words if len(word) > 4 and word.endswith("s"))]


def _device_words(node: Node, plain: list[str], brand: list[str], above: list[str]) -> Iterable[str]:
    """Every word that may be typed for a device: its names, those above it, its year, its codes in whole and part."""
    words = [*with_ordinals(plain), *above, *brand]
    if node.also_called:
        words += alias_words(node.also_called)
    if node.codes:
        words += code_words(node.codes)
    if node.year:
        words.append(str(node.year))
    return words


def _phrases(repairs: list[Repair]) -> Iterator[tuple[int, frozenset[str]]]:
    """The names of repairs as sets of words, each with the place of its repair, without what all are called."""
    for rank, repair in enumerate(repairs):
        for name in (*repair.words, *",".join(repair.also_called).split(",")):
            words = frozenset(fold(name)) - ANY_REPAIR
            if words:
                yield rank, words


def _told(known: Catalogue, repairs: list[Repair]) -> list[tuple[int, list[str]]]:
    """What is said of each repair, and the complaints that editors answered with it."""
    texts = {repair.pk: list(repair.told) for repair in repairs}
    for row in chain.from_iterable(known.complaints.values()):
        if row.repair_type_id in texts:
            texts[row.repair_type_id].append(row.words)
    return [
        (rank, [word for word in fold(" ".join(texts[repair.pk])) if len(word) >= SHORTEST_TOLD])
        for rank, repair in enumerate(repairs)
    ]
