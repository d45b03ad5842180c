"""GET faqs: questions customers ask, in the asked language or else the default one."""

from django.utils.translation import get_language
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail.models import Locale
from wagtail.rich_text import expand_db_html

from api.schema import operation
from api.views import PublicView
from cms.models import FAQ


class Question(serializers.Serializer):
    """A question and its answer."""

    question = serializers.CharField()
    answer = serializers.CharField(help_text="HTML: paragraphs, links, bold, lists.")


class Questions(serializers.Serializer):
    """All of them."""

    items = Question(many=True)
    total = serializers.IntegerField()


class FAQs(PublicView):
    """Frequent questions."""

    @operation(
        name="faqs",
        summary="Questions and answers",
        tag="catalogue",
        answer=Questions,
        shown={
            "items": [
                {
                    "question": "How long does it take?",
                    "answer": "<p>Most repairs take an hour.</p>",
                }
            ],
            "total": 1,
        },
    )
    def get(self, request: Request) -> Response:
        """Live questions of the asked language; of the default language when there are none."""
        rows = list(FAQ.objects.filter(live=True, locale__language_code=get_language() or "")[:200])
        if not rows:
            rows = list(FAQ.objects.filter(live=True, locale=Locale.get_default())[:200])
        items = [{"question": row.question, "answer": expand_db_html(row.answer)} for row in rows]
        return Response({"items": items, "total": len(items)})
