"""A draft as JSON, by its kind: in the shape that the public gets once it is published."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from rest_framework import serializers
from wagtail.models import Page

from api.shapes import Named
from api.v1 import device_categories, devices, faqs, page_shapes, repair_types
from cms import catalogue, rich_text
from cms.models import FAQ, CommonIssue, FAQGroup, RepairType, Subject
from cms.paths import Paths, translations
from cms.pictures.subjects import picture_of
from cms.sites import Site

Printed = tuple[str, dict[str, Any]]


class DraftMembers(serializers.Serializer):
    """What every draft has besides its own shape."""

    kind = serializers.CharField(help_text="page, device, category, repair-type, faq, faq-group or common-issue.")
    draft = serializers.BooleanField()
    expires_at = serializers.DateTimeField()


class DraftPage(page_shapes.PageShape, DraftMembers):
    """A page as it will be."""


class DraftDevice(devices.DeviceDetail, DraftMembers):
    """A device as it will be."""


class DraftCategory(device_categories.DeviceCategory, DraftMembers):
    """A family or category as it will be."""


class DraftRepairType(repair_types.RepairTypeShape, DraftMembers):
    """A repair type as it will be."""


class DraftQuestion(faqs.Question, DraftMembers):  # type: ignore[misc, valid-type]
    """A question as it will be."""


class DraftGroup(page_shapes.GroupShape, DraftMembers):
    """A group of questions as it will be."""


class DraftIssue(DraftMembers):
    """A common issue as it will be."""

    phrase = serializers.CharField()
    advice = serializers.CharField(allow_blank=True)
    subject = Named()
    repair_type = Named(allow_null=True)


SHAPES = [DraftPage, DraftDevice, DraftCategory, DraftRepairType, DraftQuestion, DraftGroup, DraftIssue]


def printed(instance: Any, *, site: Site, paths: Paths, request: HttpRequest, at: datetime) -> Printed:
    """Kind and JSON of a draft."""
    request.draft = instance  # type: ignore[attr-defined]
    if isinstance(instance, Page):
        rows = Page.objects.filter(translation_key=instance.translation_key, live=True).exclude(pk=instance.pk)
        family = [instance, *translations(paths, rows)]
        return "page", page_shapes.printed(instance, family, site=site, paths=paths, request=request)
    if isinstance(instance, Subject):
        return subject(instance, site=site, at=at, request=request)
    shape = SNIPPETS[type(instance)]
    return shape(instance, paths, request)


def subject(node: Subject, *, site: Site, at: datetime, request: HttpRequest) -> Printed:
    """A device with its repairs, a family or category with its number of devices."""
    known = catalogue.read(site)
    if node.kind != Subject.Kind.DEVICE:
        live = known.nodes.get(node.pk)
        node.device_count = live.number if live else 0  # type: ignore[attr-defined]
        return "category", device_categories.printed(node)
    own = picture_of(node, node.photo) if node.photo else None
    return "device", devices.detail(
        node,
        offered=devices.shelf_of(site=site, device=node, at=at),
        photo=own or known.picture_of(node.parent_id),
        site=site,
        request=request,
    )


def repair_type(row: RepairType, paths: Paths, request: HttpRequest) -> Printed:
    return "repair-type", repair_types.printed(row, row)


def faq(row: FAQ, paths: Paths, request: HttpRequest) -> Printed:
    return "faq", faqs.printed(row, answer_of(row, paths, request))


def faq_group(row: FAQGroup, paths: Paths, request: HttpRequest) -> Printed:
    """The group with its live questions."""
    rows = FAQ.objects.filter(group=row.pk, live=True) if row.pk else []
    items = [{"question": one.question, "answer": answer_of(one, paths, request)} for one in rows]
    words = {"slug": row.slug, "name": row.name, "introduction": row.introduction}
    return "faq-group", {**words, "items": items}


def common_issue(row: CommonIssue, paths: Paths, request: HttpRequest) -> Printed:
    words = {"phrase": row.phrase, "advice": row.advice}
    return "common-issue", {
        **words,
        "subject": faqs.named(row.subject if row.subject_id else None),
        "repair_type": faqs.named(row.repair_type),
    }


def answer_of(row: FAQ, paths: Paths, request: HttpRequest) -> str:
    """The answer to a question as HTML."""
    return rich_text.html(row.answer, rich_text.paths_of_links([row.answer], paths), request.build_absolute_uri)


SNIPPETS: dict[type, Callable[[Any, Paths, HttpRequest], Printed]] = {
    RepairType: repair_type,
    FAQ: faq,
    FAQGroup: faq_group,
    CommonIssue: common_issue,
}
