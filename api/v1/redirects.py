"""GET redirects: where old addresses lead, for a frontend that answers them itself."""

from typing import Any

from django.db.models import Count, F, Q, QuerySet, Window
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail.contrib.redirects.models import Redirect

from api.schema import operation
from api.v1.content_views import ContentView
from cms.paths import Paths
from cms.sites import Site

LONGEST_PATH = 400


class PageMoved(Exception):
    """There is no page at this path, but a redirect leads on. `redirect` is where."""

    code = "page_moved"

    def __init__(self, redirect: dict[str, Any]) -> None:
        super().__init__(f"This page is at {redirect['to']} now.")
        self.redirect = redirect


class RedirectsAsk(serializers.Serializer):
    """Which of them."""

    path = serializers.CharField(required=False, max_length=LONGEST_PATH, help_text="Only the redirect of this path.")
    limit = serializers.IntegerField(required=False, default=20, min_value=1, max_value=100)
    offset = serializers.IntegerField(required=False, default=0, min_value=0, max_value=100_000)


class RedirectShape(serializers.Serializer):
    """An old path and where it leads: a path of the site or an address elsewhere."""

    path = serializers.CharField()
    to = serializers.CharField()
    permanent = serializers.BooleanField()


class Redirects(serializers.Serializer):
    """A part of them."""

    items = RedirectShape(many=True)
    total = serializers.IntegerField()
    limit = serializers.IntegerField()
    offset = serializers.IntegerField()


def of_site(site: Site) -> QuerySet[Redirect]:
    """Those of the site and of every site that lead somewhere public."""
    leads = ~Q(redirect_link="") | Q(redirect_page__live=True)
    rows: QuerySet[Redirect] = Redirect.get_for_site(site)
    mine_first = F("site_id").desc(nulls_last=True)
    return rows.filter(leads).select_related("redirect_page").order_by("old_path", mine_first, "pk")


def of_path(site: Site, path: str) -> QuerySet[Redirect]:
    """The redirect of this path as Wagtail looks for it, that of the site first; without its query too."""
    wanted = Redirect.normalise_path(path)
    return of_site(site).filter(old_path__in={wanted, wanted.partition("?")[0]})


def printed(row: Redirect, paths: Paths) -> dict[str, Any] | None:
    """A redirect as JSON; None when it leads to a page that the public of this site cannot read."""
    page = row.redirect_page
    if page is not None and not paths.is_public(page):
        return None
    to = paths.path(page) or page.full_url if page is not None else row.redirect_link
    if page is not None and to and row.redirect_page_route_path:
        to = to.rstrip("/") + row.redirect_page_route_path
    return {"path": row.old_path, "to": to, "permanent": row.is_permanent} if to else None


def lead_on(site: Site, path: str, paths: Paths) -> None:
    """Raises PageMoved when a redirect leads on from this path."""
    for row in of_path(site, path)[:2]:
        found = printed(row, paths)
        if found is not None:
            raise PageMoved({"to": found["to"], "permanent": found["permanent"]})


class RedirectList(ContentView):
    """Redirects."""

    @operation(
        name="redirects",
        summary="Redirects",
        tag="content",
        query=RedirectsAsk,
        answer=Redirects,
        shown={
            "items": [{"path": "/old-prices", "to": "/prices/", "permanent": True}],
            "total": 1,
            "limit": 20,
            "offset": 0,
        },
    )
    def get(self, request: Request) -> Response:
        """By old path. With `path` at most the one that answers it."""
        asked = self.asked(RedirectsAsk)
        limit, offset = asked["limit"], asked["offset"]
        rows = of_path(self.site, asked["path"]) if "path" in asked else of_site(self.site)
        found = list(rows.annotate(all_of_them=Window(Count("*")))[offset : offset + limit])
        total = found[0].all_of_them if found else rows.count() if offset else 0
        items = [shape for one in found if (shape := printed(one, self.paths))]
        if "path" in asked:
            items, total = items[:1], len(items[:1])
        return Response({"items": items, "total": total, "limit": limit, "offset": offset})
