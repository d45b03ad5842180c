"""GET faqs: questions customers ask, in the asked language or else the default one."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail.models import Locale

from api.schema import operation
from api.shapes import Named
from api.v1.content_views import ContentView, LocaleAsk
from api.v1.inherited import Source
from cms import rich_text
from cms.inheritance import kind_of
from cms.models import FAQ, Subject
from cms.subjects import tree_ids

# "from" is no name that a class may have, so the fields are put into the class's dictionary.
Question = type(
    "Question",
    (serializers.Serializer,),
    {
        "__doc__": "A question and its answer.",
        "question": serializers.CharField(),
        "answer": serializers.CharField(help_text="HTML: paragraphs, links, bold, lists."),
        "group": Named(allow_null=True, help_text="What it belongs to on the page of all questions."),
        "subject": serializers.CharField(
            allow_null=True, help_text="Slug of the device, category or family it is about; null: about the shop."
        ),
        "from": Source(
            allow_null=True,
            help_text="The same with its name and kind: asked for a device, this says what the answer came down from.",
        ),
    },
)


class QuestionsAsk(LocaleAsk):
    """About what."""

    subject = serializers.SlugField(
        required=False,
        max_length=140,
        help_text="Slug of a device, category or family: what its pages show, so with the questions of all above it.",
    )
    group = serializers.SlugField(required=False, max_length=90, help_text="Slug of a group: only its questions.")


class Questions(serializers.Serializer):
    """All of them."""

    items = Question(many=True)
    total = serializers.IntegerField()


MOST = 200
SHOWN: dict[str, Any] = {
    "question": "How long does it take?",
    "answer": "<p>Most repairs take an hour.</p>",
    "group": {"slug": "repairs", "name": "Repairs"},
    "subject": "iphone-13",
    "from": {"kind": "device", "slug": "iphone-13", "name": "iPhone 13"},
}


def named(node: Any) -> dict[str, str] | None:
    """Slug and name of what a question belongs to."""
    return {"slug": node.slug, "name": node.name} if node else None


def printed(row: FAQ, answer: str) -> dict[str, Any]:
    """A question as JSON; the answer is HTML already."""
    node, group = row.subject, row.group
    return {
        "question": row.question,
        "answer": answer,
        "group": named(group if group and group.live else None),
        "subject": node.slug if node else None,
        "from": {"kind": kind_of(node), "slug": node.slug, "name": node.name} if node else None,
    }


def asked_for(asked: dict[str, Any]) -> QuerySet[FAQ]:
    """The live questions that fit, in every language."""
    known = FAQ.objects.filter(live=True).select_related("subject", "group")
    if slug := asked.get("subject"):
        here = Subject.objects.filter(slug=slug, live=True).select_related("parent__parent").first()
        known = known.filter(subject__in=tree_ids(here))
    if slug := asked.get("group"):
        known = known.filter(group__slug=slug, group__live=True)
    return known


class FAQs(ContentView):
    """Frequent questions."""

    @operation(
        name="faqs",
        summary="Questions and answers",
        tag="catalogue",
        query=QuestionsAsk,
        answer=Questions,
        shown={"items": [SHOWN], "total": 1},
    )
    def get(self, request: Request) -> Response:
        """Live questions of the asked language; of the default language when there are none."""
        asked = self.asked(QuestionsAsk)
        known = asked_for(asked)
        rows = list(known.filter(locale__language_code=asked.get("locale") or get_language() or "")[:MOST])
        if not rows:
            rows = list(known.filter(locale=Locale.get_default())[:MOST])
        linked = rich_text.paths_of_links((row.answer for row in rows), self.paths)
        answers = (rich_text.html(row.answer, linked, self.http.build_absolute_uri) for row in rows)
        items = [printed(row, answer) for row, answer in zip(rows, answers, strict=True)]
        return Response({"items": items, "total": len(items)})
