"""A site that is headless only: its pages are shown by a frontend elsewhere, everything else goes on as before."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_cache_control

from cms.frontends.known import SERVED_HERE, Frontend, frontends_of
from cms.sites import Site, shop_settings, site_for

# What is no page for customers, or is one that only we can show: staff, programs, machines, logging in.
KEPT = (
    "/api/", "/_allauth/", "/_util/", "/accounts/", "/bench/", "/cms/", "/csrf", "/dashboard/", "/demo/",
    "/django-admin/", "/documents/", "/favicon.ico", "/healthz", "/i18n/", "/llms.txt", "/media/", "/notifications/",
    "/payments/", "/preview-client/", "/readyz", "/robots.txt", "/sitemap.xml", "/static/", "/-/", "/.well-known/",
)  # fmt: skip

OURS = {"cms", "oscar", "repairs", "shop", "wagtail"}  # whose views show the shop's pages


def public_frontend(site: Site) -> Frontend | None:
    """The frontend that shows a headless-only site to the public; None when none has an address."""
    return next((one for one in frontends_of(site.hostname) if one.url), None)


def public_root(site: Site) -> str:
    """What stands before a path in addresses for the public: the site's own, or the frontend's if it is headless only.

    Sitemap, robots.txt, canonical addresses and schema.org records use it.
    """
    kept: str | None = getattr(site, "public_root", None)
    if kept is None:
        frontend = public_frontend(site) if shop_settings(site).headless_only else None
        there = frontend.address("") if frontend else ""
        kept = there if "//" in there else f"{site.root_url}{there}"
        site.public_root = kept
    return kept


def bare(path: str) -> str:
    """A path without the language in front."""
    for code, _name in settings.LANGUAGES:
        if path.startswith(f"/{code}/"):
            return path[len(code) + 1 :]
    return path


class Middleware:
    """Sends visitors of a headless-only site to its frontend. Previews of editors are no visits: they call no view.

    Only pages of the shop are meant; those of another app in the same project are its own business, and cost nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        """Django's hook, once it is known which view would answer."""
        if request.path_info.startswith(KEPT) or view.__module__.partition(".")[0] not in OURS:
            return None
        site = site_for(request)
        if not shop_settings(site).headless_only:
            return None
        frontend = public_frontend(site)
        if bare(request.path_info).startswith(frontend.served_here if frontend else SERVED_HERE):
            return None
        return self.lead(request, frontend)

    @staticmethod
    def lead(request: HttpRequest, frontend: Frontend | None) -> HttpResponseBase:
        """To the same path there; in words when the settings name no such place."""
        response: HttpResponseBase
        if frontend is None:
            response = render(request, "cms/elsewhere.html", status=404)
            response["X-Robots-Tag"] = "noindex"
        else:
            response = HttpResponseRedirect(frontend.address(request.get_full_path()))
        patch_cache_control(response, no_cache=True)  # type: ignore[arg-type]
        return response
