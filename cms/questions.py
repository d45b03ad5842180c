"""The questions that customers ask, found by the words of their question and answer."""

import html
import math
import re
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from cms.kept import kept
from cms.models import FAQ
from cms.models.faq import page_of_questions
from cms.sites import Site
from cms.vocabulary import INSIDE, Vocabulary, fold

SHAPE = 1  # of what is kept: count it up with each change of the classes below, for caches outlive an update
TAG = re.compile(r"<[^>]+>")
ASKING = frozenset(
    {"can", "do", "does", "how", "is", "will", "what", "when", "where", "which", "who", "why"}
) | frozenset({"are", "como", "onde", "posso", "preciso", "qual", "quando", "quanto", "quem", "should", "voces"})
SMALL = ASKING | frozenset(  # words that say nothing about a question
    {"a", "am", "an", "and", "any", "at", "be", "by", "did", "for", "from", "get", "have", "i", "if", "in", "it"}
    | {"its", "me"}
    | {"my", "of", "on", "or", "our", "so", "that", "the", "there", "this", "to", "us", "we", "with", "you", "your"}
    | {"as", "com", "da", "de", "do", "e", "em", "eu", "me", "meu", "minha", "na", "no", "o", "os", "para", "um", "uma"}
)  # fmt: skip
ENDINGS = ("ing", "ed", "es", "s", "e", "d")
SHORTEST_STEM = 4
ASKED, TOLD, GROUPED = 1.0, 0.5, 0.6
ENOUGH, ENOUGH_ASKED = 0.5, 0.35  # of the words; a sentence that asks needs fewer


@dataclass(frozen=True, slots=True)
class Question:
    """A live question in one language; `answer` is rich text as editors wrote it."""

    pk: int
    question: str
    answer: str
    language: str
    family: str  # the same for all its translations
    subject_id: int | None
    group_slug: str = ""
    group_name: str = ""

    @property
    def plain_answer(self) -> str:
        """The answer without mark-up."""
        return " ".join(html.unescape(TAG.sub(" ", self.answer)).split())


@dataclass(frozen=True)
class Questions:
    """All live questions in their order, and the path of the page that shows them; empty without one."""

    rows: tuple[Question, ...]
    page: str = ""
    worked_out: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def in_language(self, language: str) -> dict[str, Question]:
        """Each question by its family: in that language, else in the shop's first one."""
        wanted = (settings.LANGUAGE_CODE, language)
        rows = sorted((row for row in self.rows if row.language in wanted), key=lambda row: row.language == language)
        return {row.family: row for row in rows}

    def words(self) -> tuple[Vocabulary, Vocabulary, Vocabulary]:
        """The words of questions, answers and groups, worked out by the first who asks."""
        if "words" not in self.worked_out:
            rows = list(enumerate(self.rows))
            self.worked_out["words"] = (
                Vocabulary((place, fold(row.question)) for place, row in rows),
                Vocabulary((place, fold(row.plain_answer)) for place, row in rows),
                Vocabulary((place, fold(row.group_name)) for place, row in rows),
            )
        return self.worked_out["words"]  # type: ignore[no-any-return]

    def knows(self, word: str) -> bool:
        """Whether a question has this word."""
        return any(word in one for one in self.words())


def read(site: Site) -> Questions:
    """The questions of now. No statement when this version of the content was read before, else two."""
    return kept(f"questions:{SHAPE}", site, _read)


def _read() -> Questions:
    rows = FAQ.objects.filter(live=True).select_related("locale", "group").order_by("sort_order", "pk")
    return Questions(
        page=page_of_questions(),
        rows=tuple(
            Question(
                row.pk,
                row.question,
                str(row.answer),
                row.locale.language_code,
                str(row.translation_key),
                row.subject_id,
                row.group.slug if row.group and row.group.live else "",
                row.group.name if row.group and row.group.live else "",
            )
            for row in rows
        ),
    )


def find(questions: Questions, words: list[str], *, asked: bool) -> dict[str, float]:
    """The families of the questions that the words are about, the best first, with the share of the words that fit.

    `asked`: the words are a question themselves.
    """
    content = [word for word in words if word not in SMALL and (len(word) > 1 or word.isdigit())]
    if not content or not questions.rows:
        return {}
    points: dict[int, float] = {}
    whole = 0.0
    for word in content:
        hits = _hits(questions, word)
        weight = math.log(1 + len(questions.rows) / (len(hits) or 1))
        whole += weight
        for place, worth in hits.items():
            points[place] = points.get(place, 0.0) + weight * worth
    found: dict[str, float] = {}
    for place in sorted(points, key=lambda place: (-round(points[place], 6), place)):
        share = points[place] / whole
        if share >= (ENOUGH_ASKED if asked else ENOUGH):
            found.setdefault(questions.rows[place].family, share)
    return found


def _hits(questions: Questions, word: str) -> dict[int, float]:
    """The places of the questions that a word fits, with how much that says."""
    found: dict[int, float] = {}
    for vocabulary, worth in zip(questions.words(), (ASKED, TOLD, GROUPED), strict=True):
        for start in (word, *stems(word)):
            for tier, places in vocabulary.tiers(start, inside=False):
                for place in places:
                    less = worth if tier > INSIDE + 1 and start == word else worth * 0.8
                    found[place] = max(found.get(place, 0.0), less)
    return found


def stems(word: str) -> list[str]:
    """The word without an English ending, where enough of it is left: cracked, charges, charging."""
    return [word[: -len(end)] for end in ENDINGS if word.endswith(end) and len(word) - len(end) >= SHORTEST_STEM][:1]
