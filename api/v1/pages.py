"""GET pages: one page by its path, or the list of all. What another site, a password or a group guards is not here."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Q, Window
from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail.models import Page

from api.errors import ApiFault
from api.schema import operation
from api.shapes import moment
from api.v1 import page_shapes, redirects
from api.v1.content_views import ContentView, LocaleAsk
from api.v1.devices import CurrencyAsk, currency_in
from api.v1.form_shapes import bcp47
from cms import paths

LONGEST_PATH = 400


class PagesAsk(CurrencyAsk, LocaleAsk):
    """Which page, or which part of the list."""

    path = serializers.CharField(
        required=False,
        max_length=LONGEST_PATH,
        help_text="As in the address of the page: /about/, or /pt-br/sobre/, which names its language itself.",
    )
    limit = serializers.IntegerField(required=False, default=20, min_value=1, max_value=100)
    offset = serializers.IntegerField(required=False, default=0, min_value=0, max_value=100_000)


class PageRow(serializers.Serializer):
    """A page in the list."""

    path = serializers.CharField()
    title = serializers.CharField()
    type = serializers.CharField()
    locale = serializers.CharField()
    lastmod = serializers.DateTimeField(allow_null=True)


class PageRows(serializers.Serializer):
    """A part of the list."""

    items = PageRow(many=True)
    total = serializers.IntegerField()
    limit = serializers.IntegerField()
    offset = serializers.IntegerField()


def row(page: Any, where: paths.Paths) -> dict[str, Any]:
    """A page of the list as JSON."""
    kind = ContentType.objects.get_for_id(page.content_type_id).model_class()
    return {
        "path": where.path(page),
        "title": page.title,
        "type": kind._meta.label if kind else "",
        "locale": bcp47(where.code_of(page.locale_id)),
        "lastmod": moment(page.last_published_at),
    }


def listed(where: paths.Paths, code: str | None) -> Any:
    """Every public page of the site, in one language or in all, in the order of the tree."""
    roots = [root for root in where.roots if code in (None, root.code)]
    inside = Q(pk__in=[])
    for root in roots:
        inside |= Q(path__startswith=root.tree_path)
    for private in where.private:
        inside &= ~Q(path__startswith=private)
    return Page.objects.filter(inside, live=True).order_by("path")


class PageList(ContentView):
    """Pages."""

    @operation(
        name="pages",
        summary="A page by its path, or the list of pages",
        tag="content",
        query=PagesAsk,
        answer=PolymorphicProxySerializer(
            component_name="PageOrPages",
            serializers=[page_shapes.PageShape, PageRows],
            resource_type_field_name=None,
        ),
        shown=page_shapes.SHOWN,
        errors=("not_found", "page_moved", "currency_not_offered"),
    )
    def get(self, request: Request) -> Response:
        """With `path` one whole page in one answer; where a redirect leads on, 404 `page_moved` says where.

        Without `path` the list of what the public may read.
        """
        asked = self.asked(PagesAsk)
        currency_in(asked, self.site)  # which the blocks of the page look for in the query
        if "path" in asked:
            return Response(self.one(asked["path"], asked.get("locale")))
        limit, offset = asked["limit"], asked["offset"]
        rows = listed(self.paths, asked.get("locale"))
        found = list(rows.annotate(all_of_them=Window(Count("*")))[offset : offset + limit])
        total = found[0].all_of_them if found else rows.count() if offset else 0
        items = [row(page, self.paths) for page in found]
        return Response({"items": items, "total": total, "limit": limit, "offset": offset})

    def one(self, path: str, locale: str | None) -> dict[str, Any]:
        """The page of a path. Raises ApiFault or PageMoved when there is none."""
        said, rest = self.paths.split("/" + path.strip("/"))
        code = said or locale or self.paths.roots[0].code if self.paths.roots else ""
        if code:
            self.speak(code)
        page, family = paths.find(self.paths, rest, code)
        if page is None:
            redirects.lead_on(self.site, path, self.paths)
            raise ApiFault("not_found")
        return page_shapes.printed(page, family, site=self.site, paths=self.paths, request=self.http)
