"""A page that editors wrote, whole: what it is, where it stands, its head, its blocks, and the shop around it."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from rest_framework import serializers

from api.shapes import moment
from api.v1 import block_shapes, form_shapes, head_shapes, site_shapes
from api.v1.form_shapes import bcp47
from cms import rich_text
from cms.models import ContentPage, FAQPage, FormPage, HomePage, StorefrontPage
from cms.paths import Paths, above
from cms.seo import Head
from cms.sites import Site
from shop.storefront.screens import around
from shop.templatetags.blocks import Loaded, load_facts
from shop.templatetags.window import page_head


class StepShape(serializers.Serializer):
    """A step of the way to a page."""

    title = serializers.CharField()
    path = serializers.CharField()


class TranslationShape(serializers.Serializer):
    """The page in a language, this one included."""

    locale = serializers.CharField()
    path = serializers.CharField()


class BlockShape(serializers.Serializer):
    """A block. What `value` holds depends on `type`; docs/frontend.md lists them all."""

    type = serializers.ChoiceField(choices=sorted(block_shapes.SHAPES))
    id = serializers.CharField(allow_blank=True)
    value = serializers.DictField()


class QuestionShape(serializers.Serializer):
    """A question and its answer as HTML."""

    question = serializers.CharField()
    answer = serializers.CharField()


class GroupShape(serializers.Serializer):
    """Questions that belong together; without slug and name those that are in no group."""

    slug = serializers.CharField(allow_blank=True)
    name = serializers.CharField(allow_blank=True)
    introduction = serializers.CharField(allow_blank=True)
    items = QuestionShape(many=True)


class PageShape(serializers.Serializer):
    """A page. Members below `body` are there when the type has them."""

    type = serializers.CharField(
        help_text="cms.HomePage, cms.LandingPage, cms.ContentPage, cms.FAQPage, cms.FormPage or cms.StorefrontPage."
    )
    title = serializers.CharField()
    introduction = serializers.CharField(allow_blank=True)
    path = serializers.CharField()
    locale = serializers.CharField()
    translations = TranslationShape(many=True)
    breadcrumbs = StepShape(many=True)
    lastmod = serializers.DateTimeField(allow_null=True)
    head = head_shapes.HeadShape()
    body = BlockShape(many=True)
    headline = serializers.CharField(required=False, help_text="Home page: its promise.")
    trust_line = serializers.CharField(required=False, allow_blank=True)
    groups = GroupShape(many=True, required=False, help_text="FAQ page.")
    form = form_shapes.FormShape(required=False, help_text="Form page.")
    show_visit = serializers.BooleanField(required=False, help_text="Form page: address and hours stand beside it.")
    screen = serializers.CharField(
        required=False, help_text="Screen of the shop that these words belong to: devices, prices or services."
    )
    site = site_shapes.SiteShape()


SHOWN: dict[str, Any] = {
    "type": "cms.LandingPage",
    "title": "About us",
    "introduction": "Two benches and a counter.",
    "path": "/about/",
    "locale": "en-GB",
    "translations": [{"locale": "en-GB", "path": "/about/"}],
    "breadcrumbs": [{"title": "Home", "path": "/"}, {"title": "About us", "path": "/about/"}],
    "lastmod": "2026-11-20T09:30:00Z",
    "head": head_shapes.SHOWN,
    "body": [
        {
            "type": "call",
            "id": "6f0c2e1a",
            "value": {
                "heading": "Ready?",
                "text": "",
                "link": {"text": "See prices", "href": "/prices/", "external": False},
            },
        }
    ],
    "site": site_shapes.SHOWN,
}


def printed(page: Any, family: list[Any], *, site: Site, paths: Paths, request: HttpRequest) -> dict[str, Any]:
    """A page with its public translations as JSON; the page may be a draft."""
    shop = site_shapes.printed(site, paths, request)
    loaded: Loaded = load_facts({"request": request}, page)
    groups = page.get_context(request)["groups"] if isinstance(page, FAQPage) else []
    asked = [*loaded.questions, *(faq for _group, found in groups for faq in found)]
    known = block_shapes.Known(request, links_of(page, loaded, asked, paths), shop)
    language = bcp47(paths.code_of(page.locale_id))
    head = head_of(page, asked, loaded, request)
    return {
        "type": page._meta.label,
        "title": page.title,
        "introduction": page.introduction,
        "path": paths.path(page),
        "locale": language,
        "translations": [{"locale": bcp47(paths.code_of(row.locale_id)), "path": paths.path(row)} for row in family],
        "breadcrumbs": breadcrumbs(page, paths),
        "lastmod": moment(page.last_published_at),
        "head": head_shapes.printed(head, site_name=shop["name"], language=language) if head else None,
        "body": body(page, loaded, known),
        **own(page, groups, known),
        "site": shop,
    }


def head_of(page: Any, asked: list[Any], loaded: Loaded, request: HttpRequest) -> Head | None:
    """The head that our own page prints; the words around a screen have that of the screen."""
    if not isinstance(page, StorefrontPage):
        return page_head({"request": request}, page, asked, loaded.records)
    before, request.draft = getattr(request, "draft", None), page  # type: ignore[attr-defined]
    head: Head = around(request, page.screen, title=page.title, told="")["seo"]
    request.draft = before  # type: ignore[attr-defined]
    return head


def body(page: Any, loaded: Loaded, known: block_shapes.Known) -> list[dict[str, Any]]:
    """The blocks; a page of plain words is one block of text."""
    if isinstance(page, ContentPage):
        return [{"type": "text", "id": "", "value": {"html": known.html(page.body)}}]
    return list(block_shapes.body(loaded.blocks, known))


def own(page: Any, groups: list[Any], known: block_shapes.Known) -> dict[str, Any]:
    """What only this type of page has."""
    match page:
        case HomePage():
            return {"headline": page.headline, "trust_line": page.trust_line}
        case FAQPage():
            return {"groups": [group_of(group, faqs, known) for group, faqs in groups]}
        case FormPage():
            return {"form": form_shapes.printed(page), "show_visit": page.show_visit}
        case StorefrontPage():
            return {"screen": page.screen}
    return {}


def group_of(group: Any, faqs: list[Any], known: block_shapes.Known) -> dict[str, Any]:
    """A group with its questions."""
    return {
        "slug": group.slug if group else "",
        "name": group.name if group else "",
        "introduction": group.introduction if group else "",
        "items": [block_shapes.question(faq, known) for faq in faqs],
    }


def links_of(page: Any, loaded: Loaded, asked: list[Any], paths: Paths) -> dict[int, str]:
    """The paths of the pages that its texts link to, by id; at most one statement."""
    texts = [*block_shapes.texts(loaded.blocks), *(faq.answer for faq in asked)]
    texts += [page.body] if isinstance(page, ContentPage) else []
    return rich_text.paths_of_links(texts, paths)


def breadcrumbs(page: Any, paths: Paths) -> list[dict[str, str]]:
    """The way from the home page; the page itself last."""
    root = paths.root_of(page)
    way = [{"title": _("Home"), "path": f"{root.before}/"}] if root else []
    way += [{"title": row.title, "path": paths.path(row)} for row in above(paths, page)]
    here = {"title": page.title, "path": paths.path(page)}
    return way if root and page.url_path == root.url_path else [*way, here]
