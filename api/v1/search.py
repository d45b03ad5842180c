"""GET search: devices, repair types and questions in one call, by the rule of the storefront's search box."""

from typing import Any

from django.utils.translation import get_language
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.schema import operation
from api.shapes import Named
from api.v1.content_views import ContentView
from api.v1.device_list import printed_list, rows_of
from api.v1.devices import SHOWN as SHOWN_DEVICE
from api.v1.devices import CurrencyAsk, Device, currency_in
from api.views import true_until
from cms import catalogue, questions, rich_text, search, search_repairs
from cms.catalogue import Catalogue
from cms.questions import Question
from shop.storefront import found as grouping


class SearchAsk(CurrencyAsk):
    """What somebody types."""

    q = serializers.CharField(
        max_length=100,
        allow_blank=True,
        help_text="A device, what is broken, a model code or a question, in any order; typing errors are forgiven.",
    )
    limit = serializers.IntegerField(
        required=False, default=6, min_value=1, max_value=50, help_text="The most of each sort."
    )


class FoundDevice(Device):
    """A device that was found."""

    repair_type = serializers.CharField(
        allow_null=True, help_text="Slug of the repair that the words ask for, when it may be offered for this device."
    )


class FoundRepair(serializers.Serializer):
    """A repair type that was found."""

    slug = serializers.CharField()
    name = serializers.CharField()
    summary = serializers.CharField(allow_blank=True)
    subject = Named(allow_null=True, help_text="The family, category or device it is for; null: anything.")


class FoundQuestion(serializers.Serializer):
    """A question that was found, with its answer."""

    question = serializers.CharField()
    answer = serializers.CharField(help_text="HTML: paragraphs, links, bold, lists.")
    group = Named(allow_null=True)


class FoundDevices(serializers.Serializer):
    """The best devices, and how many there are."""

    items = FoundDevice(many=True)
    total = serializers.IntegerField()
    near = serializers.BooleanField(help_text="True: none fits all the words, these fit the most of them.")


class FoundRepairs(serializers.Serializer):
    """The best repair types, and how many there are."""

    items = FoundRepair(many=True)
    total = serializers.IntegerField()


class FoundQuestions(serializers.Serializer):
    """The best questions, and how many there are."""

    items = FoundQuestion(many=True)
    total = serializers.IntegerField()


class Answers(serializers.Serializer):
    """What was found."""

    q = serializers.CharField(allow_blank=True, help_text="The words as they were taken.")
    corrected = serializers.CharField(allow_blank=True, help_text="The words as they were understood, if differently.")
    first = serializers.ChoiceField(
        choices=["devices", "kinds", "repair_types", "faqs", "unknown"],
        allow_null=True,
        help_text="What answers best. kinds: a category or family was named; unknown: we have no such device, offer a"
        " diagnosis; null: nothing was asked.",
    )
    kinds = Named(many=True, help_text="Families and categories that the words name.")
    devices = FoundDevices()
    repair_types = FoundRepairs()
    faqs = FoundQuestions()


NAMES = {search.REPAIRS: "repair_types", search.QUESTIONS: "faqs"}
SHOWN: dict[str, Any] = {
    "q": "iphne 13 scren",
    "corrected": "iphone 13 screen",
    "first": "devices",
    "kinds": [],
    "devices": {"items": [{**SHOWN_DEVICE, "repair_type": "screen-repair"}], "total": 1, "near": False},
    "repair_types": {
        "items": [
            {
                "slug": "screen-repair",
                "name": "Screen repair",
                "summary": "Cracked glass or a dark display, replaced and tested.",
                "subject": {"slug": "phones", "name": "Phones"},
            }
        ],
        "total": 1,
    },
    "faqs": {"items": [], "total": 0},
}


def named(known: Catalogue, pk: int | None) -> dict[str, str] | None:
    """Slug and name of a node; None for no node."""
    node = known.nodes.get(pk or 0)
    return {"slug": node.slug, "name": node.name} if node else None


def printed_repair(hit: grouping.RepairHit, known: Catalogue) -> dict[str, Any]:
    """A repair type as JSON."""
    row = hit.repair
    return {"slug": row.slug, "name": row.name, "summary": row.summary, "subject": named(known, row.subject_id)}


def printed_question(row: Question, answer: str) -> dict[str, Any]:
    """A question as JSON; the answer is HTML already."""
    group = {"slug": row.group_slug, "name": row.group_name} if row.group_slug else None
    return {"question": row.question, "answer": answer, "group": group}


def asked_repair(known: Catalogue, device: int, found: search.Found) -> str | None:
    """The slug of the repair that the words ask for, of those that may be offered for this device."""
    pk = found.asked(search_repairs.may_have(known, device, found.repairs))
    return known.repairs[pk].slug if pk else None


class SearchNow(ContentView):
    """Search."""

    @operation(
        name="search",
        summary="Search devices, repair types and questions",
        tag="catalogue",
        query=SearchAsk,
        errors=["currency_not_offered"],
        answer=Answers,
        shown=SHOWN,
    )
    def get(self, request: Request) -> Response:
        """The best of each sort, as the storefront's search box lists them."""
        asked, site = self.asked(SearchAsk), self.site
        known, about, limit = catalogue.read(site), questions.read(site), asked["limit"]
        found = search.find(known, asked["q"], about)
        ids = found.devices or found.near
        rows, currency = rows_of(ids[:limit]), currency_in(asked, site)
        devices, moments = printed_list(rows, site=site, known=known, at=self.at, currency=currency)
        for row, item in zip(rows, devices, strict=True):
            item["repair_type"] = asked_repair(known, row.pk, found)
        repairs = grouping.repair_hits(known, found)
        asks = grouping.question_hits(known, about, found, get_language() or "")
        body = {
            "q": found.words,
            "corrected": found.corrected,
            "first": NAMES.get(found.first, found.first) or None,
            "kinds": [named(known, pk) for pk in found.kinds],
            "devices": {"items": devices, "total": len(ids), "near": bool(found.near)},
            "repair_types": {"items": [printed_repair(hit, known) for hit in repairs[:limit]], "total": len(repairs)},
            "faqs": {"items": self.answered([hit.row for hit in asks[:limit]]), "total": len(asks)},
        }
        return true_until(Response(body), moments)

    def answered(self, rows: list[Question]) -> list[dict[str, Any]]:
        """Questions with their answers as HTML."""
        texts = [row.answer for row in rows]
        linked = rich_text.paths_of_links(texts, self.paths) if rich_text.linked_pages(texts) else {}
        answers = [rich_text.html(text, linked, self.http.build_absolute_uri) for text in texts]
        return [printed_question(row, answer) for row, answer in zip(rows, answers, strict=True)]
