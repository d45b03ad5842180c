"""The questions that decide a price, in words: used by the public repair page and by the booking."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


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


def in_words(answers: Mapping[str, str]) -> list[tuple[str | Promise, str | Promise]]:
    """The answers as pairs of short question and label, for summaries."""
    words = []
    for question in QUESTIONS:
        label = {answer.code: answer.label for answer in question.answers}.get(answers.get(question.name, ""))
        if label:
            words.append((question.short, label))
    return words
