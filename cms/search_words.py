"""From what was typed to words that are known: torn ones joined, joined ones taken apart, mistyped ones mended."""

import re
from collections.abc import Iterator
from itertools import combinations

from cms.questions import SMALL, Questions
from cms.search_index import Index
from cms.vocabulary import Vocabulary

FILLERS = SMALL | frozenset(  # words around a wish, in the languages of the shop
    {"fix", "fixed", "fixing", "how", "mend", "mended", "much", "need", "please", "want", "would", "like", "help"}
    | {"hi", "hello"}
    | {"broken", "broke", "isnt", "got", "just", "has", "was", "been", "not", "repairs", "shop", "after", "into", "up"}
    | {"repair", "repaired", "repairing", "replace", "replaced", "replacement", "service", "reparo", "troca", "trocar"}
    | {"das", "dos", "quebrado", "quebrou", "conserto", "consertar", "preco", "esta", "nao", "dont", "doesnt", "wont"}
    | {"custa", "custo", "valor"}
)  # fmt: skip
PIECES = re.compile(r"\d+|[^\d]+")
MOST_PIECES = 4
SHORTEST_HALF = 3


class Reader:
    """Understands the words of one search."""

    def __init__(self, index: Index, questions: Questions | None = None) -> None:
        self.index = index
        self.questions = questions
        self.devices = index.of_devices
        asked, answered = questions.words()[:2] if questions is not None else (index.told, index.told)
        self.others: tuple[Vocabulary, ...] = (index.of_repairs, index.aliases, index.told, asked, answered)
        self.names = (self.devices, index.of_repairs, index.aliases, *((asked,) if questions is not None else ()))

    def knows(self, word: str) -> bool:
        """Whether the word stands for anything as it is."""
        known = self.devices.knows(word) or any(one.knows(word) for one in self.others)
        return known or self.devices.has(word)

    def joined(self, words: list[str]) -> list[str]:
        """Put together what was torn: i phone, mac book, s 23, sm s921b."""
        done = list[str]()
        for word in words:
            if done and self.torn(done[-1], word):
                done[-1] += word
            else:
                done.append(word)
        return done

    def torn(self, left: str, right: str) -> bool:
        """Whether both are one word, and not two."""
        whole = left + right
        if left in self.devices and right in self.devices and len(left) > 1:
            return False
        return whole in self.devices or self.devices.without_region(whole) != whole

    def understood(self, words: list[str]) -> list[str]:
        """Every word as it stands in a vocabulary; itself when it is unknown."""
        return [right for word in words for right in self.right(word)]

    def right(self, word: str) -> list[str]:
        """The word, or its pieces (iphone13), or what was likely meant."""
        if word in SMALL or self.knows(word):
            return [word]
        bare = self.devices.without_region(word)
        if bare != word:
            return [bare]
        return next(self.parts(word), None) or self.pieces(word) or [self.corrected(word)]

    def parts(self, word: str) -> Iterator[list[str]]:
        """Ways to take a word apart so that every part is known, the fewest parts first: s24ultra, macbookair."""
        pieces = PIECES.findall(word)
        if 1 < len(pieces) <= MOST_PIECES:
            for number in range(1, len(pieces)):
                for cuts in combinations(range(1, len(pieces)), number):
                    ends = (0, *cuts, len(pieces))
                    parts = ["".join(pieces[a:b]) for a, b in zip(ends, ends[1:], strict=False)]
                    if all(part in self.devices or part in self.index.of_repairs for part in parts):
                        yield parts
        elif word.isalpha():
            for cut in range(SHORTEST_HALF, len(word) - SHORTEST_HALF + 1):
                parts = [word[:cut], word[cut:]]
                if parts[0] in self.devices and (parts[1] in self.devices or parts[1] in self.index.of_repairs):
                    yield parts

    def pieces(self, word: str) -> list[str]:
        """Letters and numbers taken apart, the letters mended: ipone13. Empty when that does not help."""
        pieces = PIECES.findall(word)
        better = [self.corrected(piece) for piece in pieces]
        return (
            better
            if len(pieces) > 1 and all(self.devices.knows(one) or self.devices.has(one) for one in better)
            else []
        )

    def corrected(self, word: str) -> str:
        """The known word that was most likely meant; numbers and codes are never guessed."""
        if self.devices.knows(word) or self.devices.has(word):
            return word
        found = sorted(row for one in self.names for row in one.near(word)[:3])
        return found[0][-1] if found else word
