"""Showing the pages that editors write: Wagtail's own view, which is told where the page is."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import get_language
from wagtail import views

from cms.paths import page_at, paths_of
from cms.sites import site_for


def serve(request: HttpRequest, path: str) -> HttpResponseBase:
    """Wagtail walks down the tree, a statement for each step; we know the page of each address and read it at once.

    What we do not know (a page that answers for addresses below itself, or none at all) Wagtail looks for as ever.
    """
    page = page_at(paths_of(site_for(request)), path, get_language() or "")
    if page is not None:
        request._wagtail_route_for_request = page.route(request, [])  # type: ignore[attr-defined]
    shown: HttpResponseBase = views.serve(request, path)
    return shown
