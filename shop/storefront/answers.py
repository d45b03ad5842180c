"""The questions that decide a price, in words: used by the public repair page and by the booking."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shop.facts import RepairFact
from shop.templatetags.money import from_price, part_words


@dataclass(frozen=True)
class Answer:
    """One possible answer: the code that prices know, and what people read."""

    code: str
    label: str | Promise
    hint: str | Promise


@dataclass(frozen=True)
class Question:
    """One question with its answers; the first answer is taken when nobody chose."""

    name: str
    short: str | Promise
    legend: str | Promise
    hint: str | Promise
    answers: tuple[Answer, ...]

    def choices(self, chosen: str) -> list[dict[str, object]]:
        """The answers as the radio cards of components/choices.html want them."""
        return [{"value": a.code, "label": a.label, "hint": a.hint, "checked": a.code == chosen} for a in self.answers]


QUESTIONS: tuple[Question, ...] = (
    Question(
        "condition",
        _("Condition"),
        _("What state is it in?"),
        _("Apart from the fault itself. Rough cases take longer to open and close."),
        (
            Answer("good", _("Good"), _("Light marks at most")),
            Answer("fair", _("Fair"), _("Scratches or small dents")),
            Answer("poor", _("Poor"), _("Cracked, bent or been wet")),
        ),
    ),
    Question(
        "urgency",
        _("Urgency"),
        _("How soon do you need it?"),
        "",
        (
            Answer("standard", _("Standard"), _("In turn, usually a few days")),
            Answer("urgent", _("Urgent"), _("Before all others on the bench")),
        ),
    ),
    Question(
        "service_type",
        _("Hand-over"),
        _("How does it get to us?"),
        "",
        (
            Answer("in_store", _("I bring it in"), _("Hand it over at the counter")),
            Answer("postal", _("By post"), _("We send it back when it is done")),
            Answer("courier", _("By courier"), _("Collected from and brought to your door")),
        ),
    ),
)


def read_answers(given: Mapping[str, str]) -> dict[str, str]:
    """Pick the known answers out of a query or a form; whatever is missing or unknown becomes the first answer."""
    answers = {}
    for question in QUESTIONS:
        known = [answer.code for answer in question.answers]
        wanted = given.get(question.name, "")
        answers[question.name] = wanted if wanted in known else known[0]
    return answers


def asked(answers: Mapping[str, str]) -> list[dict[str, object]]:
    """Every question with its cards, the given answers chosen: what a page needs to show the form."""
    return [
        {"name": q.name, "legend": q.legend, "hint": q.hint, "choices": q.choices(answers.get(q.name, ""))}
        for q in QUESTIONS
    ]


PART_HINTS = {
    "": _("What we use unless you choose otherwise"),
    "original": _("From the maker of your device"),
    "compatible": _("New, by another maker, tested by us"),
    "refurbished": _("An original part, used before and renewed"),
}


def part_questions(fact: RepairFact, wanted: str) -> list[dict[str, Any]]:
    """The grades of part to choose from as radio cards, each with its price; none where there is no choice.

    The wanted one is chosen, or else the one that counts when nobody chose.
    """
    grades = {part.grade: part.price for part in fact.parts}
    plain = next((grade for grade, price in grades.items() if price is fact.price), "")
    chosen = wanted if wanted in grades else plain
    return [
        {
            "value": grade,
            "label": part_words(grade),
            "hint": PART_HINTS[grade],
            "aside": from_price(price),
            "checked": grade == chosen,
        }
        for grade, price in grades.items()
    ]


def in_words(answers: Mapping[str, str]) -> list[tuple[str | Promise, str | Promise]]:
    """The answers as pairs of short question and label, for summaries."""
    words = []
    for question in QUESTIONS:
        label = {answer.code: answer.label for answer in question.answers}.get(answers.get(question.name, ""))
        if label:
            words.append((question.short, label))
    if answers.get("part_grade"):
        words.append((_("Part"), part_words(answers["part_grade"])))
    return words
